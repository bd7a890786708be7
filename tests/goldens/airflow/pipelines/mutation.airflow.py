# Compiled by flowyml 0.1 from mutation.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile mutation.py:pipeline --target airflow==3.3
"""A reader that changes what it was given changes nobody else's value."""

from airflow.sdk import DAG, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="mutation",
    description="A reader that changes what it was given changes nobody else's value.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    tags=["flowyml"],
):
    # mutation.py: make
    make = step.override(task_id="make", retries=0)(
        {"step": "mutation:make", "digest": "43b25aebd5eec030", "outputs": ["numbers"]}
    )
    # mutation.py: shorten
    shorten = step.override(task_id="shorten", retries=0)(
        {"step": "mutation:shorten", "digest": "fd35e8ccec4ffba3", "outputs": ["shortened"]},
        {"numbers": make["numbers"]},
    )
    # mutation.py: add
    add = step.override(task_id="add", retries=0)(
        {"step": "mutation:add", "digest": "3e708e7b713f6f71", "outputs": ["total"]},
        {"numbers": make["numbers"]},
    )
    shorten >> add
