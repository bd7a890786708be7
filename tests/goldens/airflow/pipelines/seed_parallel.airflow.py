# Compiled by flowyml 0.1 from seed/parallel.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile seed/parallel.py:pipeline --target airflow==3.3
"""The page's "Parallel Execution"."""

from airflow.sdk import DAG, Param, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="seed_parallel",
    description='The page\'s "Parallel Execution".',
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    params={"items": Param([3, 1, 2], type="array")},
    tags=["flowyml"],
):
    # seed/parallel.py: process_batch
    process_batch = step.override(task_id="process_batch", retries=0)(
        {
            "step": "seed.parallel:process_batch",
            "digest": "29aba23554a2f7d2",
            "outputs": ["process_batch"],
            "params": {"items": "array"},
        }
    )
