# Compiled by flowyml 0.1 from branches.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile branches.py:pipeline --target airflow==3.3
# emulated: complementary: one task asks the predicate, and the tasks of both steps obey
"""Two steps of which exactly one produces an asset; what they share is asked once."""

from airflow.sdk import DAG, Param, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="branches",
    description="Two steps of which exactly one produces an asset; what they share is asked once.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    params={
        "folder": Param("", type="string"),
        "most": Param(10, type="integer"),
        "size": Param(3, type="integer"),
    },
    tags=["flowyml"],
):
    # branches.py: read
    read = step.override(task_id="read", retries=0)(
        {
            "step": "branches:read",
            "digest": "f3f56c35cddca9cc",
            "outputs": ["data"],
            "params": {"size": "integer"},
        }
    )
    # branches.py: train_deep (its condition)
    train_deep__when = step.override(task_id="train_deep__when", retries=0)(
        {
            "step": "branches:train_deep",
            "digest": "cc4659a333fa6640",
            "params": {"folder": "string"},
            "when": [{"digest": "3a2382800e6ef7b1", "shared": "train_deep#when[0]"}],
            "condition_only": ["folder"],
            "decides": {"train_deep": True, "train_simple": False},
        },
        {"data": read["data"]},
    )
    # branches.py: train_deep
    train_deep = step.override(task_id="train_deep", retries=0)(
        {
            "step": "branches:train_deep",
            "digest": "cc4659a333fa6640",
            "outputs": ["model"],
            "params": {"folder": "string"},
            "when": [{"digest": "3a2382800e6ef7b1", "shared": "train_deep#when[0]"}],
            "condition_only": ["folder"],
        },
        {"data": read["data"], "@when": train_deep__when["train_deep"]},
    )
    # branches.py: train_simple
    train_simple = step.override(task_id="train_simple", retries=0)(
        {
            "step": "branches:train_simple",
            "digest": "411778e7685d7168",
            "outputs": ["model"],
            "params": {"folder": "string"},
            "when": [
                {"digest": "3a2382800e6ef7b1", "negate": True, "shared": "train_deep#when[0]"}
            ],
            "condition_only": ["folder"],
        },
        {"data": read["data"], "@when": train_deep__when["train_simple"]},
    )
    # branches.py: count
    count = step.override(task_id="count", retries=0, trigger_rule="none_failed")(
        {
            "step": "branches:count",
            "digest": "57c62f327a97fedb",
            "outputs": ["asked"],
            "params": {"folder": "string"},
        },
        {"model": [train_deep["model"], train_simple["model"]]},
    )
    # branches.py: take
    take = step.override(task_id="take", retries=0)(
        {
            "step": "branches:take",
            "digest": "9cd2e19222ec9ad4",
            "outputs": ["part"],
            "params": {"most": "integer"},
            "when": [{"digest": "2d45d88139dcb5c3", "negate": True}],
            "condition_only": ["most"],
        },
        {"data": read["data"]},
    )
    # branches.py: odd (its condition)
    odd__when = step.override(task_id="odd__when", retries=0, trigger_rule="none_failed")(
        {
            "step": "branches:odd",
            "digest": "be8296779a27c605",
            "when": [{"digest": "2928649dafd10cdb", "negate": True, "shared": "even#when[0]"}],
            "decides": {"odd": True, "even": False},
        },
        {"part": take["part"]},
    )
    # branches.py: odd
    odd = step.override(task_id="odd", retries=0, trigger_rule="none_failed")(
        {
            "step": "branches:odd",
            "digest": "be8296779a27c605",
            "outputs": ["half"],
            "when": [{"digest": "2928649dafd10cdb", "negate": True, "shared": "even#when[0]"}],
        },
        {"part": take["part"], "@when": odd__when["odd"]},
    )
    # branches.py: even
    even = step.override(task_id="even", retries=0, trigger_rule="none_failed")(
        {
            "step": "branches:even",
            "digest": "26999f749c3ba8fb",
            "outputs": ["half"],
            "when": [{"digest": "2928649dafd10cdb", "shared": "even#when[0]"}],
        },
        {"part": take["part"], "@when": odd__when["even"]},
    )
    # branches.py: use
    use = step.override(task_id="use", retries=0, trigger_rule="none_failed")(
        {
            "step": "branches:use",
            "digest": "3f5513f245892892",
            "outputs": ["halved"],
            "optional": ["half"],
        },
        {"half": [odd["half"], even["half"]]},
    )
    # branches.py: end_even (its condition)
    end_even__when = step.override(task_id="end_even__when", retries=0, trigger_rule="none_failed")(
        {
            "step": "branches:end_even",
            "digest": "5e236d07f9cef84c",
            "when": [{"digest": "2928649dafd10cdb", "shared": "end_even#when[0]"}],
            "decides": {"end_even": True, "end_odd": False},
        },
        {"part": take["part"]},
    )
    # branches.py: end_even
    end_even = step.override(task_id="end_even", retries=0, trigger_rule="none_failed")(
        {
            "step": "branches:end_even",
            "digest": "5e236d07f9cef84c",
            "outputs": ["ending"],
            "when": [{"digest": "2928649dafd10cdb", "shared": "end_even#when[0]"}],
        },
        {"part": take["part"], "@when": end_even__when["end_even"]},
    )
    # branches.py: end_odd
    end_odd = step.override(task_id="end_odd", retries=0, trigger_rule="none_failed")(
        {
            "step": "branches:end_odd",
            "digest": "69bd6fe034df08c1",
            "outputs": ["ending"],
            "when": [{"digest": "2928649dafd10cdb", "negate": True, "shared": "end_even#when[0]"}],
        },
        {"part": take["part"], "@when": end_even__when["end_odd"]},
    )
