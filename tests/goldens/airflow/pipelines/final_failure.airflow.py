# Compiled by flowyml 0.1 from final_failure.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile final_failure.py:pipeline --target airflow==3.3
# differs: retry: Airflow lengthens waits that grow (backoff) by a jitter, to at most twice their length
"""An exception that the retry policy does not name is final."""

from airflow.sdk import DAG, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="final_failure",
    description="An exception that the retry policy does not name is final.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    tags=["flowyml"],
):
    # final_failure.py: asks
    asks = step.override(
        task_id="asks", retries=2, retry_delay=0, retry_exponential_backoff=2.0, max_retry_delay=60
    )({"step": "final_failure:asks", "digest": "db2e22d6d13f6319", "outputs": ["asks"]})
