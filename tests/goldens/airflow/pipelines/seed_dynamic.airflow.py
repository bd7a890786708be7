# Compiled by flowyml 0.1 from seed/dynamic_workflows.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile seed/dynamic_workflows.py:pipeline --target airflow==3.3
# emulated: dynamic: one task runs the pipeline that it builds
"""The page's "Dynamic Workflows"."""

from airflow.sdk import DAG, Param, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="seed_dynamic",
    description='The page\'s "Dynamic Workflows".',
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    params={"config": Param({"learning_rates": [0.1, 0.01]}, type="object")},
    tags=["flowyml"],
):
    # seed/dynamic_workflows.py: hyperparameter_search
    hyperparameter_search = step.override(task_id="hyperparameter_search", retries=0)(
        {
            "step": "seed.dynamic_workflows:hyperparameter_search",
            "digest": "d0d0f60b58e715bd",
            "outputs": ["best_model"],
            "params": {"config": "object"},
        }
    )
