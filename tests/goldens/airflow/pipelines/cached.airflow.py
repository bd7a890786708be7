# Compiled by flowyml 0.1 from cached.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile cached.py:pipeline --target airflow==3.3
# emulated: cache: the task looks where FLOWYML_CACHE says, else in the stack's artifact_store; without either every run runs the step
"""Steps that say how they are cached: what they give is the same with and without a cache."""

from airflow.sdk import DAG, Param, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="cached",
    description="Steps that say how they are cached: what they give is the same with and without a cache.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    params={"below": Param(10, type="integer"), "name": Param("users", type="string")},
    tags=["flowyml"],
):
    # cached.py: primes
    primes = step.override(task_id="primes", retries=0)(
        {
            "step": "cached:primes",
            "digest": "52489e5195a5ca94",
            "outputs": ["primes"],
            "params": {"below": "integer"},
            "cache": "always",
        }
    )
    # cached.py: query
    query = step.override(task_id="query", retries=0)(
        {
            "step": "cached:query",
            "digest": "1fd0b8727666b336",
            "outputs": ["table"],
            "params": {"name": "string"},
            "cache": "cf2853dfc2d599e8",
        }
    )
    # cached.py: tell
    tell = step.override(task_id="tell", retries=0)(
        {
            "step": "cached:tell",
            "digest": "6c37c363dbab3bb8",
            "outputs": ["told"],
            "cache": "never",
        },
        {"primes": primes["primes"], "table": query["table"]},
    )
