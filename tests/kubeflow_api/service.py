"""What the API server of Kubeflow Pipelines keeps, and its rules (read in its source, 2.5 to 2.17).

It holds pipelines with versions, experiments, runs and recurring runs. Runs are carried out for
real, by the simulator. There is no scheduler: a recurring run is kept, and starts nothing.
"""

from __future__ import annotations

import itertools
import json
import re
import threading
import uuid
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import yaml

from tests.kubeflow_api.contract import problems
from tests.kubeflow_api.execution import Execution

_CRON = re.compile(r"(\S+ ){5}\S+")
"""Six fields, seconds first: what its cron library takes, but for names such as @daily."""


class Refusal(Exception):
    """The server's answer to what it does not take: an HTTP status, and its gRPC code."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


def invalid(message: str) -> Refusal:
    return Refusal(400, 3, message)


def missing(what: str, key: str) -> Refusal:
    return Refusal(404, 5, f"ResourceNotFoundError: {what} {key} not found")


class Service:
    """The data of one server.

    Args:
        folder: for the runs' files.
        project: where steps run, as the image's working directory would be.
        env: what containers get besides this process's environment.
    """

    def __init__(self, folder: Path, project: Path, env: dict[str, str]) -> None:
        self._folder, self._project, self._env = folder, project, env
        self._lock = threading.RLock()
        self._ids = itertools.count(1)
        self.pipelines: dict[str, dict[str, Any]] = {}
        self.versions: dict[str, dict[str, Any]] = {}
        self.experiments: dict[str, dict[str, Any]] = {}
        self.runs: dict[str, dict[str, Any]] = {}
        self.recurring: dict[str, dict[str, Any]] = {}
        self.executions: dict[str, Execution] = {}

    def close(self) -> None:
        for each in self.executions.values():
            each.join()

    # Pipelines and their versions.

    def create_pipeline(self, body: Any) -> dict[str, Any]:
        self._check(body, "V2beta1Pipeline")
        name = body.get("name") or body["display_name"]
        if any(p["name"] == name for p in self.pipelines.values()):
            raise Refusal(409, 6, f"The name {name} already exists. Please specify a new name.")
        made = {
            "pipeline_id": self._id(),
            "name": name,
            "display_name": body.get("display_name") or name,
            "description": body.get("description", ""),
            "namespace": body.get("namespace", ""),
            "created_at": now(),
        }
        return self._keep(self.pipelines, made["pipeline_id"], made)

    def pipeline_by_name(self, name: str) -> dict[str, Any]:
        for each in self.pipelines.values():
            if each["name"] == name:
                return each
        raise missing("Pipeline", name)

    def pipeline(self, key: str) -> dict[str, Any]:
        return self._get(self.pipelines, "Pipeline", key)

    def upload(self, text: str, name: str, description: str) -> dict[str, Any]:
        """Make a pipeline with a first version, which has its name."""
        made = self.create_pipeline({"display_name": name, "description": description})
        self.upload_version(text, made["pipeline_id"], name, "")
        return made

    def upload_version(
        self, text: str, pipeline_id: str, name: str, description: str
    ) -> dict[str, Any]:
        if pipeline_id not in self.pipelines:
            raise invalid("Failed to create a pipeline version")
        if len(name) > 127:
            raise invalid(f"PipelineVersion.Name length cannot exceed 127: {name}")
        if any(self._is_version(each, pipeline_id, name) for each in self.versions.values()):
            raise Refusal(409, 6, "Failed to create a pipeline version")
        made = {
            "pipeline_version_id": self._id(),
            "pipeline_id": pipeline_id,
            "name": name,
            "display_name": name,
            "description": description,
            "created_at": now(),
            "pipeline_spec": specification(text),
            "text": text,
        }
        return self._keep(self.versions, made["pipeline_version_id"], made)

    def versions_of(self, pipeline_id: str, filter_: str | None) -> list[dict[str, Any]]:
        self.pipeline(pipeline_id)
        own = [each for each in self.versions.values() if each["pipeline_id"] == pipeline_id]
        return filtered(own, filter_)

    def _is_version(self, each: dict[str, Any], pipeline_id: str, name: str) -> bool:
        return each["pipeline_id"] == pipeline_id and each["name"] == name

    # Experiments.

    def create_experiment(self, body: Any) -> dict[str, Any]:
        self._check(body, "V2beta1Experiment")
        if filtered([*self.experiments.values()], by_name(body["display_name"])):
            raise Refusal(409, 6, f"Experiment {body['display_name']} already exists")
        made = {**body, "experiment_id": self._id(), "created_at": now()}
        return self._keep(self.experiments, made["experiment_id"], made)

    # Runs.

    def create_run(self, body: Any) -> dict[str, Any]:
        self._check(body, "V2beta1Run")
        text = self._text(body)
        made = {
            **body,
            "run_id": self._id(),
            "experiment_id": self._experiment(body.get("experiment_id")),
            "created_at": now(),
            "scheduled_at": now(),
        }
        run_id = made["run_id"]
        execution = Execution(
            text,
            body.get("runtime_config", {}).get("parameters", {}),
            folder=self._folder / run_id,
            project=self._project,
            env=self._env,
        )
        if why := execution.refusal():
            raise invalid(why)
        self._keep(self.runs, run_id, made)
        self.executions[run_id] = execution
        execution.start()
        return self.run(run_id)

    def run(self, run_id: str) -> dict[str, Any]:
        found = self._get(self.runs, "Run", run_id)
        return {**found, **self.executions[run_id].details(run_id)}

    def log(self, run_id: str, node: str) -> str:
        self._get(self.runs, "Run", run_id)
        found = self.executions[run_id].log(node)
        if found is None:
            raise Refusal(500, 13, f'Failed to read logs from pod: pods "{node}" not found')
        return found

    # Recurring runs.

    def create_recurring(self, body: Any) -> dict[str, Any]:
        self._check(body, "V2beta1RecurringRun")
        self._text(body)
        cron = body["trigger"].get("cron_schedule", {}).get("cron")
        if cron is not None and not cron.startswith("@") and not _CRON.fullmatch(cron):
            raise invalid(f"Schedule cron is not a valid cron expression: {cron}")
        if not 1 <= int(body["max_concurrency"]) <= 10:
            raise invalid("The max concurrency of the recurring run must be between 1 and 10")
        made = {
            **body,
            "recurring_run_id": self._id(),
            "experiment_id": self._experiment(body.get("experiment_id")),
            "status": f"{body['mode']}D",
            "created_at": now(),
        }
        return self._keep(self.recurring, made["recurring_run_id"], made)

    def delete_recurring(self, key: str) -> dict[str, Any]:
        self._get(self.recurring, "RecurringRun", key)
        del self.recurring[key]
        return {}

    def _text(self, body: dict[str, Any]) -> str:
        """Give the specification that a message names or holds."""
        if "pipeline_spec" in body:
            held = body["pipeline_spec"]
            spec = held.get("pipeline_spec", held)
            return yaml.safe_dump(spec)
        reference = body["pipeline_version_reference"]
        key = reference.get("pipeline_version_id")
        if key is None:
            own = self.versions_of(reference["pipeline_id"], None)
            key = own[-1]["pipeline_version_id"] if own else ""
        text: str = self._get(self.versions, "PipelineVersion", key)["text"]
        return text

    def _experiment(self, key: str | None) -> str:
        if key is None:
            (default,) = filtered([*self.experiments.values()], by_name("Default")) or [
                self.create_experiment({"display_name": "Default"})
            ]
            return str(default["experiment_id"])
        return str(self._get(self.experiments, "Experiment", key)["experiment_id"])

    def _check(self, body: Any, kind: str) -> None:
        if found := problems(body, kind):
            raise invalid("; ".join(found))

    def _id(self) -> str:
        return str(uuid.UUID(int=next(self._ids)))

    def _keep(self, where: dict[str, Any], key: str, made: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            where[key] = made
        return made

    def _get(self, where: dict[str, Any], what: str, key: str) -> dict[str, Any]:
        if key not in where:
            raise missing(what, key)
        found: dict[str, Any] = where[key]
        return found


def specification(text: str) -> dict[str, Any]:
    """Read an uploaded file: a PipelineSpec, and a PlatformSpec if there is one."""
    try:
        documents = [each for each in yaml.safe_load_all(text) if each is not None]
    except yaml.YAMLError:
        documents = []
    if not documents or not isinstance(documents[0], dict) or "root" not in documents[0]:
        raise invalid("Failed to create a pipeline version: unknown template format")
    if len(documents) == 1:
        found: dict[str, Any] = documents[0]
        return found
    return {"pipeline_spec": documents[0], "platform_spec": documents[1]}


def by_name(name: str) -> str:
    predicate = {"operation": 1, "key": "display_name", "string_value": name}
    return json.dumps({"predicates": [predicate]})


def filtered(items: list[dict[str, Any]], filter_: str | None) -> list[dict[str, Any]]:
    """Apply a filter: as many comparisons for equality as there are; no other operation."""
    for predicate in json.loads(filter_)["predicates"] if filter_ else ():
        if predicate["operation"] not in (1, "EQUALS"):
            raise invalid(f"this server does not know the operation {predicate['operation']}")
        wanted = predicate.get("string_value", predicate.get("stringValue"))
        items = [each for each in items if each.get(predicate["key"]) == wanted]
    return items


def now() -> str:
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
