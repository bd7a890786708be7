# Compiled by flowyml 0.1 from large_frame.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile large_frame.py:pipeline --target airflow==3.3
"""A frame of some megabytes."""

from airflow.sdk import DAG, Param, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="large_frame",
    description="A frame of some megabytes.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    params={"rows": Param(200000, type="integer")},
    tags=["flowyml"],
):
    # large_frame.py: make
    make = step.override(task_id="make", retries=0)(
        {
            "step": "large_frame:make",
            "digest": "c75d87be3692ff97",
            "outputs": ["frame"],
            "params": {"rows": "integer"},
        }
    )
    # large_frame.py: keep_even
    keep_even = step.override(task_id="keep_even", retries=0)(
        {"step": "large_frame:keep_even", "digest": "4eb2e79b19cc11c0", "outputs": ["evens"]},
        {"frame": make["frame"]},
    )
    # large_frame.py: add
    add = step.override(task_id="add", retries=0)(
        {"step": "large_frame:add", "digest": "e35595b10f46e9cc", "outputs": ["total"]},
        {"evens": keep_even["evens"]},
    )
