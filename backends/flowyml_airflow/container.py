"""The far side of a task that runs in a container, or in another Python than the worker's.

There is no Airflow: what its worker would ask Airflow for stands in the command, and what it would
push to XCom is written where the operator looks for it.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from flowyml.diagnostics import FlowymlError
from flowyml.runtime import (
    STORE,
    Outcome,
    Task,
    run_attempt,
    run_task,
    user_traceback,
)
from flowyml.storage import Reference
from flowyml_airflow.names import NOTE
from flowyml_airflow.worker import (
    Store,
    cache_of,
    cleared,
    described,
    made,
    noted,
    opened,
    place_of_store,
    use,
    verdicts,
    xcoms,
)

SKIP = 99
"""The exit code that the operators take for a skip (`skip_on_exit_code`)."""

RESULTS = {"kubernetes": "/airflow/xcom/return.json", "docker": "/tmp/flowyml/result"}  # noqa: S108
"""Where the operators look for what becomes XComs: Airflow's sidecar for JSON, `DockerOperator`
(`retrieve_output_path`) for a pickle, which is all that it reads.
"""


class NotWantedError(FlowymlError):
    """The step is skipped; says why."""


def main(arguments: Sequence[str]) -> int:
    """Run one step in a container: `python -m flowyml.runtime airflow`.

    Returns:
        The exit code: 1 if it failed, `SKIP` if it is skipped.
    """
    parser = argparse.ArgumentParser(prog="python -m flowyml.runtime airflow")
    parser.add_argument("--task", required=True, help="what step to run: JSON")
    parser.add_argument("--inputs", default="{}", help="references by parameter: JSON")
    parser.add_argument("--context", default="{}", help="the run's params: JSON")
    parser.add_argument("--date", required=True, help="the date that the run is for: ISO 8601")
    parser.add_argument("--last", default="true", help="whether Airflow tries no more: JSON")
    parser.add_argument("--code", default="null", help="what holds the project: JSON")
    parser.add_argument("--store", default="null", help="where values are kept: JSON")
    parser.add_argument("--wanted", default="null", help="what was found by asking: JSON")
    parser.add_argument("--result", choices=sorted(RESULTS), required=True, help="who reads it")
    options = vars(parser.parse_args(arguments))
    result, date = options.pop("result"), options.pop("date")
    try:
        told = {name: json.loads(text) for name, text in options.items()}
        if told["store"] is None and STORE not in os.environ:
            raise FlowymlError(
                "this container has no artifact store: what it stores in itself would be lost "
                "with it; give artifact_store: in the stack, to where all workers can write"
            )
        fetch(told.pop("code"), told["store"])
        _write(run_apart(**told, date=date), result)
    except NotWantedError as error:
        print(error)
        return SKIP
    except Exception as error:
        known = isinstance(error, FlowymlError)
        print(error if known else user_traceback(error), file=sys.stderr)
        return 1
    return 0


def fetch(code: Mapping[str, str] | None, store: str | Mapping[str, str] | None) -> None:
    """Import the project from the store that the DAG names, if its code came along.

    Raises:
        FlowymlError: it cannot be used, or the store is a secret that is not there.
    """
    if code is not None:
        from flowyml.runtime.bundle import import_from_store

        import_from_store(place_of_store(store), code["name"], code["sha256"])


def run_in_python(
    task: Mapping[str, Any], *, code: str | None = None, store: Store = None, **told: Any
) -> dict[str, Any]:
    """Run one step in another Python of the worker's machine.

    Args:
        task: as for `run_apart`.
        code: the file with the project's code, if it came with the DAG.
        store: as for `flowyml_airflow.worker.run_step`.
        told: what `run_apart` takes besides. Templates give text: `context` and `last` are JSON.
    """
    use(code, store)
    for name in ("context", "last"):
        if isinstance(told.get(name), str):
            told[name] = json.loads(told[name])
    try:
        return run_apart(task, store=store, **told)
    except NotWantedError as error:
        print(error)
        sys.exit(SKIP)


def run_apart(
    task: Mapping[str, Any],
    *,
    date: str,
    inputs: Mapping[str, Any] | None = None,
    context: Mapping[str, Any] | None = None,
    last: bool = True,
    wanted: bool | str | None = None,
    store: Store = None,
) -> dict[str, Any]:
    """Run one step without Airflow.

    Args:
        task: what `flowyml_airflow.specs` wrote.
        date: the date that the run is for, ISO 8601.
        inputs: for each parameter, the reference that came through XCom, None if its step was
            skipped; or two.
        context: the run's params.
        last: whether Airflow would not try again.
        wanted: what another task found when it asked the step's conditions: a verdict, or what was
            raised instead; None if none did.
        store: as for `flowyml_airflow.worker.run_step`.

    Returns:
        What becomes XComs, by key.

    Raises:
        NotWantedError: the step is not to run.
        Exception: whatever the user's code raised.
        FlowymlError: the step cannot run here.
    """
    step = described(task)
    given: dict[str, Any] = {
        "inputs": _present(task, inputs or {}),
        "context": context or {},
        "run_date": datetime.fromisoformat(date).astimezone(timezone.utc),
        "store": opened(store, step),
    }
    if "decides" in task:
        return verdicts(step, task["decides"], given)
    if isinstance(wanted, str):
        raise FlowymlError(wanted)
    cache = cache_of(store, given["store"])
    outcome = _run(step, {**given, "decided": wanted, "cache": cache}, last=last)
    if outcome.state == "SKIPPED":
        raise NotWantedError(f"a condition of step '{step.name}' says no")
    note = {key: said for key, said in noted(outcome, step).items() if said}
    return xcoms(outcome, task) | ({NOTE: note} if note else {})


def _run(step: Task, given: Mapping[str, Any], *, last: bool) -> Outcome:
    """Try as the target asks: once, or as often as the step's own policy says."""
    if step.retry is None:
        return run_attempt(step, **given, last=last)
    outcome = run_task(step, **given)
    if outcome.exception is not None:
        raise outcome.exception
    return outcome


def _present(task: Mapping[str, Any], inputs: Mapping[str, Any]) -> dict[str, Reference]:
    found = made(inputs)
    missing = [name for name in inputs if name not in found]
    if missing and not task.get("skips"):
        raise cleared(missing)
    if left := [name for name in missing if name not in task.get("optional", ())]:
        raise NotWantedError(f"what makes {', '.join(left)} was skipped")
    return found


def _write(values: Mapping[str, Any], result: str) -> None:
    path = Path(RESULTS[result])
    path.parent.mkdir(parents=True, exist_ok=True)
    packed = pickle.dumps(values) if result == "docker" else json.dumps(values).encode()
    path.write_bytes(packed)
