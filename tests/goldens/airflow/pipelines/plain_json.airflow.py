# Compiled by flowyml 0.1 from plain_json.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile plain_json.py:pipeline --target airflow==3.3
"""Plain JSON values of every kind, each as it was on the other side."""

from airflow.sdk import DAG, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="plain_json",
    description="Plain JSON values of every kind, each as it was on the other side.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    tags=["flowyml"],
):
    # plain_json.py: make
    make = step.override(task_id="make", retries=0)(
        {"step": "plain_json:make", "digest": "be28ddc4450021f1", "outputs": ["values"]}
    )
    # plain_json.py: single
    single = step.override(task_id="single", retries=0)(
        {
            "step": "plain_json:single",
            "digest": "046237269fb1194a",
            "outputs": ["number", "flag", "text", "items"],
        }
    )
    # plain_json.py: look
    look = step.override(task_id="look", retries=0)(
        {"step": "plain_json:look", "digest": "0b85f37f762f029c", "outputs": ["types"]},
        {"values": make["values"]},
    )
    # plain_json.py: compare
    compare = step.override(task_id="compare", retries=0)(
        {"step": "plain_json:compare", "digest": "302578dfa2300877", "outputs": ["equal"]},
        {
            "values": make["values"],
            "number": single["number"],
            "flag": single["flag"],
            "text": single["text"],
            "items": single["items"],
        },
    )
