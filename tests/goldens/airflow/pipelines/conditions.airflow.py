# Compiled by flowyml 0.1 from conditions.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile conditions.py:pipeline --target airflow==3.3
"""Steps that a condition skips, those that fall with them, and those that go on without them."""

from airflow.sdk import DAG, Param, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="conditions",
    description="Steps that a condition skips, those that fall with them, and those that go on without them.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    params={
        "least": Param(4, type="integer"),
        "limit": Param(100, type="integer"),
        "size": Param(5, type="integer"),
    },
    tags=["flowyml"],
):
    # conditions.py: read
    read = step.override(task_id="read", retries=0)(
        {
            "step": "conditions:read",
            "digest": "f3f56c35cddca9cc",
            "outputs": ["data"],
            "params": {"size": "integer"},
        }
    )
    # conditions.py: train
    train = step.override(task_id="train", retries=0)(
        {
            "step": "conditions:train",
            "digest": "b72eb98d85773e1e",
            "outputs": ["deep"],
            "when": [{"digest": "681b8bbdc51a72d7"}],
        },
        {"data": read["data"]},
    )
    # conditions.py: refine
    refine = step.override(task_id="refine", retries=0, trigger_rule="none_failed")(
        {"step": "conditions:refine", "digest": "189300e9fe7d102e", "outputs": ["deeper"]},
        {"deep": train["deep"]},
    )
    # conditions.py: polish
    polish = step.override(task_id="polish", retries=0, trigger_rule="none_failed")(
        {
            "step": "conditions:polish",
            "digest": "4b3007e7568bc4ae",
            "outputs": ["deepest"],
            "params": {"limit": "integer"},
            "when": [{"digest": "dd15512e674861c0", "negate": True}],
            "condition_only": ["limit"],
        },
        {"deeper": refine["deeper"]},
    )
    # conditions.py: fit
    fit = step.override(task_id="fit", retries=0)(
        {
            "step": "conditions:fit",
            "digest": "61fe4d8bdf3bef5d",
            "outputs": ["model"],
            "params": {"least": "integer"},
            "when": [{"digest": "681b8bbdc51a72d7"}, {"digest": "34793895328e6522"}],
            "condition_only": ["least"],
        },
        {"data": read["data"]},
    )
    # conditions.py: describe
    describe = step.override(task_id="describe", retries=0, trigger_rule="none_failed")(
        {
            "step": "conditions:describe",
            "digest": "3ccfb892ae702c36",
            "outputs": ["report"],
            "optional": ["model"],
        },
        {"model": fit["model"]},
    )
    # conditions.py: compare
    compare = step.override(task_id="compare", retries=0, trigger_rule="none_failed")(
        {
            "step": "conditions:compare",
            "digest": "faaeb92644f02adf",
            "outputs": ["both"],
            "optional": ["deep"],
        },
        {"data": read["data"], "model": fit["model"], "deep": train["deep"]},
    )
    # conditions.py: check
    check = step.override(task_id="check", retries=0)(
        {
            "step": "conditions:check",
            "digest": "6c7d2959471d705b",
            "outputs": ["check"],
            "when": [{"digest": "681b8bbdc51a72d7"}],
        },
        {"data": read["data"]},
    )
    # conditions.py: guarded
    guarded = step.override(task_id="guarded", retries=0, trigger_rule="none_failed")(
        {"step": "conditions:guarded", "digest": "c944cf48a80917c5", "outputs": ["size_seen"]},
        {"data": read["data"]},
    )
    check >> guarded
