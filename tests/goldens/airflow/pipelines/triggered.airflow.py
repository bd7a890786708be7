# Compiled by flowyml 0.1 from triggered.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile triggered.py:pipeline --target airflow==3.3
"""Started when another pipeline has made an asset, and something else was written."""

from airflow.sdk import DAG, Asset, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="triggered",
    description="Started when another pipeline has made an asset, and something else was written.",
    doc_md=__doc__,
    schedule=[Asset("x-flowyml://scheduled/doubled"), Asset("s3://data/raw.csv")],
    catchup=False,
    tags=["flowyml"],
):
    # triggered.py: write
    write = step.override(task_id="write", retries=0)(
        {"step": "triggered:write", "digest": "7d08286e6473abb4", "outputs": ["report"]}
    )
