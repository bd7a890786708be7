# Compiled by flowyml 0.1 from ordered.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile ordered.py:pipeline --target airflow==3.3
"""Order without data, by a step and by a step's name; a forced gate and a step that is none."""

from airflow.sdk import DAG, Param, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="ordered",
    description="Order without data, by a step and by a step's name; a forced gate and a step that is none.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    params={"folder": Param("", type="string")},
    tags=["flowyml"],
):
    # ordered.py: prepare
    prepare = step.override(task_id="prepare", retries=0)(
        {
            "step": "ordered:prepare",
            "digest": "bb12d1bda4de46b7",
            "outputs": ["prepare"],
            "params": {"folder": "string"},
        }
    )
    # ordered.py: build
    build = step.override(task_id="build", retries=0)(
        {
            "step": "ordered:build",
            "digest": "cc8f272ef36001ff",
            "outputs": ["build"],
            "params": {"folder": "string"},
        }
    )
    prepare >> build
    # ordered.py: publish
    publish = step.override(task_id="publish", retries=0)(
        {
            "step": "ordered:publish",
            "digest": "0b311bfca6276830",
            "outputs": ["report"],
            "params": {"folder": "string"},
        }
    )
    build >> publish
    # ordered.py: announce
    announce = step.override(task_id="announce", retries=0)(
        {
            "step": "ordered:announce",
            "digest": "0a690d505bd05ee9",
            "outputs": ["seen"],
            "params": {"folder": "string"},
        },
        {"report": publish["report"]},
    )
    # ordered.py: glance
    glance = step.override(task_id="glance", retries=0)(
        {"step": "ordered:glance", "digest": "8cee2ce6eb6c3ddb", "outputs": ["glance"]},
        {"report": publish["report"]},
    )
    announce >> glance
    # ordered.py: archive
    archive = step.override(task_id="archive", retries=0)(
        {
            "step": "ordered:archive",
            "digest": "6bdf5f74e407ae0b",
            "outputs": ["archive"],
            "params": {"folder": "string"},
        },
        {"report": publish["report"]},
    )
    announce >> archive
