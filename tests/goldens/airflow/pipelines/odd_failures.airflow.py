# Compiled by flowyml 0.1 from odd_failures.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile odd_failures.py:pipeline --target airflow==3.3
"""Failures that are hard to tell others about: they fail their steps and nothing else."""

from airflow.sdk import DAG, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="odd_failures",
    description="Failures that are hard to tell others about: they fail their steps and nothing else.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    tags=["flowyml"],
):
    # odd_failures.py: raise_odd
    raise_odd = step.override(task_id="raise_odd", retries=0)(
        {"step": "odd_failures:raise_odd", "digest": "05f7b0c549982ef1", "outputs": ["odd"]}
    )
    # odd_failures.py: give_a_lock
    give_a_lock = step.override(task_id="give_a_lock", retries=0)(
        {"step": "odd_failures:give_a_lock", "digest": "d6cb7ce218009e90", "outputs": ["lock"]}
    )
    # odd_failures.py: generate
    generate = step.override(task_id="generate", retries=0)(
        {"step": "odd_failures:generate", "digest": "132d472b871a17d9", "outputs": ["numbers"]}
    )
    # odd_failures.py: half_storable
    half_storable = step.override(task_id="half_storable", retries=0)(
        {
            "step": "odd_failures:half_storable",
            "digest": "f5545db3dd78ac68",
            "outputs": ["one", "two"],
        }
    )
    # odd_failures.py: read
    read = step.override(task_id="read", retries=0)(
        {"step": "odd_failures:read", "digest": "3980af8616884a18", "outputs": ["read"]},
        {"one": half_storable["one"]},
    )
