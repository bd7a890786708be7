# Compiled by flowyml 0.1 from sub_pipelines.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile sub_pipelines.py:pipeline --target airflow==3.3
"""Parts within parts, one of them used twice, with names and context values of their own."""

from airflow.sdk import DAG, Param, TaskGroup, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="sub_pipelines",
    description="Parts within parts, one of them used twice, with names and context values of their own.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    params={
        "again.inner.rate": Param(10, type="integer"),
        "longest": Param(5, type="integer"),
        "once.inner.rate": Param(10, type="integer"),
        "rate": Param(1, type="integer"),
    },
    tags=["flowyml"],
):
    # sub_pipelines.py: load
    load = step.override(task_id="load", retries=0)(
        {"step": "sub_pipelines:load", "digest": "675f0b1c609f3ed2", "outputs": ["raw"]}
    )
    with TaskGroup(group_id="once"):
        # sub_pipelines.py: order
        once__order = step.override(task_id="order", retries=0)(
            {
                "step": "sub_pipelines:order",
                "digest": "689c1a029ba19ddb",
                "outputs": ["once.ordered"],
                "name": "once.order",
            },
            {"numbers": load["raw"]},
        )
        with TaskGroup(group_id="inner"):
            # sub_pipelines.py: check
            once__inner__check = step.override(task_id="check", retries=0)(
                {
                    "step": "sub_pipelines:check",
                    "digest": "50ea74414db04a6b",
                    "outputs": ["once.inner.check"],
                    "params": {"longest": "integer"},
                    "name": "once.inner.check",
                },
                {"ordered": once__order["once.ordered"]},
            )
            # sub_pipelines.py: scale
            once__inner__scale = step.override(task_id="scale", retries=0)(
                {
                    "step": "sub_pipelines:scale",
                    "digest": "3da004c1cee3d307",
                    "outputs": ["first"],
                    "params": {"rate": "integer"},
                    "aliases": {"rate": "once.inner.rate"},
                    "name": "once.inner.scale",
                },
                {"ordered": once__order["once.ordered"]},
            )
            once__inner__check >> once__inner__scale
    with TaskGroup(group_id="again"):
        # sub_pipelines.py: order
        again__order = step.override(task_id="order", retries=0)(
            {
                "step": "sub_pipelines:order",
                "digest": "689c1a029ba19ddb",
                "outputs": ["again.ordered"],
                "name": "again.order",
            },
            {"numbers": once__inner__scale["first"]},
        )
        with TaskGroup(group_id="inner"):
            # sub_pipelines.py: check
            again__inner__check = step.override(task_id="check", retries=0)(
                {
                    "step": "sub_pipelines:check",
                    "digest": "50ea74414db04a6b",
                    "outputs": ["again.inner.check"],
                    "params": {"longest": "integer"},
                    "name": "again.inner.check",
                },
                {"ordered": again__order["again.ordered"]},
            )
            # sub_pipelines.py: scale
            again__inner__scale = step.override(task_id="scale", retries=0)(
                {
                    "step": "sub_pipelines:scale",
                    "digest": "3da004c1cee3d307",
                    "outputs": ["second"],
                    "params": {"rate": "integer"},
                    "aliases": {"rate": "again.inner.rate"},
                    "name": "again.inner.scale",
                },
                {"ordered": again__order["again.ordered"]},
            )
            again__inner__check >> again__inner__scale
    # sub_pipelines.py: add
    add = step.override(task_id="add", retries=0)(
        {
            "step": "sub_pipelines:add",
            "digest": "7fbc6916e21089f3",
            "outputs": ["sums"],
            "params": {"rate": "integer"},
        },
        {"first": once__inner__scale["first"], "second": again__inner__scale["second"]},
    )
