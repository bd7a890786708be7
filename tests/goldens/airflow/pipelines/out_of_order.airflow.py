# Compiled by flowyml 0.1 from out_of_order.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile out_of_order.py:pipeline --target airflow==3.3
"""Steps are added in another order than they run in."""

from airflow.sdk import DAG, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="out_of_order",
    description="Steps are added in another order than they run in.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    tags=["flowyml"],
):
    # out_of_order.py: load
    load = step.override(task_id="load", retries=0)(
        {"step": "out_of_order:load", "digest": "9dbabc6cf7baf69d", "outputs": ["raw"]}
    )
    # out_of_order.py: clean
    clean = step.override(task_id="clean", retries=0)(
        {"step": "out_of_order:clean", "digest": "c114e78431bf39d1", "outputs": ["cleaned"]},
        {"raw": load["raw"]},
    )
    # out_of_order.py: score
    score = step.override(task_id="score", retries=0)(
        {"step": "out_of_order:score", "digest": "5c3430d2367dbc5c", "outputs": ["scored"]},
        {"cleaned": clean["cleaned"]},
    )
    # out_of_order.py: report
    report = step.override(task_id="report", retries=0)(
        {"step": "out_of_order:report", "digest": "d87e8e8e854652b0", "outputs": ["report"]},
        {"scored": score["scored"], "cleaned": clean["cleaned"]},
    )
