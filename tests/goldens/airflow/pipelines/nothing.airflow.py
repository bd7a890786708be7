# Compiled by flowyml 0.1 from nothing.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile nothing.py:pipeline --target airflow==3.3
"""None is a value like any other."""

from airflow.sdk import DAG, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="nothing",
    description="None is a value like any other.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    tags=["flowyml"],
):
    # nothing.py: find
    find = step.override(task_id="find", retries=0)(
        {"step": "nothing:find", "digest": "7167ddacbdd0ccbd", "outputs": ["missing"]}
    )
    # nothing.py: search
    search = step.override(task_id="search", retries=0)(
        {"step": "nothing:search", "digest": "8aa7acdf9d75c02f", "outputs": ["maybe", "surely"]}
    )
    # nothing.py: rest
    rest = step.override(task_id="rest", retries=0)(
        {"step": "nothing:rest", "digest": "0af388524bb4105f", "outputs": ["rest"]}
    )
    # nothing.py: look
    look = step.override(task_id="look", retries=0)(
        {"step": "nothing:look", "digest": "6b4c024c424ef85f", "outputs": ["seen"]},
        {
            "missing": find["missing"],
            "maybe": search["maybe"],
            "surely": search["surely"],
            "rest": rest["rest"],
        },
    )
    # nothing.py: clear
    clear = step.override(task_id="clear", retries=0)(
        {"step": "nothing:clear", "digest": "7fa4415d747197f8", "outputs": ["empty"]},
        {"seen": look["seen"]},
    )
