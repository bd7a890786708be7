# Compiled by flowyml 0.1 from packaged/flow.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile packaged/flow.py:pipeline --target airflow==3.3
"""A pipeline inside a package, with a relative import."""

from airflow.sdk import DAG, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="packaged",
    description="A pipeline inside a package, with a relative import.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    tags=["flowyml"],
):
    # packaged/parts.py: part
    part = step.override(task_id="part", retries=0)(
        {"step": "packaged.parts:part", "digest": "9ce96a66bd7f9ab3", "outputs": ["part"]}
    )
    # packaged/flow.py: whole
    whole = step.override(task_id="whole", retries=0)(
        {"step": "packaged.flow:whole", "digest": "ee09bbd412f82cdb", "outputs": ["whole"]},
        {"part": part["part"]},
    )
