# Compiled by flowyml 0.1 from failing_maps.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile failing_maps.py:pipeline --target airflow==3.3
# emulated: map: one task works on all items where the step has fail_fast, a fallback or more than one attempt
"""Map tasks that fail: too few items succeed, no collection, nothing to work on; others go on."""

from airflow.sdk import DAG, get_current_context, task


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
    dag_id="failing_maps",
    description="Map tasks that fail: too few items succeed, no collection, nothing to work on; others go on.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    tags=["flowyml"],
):
    # failing_maps.py: numbers
    numbers = step.override(task_id="numbers", retries=0)(
        {"step": "failing_maps:numbers", "digest": "9d615ce99c59214f", "outputs": ["numbers"]}
    )
    # failing_maps.py: broken
    broken = step.override(task_id="broken", retries=0)(
        {"step": "failing_maps:broken", "digest": "6d3b930947293259", "outputs": ["broken"]}
    )
    # failing_maps.py: unordered
    unordered = step.override(task_id="unordered", retries=0)(
        {"step": "failing_maps:unordered", "digest": "243d65a8f29995a1", "outputs": ["unordered"]}
    )
    # failing_maps.py: too_few (its items)
    too_few__split = split_map.override(task_id="too_few__split", retries=0)(
        {
            "step": "failing_maps:too_few",
            "digest": "e0e10d3df7737bcd",
            "outputs": ["halves"],
            "map": {
                "concurrency": 4,
                "retries": 0,
                "retry_delay": 1.0,
                "min_success_ratio": 0.6,
                "fail_fast": False,
                "timeout_per_item": None,
            },
        },
        {"number": numbers["numbers"]},
    )
    too_few__items = (
        map_items.override(task_id="too_few__items", retries=0, max_active_tis_per_dagrun=4)
        .partial(plan=too_few__split["plan"])
        .expand(part=too_few__split)
    )
    too_few = collect_map.override(task_id="too_few", retries=0, trigger_rule="all_done")(
        too_few__split, too_few__items
    )
    # failing_maps.py: behind_failure (its items)
    behind_failure__split = split_map.override(task_id="behind_failure__split", retries=0)(
        {
            "step": "failing_maps:behind_failure",
            "digest": "c177be85679b990e",
            "outputs": ["behind"],
            "map": {
                "concurrency": 4,
                "retries": 0,
                "retry_delay": 1.0,
                "min_success_ratio": 1.0,
                "fail_fast": False,
                "timeout_per_item": None,
            },
        },
        {"number": broken["broken"]},
    )
    behind_failure__items = (
        map_items.override(task_id="behind_failure__items", retries=0, max_active_tis_per_dagrun=4)
        .partial(plan=behind_failure__split["plan"])
        .expand(part=behind_failure__split)
    )
    behind_failure = collect_map.override(
        task_id="behind_failure", retries=0, trigger_rule="all_done"
    )(behind_failure__split, behind_failure__items)
    # failing_maps.py: choose (its items)
    choose__split = split_map.override(task_id="choose__split", retries=0)(
        {
            "step": "failing_maps:choose",
            "digest": "10c20c1d0470e902",
            "outputs": ["chosen"],
            "map": {
                "concurrency": 4,
                "retries": 0,
                "retry_delay": 1.0,
                "min_success_ratio": 1.0,
                "fail_fast": False,
                "timeout_per_item": None,
            },
        },
        {"number": unordered["unordered"]},
    )
    choose__items = (
        map_items.override(task_id="choose__items", retries=0, max_active_tis_per_dagrun=4)
        .partial(plan=choose__split["plan"])
        .expand(part=choose__split)
    )
    choose = collect_map.override(task_id="choose", retries=0, trigger_rule="all_done")(
        choose__split, choose__items
    )
    # failing_maps.py: lock (its items)
    lock__split = split_map.override(task_id="lock__split", retries=0)(
        {
            "step": "failing_maps:lock",
            "digest": "2df26407e1c26a4c",
            "outputs": ["locks"],
            "map": {
                "concurrency": 4,
                "retries": 0,
                "retry_delay": 1.0,
                "min_success_ratio": 0.0,
                "fail_fast": False,
                "timeout_per_item": None,
            },
        },
        {"number": numbers["numbers"]},
    )
    lock__items = (
        map_items.override(task_id="lock__items", retries=0, max_active_tis_per_dagrun=4)
        .partial(plan=lock__split["plan"])
        .expand(part=lock__split)
    )
    lock = collect_map.override(task_id="lock", retries=0, trigger_rule="all_done")(
        lock__split, lock__items
    )
    # failing_maps.py: stop_early
    stop_early = step.override(task_id="stop_early", retries=0)(
        {
            "step": "failing_maps:stop_early",
            "digest": "ad062597ce40a75e",
            "outputs": ["stopped"],
            "map": {
                "concurrency": 1,
                "retries": 0,
                "retry_delay": 1.0,
                "min_success_ratio": 1.0,
                "fail_fast": True,
                "timeout_per_item": None,
            },
        },
        {"number": numbers["numbers"]},
    )
    # failing_maps.py: fail_all (its items)
    fail_all__split = split_map.override(task_id="fail_all__split", retries=0)(
        {
            "step": "failing_maps:fail_all",
            "digest": "48b25f891552b13c",
            "outputs": ["none"],
            "map": {
                "concurrency": 4,
                "retries": 0,
                "retry_delay": 1.0,
                "min_success_ratio": 0.0,
                "fail_fast": False,
                "timeout_per_item": None,
            },
        },
        {"number": numbers["numbers"]},
    )
    fail_all__items = (
        map_items.override(task_id="fail_all__items", retries=0, max_active_tis_per_dagrun=4)
        .partial(plan=fail_all__split["plan"])
        .expand(part=fail_all__split)
    )
    fail_all = collect_map.override(task_id="fail_all", retries=0, trigger_rule="all_done")(
        fail_all__split, fail_all__items
    )
    # failing_maps.py: read
    read = step.override(task_id="read", retries=0)(
        {"step": "failing_maps:read", "digest": "0fe4ecbae1f0731d", "outputs": ["read"]},
        {"halves": too_few["halves"]},
    )
    # failing_maps.py: go_on
    go_on = step.override(task_id="go_on", retries=0)(
        {
            "step": "failing_maps:go_on",
            "digest": "2c40b35cd5e31bd3",
            "outputs": ["alone"],
            "results": ["none"],
        },
        {"none": fail_all["none"]},
    )
