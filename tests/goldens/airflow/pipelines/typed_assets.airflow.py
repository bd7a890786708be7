# Compiled by flowyml 0.1 from typed_assets.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile typed_assets.py:pipeline --target airflow==3.3
"""Assets travel with name and metadata; a reader gets the asset or the data, as it asks."""

from airflow.sdk import DAG, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="typed_assets",
    description="Assets travel with name and metadata; a reader gets the asset or the data, as it asks.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    tags=["flowyml"],
):
    # typed_assets.py: load
    load = step.override(task_id="load", retries=0)(
        {"step": "typed_assets:load", "digest": "0e7055729577400d", "outputs": ["rows"]}
    )
    # typed_assets.py: train
    train = step.override(task_id="train", retries=0)(
        {
            "step": "typed_assets:train",
            "digest": "b08d1fd37403e90f",
            "outputs": ["model", "metrics", "report"],
        },
        {"rows": load["rows"]},
    )
    # typed_assets.py: bare
    bare = step.override(task_id="bare", retries=0)(
        {"step": "typed_assets:bare", "digest": "b139b18e829218aa", "outputs": ["bare"]}
    )
    # typed_assets.py: own
    own = step.override(task_id="own", retries=0)(
        {"step": "typed_assets:own", "digest": "0c3562f74d8be20d", "outputs": ["points"]}
    )
    # typed_assets.py: read_own
    read_own = step.override(task_id="read_own", retries=0)(
        {
            "step": "typed_assets:read_own",
            "digest": "c563f0ccfbff5653",
            "outputs": ["as_own"],
            "assets": ["points", "rows"],
        },
        {"points": own["points"], "rows": load["rows"]},
    )
    # typed_assets.py: read_assets
    read_assets = step.override(task_id="read_assets", retries=0)(
        {
            "step": "typed_assets:read_assets",
            "digest": "5dc1e26bf223615c",
            "outputs": ["as_asset"],
            "assets": ["rows", "model", "metrics", "report"],
        },
        {
            "rows": load["rows"],
            "model": train["model"],
            "metrics": train["metrics"],
            "report": train["report"],
        },
    )
    # typed_assets.py: read_data
    read_data = step.override(task_id="read_data", retries=0)(
        {"step": "typed_assets:read_data", "digest": "f7f83208558358cf", "outputs": ["as_data"]},
        {"rows": load["rows"], "model": train["model"], "metrics": train["metrics"]},
    )
    # typed_assets.py: wrap
    wrap = step.override(task_id="wrap", retries=0)(
        {
            "step": "typed_assets:wrap",
            "digest": "c7a9b45f101a989c",
            "outputs": ["wrapped"],
            "assets": ["bare"],
        },
        {"bare": bare["bare"]},
    )
