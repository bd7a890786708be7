# Compiled by flowyml 0.1 from fail_fast.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile fail_fast.py:pipeline --target airflow==3.3
# emulated: fail_fast: each task asks Airflow whether one of its run has failed, and skips itself then
"""With `fail_fast` nothing new starts once a step has failed."""

from airflow.sdk import DAG, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="fail_fast",
    description="With `fail_fast` nothing new starts once a step has failed.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    tags=["flowyml"],
):
    # fail_fast.py: start
    start = step.override(task_id="start", retries=0)(
        {
            "step": "fail_fast:start",
            "digest": "e820da36d29f111d",
            "outputs": ["first"],
            "fail_fast": True,
        }
    )
    # fail_fast.py: follow
    follow = step.override(task_id="follow", retries=0)(
        {
            "step": "fail_fast:follow",
            "digest": "f7879fa36a675c31",
            "outputs": ["second"],
            "fail_fast": True,
        },
        {"first": start["first"]},
    )
    # fail_fast.py: elsewhere
    elsewhere = step.override(task_id="elsewhere", retries=0)(
        {
            "step": "fail_fast:elsewhere",
            "digest": "9e2655a7537f3f49",
            "outputs": ["other"],
            "fail_fast": True,
        }
    )
