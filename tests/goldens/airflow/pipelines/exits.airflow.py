# Compiled by flowyml 0.1 from exits.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile exits.py:pipeline --target airflow==3.3
"""Leaving a process from within a step ends that step, as a failure, and nothing else."""

from airflow.sdk import DAG, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="exits",
    description="Leaving a process from within a step ends that step, as a failure, and nothing else.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    tags=["flowyml"],
):
    # exits.py: leave_well
    leave_well = step.override(task_id="leave_well", retries=0)(
        {"step": "exits:leave_well", "digest": "5354e18540ac4b8f", "outputs": ["zero"]}
    )
    # exits.py: leave_with_code
    leave_with_code = step.override(task_id="leave_with_code", retries=0)(
        {"step": "exits:leave_with_code", "digest": "df4aa676cb310f19", "outputs": ["three"]}
    )
    # exits.py: leave_with_words
    leave_with_words = step.override(task_id="leave_with_words", retries=1, retry_delay=1)(
        {"step": "exits:leave_with_words", "digest": "18f3668622b15ec9", "outputs": ["text"]}
    )
    # exits.py: read
    read = step.override(task_id="read", retries=0)(
        {"step": "exits:read", "digest": "f15b0987e2ed64e2", "outputs": ["after"]},
        {"zero": leave_well["zero"]},
    )
    # exits.py: stay
    stay = step.override(task_id="stay", retries=0)(
        {"step": "exits:stay", "digest": "645215155412f6fd", "outputs": ["alone"]}
    )
