# Compiled by flowyml 0.1 from scheduled.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile scheduled.py:pipeline --target airflow==3.3
"""Started by the clock, once it is deployed; with settings for Airflow."""

from datetime import datetime, timezone

from airflow.sdk import DAG, Asset, CronTriggerTimetable, Param, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="scheduled",
    description="Started by the clock, once it is deployed; with settings for Airflow.",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("30 6 * * 1-5", timezone="Europe/Berlin"),
    start_date=datetime(2024, 1, 1, tzinfo=timezone.utc),
    catchup=True,
    max_active_runs=1,
    default_args={"owner": "data-team"},
    params={"start": Param(1, type="integer")},
    tags=["flowyml", "nightly"],
):
    # scheduled.py: add
    add = step.override(task_id="add", retries=0, outlets=[Asset("x-flowyml://scheduled/total")])(
        {
            "step": "scheduled:add",
            "digest": "375573e1f20eed68",
            "outputs": ["total"],
            "params": {"start": "integer"},
            "run_date": ["date"],
        }
    )
    # scheduled.py: double
    double = step.override(
        task_id="double",
        retries=1,
        retry_delay=1,
        priority_weight=5,
        outlets=[Asset("x-flowyml://scheduled/doubled")],
    )(
        {"step": "scheduled:double", "digest": "dbc0df411acde077", "outputs": ["doubled"]},
        {"total": add["total"]},
    )
