# Compiled by flowyml 0.1 from failing_conditions.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile failing_conditions.py:pipeline --target airflow==3.3
# emulated: fail_fast: each task asks Airflow whether one of its run has failed, and skips itself then
"""Conditions that raise: one whose readers fall with it, one that a reader outlives."""

from airflow.sdk import DAG, Param, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="failing_conditions",
    description="Conditions that raise: one whose readers fall with it, one that a reader outlives.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    params={"which": Param("none", type="string")},
    tags=["flowyml"],
):
    # failing_conditions.py: read
    read = step.override(task_id="read", retries=0)(
        {
            "step": "failing_conditions:read",
            "digest": "ebe2d191ef37d17a",
            "outputs": ["data"],
            "params": {"which": "string"},
            "fail_fast": True,
        }
    )
    # failing_conditions.py: fall
    fall = step.override(task_id="fall", retries=0)(
        {
            "step": "failing_conditions:fall",
            "digest": "c5e2b7ed20492ff6",
            "outputs": ["alone"],
            "params": {"which": "string"},
            "when": [{"digest": "588da7194936ec0f"}, {"digest": "e936d03599eace95"}],
            "condition_only": ["which"],
            "fail_fast": True,
        },
        {"data": read["data"]},
    )
    # failing_conditions.py: follow
    follow = step.override(task_id="follow", retries=0, trigger_rule="none_failed")(
        {
            "step": "failing_conditions:follow",
            "digest": "fdf049e782d723a8",
            "outputs": ["follows"],
            "fail_fast": True,
        },
        {"alone": fall["alone"]},
    )
    # failing_conditions.py: fade
    fade = step.override(task_id="fade", retries=0)(
        {
            "step": "failing_conditions:fade",
            "digest": "6cbbe5a0fdc58c1d",
            "outputs": ["outlived"],
            "params": {"which": "string"},
            "when": [{"digest": "9a74fee612075776"}, {"digest": "e936d03599eace95"}],
            "condition_only": ["which"],
            "fail_fast": True,
        },
        {"data": read["data"]},
    )
    # failing_conditions.py: outlive
    outlive = step.override(task_id="outlive", retries=0, trigger_rule="none_failed")(
        {
            "step": "failing_conditions:outlive",
            "digest": "203cb4ec6cf65769",
            "outputs": ["outlives"],
            "optional": ["outlived"],
            "fail_fast": True,
        },
        {"outlived": fade["outlived"]},
    )
