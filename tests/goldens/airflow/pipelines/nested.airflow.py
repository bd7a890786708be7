# Compiled by flowyml 0.1 from nested/deep/flow.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile nested/deep/flow.py:pipeline --target airflow==3.3
"""A pipeline in folders that are no packages."""

from airflow.sdk import DAG, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="nested",
    description="A pipeline in folders that are no packages.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    tags=["flowyml"],
):
    # nested/deep/flow.py: where
    where = step.override(task_id="where", retries=0)(
        {"step": "nested.deep.flow:where", "digest": "007507a4c096f8a6", "outputs": ["where"]}
    )
