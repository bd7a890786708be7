# Compiled by flowyml 0.1 from seed/composition.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile seed/composition.py:pipeline --target airflow==3.3
"""The page's "Composition Over Inheritance"."""

from airflow.sdk import DAG, Param, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="seed_composition",
    description='The page\'s "Composition Over Inheritance".',
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    params={"path": Param("data/rows.csv", type="string")},
    tags=["flowyml"],
):
    # seed/composition.py: load_csv
    load_csv = step.override(task_id="load_csv", retries=0)(
        {
            "step": "seed.composition:load_csv",
            "digest": "b75a48be7646f16f",
            "outputs": ["data"],
            "params": {"path": "string"},
        }
    )
    # seed/composition.py: clean
    clean = step.override(task_id="clean", retries=0)(
        {"step": "seed.composition:clean", "digest": "22ae75a233faec8d", "outputs": ["clean"]},
        {"data": load_csv["data"]},
    )
    # seed/composition.py: validate
    validate = step.override(task_id="validate", retries=0)(
        {"step": "seed.composition:validate", "digest": "0eec5aaef9db1bb4", "outputs": ["rows"]},
        {"clean": clean["clean"]},
    )
