# Compiled by flowyml 0.1 from defaults.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile defaults.py:pipeline --target airflow==3.3
"""Parameters that only the function's own defaults supply."""

from airflow.sdk import DAG, Param, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="defaults",
    description="Parameters that only the function's own defaults supply.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    params={
        "left": Param(2, type="integer"),
        "mark": Param(None, type=["null", "string"]),
        "places": Param(2.0, type="number"),
        "prefix": Param("sum=", type="string"),
        "right": Param(10, type="integer"),
    },
    tags=["flowyml"],
):
    # defaults.py: add
    add = step.override(task_id="add", retries=0)(
        {
            "step": "defaults:add",
            "digest": "f376f11ec6fe71c5",
            "outputs": ["sum"],
            "params": {"left": "integer", "right": "integer"},
        }
    )
    # defaults.py: write
    write = step.override(task_id="write", retries=0)(
        {
            "step": "defaults:write",
            "digest": "d9ea2aa0026590fb",
            "outputs": ["line"],
            "params": {"prefix": "string", "places": "number", "mark": "string?"},
        },
        {"sum": add["sum"]},
    )
    # defaults.py: keep
    keep = step.override(task_id="keep", retries=0)(
        {
            "step": "defaults:keep",
            "digest": "046ea9becdfba60a",
            "outputs": ["kept"],
            "params": {"items": "any", "given": "any"},
        }
    )
    # defaults.py: far
    far = step.override(task_id="far", retries=0)(
        {
            "step": "defaults:far",
            "digest": "a8fc9272f84ed100",
            "outputs": ["far"],
            "params": {"distance": "integer"},
        }
    )
    # defaults.py: near
    near = step.override(task_id="near", retries=0)(
        {
            "step": "defaults:near",
            "digest": "2feec789cdbbf40e",
            "outputs": ["near"],
            "params": {"distance": "integer"},
        }
    )
