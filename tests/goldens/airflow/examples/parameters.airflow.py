# Compiled by flowyml 0.1 from parameters.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile parameters.py:pipeline --target airflow==3.3
"""Compute shares from parameters and report them for a date."""

from airflow.sdk import DAG, Param, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="parameters",
    description="Compute shares from parameters and report them for a date.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    params={
        "colours": Param(["red", "green"], type="array"),
        "note": Param(None, type=["null", "string"]),
        "rate": Param(0.1, type="number"),
        "rounds": Param(3, type="integer"),
        "title": Param('Shares "as planned"', type="string"),
        "verbose": Param(False, type="boolean"),
        "weights": Param({"red": 1, "green": 3}, type="object"),
    },
    tags=["flowyml"],
):
    # parameters.py: plan
    plan = step.override(task_id="plan", retries=0)(
        {
            "step": "parameters:plan",
            "digest": "96b9fb1541ba50f4",
            "outputs": ["plan"],
            "params": {
                "rate": "number",
                "rounds": "integer",
                "verbose": "boolean",
                "colours": "array",
                "weights": "object",
            },
        }
    )
    # parameters.py: report
    report = step.override(task_id="report", retries=0)(
        {
            "step": "parameters:report",
            "digest": "83ef710348135a01",
            "outputs": ["report"],
            "params": {"title": "string", "note": "string?"},
            "run_date": ["day"],
        },
        {"plan": plan["plan"]},
    )
    # parameters.py: publish
    publish = step.override(task_id="publish", retries=0)(
        {"step": "parameters:publish", "digest": "d072afa41a959882", "outputs": ["publish"]},
        {"report": report["report"]},
    )
