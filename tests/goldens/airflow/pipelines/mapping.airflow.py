# Compiled by flowyml 0.1 from mapping.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile mapping.py:pipeline --target airflow==3.3
# emulated: fallback: the task calls it on its last try; a worker that is lost cannot fall back
# emulated: map: one task works on all items where the step has fail_fast, a fallback or more than one attempt
# differs: retry: Airflow lengthens waits that grow (backoff) by a jitter, to at most twice their length
"""Map tasks over what steps make and what the context holds; all, some or no items succeed."""

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
    dag_id="mapping",
    description="Map tasks over what steps make and what the context holds; all, some or no items succeed.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    params={
        "count": Param(4, type="integer"),
        "folder": Param("", type="string"),
        "shift": Param(1, type="integer"),
        "suffix": Param("!", type="string"),
        "words": Param(["one", "two"], type="array"),
    },
    tags=["flowyml"],
):
    # mapping.py: numbers
    numbers = step.override(task_id="numbers", retries=0)(
        {
            "step": "mapping:numbers",
            "digest": "8a94d185a4b29228",
            "outputs": ["numbers"],
            "params": {"count": "integer"},
        }
    )
    # mapping.py: scales
    scales = step.override(task_id="scales", retries=0)(
        {"step": "mapping:scales", "digest": "98ab1d1b487f9a10", "outputs": ["scale"]}
    )
    # mapping.py: multiply (its items)
    multiply__split = split_map.override(task_id="multiply__split", retries=0)(
        {
            "step": "mapping:multiply",
            "digest": "924ddcbcc173aab0",
            "outputs": ["scaled"],
            "params": {"shift": "integer"},
            "map": {
                "concurrency": 4,
                "retries": 0,
                "retry_delay": 1.0,
                "min_success_ratio": 1.0,
                "fail_fast": False,
                "timeout_per_item": None,
            },
        },
        {"number": numbers["numbers"], "scale": scales["scale"]},
    )
    multiply__items = (
        map_items.override(task_id="multiply__items", retries=0, max_active_tis_per_dagrun=4)
        .partial(plan=multiply__split["plan"])
        .expand(part=multiply__split)
    )
    multiply = collect_map.override(task_id="multiply", retries=0, trigger_rule="all_done")(
        multiply__split, multiply__items
    )
    # mapping.py: pair (its items)
    pair__split = split_map.override(task_id="pair__split", retries=0)(
        {
            "step": "mapping:pair",
            "digest": "7e8b14be1ec915bb",
            "outputs": ["pairs"],
            "params": {"suffix": "string"},
            "map": {
                "concurrency": 2,
                "retries": 0,
                "retry_delay": 1.0,
                "min_success_ratio": 1.0,
                "fail_fast": False,
                "timeout_per_item": None,
            },
        },
        {"value": multiply["scaled"]},
    )
    pair__items = (
        map_items.override(task_id="pair__items", retries=0, max_active_tis_per_dagrun=2)
        .partial(plan=pair__split["plan"])
        .expand(part=pair__split)
    )
    pair = collect_map.override(task_id="pair", retries=0, trigger_rule="all_done")(
        pair__split, pair__items
    )
    # mapping.py: capitalise (its items)
    capitalise__split = split_map.override(task_id="capitalise__split", retries=0)(
        {
            "step": "mapping:capitalise",
            "digest": "aa99b4730aa6158e",
            "outputs": ["upper"],
            "params": {"words": "array"},
            "map": {
                "concurrency": 4,
                "retries": 0,
                "retry_delay": 1.0,
                "min_success_ratio": 1.0,
                "fail_fast": False,
                "timeout_per_item": None,
            },
        }
    )
    capitalise__items = (
        map_items.override(task_id="capitalise__items", retries=0, max_active_tis_per_dagrun=4)
        .partial(plan=capitalise__split["plan"])
        .expand(part=capitalise__split)
    )
    capitalise = collect_map.override(task_id="capitalise", retries=0, trigger_rule="all_done")(
        capitalise__split, capitalise__items
    )
    # mapping.py: halve (its items)
    halve__split = split_map.override(task_id="halve__split", retries=0)(
        {
            "step": "mapping:halve",
            "digest": "ccbd076f0dc60b62",
            "outputs": ["halves"],
            "map": {
                "concurrency": 4,
                "retries": 0,
                "retry_delay": 1.0,
                "min_success_ratio": 0.4,
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
    # mapping.py: look
    look = step.override(task_id="look", retries=0)(
        {
            "step": "mapping:look",
            "digest": "ef5ae66ad05324a1",
            "outputs": ["seen"],
            "results": ["pairs", "upper"],
        },
        {"halves": halve["halves"], "pairs": pair["pairs"], "upper": capitalise["upper"]},
    )
    # mapping.py: skipped
    skipped = step.override(task_id="skipped", retries=0)(
        {
            "step": "mapping:skipped",
            "digest": "7afd9e31c9e82e34",
            "outputs": ["extra"],
            "params": {"count": "integer"},
            "when": [{"digest": "20f74113cbfd148c"}],
        }
    )
    # mapping.py: over_nothing (its items)
    over_nothing__split = split_map.override(
        task_id="over_nothing__split", retries=0, trigger_rule="none_failed"
    )(
        {
            "step": "mapping:over_nothing",
            "digest": "562a12e7026711a2",
            "outputs": ["never"],
            "map": {
                "concurrency": 4,
                "retries": 0,
                "retry_delay": 1.0,
                "min_success_ratio": 1.0,
                "fail_fast": False,
                "timeout_per_item": None,
            },
        },
        {"each": skipped["extra"]},
    )
    over_nothing__items = (
        map_items.override(task_id="over_nothing__items", retries=0, max_active_tis_per_dagrun=4)
        .partial(plan=over_nothing__split["plan"])
        .expand(part=over_nothing__split)
    )
    over_nothing = collect_map.override(task_id="over_nothing", retries=0, trigger_rule="all_done")(
        over_nothing__split, over_nothing__items
    )
    # mapping.py: can_do_without (its items)
    can_do_without__split = split_map.override(
        task_id="can_do_without__split", retries=0, trigger_rule="none_failed"
    )(
        {
            "step": "mapping:can_do_without",
            "digest": "b77b35d1279dba08",
            "outputs": ["without"],
            "map": {
                "concurrency": 4,
                "retries": 0,
                "retry_delay": 1.0,
                "min_success_ratio": 1.0,
                "fail_fast": False,
                "timeout_per_item": None,
            },
            "optional": ["extra"],
        },
        {"number": numbers["numbers"], "extra": skipped["extra"]},
    )
    can_do_without__items = (
        map_items.override(task_id="can_do_without__items", retries=0, max_active_tis_per_dagrun=4)
        .partial(plan=can_do_without__split["plan"])
        .expand(part=can_do_without__split)
    )
    can_do_without = collect_map.override(
        task_id="can_do_without", retries=0, trigger_rule="all_done"
    )(can_do_without__split, can_do_without__items)
    # mapping.py: guarded (its items)
    guarded__split = split_map.override(task_id="guarded__split", retries=0)(
        {
            "step": "mapping:guarded",
            "digest": "d50e3433218b2b25",
            "outputs": ["guarded"],
            "when": [{"digest": "fb60fa8998579130"}],
            "condition_only": ["scale"],
            "map": {
                "concurrency": 4,
                "retries": 0,
                "retry_delay": 1.0,
                "min_success_ratio": 1.0,
                "fail_fast": False,
                "timeout_per_item": None,
            },
        },
        {"number": numbers["numbers"], "scale": scales["scale"]},
    )
    guarded__items = (
        map_items.override(task_id="guarded__items", retries=0, max_active_tis_per_dagrun=4)
        .partial(plan=guarded__split["plan"])
        .expand(part=guarded__split)
    )
    guarded = collect_map.override(task_id="guarded", retries=0, trigger_rule="all_done")(
        guarded__split, guarded__items
    )
    # mapping.py: tell
    tell = step.override(task_id="tell", retries=0, trigger_rule="none_failed")(
        {
            "step": "mapping:tell",
            "digest": "6c56de3b1c777538",
            "outputs": ["told"],
            "results": ["without"],
            "optional": ["never"],
        },
        {"without": can_do_without["without"], "never": over_nothing["never"]},
    )
    guarded >> tell
    # mapping.py: second_time (its items)
    second_time__split = split_map.override(task_id="second_time__split", retries=0)(
        {
            "step": "mapping:second_time",
            "digest": "00bb95b24dac1b6b",
            "outputs": ["counted"],
            "params": {"folder": "string"},
            "map": {
                "concurrency": 4,
                "retries": 1,
                "retry_delay": 0.0,
                "min_success_ratio": 1.0,
                "fail_fast": False,
                "timeout_per_item": 60.0,
            },
        },
        {"number": numbers["numbers"]},
    )
    second_time__items = (
        map_items.override(task_id="second_time__items", retries=0, max_active_tis_per_dagrun=4)
        .partial(plan=second_time__split["plan"])
        .expand(part=second_time__split)
    )
    second_time = collect_map.override(task_id="second_time", retries=0, trigger_rule="all_done")(
        second_time__split, second_time__items
    )
    # mapping.py: always_fails
    always_fails = step.override(
        task_id="always_fails",
        retries=1,
        retry_delay=0,
        retry_exponential_backoff=2.0,
        max_retry_delay=60,
    )(
        {
            "step": "mapping:always_fails",
            "digest": "97071d22f3de4377",
            "outputs": ["rescued"],
            "map": {
                "concurrency": 4,
                "retries": 0,
                "retry_delay": 1.0,
                "min_success_ratio": 1.0,
                "fail_fast": False,
                "timeout_per_item": None,
            },
            "fallback": "dddea5e88a8d6ac6",
        },
        {"number": numbers["numbers"]},
    )
    # mapping.py: save
    save = step.override(task_id="save", retries=0)(
        {
            "step": "mapping:save",
            "digest": "f2c66cd87850b9f0",
            "outputs": ["saved"],
            "results": ["counted"],
        },
        {"rescued": always_fails["rescued"], "counted": second_time["counted"]},
    )
