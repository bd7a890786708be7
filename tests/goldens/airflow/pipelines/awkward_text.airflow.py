# Compiled by flowyml 0.1 from awkward_text.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile awkward_text.py:pipeline --target airflow==3.3
"""Text with "quotes", '''more''', {{ braces }}, {% tags %}, {# notes #}, a \\ and
a second line.
"""

from airflow.sdk import DAG, Param, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="awkward_text",
    description="Text with \"quotes\", '''more''', {{ braces }}, {% tags %}, {# notes #}, a \\ and",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    params={
        "given": Param(
            [
                "plain",
                "double \" and single '",
                '"""',
                "'''",
                "line\nline\r\nline\ttab",
                "{{ ds }}",
                "{{ undefined.thing }}",
                "{% if x %}",
                "{# note #}",
                "{{",
                "}}",
                "{0} %s %(name)s $HOME ${HOME} $(id) `id`",
                "{{$}} {{$.inputs.parameters['x']}} {{workflow.name}}",
                "back\\slash \\n \\u0041",
                "&amp; <b> ]]>",
                "# no comment",
                "yes",
                "null",
                "1.0",
                "2024-02-29",
                "- item: [",
                "ünïcode 🐎 \u2028 \ufeff \u202e",
                " leading and trailing ",
                "",
            ],
            type="array",
        ),
        "jinja": Param("{{ ds }}", type="string"),
        "lines": Param("line\nline\r\nline\ttab", type="string"),
        "quote": Param('"""', type="string"),
        "tag": Param("{% if x %}", type="string"),
    },
    tags=["flowyml", "it's", '{{ "tag" }}', "ünï", 'project:R&D: "it\'s" {{ ours }}'],
):
    # awkward_text.py: give
    give = step.override(task_id="give", retries=0)(
        {"step": "awkward_text:give", "digest": "c083598b343bb8e1", "outputs": ["texts"]}
    )
    # awkward_text.py: single
    single = step.override(task_id="single", retries=0)(
        {
            "step": "awkward_text:single",
            "digest": "7a5f4769d549199f",
            "outputs": ["text_0", "text_1", "text_2"],
        }
    )
    # awkward_text.py: compare
    compare = step.override(task_id="compare", retries=0)(
        {
            "step": "awkward_text:compare",
            "digest": "777adb3fd86654ae",
            "outputs": ["same"],
            "params": {
                "given": "array",
                "jinja": "string",
                "tag": "string",
                "quote": "string",
                "lines": "string",
            },
        },
        {"texts": give["texts"]},
    )
    # awkward_text.py: echo
    echo = step.override(task_id="echo", retries=0)(
        {
            "step": "awkward_text:echo",
            "digest": "3381343e6419940c",
            "outputs": ["echo"],
            "params": {"jinja": "string"},
        },
        {"text_0": single["text_0"], "text_1": single["text_1"], "text_2": single["text_2"]},
    )
