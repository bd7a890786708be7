"""Settings and resources that a version of the target does not know, told before they are lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from flowyml.diagnostics import Diagnostic
from flowyml_kubeflow.versions import VERTEX, Feature, Version, since

if TYPE_CHECKING:
    from flowyml.backend import CompileOptions
    from flowyml.ir import PipelineIR, Resources, StepNode
    from flowyml_kubeflow.settings import PodSettings

_ELSEWHERE = frozenset({"environment", "steps"})
"""The settings that the first document holds, so that they need no Kubernetes."""
_MOST_CPU, _MOST_MEMORY = 96_000, 624_000_000_000
"""Of a machine on Vertex, in thousandths of a core and bytes (its page on machine types)."""


def beyond(ir: PipelineIR, options: CompileOptions, version: Version) -> Iterator[Diagnostic]:
    """Report what a version of the target does not know."""
    if options.settings:
        for place, feature in _asked(options):
            if feature != "kubernetes" and not version.knows("kubernetes"):
                continue  # the setting as a whole is told of
            if not version.knows(feature):
                yield _unknown(place, feature, version, ir)
    if version.name == VERTEX:
        for step in ir.steps:
            if step.resources is not None:
                for problem in _on_vertex(step.resources):
                    yield _impossible(step, problem, version)


def _asked(options: CompileOptions) -> Iterator[tuple[str, Feature]]:
    """Give what the settings ask for, with the way to each."""
    from flowyml_kubeflow.settings import settings_of

    settings = settings_of(options)
    steps: Mapping[str, Any] = options.settings.get("steps", {})
    for key in sorted(options.settings.keys() - _ELSEWHERE):
        yield key, "kubernetes"
    for name, said in sorted(steps.items()):
        for key in sorted(said.keys() - _ELSEWHERE):
            yield f"steps.{name}.{key}", "kubernetes"
    if settings.workspace:
        yield "workspace", "workspace"
    if settings.run_deadline:
        yield "run_deadline", "run_deadline"
    yield from _of_pod("", settings)
    for name, each in sorted(settings.steps.items()):
        yield from _of_pod(f"steps.{name}.", each)


def _of_pod(way: str, settings: PodSettings) -> Iterator[tuple[str, Feature]]:
    for kind in ("secrets", "config_maps"):
        if any(each.optional and each.env for each in getattr(settings, kind)):
            yield f"{way}{kind}: optional variables", "optional_variables"
    if any(each.path for each in settings.volumes):
        yield f"{way}volumes: path", "folder_of_volume"


def _on_vertex(needs: Resources) -> Iterator[str]:
    if needs.cpu is not None and needs.cpu > _MOST_CPU:
        yield f"{needs.cpu_quantity} cores, and its machines have at most 96"
    if needs.memory is not None and needs.memory > _MOST_MEMORY:
        yield f"{needs.memory_quantity} of memory, and its machines have at most 624G"
    if needs.gpu and "/" in needs.accelerator:
        yield (
            f"accelerators of the kind '{needs.accelerator}', which is Kubernetes' name; it calls "
            "them as in accelerator='NVIDIA_TESLA_T4'"
        )


def _unknown(place: str, feature: Feature, version: Version, ir: PipelineIR) -> Diagnostic:
    vertex = version.name == VERTEX
    remedy = "" if vertex else f"compile for kubeflow=={since(feature)} or later, or "
    return Diagnostic(
        code="FML301",
        message=f"{version.target} does not support the setting '{place}'"
        + (": Vertex runs no pods of one's own" if vertex else ""),
        file=ir.source.file,
        line=ir.source.line,
        help=f"{remedy}leave it out",
        target=version.target,
        grade="refused",
    )


def _impossible(step: StepNode, problem: str, version: Version) -> Diagnostic:
    span = step.function.span
    return Diagnostic(
        code="FML304",
        message=f"step '{step.name}' asks {version.target} for {problem}",
        file=span.file if span else None,
        line=span.line if span else None,
        subject=f"step '{step.name}'",
        help="say it otherwise, or choose another target",
        target=version.target,
    )
