# Compiled by flowyml 0.1 from flaky.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile flaky.py:pipeline --target airflow==3.3
"""Steps that are tried again: one succeeds at its third attempt, one never does."""

from airflow.sdk import DAG, Param, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="flaky",
    description="Steps that are tried again: one succeeds at its third attempt, one never does.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    params={"folder": Param("", type="string")},
    tags=["flowyml"],
):
    # flaky.py: load
    load = step.override(task_id="load", retries=0)(
        {"step": "flaky:load", "digest": "39a39a15ce468c0b", "outputs": ["numbers"]}
    )
    # flaky.py: third_time
    third_time = step.override(task_id="third_time", retries=2, retry_delay=1)(
        {
            "step": "flaky:third_time",
            "digest": "40e96348f43e752d",
            "outputs": ["attempt"],
            "params": {"folder": "string"},
        },
        {"numbers": load["numbers"]},
    )
    # flaky.py: at_once
    at_once = step.override(task_id="at_once", retries=1, retry_delay=1)(
        {"step": "flaky:at_once", "digest": "2c905a0ef16e3739", "outputs": ["plus"]},
        {"attempt": third_time["attempt"]},
    )
    # flaky.py: never
    never = step.override(task_id="never", retries=1, retry_delay=1)(
        {
            "step": "flaky:never",
            "digest": "73059a13a34dacdd",
            "outputs": ["unreached"],
            "params": {"folder": "string"},
        },
        {"plus": at_once["plus"]},
    )
