"""Tasks that run elsewhere than in the worker's process: other Pythons, containers, pods.

All of them are told the same and call the same (`flowyml_airflow.container`); the operators differ
in how they start it, and in where they look for what becomes XComs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowyml.frozen import dataclass
from flowyml.ir import Resources
from flowyml_airflow.code import Call, Name
from flowyml_airflow.container import RESULTS, SKIP
from flowyml_airflow.model import StoreName
from flowyml_airflow.places import PlaceSettings
from flowyml_airflow.pods import pod_keywords
from flowyml_airflow.templated import CONTEXT, DATE, LAST, as_json, raw_all, unexpanded

MODULES = {
    "KubernetesPodOperator": "airflow.providers.cncf.kubernetes.operators.pod",
    "DockerOperator": "airflow.providers.docker.operators.docker",
    "ExternalPythonOperator": "airflow.providers.standard.operators.python",
}
"""Where the operators are."""

_WORKER = ["python", "-m", "flowyml.runtime", "airflow"]


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a task is told.

    Attributes:
        spec: what `flowyml_airflow.specs` gives.
        inputs: the XComs that it reads, as templates of JSON text.
        items: the same as items of the tasks that push them.
        asked: the template of the verdict that was pushed for it; None if it asks itself.
        verdict: the same as an item.
        code: the name and digest of the project's code, if it comes with the DAG: beside its file
            for the worker's machine, in the artifact store for containers.
        store: where it keeps values, unless its environment says otherwise.
    """

    spec: dict[str, Any]
    inputs: str
    items: dict[str, Any]
    asked: str | None = None
    verdict: Any = None
    code: Mapping[str, str] | None = None
    store: StoreName | None = None


@dataclass(frozen=True, kw_only=True)
class Apart:
    """Where one step runs that does not run in the worker's process."""

    settings: PlaceSettings
    image: str | None = None

    def call(
        self, options: Mapping[str, Any], told: Told, resources: Resources | None = None
    ) -> Call:
        """Write a task.

        Args:
            options: what every operator takes, the id among it.
            told: what it is told.
            resources: what it needs.
        """
        common = {**options, "multiple_outputs": True, "skip_on_exit_code": SKIP}
        common |= {"post_execute": Name("publish_apart")} if "outlets" in options else {}
        if self.settings.run_in == "python":
            return Call("ExternalPythonOperator", (), common | self._python(told))
        if self.settings.run_in == "docker":
            return Call("DockerOperator", (), common | self._docker(told, resources))
        return Call("KubernetesPodOperator", (), common | self._kubernetes(told, resources))

    def _python(self, told: Told) -> dict[str, Any]:
        given = {"task": raw_all(told.spec), "date": DATE, "context": CONTEXT, "last": LAST}
        given |= {"inputs": told.items} if told.items else {}
        given |= {"wanted": told.verdict} if told.verdict is not None else {}
        given |= {"code": Name("CODE")} if told.code else {}
        given |= {"store": raw_all(told.store)} if told.store is not None else {}
        keywords = {
            "python": raw_all(self.settings.python),
            "python_callable": Name("step_apart"),
            "op_kwargs": {"told": given},
            "expect_airflow": False,
        }
        environment = dict(self.settings.environment)  # Airflow: no template, unlike elsewhere
        return keywords | ({"env_vars": environment} if environment else {})

    def _docker(self, told: Told, resources: Resources | None) -> dict[str, Any]:
        own = self.settings.docker
        said = {
            "docker_url": own.url,
            "docker_conn_id": raw_all(own.connection),
            "network_mode": own.network,
            "user": own.user,
            "force_pull": own.force_pull or None,
            "mounts": [_mount(**each.model_dump()) for each in own.mounts],
            "environment": raw_all(self.settings.environment),
        }
        return {
            "image": raw_all(self.image),
            "command": [*_WORKER, *_arguments(told, "docker")],
            **{key: value for key, value in said.items() if value},
            **_docker_resources(resources),
            "auto_remove": "force",
            "mount_tmp_dir": False,
            "retrieve_output": True,
            "retrieve_output_path": RESULTS["docker"],
        }

    def _kubernetes(self, told: Told, resources: Resources | None) -> dict[str, Any]:
        values = {name: unexpanded(v) for name, v in self.settings.environment.items()}
        return {
            "image": raw_all(self.image),
            "cmds": _WORKER,
            "arguments": [*map(unexpanded, _arguments(told, "kubernetes"))],
            **({"env_vars": raw_all(values)} if values else {}),
            **pod_keywords(self.settings.kubernetes, resources),
            "do_xcom_push": True,
        }


def _arguments(told: Told, result: str) -> list[str]:
    """Write the command's part that differs from task to task."""
    said = ["--task", as_json(told.spec), "--context", CONTEXT, "--date", DATE, "--last", LAST]
    if told.items:
        said += ["--inputs", told.inputs]
    if told.code:
        said += ["--code", as_json(told.code)]
    if told.store is not None:
        said += ["--store", as_json(told.store)]
    if told.asked is not None:
        said += ["--wanted", told.asked]
    return [*said, "--result", result]


def _mount(*, source: str, target: str, read_only: bool) -> dict[str, Any]:
    kind = "bind" if source.startswith("/") else "volume"
    written = {"source": source, "target": target, "type": kind}
    found: dict[str, Any] = raw_all(written | ({"read_only": True} if read_only else {}))
    return found


def _docker_resources(resources: Resources | None) -> dict[str, Any]:
    """State what a container gets; Docker takes the cores as a weight among containers."""
    if resources is None:
        return {}
    found: dict[str, Any] = {}
    if resources.cpu is not None:
        found["cpus"] = resources.cpu / 1000
    if resources.memory is not None:
        found["mem_limit"] = resources.memory
    if resources.gpu:
        asked = {"count": resources.gpu, "capabilities": [["gpu"]]}
        found["device_requests"] = [Call("DeviceRequest", (), asked)]
    return found
