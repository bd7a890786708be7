# Compiled by flowyml 0.1 from odd_conditions.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile odd_conditions.py:pipeline --target airflow==3.3
# emulated: complementary: one task asks the predicate, and the tasks of both steps obey
# emulated: fallback: the task calls it on its last try; a worker that is lost cannot fall back
# differs: retry: Airflow lengthens waits that grow (backoff) by a jitter, to at most twice their length
"""Conditions that raise, and conditions of steps that are tried again."""

from airflow.sdk import DAG, Param, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="odd_conditions",
    description="Conditions that raise, and conditions of steps that are tried again.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    params={"folder": Param("", type="string")},
    tags=["flowyml"],
):
    # odd_conditions.py: load
    load = step.override(task_id="load", retries=0)(
        {"step": "odd_conditions:load", "digest": "5c088a7b30be3c3e", "outputs": ["data"]}
    )
    # odd_conditions.py: raises (its condition)
    raises__when = step.override(task_id="raises__when", retries=0)(
        {
            "step": "odd_conditions:raises",
            "digest": "0493f4792ab573ea",
            "when": [{"digest": "0492f849ccfbc53b"}],
            "fallback": "ab74cbd1ab5b7b6f",
            "decides": {"raises": True},
        }
    )
    # odd_conditions.py: raises
    raises = step.override(
        task_id="raises",
        retries=2,
        retry_delay=0,
        retry_exponential_backoff=2.0,
        max_retry_delay=60,
    )(
        {
            "step": "odd_conditions:raises",
            "digest": "0493f4792ab573ea",
            "outputs": ["raised"],
            "when": [{"digest": "0492f849ccfbc53b"}],
            "fallback": "ab74cbd1ab5b7b6f",
        },
        {"@when": raises__when["raises"]},
    )
    # odd_conditions.py: one (its condition)
    one__when = step.override(task_id="one__when", retries=0)(
        {
            "step": "odd_conditions:one",
            "digest": "5e37a1b1fcea3a9f",
            "when": [{"digest": "2bb8d5da6075684a", "shared": "one#when[0]"}],
            "decides": {"one": True, "other": False},
        },
        {"data": load["data"]},
    )
    # odd_conditions.py: one
    one = step.override(task_id="one", retries=0)(
        {
            "step": "odd_conditions:one",
            "digest": "5e37a1b1fcea3a9f",
            "outputs": ["model"],
            "when": [{"digest": "2bb8d5da6075684a", "shared": "one#when[0]"}],
        },
        {"data": load["data"], "@when": one__when["one"]},
    )
    # odd_conditions.py: other
    other = step.override(task_id="other", retries=0)(
        {
            "step": "odd_conditions:other",
            "digest": "5322a465fc4f648c",
            "outputs": ["model"],
            "when": [{"digest": "2bb8d5da6075684a", "negate": True, "shared": "one#when[0]"}],
        },
        {"data": load["data"], "@when": one__when["other"]},
    )
    # odd_conditions.py: reads
    reads = step.override(task_id="reads", retries=0, trigger_rule="none_failed")(
        {"step": "odd_conditions:reads", "digest": "c54a6e180eed8713", "outputs": ["read"]},
        {"model": [one["model"], other["model"]]},
    )
    # odd_conditions.py: write_once (its condition)
    write_once__when = step.override(task_id="write_once__when", retries=0)(
        {
            "step": "odd_conditions:write_once",
            "digest": "bf237a1e6ea08c09",
            "params": {"folder": "string"},
            "when": [{"digest": "671a68e4eb63f075"}],
            "decides": {"write_once": True},
        }
    )
    # odd_conditions.py: write_once
    write_once = step.override(
        task_id="write_once",
        retries=1,
        retry_delay=0,
        retry_exponential_backoff=2.0,
        max_retry_delay=60,
    )(
        {
            "step": "odd_conditions:write_once",
            "digest": "bf237a1e6ea08c09",
            "outputs": ["written"],
            "params": {"folder": "string"},
            "when": [{"digest": "671a68e4eb63f075"}],
        },
        {"@when": write_once__when["write_once"]},
    )
    # odd_conditions.py: stay_idle (its condition)
    stay_idle__when = step.override(
        task_id="stay_idle__when", retries=0, trigger_rule="none_failed"
    )(
        {
            "step": "odd_conditions:stay_idle",
            "digest": "cd5567d1072b9495",
            "params": {"folder": "string"},
            "when": [{"digest": "671a68e4eb63f075"}],
            "decides": {"stay_idle": True},
        }
    )
    write_once >> stay_idle__when
    # odd_conditions.py: stay_idle
    stay_idle = step.override(
        task_id="stay_idle",
        retries=1,
        retry_delay=0,
        retry_exponential_backoff=2.0,
        max_retry_delay=60,
        trigger_rule="none_failed",
    )(
        {
            "step": "odd_conditions:stay_idle",
            "digest": "cd5567d1072b9495",
            "outputs": ["idle"],
            "params": {"folder": "string"},
            "when": [{"digest": "671a68e4eb63f075"}],
        },
        {"@when": stay_idle__when["stay_idle"]},
    )
    write_once >> stay_idle
