"""Run DAG files in this interpreter's Airflow, one request a line.

Started by `flowyml_airflow.trial`, it knows Airflow and nothing of pipelines. Requests come on
standard input, answers go to what was standard output when it started; everything that anybody
prints goes to standard error.
"""

from __future__ import annotations

import inspect
import json
import os
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, TextIO


def main() -> None:
    """Answer `{"ready": …}`, then every request, until standard input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    _answer(answers, _prepare)
    for line in sys.stdin:
        _answer(answers, _run, **json.loads(line))


def _answer(answers: TextIO, work: Callable[..., dict[str, Any]], **request: Any) -> None:
    try:
        answer = work(**request)
    except Exception as error:
        traceback.print_exc()
        answer = {"error": "".join(traceback.format_exception_only(error)).strip()}
    sys.stdout.flush()
    sys.stderr.flush()
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


def _prepare() -> dict[str, Any]:
    """Make the metadata database."""
    try:
        from airflow import __version__
    except ImportError as error:
        return {"missing": str(error)}
    import_module("flowyml_airflow.worker")  # what it requires must be here as well
    from airflow.utils.db import initdb

    _write_lazily()
    initdb()
    _hurry()
    _check_schemas_once()
    return {"ready": __version__}


def _hurry() -> None:
    """Let `dag.test()` look again soon; it waits a second after a round that settled states.

    Airflow 3 imports `time` within that method, so it is the function of all that is replaced;
    whoever else calls it sleeps as long as ever.
    """
    waiting = _first("airflow.sdk.definitions.dag", "airflow.models.dag").__name__
    sleep = time.sleep

    def hurried(seconds: Any) -> None:
        here = inspect.currentframe()
        caller = here and here.f_back
        soon = caller and caller.f_globals.get("__name__") == waiting
        sleep(0.01 if soon else seconds)

    time.sleep = hurried


def _write_lazily() -> None:
    """Let the database's writes reach the disk when they do: nobody looks at it after the trial."""
    from sqlalchemy import event

    def connected(connection: Any, _: object) -> None:
        connection.execute("PRAGMA synchronous=OFF")

    settings: Any = import_module("airflow.settings")
    event.listen(settings.engine, "connect", connected)


def _check_schemas_once() -> None:
    """Remember which schemas of params are schemas; Airflow asks for each, whenever it reads it."""
    from jsonschema import Draft202012Validator

    validator: Any = Draft202012Validator
    check = validator.check_schema
    found: set[str] = set()

    def checked(schema: Any, *arguments: Any, **options: Any) -> None:
        text = repr(schema)
        if text not in found:
            check(schema, *arguments, **options)
            found.add(text)

    validator.check_schema = staticmethod(checked)


def _first(*modules: str) -> Any:
    """Import the first of these modules that this version has, newest home first."""
    for name in modules[:-1]:
        with suppress(ImportError):
            return import_module(name)
    return import_module(modules[-1])


def _run(*, file: str, dag_id: str, conf: dict[str, Any], date: str | None) -> dict[str, Any]:
    """Run one DAG to its end.

    Args:
        file: a DAG file within the folder of DAGs.
        dag_id: the DAG in it.
        conf: what a user gives when triggering.
        date: the logical date in ISO form; None is a run without one.
    """
    _forget_project()
    bag = _first("airflow.dag_processing.dagbag", "airflow.models.dagbag").DagBag(file)
    if bag.import_errors:
        raise RuntimeError("\n".join(bag.import_errors.values()))
    dag: Any = bag.dags[dag_id]
    errors: dict[str, str] = {}
    for task in dag.tasks:
        task.on_failure_callback = [partial(_note, errors)]
        task.retry_delay, task.retry_exponential_backoff = timedelta(0), False  # nothing is waited
    run = dag.test(run_conf=conf, **_dated(dag, date))
    tasks = {
        ti.task_id: {"state": ti.state, "tries": ti.try_number, "error": errors.get(ti.task_id)}
        for ti in run.get_task_instances()
    }
    return {"state": run.state, "tasks": tasks, "xcoms": _xcoms(dag_id, run.run_id)}


def _dated(dag: Any, date: str | None) -> dict[str, Any]:
    """Give the run its date, under this version's name; Airflow 2 makes one up if there is none."""
    parameters = inspect.signature(dag.test).parameters
    name = "logical_date" if "logical_date" in parameters else "execution_date"
    return {name: datetime.fromisoformat(date) if date else None}


def _note(errors: dict[str, str], context: Mapping[str, Any]) -> None:
    """Keep the traceback of a failed task, from the user's own frames on."""
    from flowyml.runtime import user_traceback

    error = context["exception"]
    frames = error.__traceback__
    while frames is not None and frames.tb_frame.f_globals["__name__"] != "flowyml.runtime.run":
        frames = frames.tb_next
    errors[context["ti"].task_id] = user_traceback(error.with_traceback(frames))


def _xcoms(dag_id: str, run_id: str) -> dict[str, dict[str, Any]]:
    """Give everything that the tasks of a run pushed, by task and key."""
    from airflow.utils.session import create_session
    from sqlalchemy import select

    home: Any = import_module("airflow.models.xcom")
    model = getattr(home, "XComModel", None) or home.BaseXCom  # Airflow 2
    found: dict[str, dict[str, Any]] = {}
    query = select(model).where(model.dag_id == dag_id, model.run_id == run_id)
    with create_session() as session:
        for xcom in session.scalars(query):
            found.setdefault(xcom.task_id, {})[xcom.key] = _value(xcom)
    return found


def _value(xcom: Any) -> Any:
    """Read what was pushed; Airflow 2 keeps it as bytes, 3 as what its serializer made of it."""
    if isinstance(xcom.value, bytes):
        return xcom.deserialize_value(xcom)
    return _first("airflow.sdk.serde", "airflow.serialization.serde").deserialize(xcom.value)


def _forget_project() -> None:
    """Import the project's modules anew for each run, as every task of a real Airflow does."""
    project = f"{Path(os.environ['FLOWYML_TRIAL_PROJECT'])}{os.sep}"
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None) or ""
        ours = name.partition(".")[0] in ("flowyml", "flowyml_airflow")
        if file.startswith(project) and "site-packages" not in Path(file).parts and not ours:
            del sys.modules[name]


if __name__ == "__main__":
    main()
