# Compiled by flowyml 0.1 from no_outputs.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile no_outputs.py:pipeline --target airflow==3.3
"""Steps that declare no outputs: their values are known by the steps' names."""

from airflow.sdk import DAG, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="no_outputs",
    description="Steps that declare no outputs: their values are known by the steps' names.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    tags=["flowyml"],
):
    # no_outputs.py: measure
    measure = step.override(task_id="measure", retries=0)(
        {"step": "no_outputs:measure", "digest": "9492ee9912da8c9f", "outputs": ["measure"]}
    )
    # no_outputs.py: area
    area = step.override(task_id="area", retries=0)(
        {"step": "no_outputs:area", "digest": "287975db6bab6d13", "outputs": ["area"]},
        {"measure": measure["measure"]},
    )
    # no_outputs.py: describe
    describe = step.override(task_id="describe", retries=0)(
        {"step": "no_outputs:describe", "digest": "3c00977487e31de1", "outputs": ["describe"]},
        {"area": area["area"]},
    )
