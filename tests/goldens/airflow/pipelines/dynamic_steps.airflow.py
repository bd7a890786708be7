# Compiled by flowyml 0.1 from dynamic_steps.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile dynamic_steps.py:pipeline --target airflow==3.3
# emulated: dynamic: one task runs the pipeline that it builds
"""Steps that build the pipeline that does their work, one within another."""

from airflow.sdk import DAG, Param, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="dynamic_steps",
    description="Steps that build the pipeline that does their work, one within another.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    params={"rates": Param([0.1, 0.5], type="array")},
    tags=["flowyml"],
):
    # dynamic_steps.py: search
    search = step.override(task_id="search", retries=0)(
        {
            "step": "dynamic_steps:search",
            "digest": "ffa21fb4930a5019",
            "outputs": ["models"],
            "params": {"rates": "array"},
        }
    )
    # dynamic_steps.py: around
    around = step.override(task_id="around", retries=0)(
        {"step": "dynamic_steps:around", "digest": "f927d6e55409848e", "outputs": ["best"]},
        {"models": search["models"]},
    )
