# Compiled by flowyml 0.1 from coroutine.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile coroutine.py:pipeline --target airflow==3.3
"""Async steps are awaited."""

from airflow.sdk import DAG, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="coroutine",
    description="Async steps are awaited.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    tags=["flowyml"],
):
    # coroutine.py: fetch
    fetch = step.override(task_id="fetch", retries=0)(
        {"step": "coroutine:fetch", "digest": "8a7110530437f081", "outputs": ["answer"]}
    )
    # coroutine.py: check
    check = step.override(task_id="check", retries=0)(
        {"step": "coroutine:check", "digest": "85b47e1bbc71adcd", "outputs": ["check"]},
        {"answer": fetch["answer"]},
    )
    # coroutine.py: write
    write = step.override(task_id="write", retries=0)(
        {"step": "coroutine:write", "digest": "6e5bf9444f56aa08", "outputs": ["text"]},
        {"answer": fetch["answer"]},
    )
    check >> write
