# Compiled by flowyml 0.1 from linear.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile linear.py:pipeline --target airflow==3.3
"""Three steps in a row."""

from airflow.sdk import DAG, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="linear",
    description="Three steps in a row.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    tags=["flowyml"],
):
    # linear.py: load
    load = step.override(task_id="load", retries=0)(
        {"step": "linear:load", "digest": "39a39a15ce468c0b", "outputs": ["numbers"]}
    )
    # linear.py: double
    double = step.override(task_id="double", retries=0)(
        {"step": "linear:double", "digest": "d559baf45daf4a91", "outputs": ["doubled"]},
        {"numbers": load["numbers"]},
    )
    # linear.py: add
    add = step.override(task_id="add", retries=0)(
        {"step": "linear:add", "digest": "f8773c7d059f7f65", "outputs": ["total"]},
        {"doubled": double["doubled"]},
    )
