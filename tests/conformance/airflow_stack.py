"""A whole Airflow on this machine: scheduler, DAG processor, triggerer, API server, on SQLite."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.ports import free_ports

HEALTHY = 1200
FINISHED = 1200
SLOW = 300
"""Seconds to wait at most for Airflow, a run, an answer; a quiet machine needs 10, 5 and 0.1."""
PATIENCE = {
    "CORE__DAGBAG_IMPORT_TIMEOUT": "300",
    "DAG_PROCESSOR__DAG_FILE_PROCESSOR_TIMEOUT": "600",
    "SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "300",
    "DAG_PROCESSOR__HEALTH_CHECK_THRESHOLD": "300",
    "SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "1200",
    "SCHEDULER__TASK_QUEUED_TIMEOUT": "1200",
    "WORKERS__EXECUTION_API_TIMEOUT": "300",
}
"""Airflow's own limits, in seconds: a busy machine is slow, and not broken."""


class Stack:
    """A running Airflow, spoken to through its REST API alone.

    Attributes:
        dags: the folder that it reads DAG files from.
        log: the file that all its processes print to.
    """

    def __init__(self, url: str, dags: Path, log: Path) -> None:
        self.url, self.dags, self.log = url, dags, log
        self._token = ""

    def get(self, path: str) -> Any:
        return self.call("GET", path, None)

    def run(self, dag_id: str, conf: dict[str, Any], logical_date: str | None) -> str:
        """Unpause a DAG, trigger it, and wait for the end; give the run's id."""
        dag = f"dags/{quote(dag_id)}"
        self.until(lambda: self._exists(dag), f"the DAG {dag_id} is there", HEALTHY)
        self.call("PATCH", dag, {"is_paused": False})
        body = {"conf": conf, "logical_date": logical_date}
        run_id = self.call("POST", f"{dag}/dagRuns", body)["dag_run_id"]
        path = f"{dag}/dagRuns/{quote(run_id)}"
        self.until(lambda: self._ended(path), f"{run_id} ended", FINISHED)
        return run_id

    def _ended(self, path: str) -> bool:
        try:
            return self.get(path)["state"] in ("success", "failed")
        except urllib.error.HTTPError as error:  # seen once, on a busy machine; why was not found
            raise AssertionError(
                f"Airflow lost {path}: {error.read()!r}\n{self.tail(400)}"
            ) from None

    def wait_until_healthy(self) -> None:
        def healthy() -> bool:
            with contextlib.suppress(OSError):
                parts = self.get("monitor/health")
                names = ("metadatabase", "scheduler", "dag_processor")
                return all(parts[name]["status"] == "healthy" for name in names)
            return False

        self.until(healthy, "Airflow is healthy", HEALTHY)

    def _exists(self, path: str) -> bool:
        try:
            self.get(path)
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return False
            raise
        return True

    def until(self, done: Any, what: str, seconds: float) -> None:
        """Wait until something is so.

        Raises:
            AssertionError: it takes longer than that; shows what Airflow printed last.
        """
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            with contextlib.suppress(TimeoutError):  # of one answer, on a busy machine
                if done():
                    return
            time.sleep(0.2)
        raise AssertionError(f"not within {seconds} s: {what}\n{self.tail()}")

    def tail(self, lines: int = 60) -> str:
        """Give the end of what the processes printed, without the requests and without tails."""
        printed = self.log.read_text(errors="replace").splitlines()
        return "\n".join([line[:300] for line in printed if "http.access" not in line][-lines:])

    def token(self) -> str:
        """Give a token that Airflow accepts."""
        if not self._token:
            with urllib.request.urlopen(f"{self.url}/auth/token", timeout=SLOW) as answer:
                self._token = json.load(answer)["access_token"]
        return self._token

    def call(self, method: str, path: str, body: Any) -> Any:
        token = "" if path == "monitor/health" else self.token()
        request = urllib.request.Request(
            f"{self.url}/api/v2/{path}",
            data=None if body is None else json.dumps(body).encode(),
            method=method,
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {token}"},
        )
        try:
            with urllib.request.urlopen(request, timeout=SLOW) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code == 404:
                raise
            reason = error.read().decode(errors="replace")
            raise RuntimeError(f"{method} {path}: {error.code} {reason}") from None


@contextlib.contextmanager
def running(home: Path, dags: Path, **env: str) -> Iterator[Stack]:
    """Start Airflow in a process group of its own, and end the whole group."""
    port, logs_port = free_ports(2)
    url = f"http://127.0.0.1:{port}"
    settings = os.environ | settings_of(home, dags, url, port, logs_port) | env
    airflow = [sys.executable, "-m", "airflow"]
    log = home / "airflow.log"
    with log.open("wb") as out:
        output: dict[str, Any] = {"stdout": out, "stderr": subprocess.STDOUT, "cwd": home}
        migrated = subprocess.run([*airflow, "db", "migrate"], env=settings, check=False, **output)
        assert migrated.returncode == 0, log.read_text()
        process = subprocess.Popen(
            [*airflow, "standalone"], env=settings, start_new_session=True, **output
        )
        stack = Stack(url, dags, log)
        try:
            stack.wait_until_healthy()
            yield stack
        finally:
            end(home, process.pid)
            process.wait()


def settings_of(home: Path, dags: Path, url: str, port: int, logs_port: int) -> dict[str, str]:
    values = {
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__PARALLELISM": "2",
        "CORE__MAX_MAP_LENGTH": "3",  # so that few items are many
        "CORE__LOAD_EXAMPLES": "False",
        "CORE__DAGS_FOLDER": str(dags),
        "CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
        "CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "True",
        "DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / 'airflow.db'}?timeout={SLOW}",
        "API__HOST": "127.0.0.1",
        "API__PORT": str(port),
        "API__BASE_URL": url,
        "API__WORKERS": "1",
        "API_AUTH__JWT_SECRET": "only for this test: " + "x" * 64,
        "LOGGING__WORKER_LOG_SERVER_PORT": str(logs_port),
        "DAG_PROCESSOR__REFRESH_INTERVAL": "2",
        "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "60",  # one that was changed is read at once
        "SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.1",
        **PATIENCE,
    }
    found = {f"AIRFLOW__{key}": text for key, text in values.items()}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return {**found, "AIRFLOW_HOME": str(home), "PATH": path}  # `standalone` calls `airflow`


def end(home: Path, leader: int) -> None:
    """End every process of this Airflow: politely, then not.

    Raises:
        AssertionError: some are still there.
    """
    for signal_ in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(leader, signal_)
        for _ in range(120):
            if not alive(home, leader):
                return
            time.sleep(0.5)
        for process in alive(home, leader):  # one that left the group
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal_)
    time.sleep(0.5)
    assert not alive(home, leader), f"still running: {alive(home, leader)}"


def alive(home: Path, leader: int) -> list[int]:
    """Find this Airflow's live processes: those of its session, and those with its home.

    Neither alone would do: a process may start a session of its own, and one that gives itself a
    title writes over its environment.
    """
    mark = f"AIRFLOW_HOME={home}\0".encode()
    found: list[int] = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it ended, or is not ours to read
            state, _, _, session = (process / "stat").read_text().rpartition(")")[2].split()[:4]
            ours = int(session) == leader or mark in (process / "environ").read_bytes() + b"\0"
            if ours and state != "Z":
                found.append(int(process.name))
    return found
