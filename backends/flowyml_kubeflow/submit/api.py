"""The calls of Kubeflow's v2beta1 API that deploying takes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from flowyml.deploy.errors import RefusedError, UnreachableError

if TYPE_CHECKING:
    from flowyml.deploy.http import Service

_API = "/apis/v2beta1"
_MANY = 100  # of a list, in one answer


class Api:
    """One Kubeflow.

    Args:
        service: its address, and who asks.
        namespace: where everything is, if it is shared by several users.

    Raises of each call: what `Service.send` raises.
    """

    def __init__(self, service: Service, namespace: str | None = None) -> None:
        self._service = service
        self._namespace = namespace

    def pipeline(self, name: str) -> dict[str, Any] | None:
        """Find a pipeline by its name; None if there is none."""
        path = f"{_API}/pipelines/names/{quote(name, safe='')}"
        found: dict[str, Any] | None = self._found(path, namespace=self._namespace)
        return found

    def create_pipeline(self, name: str, description: str) -> dict[str, Any]:
        """Make a pipeline without any version."""
        body = self._placed({"display_name": name, "description": description})
        made: dict[str, Any] = self._service.send("POST", f"{_API}/pipelines", body)
        return made

    def version(self, pipeline: str, name: str) -> str | None:
        """Find the id of a version by its name; None if there is none."""
        versions = f"{_API}/pipelines/{pipeline}/versions"
        listed = self._service.get(versions, filter=_named(name), page_size=_MANY)
        found = listed.get("pipeline_versions", ())
        return str(found[0]["pipeline_version_id"]) if found else None

    def upload_version(self, pipeline: str, name: str, text: str, description: str) -> str:
        """Make a version of a file's text, and give its id."""
        made = self._service.upload(
            f"{_API}/pipelines/upload_version",
            {"uploadfile": (f"{name}.yaml", text.encode())},
            pipelineid=pipeline,
            name=name,
            description=description,
        )
        return str(made["pipeline_version_id"])

    def experiment(self, name: str) -> str:
        """Find the id of an experiment, which is made if there is none."""
        body = self._placed({"display_name": name})
        return found_or_made(
            lambda: self._experiment(name),
            lambda: str(self._service.send("POST", f"{_API}/experiments", body)["experiment_id"]),
        )[0]

    def start(self, run: Mapping[str, Any]) -> dict[str, Any]:
        """Begin a run."""
        made: dict[str, Any] = self._service.send("POST", f"{_API}/runs", run)
        return made

    def run(self, run: str) -> dict[str, Any]:
        """Say how a run is."""
        found: dict[str, Any] = self._service.get(f"{_API}/runs/{quote(run, safe='')}")
        return found

    def log(self, run: str, pods: tuple[str, ...]) -> str | None:
        """Give what a pod has printed up to now, by whichever of its names is known; or None."""
        for pod in pods:
            try:
                return self._service.text(f"/apis/v1alpha1/runs/{run}/nodes/{quote(pod)}/log")
            except (RefusedError, UnreachableError):  # no such pod is 500 there
                continue
        return None

    def recurring(self, name: str) -> list[dict[str, Any]]:
        """List the recurring runs of a name, in whichever experiment they are."""
        listed = self._service.get(
            f"{_API}/recurringruns",
            filter=_named(name),
            namespace=self._namespace,
            page_size=_MANY,
        )
        found: list[dict[str, Any]] = listed.get("recurringRuns", [])
        return found

    def create_recurring(self, run: Mapping[str, Any]) -> str:
        """Make a recurring run, and give its id."""
        return str(self._service.send("POST", f"{_API}/recurringruns", run)["recurring_run_id"])

    def delete_recurring(self, run: str) -> None:
        """Take a recurring run away; what it started goes on."""
        self._service.send("DELETE", f"{_API}/recurringruns/{run}")

    def _experiment(self, name: str) -> str | None:
        listed = self._service.get(
            f"{_API}/experiments", filter=_named(name), namespace=self._namespace, page_size=_MANY
        )
        found = listed.get("experiments", ())
        return str(found[0]["experiment_id"]) if found else None

    def _placed(self, body: dict[str, Any]) -> dict[str, Any]:
        return body | ({"namespace": self._namespace} if self._namespace else {})

    def _found(self, path: str, **parameters: Any) -> Any:
        try:
            return self._service.get(path, **parameters)
        except RefusedError as refusal:
            if refusal.status == 404:
                return None
            raise


_T = TypeVar("_T")


def found_or_made(find: Callable[[], _T | None], make: Callable[[], _T]) -> tuple[_T, bool]:
    """Find something, or make it; somebody else may make it in between (409).

    Returns:
        What was found or made, and whether it was made here.
    """
    if found := find():
        return found, False
    try:
        return make(), True
    except RefusedError as refusal:
        found = find() if refusal.status == 409 else None
        if found is None:
            raise
        return found, False


def _named(name: str) -> str:
    predicate = {"operation": "EQUALS", "key": "display_name", "string_value": name}
    return json.dumps({"predicates": [predicate]})
