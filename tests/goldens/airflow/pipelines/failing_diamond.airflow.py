# Compiled by flowyml 0.1 from failing_diamond.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile failing_diamond.py:pipeline --target airflow==3.3
"""One side of a diamond fails, and so the join cannot run."""

from airflow.sdk import DAG, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="failing_diamond",
    description="One side of a diamond fails, and so the join cannot run.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    tags=["flowyml"],
):
    # failing_diamond.py: start
    start = step.override(task_id="start", retries=0)(
        {"step": "failing_diamond:start", "digest": "3ea7536695962d3d", "outputs": ["source"]}
    )
    # failing_diamond.py: left_side
    left_side = step.override(task_id="left_side", retries=0)(
        {"step": "failing_diamond:left_side", "digest": "98e4d38cdd199047", "outputs": ["left"]},
        {"source": start["source"]},
    )
    # failing_diamond.py: right_side
    right_side = step.override(task_id="right_side", retries=0)(
        {"step": "failing_diamond:right_side", "digest": "3a77c3d114908968", "outputs": ["right"]},
        {"source": start["source"]},
    )
    # failing_diamond.py: join
    join = step.override(task_id="join", retries=0)(
        {"step": "failing_diamond:join", "digest": "7389545e8c4a018c", "outputs": ["both"]},
        {"left": left_side["left"], "right": right_side["right"]},
    )
