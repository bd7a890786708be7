# Compiled by flowyml 0.1 from frames.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile frames.py:pipeline --target airflow==3.3
"""Data frames keep index, column types and values."""

from airflow.sdk import DAG, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="frames",
    description="Data frames keep index, column types and values.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    tags=["flowyml"],
):
    # frames.py: make
    make = step.override(task_id="make", retries=0)(
        {
            "step": "frames:make",
            "digest": "8fe551eede204d01",
            "outputs": ["frame", "levels", "series", "empty"],
        }
    )
    # frames.py: look
    look = step.override(task_id="look", retries=0)(
        {"step": "frames:look", "digest": "53f57c69a1c43295", "outputs": ["types"]},
        {"frame": make["frame"]},
    )
    # frames.py: compare
    compare = step.override(task_id="compare", retries=0)(
        {"step": "frames:compare", "digest": "5d89ccbf107cd879", "outputs": ["equal"]},
        {
            "frame": make["frame"],
            "levels": make["levels"],
            "series": make["series"],
            "empty": make["empty"],
        },
    )
