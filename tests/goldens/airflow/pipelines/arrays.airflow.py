# Compiled by flowyml 0.1 from arrays.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile arrays.py:pipeline --target airflow==3.3
"""Arrays and scalars of NumPy keep shape and type."""

from airflow.sdk import DAG, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="arrays",
    description="Arrays and scalars of NumPy keep shape and type.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    tags=["flowyml"],
):
    # arrays.py: make
    make = step.override(task_id="make", retries=0)(
        {
            "step": "arrays:make",
            "digest": "162fc5a87778f78f",
            "outputs": ["days", "fortran", "holes", "matrix", "nothing", "single", "words"],
        }
    )
    # arrays.py: scalars
    scalars = step.override(task_id="scalars", retries=0)(
        {"step": "arrays:scalars", "digest": "a65209a013221041", "outputs": ["mean", "most"]},
        {"matrix": make["matrix"]},
    )
    # arrays.py: record
    record = step.override(task_id="record", retries=0)(
        {"step": "arrays:record", "digest": "453f83506cdacdfb", "outputs": ["records"]}
    )
    # arrays.py: look
    look = step.override(task_id="look", retries=0)(
        {"step": "arrays:look", "digest": "63fdefbcf504d7e6", "outputs": ["seen"]},
        {
            "matrix": make["matrix"],
            "fortran": make["fortran"],
            "nothing": make["nothing"],
            "single": make["single"],
            "words": make["words"],
            "days": make["days"],
            "holes": make["holes"],
            "mean": scalars["mean"],
            "most": scalars["most"],
            "records": record["records"],
        },
    )
