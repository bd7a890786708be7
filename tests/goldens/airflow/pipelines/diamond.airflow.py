# Compiled by flowyml 0.1 from diamond.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile diamond.py:pipeline --target airflow==3.3
"""One source, two branches, one join."""

from airflow.sdk import DAG, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="diamond",
    description="One source, two branches, one join.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    tags=["flowyml"],
):
    # diamond.py: read
    read = step.override(task_id="read", retries=0)(
        {"step": "diamond:read", "digest": "8f41f8579a01b562", "outputs": ["text"]}
    )
    # diamond.py: split
    split = step.override(task_id="split", retries=0)(
        {"step": "diamond:split", "digest": "1b2aaa2a36cc1077", "outputs": ["words"]},
        {"text": read["text"]},
    )
    # diamond.py: measure
    measure = step.override(task_id="measure", retries=0)(
        {"step": "diamond:measure", "digest": "e25822bd5e2915a3", "outputs": ["length"]},
        {"text": read["text"]},
    )
    # diamond.py: summarize
    summarize = step.override(task_id="summarize", retries=0)(
        {"step": "diamond:summarize", "digest": "bb91eeeccd3389e8", "outputs": ["summary"]},
        {"words": split["words"], "length": measure["length"]},
    )
