# Compiled by flowyml 0.1 from parameters.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile parameters.py:pipeline --target airflow==3.3
"""Every kind of parameter that Python has."""

from airflow.sdk import DAG, Param, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="parameters",
    description="Every kind of parameter that Python has.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    params={"flag": Param(False, type="boolean"), "scale": Param(10, type="integer")},
    tags=["flowyml"],
):
    # parameters.py: make
    make = step.override(task_id="make", retries=0)(
        {"step": "parameters:make", "digest": "cbe31c18d8f611f2", "outputs": ["a", "b", "c"]}
    )
    # parameters.py: positional_only
    positional_only = step.override(task_id="positional_only", retries=0)(
        {
            "step": "parameters:positional_only",
            "digest": "c79d6c63d370961b",
            "outputs": ["positional"],
            "params": {"scale": "integer"},
            "positional": ["a", "scale"],
        },
        {"a": make["a"], "b": make["b"]},
    )
    # parameters.py: keyword_only
    keyword_only = step.override(task_id="keyword_only", retries=0)(
        {
            "step": "parameters:keyword_only",
            "digest": "418baff25f32e4f0",
            "outputs": ["keyword"],
            "params": {"scale": "integer"},
        },
        {"a": make["a"], "c": make["c"]},
    )
    # parameters.py: variable
    variable = step.override(task_id="variable", retries=0)(
        {
            "step": "parameters:variable",
            "digest": "3855be27203d38d6",
            "outputs": ["variable"],
            "params": {"scale": "integer"},
            "positional": ["c", "a", "b"],
        },
        {"c": make["c"], "a": make["a"], "b": make["b"]},
    )
    # parameters.py: mixed
    mixed = step.override(task_id="mixed", retries=0)(
        {
            "step": "parameters:mixed",
            "digest": "e481fe9b305444e2",
            "outputs": ["mixed"],
            "params": {"flag": "boolean"},
            "positional": ["first", "c", "b"],
        },
        {"first": make["a"], "c": make["c"], "b": make["b"]},
    )
    # parameters.py: named
    named = step.override(task_id="named", retries=0)(
        {"step": "parameters:named", "digest": "adc1ca420486d9d3", "outputs": ["named"]},
        {"a": make["a"], "b": make["b"], "c": make["c"]},
    )
    # parameters.py: renamed
    renamed = step.override(task_id="renamed", retries=0)(
        {"step": "parameters:renamed", "digest": "575a30ae71682b5b", "outputs": ["renamed"]},
        {"left": make["b"], "right": make["a"]},
    )
