# Compiled by flowyml 0.1 from same_names.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile same_names.py:pipeline --target airflow==3.3
"""Two different steps of one name: they are told apart by order of adding."""

from airflow.sdk import DAG, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="same_names",
    description="Two different steps of one name: they are told apart by order of adding.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    tags=["flowyml"],
):
    # same_names.py: make_one
    make = step.override(task_id="make", retries=0)(
        {
            "step": "same_names:make_one",
            "digest": "e456b55e59467242",
            "outputs": ["one"],
            "name": "make",
        }
    )
    # same_names.py: make_two
    make_2__62725a7d = step.override(task_id="make-2", retries=0)(
        {
            "step": "same_names:make_two",
            "digest": "c81e542ba5883545",
            "outputs": ["two"],
            "name": "make-2",
        }
    )
    # same_names.py: add
    add = step.override(task_id="add", retries=0)(
        {"step": "same_names:add", "digest": "4fd690ac49f8d83e", "outputs": ["three"]},
        {"one": make["one"], "two": make_2__62725a7d["two"]},
    )
