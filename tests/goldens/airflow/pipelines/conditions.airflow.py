# Compiled by flowyml 0.1 from conditions.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile conditions.py:pipeline --target airflow==3.3
"""Conditions, and everything that a skipped step does to those behind it."""

from airflow.sdk import DAG, Param, task


@task(multiple_outputs=True)
def step(spec, inputs=None, wanted=None, **context):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, context, wanted=wanted)


with DAG(
    dag_id="conditions",
    description="Conditions, and everything that a skipped step does to those behind it.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    params={"bonus": Param(0.0, type="number"), "quality": Param(0.95, type="number")},
    tags=["flowyml"],
):
    # conditions.py: load
    load = step.override(task_id="load", retries=0)(
        {
            "step": "conditions:load",
            "digest": "dabd65da06d4168d",
            "outputs": ["data"],
            "params": {"quality": "number"},
        }
    )
    # conditions.py: limits
    limits = step.override(task_id="limits", retries=0)(
        {"step": "conditions:limits", "digest": "106944d0b228e1a2", "outputs": ["limit"]}
    )
    # conditions.py: validate
    validate = step.override(task_id="validate", retries=0)(
        {
            "step": "conditions:validate",
            "digest": "3f331ca309a3a212",
            "outputs": ["validate"],
            "when": [{"digest": "0ddcb7da45c2bee5"}],
        },
        {"data": load["data"]},
    )
    # conditions.py: train
    train = step.override(task_id="train", retries=0, trigger_rule="none_failed")(
        {
            "step": "conditions:train",
            "digest": "3a5373581a9960e2",
            "outputs": ["model", "score"],
            "when": [{"digest": "0ddcb7da45c2bee5"}],
        },
        {"data": load["data"]},
    )
    validate >> train
    # conditions.py: repair
    repair = step.override(task_id="repair", retries=0, trigger_rule="none_failed")(
        {
            "step": "conditions:repair",
            "digest": "cc628498f1702d00",
            "outputs": ["repaired"],
            "when": [{"digest": "0ddcb7da45c2bee5", "negate": True}],
        },
        {"data": load["data"]},
    )
    validate >> repair
    # conditions.py: praise
    praise = step.override(task_id="praise", retries=0, trigger_rule="none_failed")(
        {
            "step": "conditions:praise",
            "digest": "cacfcbf722020415",
            "outputs": ["excellent"],
            "params": {"bonus": "number"},
            "when": [{"digest": "0ddcb7da45c2bee5"}, {"digest": "a17a1009e6d9e496"}],
            "condition_only": ["data", "limit", "bonus"],
        },
        {"data": load["data"], "limit": limits["limit"]},
    )
    validate >> praise
    # conditions.py: export
    export = step.override(task_id="export", retries=0, trigger_rule="none_failed")(
        {"step": "conditions:export", "digest": "d0025566df4cb352", "outputs": ["exported"]},
        {"model": train["model"]},
    )
    # conditions.py: announce
    announce = step.override(task_id="announce", retries=0, trigger_rule="none_failed")(
        {"step": "conditions:announce", "digest": "6531a8c257855a0c", "outputs": ["announced"]},
        {"exported": export["exported"]},
    )
    # conditions.py: describe
    describe = step.override(task_id="describe", retries=0, trigger_rule="none_failed")(
        {
            "step": "conditions:describe",
            "digest": "4d2b5e6a134d9369",
            "outputs": ["summary"],
            "optional": ["model", "score", "repaired", "excellent"],
        },
        {
            "data": load["data"],
            "model": train["model"],
            "score": train["score"],
            "repaired": repair["repaired"],
            "excellent": praise["excellent"],
        },
    )
    validate >> describe
    # conditions.py: measure
    measure = step.override(task_id="measure", retries=0)(
        {"step": "conditions:measure", "digest": "b9eeb433e67fb6fc", "outputs": ["length"]},
        {"summary": describe["summary"]},
    )
    # conditions.py: audit
    audit = step.override(task_id="audit", retries=0, trigger_rule="none_failed")(
        {"step": "conditions:audit", "digest": "55033b3c34840fbf", "outputs": ["audit"]}
    )
    announce >> audit
    praise >> audit
