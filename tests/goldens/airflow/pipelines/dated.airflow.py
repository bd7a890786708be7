# Compiled by flowyml 0.1 from dated.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile dated.py:pipeline --target airflow==3.3
"""The date that the run is for."""

from airflow.sdk import DAG, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="dated",
    description="The date that the run is for.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    tags=["flowyml"],
):
    # dated.py: name_day
    name_day = step.override(task_id="name_day", retries=0)(
        {
            "step": "dated:name_day",
            "digest": "2e28a3416ca0a3b9",
            "outputs": ["day"],
            "run_date": ["date"],
        }
    )
    # dated.py: moment
    moment = step.override(task_id="moment", retries=0)(
        {
            "step": "dated:moment",
            "digest": "fe739ca2250da114",
            "outputs": ["moment"],
            "run_date": ["when"],
        },
        {"day": name_day["day"]},
    )
