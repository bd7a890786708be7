# Compiled by flowyml 0.1 from settings.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile settings.py:pipeline --target airflow==3.3
"""Context values of every JSON type, as they are and overridden when triggered."""

from airflow.sdk import DAG, Param, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="settings",
    description="Context values of every JSON type, as they are and overridden when triggered.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    params={
        "big": Param("9007199254740993", type=["integer", "string"]),
        "bigger": Param("-1180591620717411303424", type=["integer", "string"]),
        "count": Param(3, type="integer"),
        "empty": Param("", type="string"),
        "flag": Param(True, type="boolean"),
        "items": Param([1, 2.0, None, "x", [True]], type="array"),
        "nothing": Param(None),
        "rate": Param(1.0, type="number"),
        "table": Param(
            '{"a": {"b": [1, {"c": null}]}, "2": 1.0, "big": 9007199254740993, "say \\"hi\\", it\'s\\n{{ params }} {% raw %} {# note #} \\\\n \\u00fcn\\u00ef \\ud83d\\udc0e $HOME {0} %s": "say \\"hi\\", it\'s\\n{{ params }} {% raw %} {# note #} \\\\n \\u00fcn\\u00ef \\ud83d\\udc0e $HOME {0} %s"}',
            type=["object", "string"],
        ),
        "text": Param(
            'say "hi", it\'s\n{{ params }} {% raw %} {# note #} \\n ünï 🐎 $HOME {0} %s',
            type="string",
        ),
        "tiny": Param(1e-300, type="number"),
        "unread": Param("not read by any step", type="string"),
        "widened": Param(2.0, type="number"),
    },
    tags=["flowyml"],
):
    # settings.py: scalars
    scalars = step.override(task_id="scalars", retries=0)(
        {
            "step": "settings:scalars",
            "digest": "11d82ee3d3fef1ca",
            "outputs": ["scalars"],
            "params": {
                "flag": "boolean",
                "count": "integer",
                "big": "integer",
                "bigger": "integer",
                "rate": "number",
                "tiny": "number",
            },
        }
    )
    # settings.py: texts
    texts = step.override(task_id="texts", retries=0)(
        {
            "step": "settings:texts",
            "digest": "7f8895e67ee8f885",
            "outputs": ["texts"],
            "params": {"text": "string", "empty": "string"},
        }
    )
    # settings.py: nested
    nested = step.override(task_id="nested", retries=0)(
        {
            "step": "settings:nested",
            "digest": "a7dcef10844a8972",
            "outputs": ["nested"],
            "params": {"items": "array", "table": "object", "nothing": "any"},
        }
    )
    # settings.py: narrow
    narrow = step.override(task_id="narrow", retries=0)(
        {
            "step": "settings:narrow",
            "digest": "082ec9f3da6da4b1",
            "outputs": ["narrow"],
            "params": {"widened": "number"},
        }
    )
    # settings.py: broad
    broad = step.override(task_id="broad", retries=0)(
        {
            "step": "settings:broad",
            "digest": "ac76ace2b4b1d0b4",
            "outputs": ["broad"],
            "params": {"widened": "number"},
        }
    )
    # settings.py: untyped
    untyped = step.override(task_id="untyped", retries=0)(
        {
            "step": "settings:untyped",
            "digest": "8b66fa519268bbc4",
            "outputs": ["untyped"],
            "params": {
                "flag": "boolean",
                "count": "integer",
                "rate": "number",
                "text": "string",
                "items": "array",
            },
        }
    )
