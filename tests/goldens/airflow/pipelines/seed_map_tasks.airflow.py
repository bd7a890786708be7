# Compiled by flowyml 0.1 from seed/map_tasks.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile seed/map_tasks.py:pipeline --target airflow==3.3
# emulated: map: one task works on all items, several at once
"""The page's "Map Tasks", as a step of a pipeline."""

from airflow.sdk import DAG, Param, task


@task(multiple_outputs=True)
def step(spec, inputs=None, wanted=None, **context):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, context, wanted=wanted)


with DAG(
    dag_id="seed_map_tasks",
    description='The page\'s "Map Tasks", as a step of a pipeline.',
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    params={"broken": Param(1, type="integer")},
    tags=["flowyml"],
):
    # seed/map_tasks.py: documents
    documents = step.override(task_id="documents", retries=0)(
        {
            "step": "seed.map_tasks:documents",
            "digest": "44dda3f1ad988a45",
            "outputs": ["doc"],
            "params": {"broken": "integer"},
        }
    )
    # seed/map_tasks.py: process_document
    process_document = step.override(task_id="process_document", retries=0)(
        {
            "step": "seed.map_tasks:process_document",
            "digest": "fd321f813d790254",
            "outputs": ["process_document"],
            "map": {
                "concurrency": 8,
                "retries": 2,
                "retry_delay": 1.0,
                "min_success_ratio": 0.95,
                "fail_fast": False,
                "timeout_per_item": None,
            },
        },
        {"doc": documents["doc"]},
    )
    # seed/map_tasks.py: report
    report = step.override(task_id="report", retries=0)(
        {"step": "seed.map_tasks:report", "digest": "5fbe7d2e2665cf88", "outputs": ["report"]},
        {"process_document": process_document["process_document"]},
    )
