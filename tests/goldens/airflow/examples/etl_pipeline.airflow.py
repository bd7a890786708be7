# Compiled by flowyml 0.1 from etl.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile etl.py:pipeline --target airflow==3.3
"""Two steps and one asset: the smallest whole pipeline.

flowyml run examples/etl.py
python examples/etl.py
"""

from airflow.sdk import DAG, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="etl_pipeline",
    description="Two steps and one asset: the smallest whole pipeline.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    tags=["flowyml"],
):
    # etl.py: extract
    extract = step.override(task_id="extract", retries=0)(
        {"step": "etl:extract", "digest": "325b23db57b33524", "outputs": ["raw_data"]}
    )
    # etl.py: transform
    transform = step.override(task_id="transform", retries=0)(
        {"step": "etl:transform", "digest": "9047059e2d4e1525", "outputs": ["processed_data"]},
        {"raw_data": extract["raw_data"]},
    )
