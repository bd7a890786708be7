# Compiled by flowyml 0.1 from gates.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile gates.py:pipeline --target airflow==3.3
"""A step that checks what it reads holds up the readers that were added after it."""

from airflow.sdk import DAG, Param, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="gates",
    description="A step that checks what it reads holds up the readers that were added after it.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    params={"minimum": Param(3, type="integer")},
    tags=["flowyml"],
):
    # gates.py: load
    load = step.override(task_id="load", retries=0)(
        {"step": "gates:load", "digest": "39a39a15ce468c0b", "outputs": ["rows"]}
    )
    # gates.py: before
    before = step.override(task_id="before", retries=0)(
        {"step": "gates:before", "digest": "bc41ccd1fcb67e0f", "outputs": ["early"]},
        {"rows": load["rows"]},
    )
    # gates.py: check
    check = step.override(task_id="check", retries=0)(
        {
            "step": "gates:check",
            "digest": "67c99ed8b28069be",
            "outputs": ["check"],
            "params": {"minimum": "integer"},
        },
        {"rows": load["rows"]},
    )
    # gates.py: after
    after = step.override(task_id="after", retries=0)(
        {"step": "gates:after", "digest": "b4660a56e4ef09f0", "outputs": ["late"]},
        {"rows": load["rows"]},
    )
    check >> after
    # gates.py: downstream
    downstream = step.override(task_id="downstream", retries=0)(
        {"step": "gates:downstream", "digest": "3091cd122ba5dc28", "outputs": ["later"]},
        {"late": after["late"]},
    )
