# Compiled by flowyml 0.1 from imported.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile imported.py:pipeline --target airflow==3.3
"""Steps from another module, from a package, and made of a plain function."""

from airflow.sdk import DAG, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="imported",
    description="Steps from another module, from a package, and made of a plain function.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    tags=["flowyml"],
):
    # neighbour.py: read
    read = step.override(task_id="read", retries=0)(
        {"step": "neighbour:read", "digest": "fb40f3faa5b2a28b", "outputs": ["lines"]}
    )
    # library/cleaning.py: clean
    clean = step.override(task_id="clean", retries=0)(
        {"step": "library.cleaning:clean", "digest": "cb84cc96bbec2659", "outputs": ["rows"]},
        {"lines": read["lines"]},
    )
    # imported.py: measure
    measure = step.override(task_id="measure", retries=0)(
        {"step": "imported:measure", "digest": "6e17b830b21f9d92", "outputs": ["lengths"]},
        {"rows": clean["rows"]},
    )
    # neighbour.py: longest
    longest = step.override(task_id="longest", retries=0)(
        {"step": "neighbour:longest", "digest": "1bcae3f7b2bfaaa6", "outputs": ["longest"]},
        {"lengths": measure["lengths"]},
    )
