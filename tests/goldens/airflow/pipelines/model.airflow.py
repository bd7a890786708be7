# Compiled by flowyml 0.1 from model.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile model.py:pipeline --target airflow==3.3
"""A model of scikit-learn is trained in one step and used in another."""

from airflow.sdk import DAG, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="model",
    description="A model of scikit-learn is trained in one step and used in another.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    tags=["flowyml"],
):
    # model.py: fit
    fit = step.override(task_id="fit", retries=0)(
        {"step": "model:fit", "digest": "b5ae65c3be12741c", "outputs": ["line"]}
    )
    # model.py: predict
    predict = step.override(task_id="predict", retries=0)(
        {"step": "model:predict", "digest": "ce344018fd42fc65", "outputs": ["prediction"]},
        {"line": fit["line"]},
    )
