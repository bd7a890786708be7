"""A small real HTTP server that answers in the words of Airflow 3.3.2, as recorded from one.

It knows one DAG, `far_sums`: `make`, then `twice`. Each test says what else it is to do.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from tests.http_server import Answer, Asked

FILE = "far_sums.airflow.py"
PARSED = "2026-11-21T11:48:31.524694Z"
NOT_FOUND = Answer(404, {"detail": "Dag with dag_id: 'far_sums' not found"})


def task(name: str, *downstream: str) -> dict[str, Any]:
    return {
        "task_id": name,
        "trigger_rule": "all_success",
        "retries": 0.0,
        "queue": "default",
        "pool": "default_pool",
        "pool_slots": 1.0,
        "priority_weight": 1.0,
        "downstream_task_ids": [*downstream],
        "is_mapped": False,
    }


def instance(name: str, state: str | None, tries: int = 1) -> dict[str, Any]:
    ended = state in ("success", "failed")
    return {
        "task_id": name,
        "map_index": -1,
        "state": state,
        "try_number": tries if state else 0,
        "start_date": "2026-11-21T11:43:01.588999Z" if tries else None,
        "end_date": "2026-11-21T11:43:02.983972Z" if ended else None,
    }


class FarAirflow:
    """What the server says and does; everything can be changed while it serves."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: list[Asked] = []
        self.version = "3.3.2"
        self.token = ""
        self.instead: dict[str, Answer] = {}
        self.once: dict[str, Answer] = {}
        self.paused = False
        self.fileloc: str | None = None
        self.stale_parses = 0
        self.stale_looks = 0
        self.import_error: str | None = None
        self.tasks = [task("make", "twice"), task("twice")]
        self.states: list[str] = ["success"]
        self.instances: list[dict[str, Any]] = []
        self.logs: dict[str, list[Any]] = {}
        self.xcoms: dict[str, Any] = {}

    def changes(self) -> list[str]:
        """What was asked for that is more than looking."""
        return [f"{a.method} {a.path}" for a in self.asked if a.method != "GET"]

    def __call__(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        if asked.path == "/auth/token":
            return self._logged_in(asked)
        path = asked.path.removeprefix("/api/v2/")
        known = asked.headers.get("authorization") == f"Bearer {self.token}"
        if self.token and not known and path != "version":
            return Answer(403, {"detail": "Invalid JWT token"})
        what = f"{asked.method} {path}"
        for pattern, answer in {**self.instead, **self.once}.items():
            if re.fullmatch(pattern, what):
                self.once.pop(pattern, None)
                return answer
        return self._answer(asked, path)

    def _logged_in(self, asked: Asked) -> Answer:
        if asked.body == {"username": "ann", "password": "secret"}:
            return Answer(201, {"access_token": self.token})
        return Answer(401, {"detail": "Invalid credentials"})

    def _answer(self, asked: Asked, path: str) -> Answer:
        match [asked.method, *path.split("/")]:
            case ["GET", "version"]:
                return Answer(200, {"version": self.version, "git_version": None})
            case ["GET", "monitor", "health"]:
                return Answer(200, {"dag_processor": {"status": "unhealthy"}})
            case ["GET", "importErrors"]:
                return self._import_errors()
            case ["PUT", "parseDagFile", _]:
                return Answer(201, None)
            case ["GET", "dagSources", "far_sums"]:
                return self._source()
            case ["GET" | "PATCH", "dags", "far_sums"]:
                return self._dag(asked)
            case ["GET", "dags", "far_sums", "tasks"]:
                tasks = [] if self.stale_parses else self.tasks
                self.stale_parses = max(0, self.stale_parses - 1)
                return Answer(200, {"tasks": tasks, "total_entries": len(tasks)})
            case ["GET", "dags", "far_sums", "dagVersions"]:
                return Answer(200, {"dag_versions": [{"version_number": 4}], "total_entries": 4})
            case [_, "dags", "far_sums", "dagRuns", *rest]:
                return self._run(asked, rest)
        return Answer(404, {"detail": "Not Found"})

    def _dag(self, asked: Asked) -> Answer:
        if not self._known():
            return NOT_FOUND
        if asked.method == "PATCH":
            self.paused = asked.body["is_paused"]
        self.stale_looks = max(0, self.stale_looks - 1)
        return Answer(
            200,
            {
                "dag_id": "far_sums",
                "is_paused": self.paused,
                "is_stale": self.stale_looks > 0,
                "last_parsed_time": PARSED,
                "fileloc": self.fileloc or str(self.folder / FILE),
                "relative_fileloc": FILE,
                "file_token": "eyJidW5kbGVf.vnNwY2wZgfu3",
            },
        )

    def _known(self) -> bool:
        there = (self.folder / FILE).exists()
        return self.fileloc is not None or (there and self.import_error is None)

    def _source(self) -> Answer:
        if not self._known() or not (self.folder / FILE).exists():
            return NOT_FOUND
        text = (self.folder / FILE).read_text()
        return Answer(200, {"dag_id": "far_sums", "content": text, "version_number": 4})

    def _import_errors(self) -> Answer:
        if self.import_error is None or not (self.folder / FILE).exists():
            return Answer(200, {"import_errors": [], "total_entries": 0})
        error = {
            "import_error_id": 1,
            "timestamp": PARSED,
            "filename": FILE,
            "bundle_name": "dags-folder",
            "stack_trace": self.import_error,
        }
        return Answer(200, {"import_errors": [error], "total_entries": 1})

    def _run(self, asked: Asked, rest: list[str]) -> Answer:
        match rest:
            case []:
                return Answer(200, self._run_dict(asked.body["dag_run_id"], "queued"))
            case [run]:
                state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
                return Answer(200, self._run_dict(run, state))
            case [_, "taskInstances"]:
                found = self.instances
                return Answer(200, {"task_instances": found, "total_entries": len(found)})
            case [_, "taskInstances", name, "logs", attempt]:
                events = self.logs.get(f"{name}/{attempt}", [])
                return Answer(200, {"content": events, "continuation_token": None})
            case [_, "taskInstances", name, "xcomEntries"]:
                keys = [key.partition("/")[2] for key in self.xcoms if key.startswith(f"{name}/")]
                entries = [{"key": key} for key in keys]
                return Answer(200, {"xcom_entries": entries, "total_entries": len(entries)})
            case [_, "taskInstances", name, "xcomEntries", key]:
                return Answer(200, {"key": key, "value": self.xcoms[f"{name}/{key}"]})
            case [_, "taskInstances", name, "tries"]:
                found = [each for each in self.instances if each["task_id"] == name]
                return Answer(200, {"task_instances": found, "total_entries": len(found)})
        return Answer(404, {"detail": "Not Found"})

    def _run_dict(self, run: str, state: str) -> dict[str, Any]:
        return {
            "dag_run_id": run,
            "dag_id": "far_sums",
            "logical_date": None,
            "run_after": "2026-11-21T11:42:37.862590Z",
            "state": state,
        }
