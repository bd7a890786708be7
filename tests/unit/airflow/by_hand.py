"""Train a random forest and score it, as one would write it for Airflow alone."""

from airflow.sdk import DAG, Param, task

with DAG(
    dag_id="ml_training_by_hand",
    description="Train a random forest and score it.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    params={
        "data_path": Param("data/train.csv", type="string"),
        "n_estimators": Param(100, type="integer"),
        "random_state": Param(42, type="integer"),
        "test_size": Param(0.2, type="number"),
    },
    tags=["ml_platform"],
):

    @task(retries=0)
    def load_data(params=None):
        from ml_training_steps import load_data

        return load_data(params["data_path"])

    @task(retries=0, multiple_outputs=True)
    def split_data(raw_data, params=None):
        from ml_training_steps import split_data

        return split_data(raw_data, params["test_size"], params["random_state"])

    @task(retries=0)
    def train(X_train, y_train, params=None):
        from ml_training_steps import train

        return train(X_train, y_train, params["n_estimators"])

    @task(retries=0)
    def evaluate(model, X_test, y_test):
        from ml_training_steps import evaluate

        return evaluate(model, X_test, y_test)

    raw_data = load_data()
    parts = split_data(raw_data)
    model = train(parts["X_train"], parts["y_train"])
    evaluate(model, parts["X_test"], parts["y_test"])
