# Compiled by flowyml 0.1 from reused.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile reused.py:pipeline --target airflow==3.3
"""Steps of a module that ends in an unguarded run: importing it runs nothing."""

from airflow.sdk import DAG, Param, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="reused",
    description="Steps of a module that ends in an unguarded run: importing it runs nothing.",
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
    # reused.py: triple
    triple = step.override(task_id="triple", retries=0)(
        {"step": "reused:triple", "digest": "108c9508f15763de", "outputs": ["tripled"]},
        {"doubled": transform["doubled"]},
    )
