# Compiled by flowyml 0.1 from failing_pair.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile failing_pair.py:pipeline --target airflow==3.3
# emulated: complementary: one task asks the predicate, and the tasks of both steps obey
"""A predicate that two complementary steps share raises: both have failed."""

from airflow.sdk import DAG, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="failing_pair",
    description="A predicate that two complementary steps share raises: both have failed.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    tags=["flowyml"],
):
    # failing_pair.py: read
    read = step.override(task_id="read", retries=0)(
        {"step": "failing_pair:read", "digest": "5c4626d27bf91549", "outputs": ["data"]}
    )
    # failing_pair.py: train_deep (its condition)
    train_deep__when = step.override(task_id="train_deep__when", retries=0)(
        {
            "step": "failing_pair:train_deep",
            "digest": "5c0c2936af8a9f4f",
            "when": [{"digest": "e936d03599eace95", "shared": "train_deep#when[0]"}],
            "decides": {"train_deep": True, "train_simple": False},
        },
        {"data": read["data"]},
    )
    # failing_pair.py: train_deep
    train_deep = step.override(task_id="train_deep", retries=0)(
        {
            "step": "failing_pair:train_deep",
            "digest": "5c0c2936af8a9f4f",
            "outputs": ["model"],
            "when": [{"digest": "e936d03599eace95", "shared": "train_deep#when[0]"}],
        },
        {"data": read["data"], "@when": train_deep__when["train_deep"]},
    )
    # failing_pair.py: train_simple
    train_simple = step.override(task_id="train_simple", retries=0)(
        {
            "step": "failing_pair:train_simple",
            "digest": "1ed78470a507d270",
            "outputs": ["model"],
            "when": [
                {"digest": "e936d03599eace95", "negate": True, "shared": "train_deep#when[0]"}
            ],
        },
        {"data": read["data"], "@when": train_deep__when["train_simple"]},
    )
    # failing_pair.py: use
    use = step.override(task_id="use", retries=0, trigger_rule="none_failed")(
        {"step": "failing_pair:use", "digest": "ddcf372bc7fa0494", "outputs": ["report"]},
        {"model": [train_deep["model"], train_simple["model"]]},
    )
