# Compiled by flowyml 0.1 from seed/map_tasks.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile seed/map_tasks.py:pipeline --target airflow==3.3
"""The page's "Map Tasks", as a step of a pipeline."""

from airflow.sdk import DAG, Param, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


@task
def split_map(spec, inputs=None):
    """Store the items of a map task, and say in which ranges to work on them."""
    from flowyml_airflow.map_worker import split_items

    return split_items(spec, inputs, get_current_context())


@task
def map_items(plan, part):
    """Work on one range of a map task's items."""
    from flowyml_airflow.map_worker import work_on_items

    return work_on_items(plan, part, get_current_context())


@task(multiple_outputs=True)
def collect_map(parts, results):
    """Put a map task's results together, in the order of the items."""
    from flowyml_airflow.map_worker import collect_items

    return collect_items(parts, results, get_current_context())


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
    # seed/map_tasks.py: process_document (its items)
    process_document__split = split_map.override(task_id="process_document__split", retries=0)(
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
    process_document__items = (
        map_items.override(
            task_id="process_document__items", retries=0, max_active_tis_per_dagrun=8
        )
        .partial(plan=process_document__split["plan"])
        .expand(part=process_document__split)
    )
    process_document = collect_map.override(
        task_id="process_document", retries=0, trigger_rule="all_done"
    )(process_document__split, process_document__items)
    # seed/map_tasks.py: report
    report = step.override(task_id="report", retries=0)(
        {"step": "seed.map_tasks:report", "digest": "5fbe7d2e2665cf88", "outputs": ["report"]},
        {"process_document": process_document["process_document"]},
    )
