# Compiled by flowyml 0.1 from resilience.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile resilience.py:pipeline --target airflow==3.3
# emulated: fallback: the task calls it on its last try; a worker that is lost cannot fall back
# emulated: timeout: the task runs the step in a process of its own and ends it
# differs: retry: Airflow lengthens waits that grow (backoff) by a jitter, to at most twice their length
"""A fallback after the last attempt, a final exception, a time limit, and a map over items."""

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
    dag_id="resilience",
    description="A fallback after the last attempt, a final exception, a time limit, and a map over items.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    params={"folder": Param("", type="string")},
    tags=["flowyml"],
):
    # resilience.py: broken
    broken = step.override(
        task_id="broken",
        retries=1,
        retry_delay=0,
        retry_exponential_backoff=2.0,
        max_retry_delay=60,
    )(
        {
            "step": "resilience:broken",
            "digest": "9c5e4784984c8036",
            "outputs": ["recovered"],
            "params": {"folder": "string"},
            "fallback": "1e7a5d18c7fba15f",
        }
    )
    # resilience.py: count
    count = step.override(task_id="count", retries=0)(
        {
            "step": "resilience:count",
            "digest": "f3999c2656c8f90b",
            "outputs": ["tries"],
            "params": {"folder": "string"},
        },
        {"recovered": broken["recovered"]},
    )
    # resilience.py: in_time
    in_time = step.override(task_id="in_time", retries=0)(
        {
            "step": "resilience:in_time",
            "digest": "e83a3d71b3a21c20",
            "outputs": ["limited"],
            "timeout": 600.0,
        },
        {"tries": count["tries"]},
    )
    # resilience.py: numbers
    numbers = step.override(task_id="numbers", retries=0)(
        {"step": "resilience:numbers", "digest": "36338aa17717f1de", "outputs": ["numbers"]},
        {"limited": in_time["limited"]},
    )
    # resilience.py: halve (its items)
    halve__split = split_map.override(task_id="halve__split", retries=0)(
        {
            "step": "resilience:halve",
            "digest": "efac7c2a29eb6211",
            "outputs": ["halves"],
            "map": {
                "concurrency": 4,
                "retries": 0,
                "retry_delay": 1.0,
                "min_success_ratio": 0.5,
                "fail_fast": False,
                "timeout_per_item": None,
            },
        },
        {"number": numbers["numbers"]},
    )
    halve__items = (
        map_items.override(task_id="halve__items", retries=0, max_active_tis_per_dagrun=4)
        .partial(plan=halve__split["plan"])
        .expand(part=halve__split)
    )
    halve = collect_map.override(task_id="halve", retries=0, trigger_rule="all_done")(
        halve__split, halve__items
    )
    # resilience.py: keep
    keep = step.override(task_id="keep", retries=0)(
        {
            "step": "resilience:keep",
            "digest": "e36796495cfebd20",
            "outputs": ["kept"],
            "results": ["halves"],
        },
        {"halves": halve["halves"]},
    )
