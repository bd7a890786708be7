# Compiled by flowyml 0.1 from seed/sub_pipeline.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile seed/sub_pipeline.py:pipeline --target airflow==3.3
"""The page's "Sub-Pipeline Composition"."""

from airflow.sdk import DAG, TaskGroup, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="seed_sub_pipeline",
    description='The page\'s "Sub-Pipeline Composition".',
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    tags=["flowyml"],
):
    # seed/sub_pipeline.py: load
    load = step.override(task_id="load", retries=0)(
        {"step": "seed.sub_pipeline:load", "digest": "6d79ac212432f123", "outputs": ["raw_data"]}
    )
    with TaskGroup(group_id="preprocessing"):
        # seed/sub_pipeline.py: clean_data
        preprocessing__clean_data = step.override(task_id="clean_data", retries=0)(
            {
                "step": "seed.sub_pipeline:clean_data",
                "digest": "1616a19f1e3e7f44",
                "outputs": ["preprocessing.cleaned"],
                "name": "preprocessing.clean_data",
            },
            {"input": load["raw_data"]},
        )
        # seed/sub_pipeline.py: normalize
        preprocessing__normalize = step.override(task_id="normalize", retries=0)(
            {
                "step": "seed.sub_pipeline:normalize",
                "digest": "2188232de4d50f9d",
                "outputs": ["clean_data"],
                "name": "preprocessing.normalize",
            },
            {"cleaned": preprocessing__clean_data["preprocessing.cleaned"]},
        )
    # seed/sub_pipeline.py: train_model
    train_model = step.override(task_id="train_model", retries=0)(
        {
            "step": "seed.sub_pipeline:train_model",
            "digest": "a10f74409ae75ff8",
            "outputs": ["model"],
        },
        {"clean_data": preprocessing__normalize["clean_data"]},
    )
