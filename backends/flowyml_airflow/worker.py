"""The worker's side: Airflow's context becomes what the runtime runs."""

from __future__ import annotations

import inspect
import os
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias, cast

from flowyml import runtime
from flowyml.diagnostics import FlowymlError
from flowyml.runtime import CACHE, STORE, Outcome, Task, remarks, run_attempt
from flowyml.storage import Reference
from flowyml_airflow.signals import VERDICT, fail_for_good, leave_note, skip, states, tell_outlets

if TYPE_CHECKING:
    from flowyml.runtime import Cache, ValueStore

_OURS = frozenset({"keys", "fail_fast", "optional", "decides", "skips"})

Inputs: TypeAlias = Mapping[str, Any]
"""By parameter, the reference that came through XCom, None if its step was skipped; or two. Under
`VERDICT` also a verdict, or what was raised instead."""

Store: TypeAlias = "ValueStore | str | Mapping[str, str] | None"
"""An open store, or what the DAG says: its URL or path, or where that is a secret."""


def run_step(
    spec: Mapping[str, Any],
    inputs: Inputs | None,
    context: Mapping[str, Any],
    *,
    code: str | None = None,
    store: Store = None,
    **other: object,
) -> dict[str, Any]:
    """Run one step in an Airflow task: one attempt, since Airflow repeats it by its own means.

    Args:
        spec: what `flowyml_airflow.specs` wrote.
        inputs: what the step reads; also what another task found when it asked the step's
            conditions, if one did.
        context: Airflow's context of the running task.
        code: the file with the project's code, if it came with the DAG.
        store: where values come from and go to. What the DAG says holds unless the environment
            variable `FLOWYML_ARTIFACT_STORE` names another; without either it is
            `.flowyml/artifacts` in the project's folder.
        other: what DAG files of other versions of flowyml say, which is refused.

    Returns:
        For each output, its reference by XCom key; for a task that asks conditions, the verdicts.

    Raises:
        Exception: whatever the user's code raised, so that Airflow shows where.
        FlowymlError: the step cannot run here, or returned something else than it declares.
        AirflowSkipException: the step is not to run.
    """
    use(code, store, other)
    task = described(spec)
    given = given_to(task, spec, inputs, context, store)
    if "decides" in spec:
        return verdicts(task, spec["decides"], given)
    last = context["ti"].try_number > context["ti"].max_tries
    try:
        cache = cache_of(store, given["store"])
        outcome = run_attempt(task, **given, decided=obeyed(inputs), last=last, cache=cache)
    except runtime.FinalFailure as failure:
        _note_items(context, failure.__cause__)
        fail_for_good(str(failure), failure.__cause__)
    except Exception as error:
        _note_items(context, error)
        raise
    if outcome.state == "SKIPPED":
        not_wanted(f"a condition of step '{task.name}' says no", spec, context)
    return told(outcome, task, spec, context)


def _note_items(context: Mapping[str, Any], error: BaseException | None) -> None:
    from flowyml.runtime.mapping import item_counts

    leave_note(context, items=item_counts(error))


def use(code: str | None, store: Store, other: Collection[str] = ()) -> None:
    """Import the project from the file that came with the DAG, if there is one.

    Raises:
        FlowymlError: it cannot be used, or there is no store: the project's folder is not one's
            own then; or the DAG file says what this version of flowyml does not know.
    """
    if other:
        raise FlowymlError(
            "this DAG file was compiled by another version of flowyml: it says "
            f"{', '.join(other)}, which this one does not know; compile it again with the "
            "version that the workers have"
        )
    if code is None:
        return
    if store is None and STORE not in os.environ:
        raise FlowymlError(
            "there is no artifact store: with the project's code from a bundle there is no "
            "project's folder to keep artifacts in; give artifact_store: in the stack, or set "
            f"{STORE}, to where all workers can write"
        )
    from flowyml.runtime.bundle import import_from

    import_from(code)


def told(
    outcome: Outcome, task: Task, spec: Mapping[str, Any], context: Mapping[str, Any]
) -> dict[str, Any]:
    """Give the references of a step's outputs by XCom key, and say what else there is to say."""
    leave_note(context, **noted(outcome, task))
    tell_outlets(context, {name: value.to_dict() for name, value in outcome.outputs.items()})
    return xcoms(outcome, spec)


def noted(outcome: Outcome, task: Task) -> dict[str, Any]:
    """Give what a task's state does not tell; what a person looks for stands in the log, too."""
    for remark in remarks(outcome, task.name):
        print(remark)
    return {
        "cached": outcome.state == "CACHED",
        "recovered": outcome.recovered,
        "items": outcome.items and list(outcome.items),
    }


def xcoms(outcome: Outcome, spec: Mapping[str, Any]) -> dict[str, Any]:
    """Give the references of a step's outputs by XCom key."""
    keys: Mapping[str, str] = spec.get("keys", {})
    return {keys.get(name, name): value.to_dict() for name, value in outcome.outputs.items()}


def described(spec: Mapping[str, Any]) -> Task:
    """Give the runtime's part of a specification."""
    return Task.from_dict({"outputs": (), **{k: v for k, v in spec.items() if k not in _OURS}})


def given_to(
    task: Task,
    spec: Mapping[str, Any],
    inputs: Inputs | None,
    context: Mapping[str, Any],
    store: Store,
) -> dict[str, Any]:
    """Give what the runtime asks for besides the task.

    Raises:
        AirflowSkipException: the step is not to run any more, or what it reads was skipped.
    """
    if spec.get("fail_fast"):
        _skip_after_failure(context)
    read = {name: value for name, value in (inputs or {}).items() if name != VERDICT}
    return {
        "inputs": _present(spec, read, context),
        "context": context["params"],
        "run_date": run_date(context),
        "store": opened(store, task),
    }


