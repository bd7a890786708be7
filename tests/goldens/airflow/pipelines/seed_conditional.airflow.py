# Compiled by flowyml 0.1 from seed/conditional.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile seed/conditional.py:pipeline --target airflow==3.3
"""The page's "Conditional Execution"."""

from airflow.sdk import DAG, Param, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="seed_conditional",
    description='The page\'s "Conditional Execution".',
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    params={"quality": Param(0.95, type="number")},
    tags=["flowyml"],
):
    # seed/conditional.py: load
    load = step.override(task_id="load", retries=0)(
        {
            "step": "seed.conditional:load",
            "digest": "dabd65da06d4168d",
            "outputs": ["data"],
            "params": {"quality": "number"},
        }
    )
    # seed/conditional.py: train
    train = step.override(task_id="train", retries=0)(
        {
            "step": "seed.conditional:train",
            "digest": "618f7df0aaf4659e",
            "outputs": ["model"],
            "when": [{"digest": "b79f4f62cf21629f"}],
        },
        {"data": load["data"]},
    )
