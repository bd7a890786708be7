# Compiled by flowyml 0.1 from seed/validation.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile seed/validation.py:pipeline --target airflow==3.3
"""The page's "Fail Fast with Validation Steps"."""

from airflow.sdk import DAG, Param, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="seed_validation",
    description='The page\'s "Fail Fast with Validation Steps".',
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    params={"missing": Param(0, type="integer"), "rows": Param(100, type="integer")},
    tags=["flowyml"],
):
    # seed/validation.py: load_data
    load_data = step.override(task_id="load_data", retries=0)(
        {
            "step": "seed.validation:load_data",
            "digest": "10b6936b7f2fe5d7",
            "outputs": ["data"],
            "params": {"rows": "integer", "missing": "integer"},
        }
    )
    # seed/validation.py: validate_data
    validate_data = step.override(task_id="validate_data", retries=0)(
        {
            "step": "seed.validation:validate_data",
            "digest": "e193da03c1ed1eb5",
            "outputs": ["validate_data"],
        },
        {"data": load_data["data"]},
    )
    # seed/validation.py: train_model
    train_model = step.override(task_id="train_model", retries=0)(
        {"step": "seed.validation:train_model", "digest": "8738569ecdad172b", "outputs": ["model"]},
        {"data": load_data["data"]},
    )
    validate_data >> train_model
