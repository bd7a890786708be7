# Compiled by flowyml 0.1 from seed/graph.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile seed/graph.py:pipeline --target airflow==3.3
"""The page's "Execution Graph": the order follows from inputs and outputs."""

from airflow.sdk import DAG, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="seed_graph",
    description='The page\'s "Execution Graph": the order follows from inputs and outputs.',
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    tags=["flowyml"],
):
    # seed/graph.py: step_a
    step_a = step.override(task_id="step_a", retries=0)(
        {"step": "seed.graph:step_a", "digest": "29c00f13d20da283", "outputs": ["data"]}
    )
    # seed/graph.py: step_b
    step_b = step.override(task_id="step_b", retries=0)(
        {"step": "seed.graph:step_b", "digest": "c68df626c5ff4675", "outputs": ["result"]},
        {"data": step_a["data"]},
    )
