# Compiled by flowyml 0.1 from python_values.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile python_values.py:pipeline --target airflow==3.3
"""Values that JSON has no word for, and objects of the project's own classes."""

from airflow.sdk import DAG, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="python_values",
    description="Values that JSON has no word for, and objects of the project's own classes.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    tags=["flowyml"],
):
    # python_values.py: make_plain
    make_plain = step.override(task_id="make_plain", retries=0)(
        {"step": "python_values:make_plain", "digest": "80aad4f49bd35e0e", "outputs": ["plain"]}
    )
    # python_values.py: make_own
    make_own = step.override(task_id="make_own", retries=0)(
        {
            "step": "python_values:make_own",
            "digest": "601fc2811281117b",
            "outputs": ["points", "colour", "pair", "blob"],
        }
    )
    # python_values.py: compare
    compare = step.override(task_id="compare", retries=0)(
        {"step": "python_values:compare", "digest": "fe021a6aa20eaed0", "outputs": ["equal"]},
        {
            "plain": make_plain["plain"],
            "points": make_own["points"],
            "colour": make_own["colour"],
            "pair": make_own["pair"],
            "blob": make_own["blob"],
        },
    )
