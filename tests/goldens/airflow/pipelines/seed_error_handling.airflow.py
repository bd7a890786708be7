# Compiled by flowyml 0.1 from seed/error_handling.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile seed/error_handling.py:pipeline --target airflow==3.3
# emulated: fallback: the task calls it on its last try; a worker that is lost cannot fall back
# differs: retry: Airflow lengthens waits that grow (backoff) by a jitter, to at most twice their length
"""The page's "Error Handling"; three attempts, with one and two seconds between them."""

from airflow.sdk import DAG, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="seed_error_handling",
    description='The page\'s "Error Handling"; three attempts, with one and two seconds between them.',
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    tags=["flowyml"],
):
    # seed/error_handling.py: flaky_step
    flaky_step = step.override(
        task_id="flaky_step",
        retries=2,
        retry_delay=1,
        retry_exponential_backoff=2.0,
        max_retry_delay=60,
    )(
        {
            "step": "seed.error_handling:flaky_step",
            "digest": "0e552d3924f04053",
            "outputs": ["flaky_step"],
            "fallback": "4700eacc251a8cd2",
        }
    )
