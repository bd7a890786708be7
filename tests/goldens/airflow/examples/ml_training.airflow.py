# Compiled by flowyml 0.1 from ml_training.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile ml_training.py:pipeline --target airflow==3.3
"""Train a random forest on a CSV file and score it.

    flowyml run examples/ml_training.py -c n_estimators=50
    flowyml verify examples/ml_training.py --target airflow --target kubeflow

The data is the wine recognition set that scikit-learn ships, an easy one: expect about 100 %.
"""

from airflow.sdk import DAG, Param, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="ml_training",
    description="Train a random forest on a CSV file and score it.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    params={
        "data_path": Param("data/train.csv", type="string"),
        "n_estimators": Param(100, type="integer"),
        "random_state": Param(42, type="integer"),
        "test_size": Param(0.2, type="number"),
    },
    tags=["flowyml", "project:ml_platform"],
):
    # ml_training.py: load_data
    load_data = step.override(task_id="load_data", retries=0)(
        {
            "step": "ml_training:load_data",
            "digest": "d300ebfd09833252",
            "outputs": ["raw_data"],
            "params": {"data_path": "string"},
        }
    )
    # ml_training.py: split_data
    split_data = step.override(task_id="split_data", retries=0)(
        {
            "step": "ml_training:split_data",
            "digest": "d129280190ea7907",
            "outputs": ["X_train", "X_test", "y_train", "y_test"],
            "params": {"test_size": "number", "random_state": "integer"},
        },
        {"raw_data": load_data["raw_data"]},
    )
    # ml_training.py: train
    train = step.override(task_id="train", retries=0)(
        {
            "step": "ml_training:train",
            "digest": "00a7c0d420bbc6b5",
            "outputs": ["model"],
            "params": {"n_estimators": "integer"},
        },
        {"X_train": split_data["X_train"], "y_train": split_data["y_train"]},
    )
    # ml_training.py: evaluate
    evaluate = step.override(task_id="evaluate", retries=0)(
        {"step": "ml_training:evaluate", "digest": "c8534a2c5b8a14ca", "outputs": ["accuracy"]},
        {"model": train["model"], "X_test": split_data["X_test"], "y_test": split_data["y_test"]},
    )
