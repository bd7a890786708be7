# Compiled by flowyml 0.1 from decorated.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile decorated.py:pipeline --target airflow==3.3
"""Functions that are more than a plain `def`: a decorated one, and a static method."""

from airflow.sdk import DAG, Param, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="decorated",
    description="Functions that are more than a plain `def`: a decorated one, and a static method.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    params={"name": Param("you", type="string")},
    tags=["flowyml"],
):
    # decorated.py: greet
    greet = step.override(task_id="greet", retries=0)(
        {
            "step": "decorated:greet",
            "digest": "52358d2c3aa573b0",
            "outputs": ["greeting"],
            "params": {"name": "string"},
        }
    )
    # decorated.py: Rules.double
    double = step.override(task_id="double", retries=0)(
        {
            "step": "decorated:Rules.double",
            "digest": "02cc842d3a1c59e5",
            "outputs": ["doubled"],
            "name": "double",
        },
        {"greeting": greet["greeting"]},
    )
