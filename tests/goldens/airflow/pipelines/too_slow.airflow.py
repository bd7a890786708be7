# Compiled by flowyml 0.1 from too_slow.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile too_slow.py:pipeline --target airflow==3.3
# emulated: timeout: the task runs the step in a process of its own and ends it
"""A step that takes longer than it may."""

from airflow.sdk import DAG, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="too_slow",
    description="A step that takes longer than it may.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    tags=["flowyml"],
):
    # too_slow.py: sleeps
    sleeps = step.override(task_id="sleeps", retries=0)(
        {
            "step": "too_slow:sleeps",
            "digest": "6dd656b6d5a02021",
            "outputs": ["sleeps"],
            "timeout": 0.5,
        }
    )
