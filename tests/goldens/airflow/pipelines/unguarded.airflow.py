# Compiled by flowyml 0.1 from unguarded.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile unguarded.py:pipeline --target airflow==3.3
"""Ends in an unguarded run, as the scripts of the tutorial do: nothing may run twice."""

from airflow.sdk import DAG, Param, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="unguarded",
    description="Ends in an unguarded run, as the scripts of the tutorial do: nothing may run twice.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    params={"folder": Param("", type="string")},
    tags=["flowyml"],
):
    # unguarded.py: extract
    extract = step.override(task_id="extract", retries=0)(
        {
            "step": "unguarded:extract",
            "digest": "d6cea53554444f7e",
            "outputs": ["data"],
            "params": {"folder": "string"},
        }
    )
    # unguarded.py: transform
    transform = step.override(task_id="transform", retries=0)(
        {
            "step": "unguarded:transform",
            "digest": "4866df7de4f89637",
            "outputs": ["doubled"],
            "params": {"folder": "string"},
        },
        {"data": extract["data"]},
    )
