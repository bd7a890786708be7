# Compiled by flowyml 0.1 from telling_text.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile telling_text.py:pipeline --target airflow==3.3
"""Texts that look like other values, and values that may be None."""

from airflow.sdk import DAG, Param, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="telling_text",
    description="Texts that look like other values, and values that may be None.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    params={
        "anything": Param(None),
        "count": Param(None, type=["null", "integer"]),
        "flag": Param(None, type=["null", "boolean"]),
        "items": Param(None, type=["null", "array"]),
        "listed": Param(None),
        "maybe": Param(None, type=["null", "string"]),
        "mode": Param("fast", type="string", enum=["fast", "slow"]),
        "named": Param({"b": 1, "a": 2}, type="object"),
        "number": Param(1, type="integer"),
        "plain": Param("null", type="string"),
        "quoted": Param('"q"', type=["null", "string"]),
        "rate": Param(2.0, type=["null", "number"]),
        "table": Param(None, type=["null", "object"]),
        "text": Param("123", type="string"),
        "word": Param("true", type=["null", "string"]),
    },
    tags=["flowyml"],
):
    # telling_text.py: texts
    texts = step.override(task_id="texts", retries=0)(
        {
            "step": "telling_text:texts",
            "digest": "9ce9ecf1a16f7465",
            "outputs": ["texts"],
            "params": {
                "plain": "string",
                "maybe": "string?",
                "word": "string?",
                "quoted": "string?",
                "mode": "string",
            },
        }
    )
    # telling_text.py: values
    values = step.override(task_id="values", retries=0)(
        {
            "step": "telling_text:values",
            "digest": "e28af532b00a3647",
            "outputs": ["values"],
            "params": {
                "count": "integer?",
                "flag": "boolean?",
                "rate": "number?",
                "items": "array?",
                "table": "object?",
            },
        }
    )
    # telling_text.py: order
    order = step.override(task_id="order", retries=0)(
        {
            "step": "telling_text:order",
            "digest": "6b23509ecbc516d3",
            "outputs": ["order"],
            "params": {"named": "object"},
        }
    )
    # telling_text.py: untyped
    untyped = step.override(task_id="untyped", retries=0)(
        {
            "step": "telling_text:untyped",
            "digest": "165b98bfb119062b",
            "outputs": ["untyped"],
            "params": {"anything": "any", "text": "string", "number": "integer", "listed": "any"},
        }
    )
