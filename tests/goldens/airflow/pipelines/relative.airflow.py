# Compiled by flowyml 0.1 from relative.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile relative.py:pipeline --target airflow==3.3
"""Relative paths in steps are relative to the project, wherever the run was started."""

from airflow.sdk import DAG, Param, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="relative",
    description="Relative paths in steps are relative to the project, wherever the run was started.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    params={"path": Param("data/words.txt", type="string")},
    tags=["flowyml"],
):
    # relative.py: read
    read = step.override(task_id="read", retries=0)(
        {
            "step": "relative:read",
            "digest": "d52116bff5bb65b3",
            "outputs": ["words"],
            "params": {"path": "string"},
        }
    )
