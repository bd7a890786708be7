"""Run DAG files in this interpreter's Airflow, one request a line.

Started by `flowyml_airflow.trial`, it knows Airflow and nothing of pipelines. Requests come on
standard input, answers go to what was standard output when it started; everything that anybody
prints goes to standard error.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable
from datetime import datetime
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
        import_module("airflow.sdk")  # Airflow 2 has no such module
    except ImportError as error:
        return {"missing": str(error)}
    import_module("flowyml_airflow.worker")  # what it requires must be here as well
    from airflow import __version__
    from airflow.utils.db import initdb

    initdb()
    return {"ready": __version__}


def _run(*, file: str, dag_id: str, conf: dict[str, Any], date: str | None) -> dict[str, Any]:
    """Run one DAG to its end.

    Args:
        file: a DAG file within the folder of DAGs.
        dag_id: the DAG in it.
        conf: what a user gives when triggering.
        date: the logical date in ISO form; None is a run without one.
    """
    from airflow.dag_processing.dagbag import DagBag

    _forget_project()
    bag = DagBag(file)
    if bag.import_errors:
        raise RuntimeError("\n".join(bag.import_errors.values()))
    dag: Any = bag.dags[dag_id]
    run = dag.test(run_conf=conf, logical_date=datetime.fromisoformat(date) if date else None)
    tasks = {ti.task_id: (ti.state, ti.try_number) for ti in run.get_task_instances()}
    return {"state": run.state, "tasks": tasks, "xcoms": _xcoms(dag_id, run.run_id)}


def _xcoms(dag_id: str, run_id: str) -> dict[str, dict[str, Any]]:
    """Give everything that the tasks of a run pushed, by task and key."""
    from airflow.models.xcom import XComModel
    from airflow.sdk.serde import deserialize
    from airflow.utils.session import create_session
    from sqlalchemy import select

    found: dict[str, dict[str, Any]] = {}
    query = select(XComModel).where(XComModel.dag_id == dag_id, XComModel.run_id == run_id)
    with create_session() as session:
        for xcom in session.scalars(query):
            found.setdefault(xcom.task_id, {})[xcom.key] = deserialize(xcom.value)
    return found


def _forget_project() -> None:
    """Import the project's modules anew for each run, as every task of a real Airflow does."""
    project = Path(os.environ["FLOWYML_TRIAL_PROJECT"])
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if file and project in Path(file).parents and "site-packages" not in Path(file).parts:
            del sys.modules[name]


if __name__ == "__main__":
    main()
