"""Which containers the tasks run in: one for all that are alike, others for steps that are not.

Kubernetes' settings hang on an executor, so tasks share one exactly where image, resources and pod
are the same. Its label tells what the steps themselves say, so that no other step changes it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from flowyml.frozen import dataclass
from flowyml.runtime import CACHE, STORE
from flowyml_kubeflow.names import RUN_DATE_TASK, pipeline_name
from flowyml_kubeflow.platform import pod
from flowyml_kubeflow.promote import promoted, written
from flowyml_kubeflow.versions import Version, version

if TYPE_CHECKING:
    from flowyml.backend import CompileOptions
    from flowyml.ir import PipelineIR, Resources
    from flowyml_kubeflow.plan import Job, Plan
    from flowyml_kubeflow.settings import KubeflowSettings

_STEP, _RUN_DATE = "exec-step", "exec-run-date"
_WORKER = ("python", "-m", "flowyml.runtime", "kubeflow")
_HASH = 8  # hex digits
_GIGABYTE = 1e9


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the containers of a pipeline run.

    Attributes:
        image: what they run, unless a step says otherwise.
        version: of the target.
        settings: the section `kubeflow:`, if there is one.
        store: the artifact store that the pods share, if there is one.
    """

    image: str
    version: Version
    store: str | None = None
    settings: KubeflowSettings | None = None


@dataclass(frozen=True, kw_only=True)
class Executor:
    """A container, as the first document states it, and its pod, as the second one does."""

    label: str
    container: Mapping[str, Any]
    kubernetes: Mapping[str, Any]


Executors: TypeAlias = Mapping[str, Executor]
"""By the names of jobs, and of the tasks that settle the date and large defaults."""


def place_of(ir: PipelineIR, options: CompileOptions) -> Place:
    """Say where a pipeline runs, as far as its options tell."""
    settings = None
    if options.settings:
        from flowyml_kubeflow.settings import settings_of

        settings = settings_of(options)
    image = default_image(ir, options)
    known = version(options.version)
    store = options.store if isinstance(options.store, str) else None  # no secret comes so far
    return Place(image=image, version=known, store=store, settings=settings)


def unusable_store(store: str) -> str:
    """Say why pods could not use an artifact store; empty if they can."""
    if "://" in store or store.startswith("/"):
        return ""
    if store.startswith("{"):
        return (
            "pods do not see this machine's variables and files; give the store's URL, or name its "
            f"variables in a secret of the cluster: env: {{{STORE}: key, {CACHE}: key}}"
        )
    return "pods need a URL, or the absolute path of a folder that is mounted in all of them"


def default_image(ir: PipelineIR, options: CompileOptions) -> str:
    """Name the image of steps that name none: the stack's.

    Without one it is a local one, so that nobody else can publish it.
    """
    return options.image or f"localhost/{pipeline_name(ir.name)}:dev"


def executors(planned: Plan, place: Place, ir: PipelineIR) -> Executors:
    """Give the executor of each job, and of the tasks that settle the date and large defaults."""
    shared: dict[str, Executor] = {}
    clock = _executor(place, _RUN_DATE, {}, "--run-date") if planned.dated else None
    found = {RUN_DATE_TASK: clock} if clock else {}
    for task, large in promoted(ir).items():
        found[task] = _executor(place, f"exec-{task}", {}, "--value", written(large))
    for job in planned.jobs:
        own = _own(job, place)
        label = f"{_STEP}--{_digest(own)}" if own else _STEP
        if label not in shared:
            shared[label] = _executor(place, label, own, step=job.step.name)
        found[job.name] = shared[label]
    return found


def _own(job: Job, place: Place) -> dict[str, Any]:
    """Collect what the step says that does not hold for all; a gate waits for no accelerator."""
    step = job.step
    own: dict[str, Any] = {}
    if step.image is not None and step.image != place.image:
        own["image"] = step.image
    if step.resources is not None and job.role != "gate":
        own["resources"] = _resources(step.resources, place.version)
    if place.settings is not None and step.name in place.settings.steps:
        said = place.settings.of_step(step.name).model_dump(mode="json")
        above = place.settings.model_dump(mode="json")
        own |= {key: value for key, value in said.items() if value != above[key]}
    return own


def _executor(
    place: Place, label: str, own: Mapping[str, Any], *flags: str, step: str = ""
) -> Executor:
    container: dict[str, Any] = {
        "image": own.get("image", place.image),
        "command": list(_WORKER),
        "args": [*flags, "--executor-input", "{{$}}"],
    }
    if "resources" in own:
        container["resources"] = own["resources"]
    kubernetes: dict[str, Any] = {}
    environment = _shared(place.store) if place.store else {}
    if place.settings is not None:
        settings = place.settings.of_step(step)
        environment |= settings.environment
        kubernetes = pod(settings, place.version)
    if environment:
        pairs = sorted(environment.items())
        container["env"] = [{"name": name, "value": value} for name, value in pairs]
    return Executor(label=label, container=container, kubernetes=kubernetes)


def _shared(store: str) -> dict[str, str]:
    """Tell the pods where results are kept that later runs may take: in the store, its cache."""
    return {STORE: store, CACHE: f"{store.rstrip('/')}/cache"}


def _resources(needs: Resources, version: Version) -> dict[str, Any]:
    """Write resources as numbers, for old backends and Vertex, and as Kubernetes does.

    They are limits; Kubernetes asks for as much where nothing else is said.
    """
    new = version.knows("kubernetes")
    said: dict[str, Any] = {}
    if needs.cpu is not None:
        said["cpuLimit"] = needs.cpu / 1000
        said |= {"resourceCpuLimit": needs.cpu_quantity} if new else {}
    if needs.memory is not None:
        said["memoryLimit"] = needs.memory / _GIGABYTE
        said |= {"resourceMemoryLimit": needs.memory_quantity} if new else {}
    if needs.gpu:
        kind, count = needs.accelerator, str(needs.gpu)
        said["accelerator"] = {"type": kind, "count": count}
        said["accelerator"] |= {"resourceType": kind, "resourceCount": count} if new else {}
    return said


def _digest(own: Mapping[str, Any]) -> str:
    text = json.dumps(own, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:_HASH]