def obeyed(inputs: Inputs | None) -> bool | None:
    """Give the verdict of another task, if there is one.

    Raises:
        AirflowFailException: the conditions could not be asked.
    """
    found: bool | str | None = inputs.get(VERDICT) if inputs else None
    if isinstance(found, str):
        fail_for_good(found)
    return found


def _present(
    spec: Mapping[str, Any], inputs: Inputs, context: Mapping[str, Any]
) -> dict[str, Reference]:
    """Give the assets that were made, each by whichever producer ran.

    Raises:
        AirflowSkipException: one is missing that the step cannot do without.
        FlowymlError: one is missing though nothing that the step needs may be skipped.
    """
    found = made(inputs)
    missing = [name for name in inputs if name not in found]
    if missing and str(context["task"].trigger_rule) == "all_success":
        raise cleared(missing)
    if left := [name for name in missing if name not in spec.get("optional", ())]:
        not_wanted(f"what makes {', '.join(left)} was skipped", spec, context)
    return found


def made(inputs: Inputs) -> dict[str, Reference]:
    """Give the assets that were made, each by whichever producer ran."""
    found = {name: _either(value) for name, value in inputs.items()}
    return {name: reference for name, reference in found.items() if reference is not None}


def cleared(missing: Sequence[str]) -> FlowymlError:
    """Say that values are missing though nothing that the step needs may be skipped."""
    return FlowymlError(
        f"there is no value for {', '.join(missing)}: a task before this one was marked as "
        "a success and did not run; clear that task, so that it runs"
    )


def _either(value: Any) -> Reference | None:
    both: Sequence[Any] = cast("Any", value) if isinstance(value, list) else [value]
    return next((Reference.from_dict(each) for each in both if each is not None), None)


def verdicts(
    task: Task, decides: Mapping[str, bool], given: Mapping[str, Any]
) -> dict[str, bool | str]:
    """Ask the conditions once, for everybody who goes by them; an error is theirs to raise."""
    from flowyml.runtime import run_conditions

    outcome = run_conditions(task, **given)
    if outcome.error is not None:
        print(outcome.error)
        return dict.fromkeys(decides, outcome.error)
    held = outcome.state == "SUCCEEDED"
    return {key: held == verdict for key, verdict in decides.items()}


def not_wanted(why: str, spec: Mapping[str, Any], context: Mapping[str, Any]) -> NoReturn:
    """Skip this task; where tasks also stop after a failure, leave word of the difference."""
    if spec.get("fail_fast"):
        leave_note(context, skipped=why)
    skip(why)


def run_date(context: Mapping[str, Any]) -> datetime:
    """Give the aware UTC date that the run is for (docs/semantics.md §2.6).

    Airflow: a run that was triggered without a logical date has none.
    """
    found: datetime = context.get("logical_date") or context["dag_run"].run_after
    return datetime.fromisoformat(found.astimezone(timezone.utc).isoformat())


def _skip_after_failure(context: Mapping[str, Any]) -> None:
    """Skip this task if another one of its run has failed.

    Airflow's own DAG(fail_fast=True) will not do: it also skips the tasks behind the failed one, so
    that the run counts as a success.
    """
    from flowyml_airflow import names

    failed = [
        name
        for name, state in states(context).items()
        if state == "failed" and not names.is_item(name)
    ]
    if failed:
        skip(f"fail_fast: {', '.join(failed)} failed")


def opened(store: Store, task: Task) -> ValueStore:
    """Open the store that the environment names, else the DAG, else the one in the project.

    Raises:
        UsageError: it is a secret that is not there, or no store's URL.
    """
    if not isinstance(store, str | dict | None | Mapping):  # in this order: the last takes long
        return store
    from flowyml.storage import ArtifactStore

    return ArtifactStore(os.environ.get(STORE) or place_of_store(store, task))


def cache_of(store: Store, values: ValueStore) -> Cache | None:
    """Open the cache that the environment names, else that in the store which the DAG names."""
    told = store is not None and isinstance(store, str | dict | Mapping)
    url = getattr(values, "url", None) if told else None
    if not (url or os.environ.get(CACHE)):
        return None
    from flowyml.runtime import shared_cache

    return shared_cache(values, f"{url}/cache" if url else None)


def place_of_store(store: str | Mapping[str, str] | None, task: Task | None = None) -> str:
    """Give a store's URL or absolute path; relative ones are so to the task's project's folder.

    Raises:
        UsageError: it is a secret that is not there, or no store's URL.
    """
    store = _revealed(store, task) if isinstance(store, Mapping) else store or ".flowyml/artifacts"
    if "://" in store or os.path.isabs(path := os.path.expanduser(store)):  # noqa: PTH111, PTH117
        return store
    return str(_project(task) / path)


def _revealed(store: Mapping[str, str], task: Task | None) -> str:
    """Look a store's URL up; one that must not be shown would be, in every reference."""
    from flowyml.diagnostics import UsageError
    from flowyml.stacks.stack import Secret, unusable_store

    ((source, name),) = store.items()
    try:
        found = Secret(source, name).reveal(Path() if source == "env" else _project(task))
        why = unusable_store(found)
    except UsageError as error:
        found, why = "", str(error)
    if why:
        raise UsageError(f"the artifact_store that the DAG names cannot be used here: {why}")
    return found


def _project(task: Task | None) -> Path:
    """Give the folder of the project that a task is from; without one, what is relative is here."""
    if task is None:
        return Path()
    from flowyml.frontend.loader import load_entrypoint
    from flowyml.frontend.project import project_root
    from flowyml.runtime.code import code_of

    function = inspect.unwrap(code_of(load_entrypoint(task.step)).function)
    return project_root(Path(function.__code__.co_filename))
