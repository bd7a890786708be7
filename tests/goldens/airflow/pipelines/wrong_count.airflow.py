# Compiled by flowyml 0.1 from wrong_count.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile wrong_count.py:pipeline --target airflow==3.3
"""A step that returns another number of values than it declares fails."""

from airflow.sdk import DAG, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="wrong_count",
    description="A step that returns another number of values than it declares fails.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    tags=["flowyml"],
):
    # wrong_count.py: three_values
    three_values = step.override(task_id="three_values", retries=0)(
        {
            "step": "wrong_count:three_values",
            "digest": "9e76802adc4d7992",
            "outputs": ["one", "two"],
        }
    )
    # wrong_count.py: use
    use = step.override(task_id="use", retries=0)(
        {"step": "wrong_count:use", "digest": "9ffae3a747559bd2", "outputs": ["seen"]},
        {"one": three_values["one"]},
    )
    # wrong_count.py: other_keys
    other_keys = step.override(task_id="other_keys", retries=0)(
        {
            "step": "wrong_count:other_keys",
            "digest": "fe5bcd690e231c9c",
            "outputs": ["left", "right"],
        }
    )
