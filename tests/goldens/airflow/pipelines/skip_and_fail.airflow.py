# Compiled by flowyml 0.1 from skip_and_fail.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile skip_and_fail.py:pipeline --target airflow==3.3
"""Readers of both a skipped and a failed asset, whichever came first in time."""

from airflow.sdk import DAG, Param, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="skip_and_fail",
    description="Readers of both a skipped and a failed asset, whichever came first in time.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    params={"pause": Param(0.5, type="number")},
    tags=["flowyml"],
):
    # skip_and_fail.py: skip_early
    skip_early = step.override(task_id="skip_early", retries=0)(
        {
            "step": "skip_and_fail:skip_early",
            "digest": "f435bd8260a01a41",
            "outputs": ["early"],
            "when": [{"digest": "bf40c5b076143cb1"}],
        }
    )
    # skip_and_fail.py: fail
    fail = step.override(task_id="fail", retries=0, trigger_rule="none_failed")(
        {"step": "skip_and_fail:fail", "digest": "3a7365eaeff1b293", "outputs": ["broken"]}
    )
    skip_early >> fail
    # skip_and_fail.py: skip_late
    skip_late = step.override(task_id="skip_late", retries=0)(
        {
            "step": "skip_and_fail:skip_late",
            "digest": "caaed3482d1c31d8",
            "outputs": ["late"],
            "params": {"pause": "number"},
            "when": [{"digest": "d2e9beca066a596e"}],
            "condition_only": ["pause"],
        }
    )
    # skip_and_fail.py: join_early
    join_early = step.override(task_id="join_early", retries=0, trigger_rule="none_failed")(
        {
            "step": "skip_and_fail:join_early",
            "digest": "94b5fdb7725e8307",
            "outputs": ["skip_first"],
        },
        {"early": skip_early["early"], "broken": fail["broken"]},
    )
    # skip_and_fail.py: join_late
    join_late = step.override(task_id="join_late", retries=0, trigger_rule="none_failed")(
        {
            "step": "skip_and_fail:join_late",
            "digest": "2c335712692ccd12",
            "outputs": ["fail_first"],
        },
        {"late": skip_late["late"], "broken": fail["broken"]},
    )
    # skip_and_fail.py: join_default
    join_default = step.override(task_id="join_default", retries=0, trigger_rule="none_failed")(
        {
            "step": "skip_and_fail:join_default",
            "digest": "609d6cf076f79723",
            "outputs": ["with_default"],
            "optional": ["early"],
        },
        {"broken": fail["broken"], "early": skip_early["early"]},
    )
