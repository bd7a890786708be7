"""The container's side: from Kubeflow's words to the task description, and back.

It starts once for every step, so it imports no IR, no pydantic and no protobuf.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import sys
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from flowyml.diagnostics import FlowymlError
from flowyml.runtime import Outcome, Task, remarks, run_conditions, run_task, shared_cache
from flowyml.storage import Reference
from flowyml_kubeflow.codec import check_exact, decode
from flowyml_kubeflow.names import GIVEN, ITEMS, OUTPUT, RUN_DATE, TASK, WANTED, WORKSPACE
from flowyml_kubeflow.pod import (
    ExecutorInput,
    PodError,
    PodStore,
    artifact_output,
    executor_output,
    reference,
    skip_markers,
    told_outcome,
    was_skipped,
)

OUTCOME = "FLOWYML_OUTCOME"
"""The environment variable that names a file for the outcome; the simulator sets it.

In a cluster the pod's log is what can be read from outside, so the outcome is told there.
"""

WORKSPACE_VARIABLE = "FLOWYML_WORKSPACE"
"""The environment variable in which a step finds the folder that the pods of a run share."""


def main(arguments: Sequence[str]) -> int:
    """Run one step, or settle the date of the run, or a large default.

    Args:
        arguments: `--executor-input JSON`; in front of it `--run-date` to settle the date, or
            `--value` with what `promote.written` wrote.

    Returns:
        The exit code: 1 if the step failed, its error is printed; 0 if it succeeded or was skipped.
    """
    parser = argparse.ArgumentParser(prog="python -m flowyml.runtime kubeflow")
    parser.add_argument("--run-date", action="store_true", help="settle the date of the run")
    parser.add_argument("--value", help="write this out, unless the run gives another value")
    parser.add_argument("--executor-input", required=True, help="what Kubeflow puts for {{$}}")
    options = parser.parse_args(arguments)
    try:
        given = ExecutorInput.read(options.executor_input)
        if options.value is not None:
            return _settle_value(given, options.value)
        return _settle_date(given) if options.run_date else _run(given)
    except FlowymlError as error:
        print(error, file=sys.stderr)
        return 1


def _run(given: ExecutorInput) -> int:
    told = _told(given)
    names: Mapping[str, str] = told.pop("names", {})
    encoded = frozenset[str](told.pop("encoded", ()))
    optional = frozenset[str](told.pop("optional", ()))
    wanted: bool = told.pop("wanted", True)
    part: str = told.pop("part", "")
    most: int = told.pop("most", 0)
    large: Sequence[str] = told.pop("large", ())
    task = Task.from_dict(told)
    parameters = given.parameters | {key: _large(given, key) for key in large}
    values = {names.get(key, key): value for key, value in parameters.items()}
    if WORKSPACE in values:
        os.environ[WORKSPACE_VARIABLE] = values.pop(WORKSPACE)
    inputs = {} if part == "collect" else _inputs(given, names, {ITEMS, *large})
    present = {name: found for name, found in inputs.items() if found is not None}
    store = PodStore(given.outputs)
    handed: dict[str, Any] = {
        "inputs": present,
        "context": _context(task, values, encoded),
        "run_date": _date(values[RUN_DATE], "the date of the run")
        if RUN_DATE in values
        else _now(),
        "store": store,
    }
    absent = bool(inputs.keys() - present.keys() - optional)  # a skipped asset skips its reader
    decided = values[WANTED] == wanted if WANTED in values else None
    if part in ("split", "work", "collect"):
        return _run_part(given, task, part, most, handed, decided=decided, absent=absent)
    if absent:
        outcome = Outcome(state="SKIPPED", attempts=0)
    elif part == "gate":
        outcome = run_conditions(task, **handed)
    else:
        outcome = run_task(task, **handed, decided=decided, cache=shared_cache(store))
        for remark in remarks(outcome, task.name):
            print(remark)
    return _decide(given, outcome) if part == "gate" else _report(given, outcome, store)


def _run_part(
    given: ExecutorInput,
    task: Task,
    part: str,
    most: int,
    handed: dict[str, Any],
    *,
    decided: bool | None,
    absent: bool,
) -> int:
    """Do a part of a map task; the last one reports for the step."""
    from flowyml_kubeflow import map_worker

    if part == "collect":
        store = PodStore(given.outputs)
        return _report(given, map_worker.collect(given, task, store), store)
    if part == "work":
        outcome = map_worker.work(given, task, handed)
    elif absent:
        outcome = map_worker.skip_items(given)
    else:
        outcome = map_worker.split_items(given, task, most, {**handed, "decided": decided})
    return 0 if _ended_well(given, outcome) else 1


def _inputs(
    given: ExecutorInput, names: Mapping[str, str], others: Collection[str]
) -> dict[str, Reference | None]:
    """Find the asset for each parameter, with whichever producer ran; None if it was skipped."""
    found: dict[str, Reference | None] = {}
    for key, artifact in given.artifacts.items():
        if key in others:
            continue
        name = names.get(key, key)
        made = None if was_skipped(artifact) else reference(key, artifact)
        found[name] = made or found.get(name)
    return found


def _told(given: ExecutorInput) -> dict[str, Any]:
    if TASK not in given.parameters:
        raise PodError(f"this task has no parameter {TASK}, which says what step to run")
    told: dict[str, Any] = json.loads(given.parameters[TASK])
    return told


def _context(task: Task, values: Mapping[str, Any], encoded: frozenset[str]) -> dict[str, Any]:
    """Read the context values; the runtime turns text into the types that the task states."""
    context: dict[str, Any] = {}
    for name, type_ in task.params.items():
        if name not in values:
            continue
        value = values[name]
        if type_.endswith("?") or type_ == "any" or name in encoded:
            value = decode(value, type_.removesuffix("?"))
        elif type_ != "number":
            check_exact(name, value)
        context[task.aliases.get(name, name)] = value
    return context


def _report(given: ExecutorInput, outcome: Outcome, store: PodStore) -> int:
    if not _ended_well(given, outcome):
        return 1
    skipped = outcome.state == "SKIPPED"
    text = skip_markers(given) if skipped else executor_output(given, outcome, store)
    given.write_output(text)
    return 0


def _decide(given: ExecutorInput, outcome: Outcome) -> int:
    """Hand on the verdict of a gate."""
    if not _ended_well(given, outcome):
        return 1
    verdict = "true" if outcome.state == "SUCCEEDED" else "false"
    given.parameter_file(WANTED).write_text(verdict, encoding="utf-8")
    return 0


def _ended_well(given: ExecutorInput, outcome: Outcome) -> bool:
    """Leave word of the outcome: in a file if one is named, else in the log, the last line."""
    if outcome.state == "FAILED":
        print(outcome.error, file=sys.stderr, flush=True)
    if place := os.environ.get(OUTCOME):
        Path(place).write_text(json.dumps(outcome.to_dict()), encoding="utf-8")
    else:
        print(told_outcome(given, outcome), flush=True)
    return outcome.state != "FAILED"


def _settle_date(given: ExecutorInput) -> int:
    """Choose the date: the run's parameter, else the scheduled time, else now.

    Backends before 2.17 hand the placeholder of the scheduled time over as it is.
    """
    asked, scheduled = (str(given.parameters.get(key, "")) for key in ("given", "scheduled"))
    if asked:
        date = _date(asked, f"the run parameter {RUN_DATE}")
    else:
        known = scheduled and not scheduled.startswith("{{")
        date = _date(scheduled, "the scheduled time") if known else _now()
    given.parameter_file(RUN_DATE).write_text(date.isoformat(), encoding="utf-8")
    return 0


def _settle_value(given: ExecutorInput, text: str) -> int:
    """Write out what the run gives, else the default that stands in the command."""
    values = given.parameters
    value = values[GIVEN] if GIVEN in values else json.loads(base64.b64decode(text))
    made = PodStore(given.outputs).save(OUTPUT, value)
    given.write_output(artifact_output(given, OUTPUT, made))
    return 0


def _large(given: ExecutorInput, key: str) -> Any:
    from flowyml.storage import load_value

    return load_value(reference(key, given.artifacts[key]))


def _now() -> datetime:
    return datetime.now(timezone.utc)


def _date(text: str, what: str) -> datetime:
    from flowyml.runtime.casting import parse_moment

    try:
        return parse_moment(text)
    except ValueError:
        raise PodError(f"{what} is {text!r}; give ISO 8601, as in 2026-01-31T06:00:00Z") from None
