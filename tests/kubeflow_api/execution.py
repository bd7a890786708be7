"""One run: the simulator executes it, and it is told in Argo's nodes, as the API server does.

A container's task is three nodes: its driver, a graph of its name, and within that the pod,
`executor`. What the server tells of a node is its display name and state, and the ids of the nodes
that follow it; not its own id. A pod is named after the run, the template and the number in its id.
"""

from __future__ import annotations

import os
import threading
import zlib
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flowyml_kubeflow.simulate import SpecError, TaskRun, run_spec
from flowyml_kubeflow.simulate.document import read
from flowyml_kubeflow.simulate.driver import root_inputs

WORKFLOW = "pipeline-x7k2p"
_STATES = {"OMITTED": "RUNTIME_STATE_UNSPECIFIED", "NOT_RUN": "RUNTIME_STATE_UNSPECIFIED"}


class Execution:
    """A run of a specification in a thread of its own."""

    def __init__(
        self,
        text: str,
        parameters: dict[str, Any],
        *,
        folder: Path,
        project: Path,
        env: dict[str, str],
    ) -> None:
        self._text, self._parameters = text, parameters
        self._folder, self._project, self._env = folder, project, env
        self._lock = threading.Lock()
        self._tasks: dict[str, TaskRun] = {}
        self._state = "PENDING"
        self._thread = threading.Thread(target=self._execute, name="kubeflow-run")

    def refusal(self) -> str:
        """Say why the run cannot begin; empty if it can."""
        try:
            root_inputs(read(self._text, {**os.environ, **self._env}).data, self._parameters)
        except SpecError as error:
            return str(error)
        return ""

    def start(self) -> None:
        self._thread.start()

    def join(self) -> None:
        self._thread.join()

    def _execute(self) -> None:
        self._folder.mkdir(parents=True)
        self._state = "RUNNING"
        ended = run_spec(
            self._text,
            workdir=self._folder,
            parameters=self._parameters,
            cwd=self._project,
            env=self._env,
            told=self._told,
        )
        with self._lock:
            self._tasks.update(ended.tasks)
            self._state = ended.state

    def _told(self, task: TaskRun) -> None:
        with self._lock:
            self._tasks[task.name] = task

    def details(self, run_id: str) -> dict[str, Any]:
        """Give what the server tells of the run."""
        with self._lock:
            state, tasks = self._state, dict(self._tasks)
        nodes = [_node(run_id, WORKFLOW, state, ())]
        for name, task in tasks.items():
            nodes += self._nodes(run_id, name, task)
        return {"state": state, "run_details": {"task_details": nodes}}

    def _nodes(self, run_id: str, name: str, task: TaskRun) -> list[dict[str, Any]]:
        own = name.rpartition("/")[2]
        state = _STATES.get(task.state, task.state)
        pod = self._log_file(name).exists()
        made = [_node(run_id, own, state, [f"{WORKFLOW}-{_number(name)}"] if pod else ())]
        if task.state != "NOT_RUN":
            driven = "RUNNING" if task.state == "RUNNING" and not pod else "SUCCEEDED"
            made.append(_node(run_id, f"{own}-driver", driven, ()))
        if pod:
            made.append(_node(run_id, "executor", state, ()))
        return made

    def log(self, pod: str) -> str | None:
        """Give what a pod printed up to now; None if there is no such pod."""
        with self._lock:
            names = list(self._tasks)
        for name in names:
            if pod == f"{WORKFLOW}-system-container-impl-{_number(name)}":
                file = self._log_file(name)
                return file.read_text(encoding="utf-8") if file.exists() else None
        return None

    def _log_file(self, name: str) -> Path:
        return self._folder / "tasks" / quote(name, safe="/") / "log.txt"


def _number(name: str) -> int:
    """Give the number in a node's id; Argo's is a hash of its name as well."""
    return zlib.crc32(name.encode())


def _node(run_id: str, name: str, state: str, children: Any) -> dict[str, Any]:
    node: dict[str, Any] = {"run_id": run_id, "task_id": name, "display_name": name, "state": state}
    if children:
        node["child_tasks"] = [{"pod_name": child} for child in children]
    return node
