# Compiled by flowyml 0.1 from outputs.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile outputs.py:pipeline --target airflow==3.3
"""Several outputs: as a tuple, a list, and a dict in another order; some of them read."""

from airflow.sdk import DAG, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="outputs",
    description="Several outputs: as a tuple, a list, and a dict in another order; some of them read.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    tags=["flowyml"],
):
    # outputs.py: bounds
    bounds = step.override(task_id="bounds", retries=0)(
        {"step": "outputs:bounds", "digest": "6c24f9db77173ee9", "outputs": ["low", "high"]}
    )
    # outputs.py: letters
    letters = step.override(task_id="letters", retries=0)(
        {
            "step": "outputs:letters",
            "digest": "4c0a5a29b35000bd",
            "outputs": ["first", "second", "third"],
        }
    )
    # outputs.py: facts
    facts = step.override(task_id="facts", retries=0)(
        {"step": "outputs:facts", "digest": "3ebe21e120eca9ea", "outputs": ["name", "size"]}
    )
    # outputs.py: pair
    pair = step.override(task_id="pair", retries=0)(
        {"step": "outputs:pair", "digest": "8025790e54b93123", "outputs": ["pair"]}
    )
    # outputs.py: join
    join = step.override(task_id="join", retries=0)(
        {"step": "outputs:join", "digest": "093c7a256110ee21", "outputs": ["line"]},
        {
            "low": bounds["low"],
            "third": letters["third"],
            "size": facts["size"],
            "name": facts["name"],
            "pair": pair["pair"],
        },
    )
