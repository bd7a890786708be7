# Compiled by flowyml 0.1 from failing_branch.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile failing_branch.py:pipeline --target airflow==3.3
"""One branch fails; what does not depend on it still runs."""

from airflow.sdk import DAG, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="failing_branch",
    description="One branch fails; what does not depend on it still runs.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    tags=["flowyml"],
):
    # failing_branch.py: load
    load = step.override(task_id="load", retries=0)(
        {"step": "failing_branch:load", "digest": "842925cfc5cf56b5", "outputs": ["data"]}
    )
    # failing_branch.py: break_it
    break_it = step.override(task_id="break_it", retries=0)(
        {"step": "failing_branch:break_it", "digest": "cd491ebf18db5345", "outputs": ["broken"]},
        {"data": load["data"]},
    )
    # failing_branch.py: use
    use = step.override(task_id="use", retries=0)(
        {"step": "failing_branch:use", "digest": "50683e528395f9d0", "outputs": ["never"]},
        {"broken": break_it["broken"]},
    )
    # failing_branch.py: use_again
    use_again = step.override(task_id="use_again", retries=0)(
        {"step": "failing_branch:use_again", "digest": "91151b8770b471db", "outputs": ["last"]},
        {"never": use["never"]},
    )
    # failing_branch.py: go_on
    go_on = step.override(task_id="go_on", retries=0)(
        {"step": "failing_branch:go_on", "digest": "d98d095b76bde601", "outputs": ["whole"]},
        {"data": load["data"]},
    )
    # failing_branch.py: independent
    independent = step.override(task_id="independent", retries=0)(
        {"step": "failing_branch:independent", "digest": "44a106fe0936e2cd", "outputs": ["alone"]}
    )
