# Compiled by flowyml 0.1 from gates.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile gates.py:pipeline --target airflow==3.3
"""Train only on data that passed its checks."""

from airflow.sdk import DAG, Param, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="gates",
    description="Train only on data that passed its checks.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    params={
        "data_path": Param("data/train.csv", type="string"),
        "minimum_rows": Param(100, type="integer"),
    },
    tags=["flowyml"],
):
    # gates.py: load_data
    load_data = step.override(task_id="load_data", retries=0)(
        {
            "step": "gates:load_data",
            "digest": "2df65fb5fe51aefc",
            "outputs": ["data"],
            "params": {"data_path": "string"},
        }
    )
    # gates.py: count_rows
    count_rows = step.override(task_id="count_rows", retries=0)(
        {"step": "gates:count_rows", "digest": "7102926b4d3c73f6", "outputs": ["row_count"]},
        {"data": load_data["data"]},
    )
    # gates.py: validate_data
    validate_data = step.override(task_id="validate_data", retries=0)(
        {
            "step": "gates:validate_data",
            "digest": "64c089e29bfb9f26",
            "outputs": ["validate_data"],
            "params": {"minimum_rows": "integer"},
        },
        {"data": load_data["data"]},
    )
    # gates.py: train_model
    train_model = step.override(task_id="train_model", retries=0)(
        {"step": "gates:train_model", "digest": "df02b13000f69776", "outputs": ["model"]},
        {"data": load_data["data"]},
    )
    validate_data >> train_model
