"""What keeps steps from running where they are put."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from flowyml.backend import CompileOptions
from flowyml.constructs import used
from flowyml.diagnostics import Diagnostic
from flowyml.ir import PipelineIR, Resources, StepNode
from flowyml_airflow.apart import Apart
from flowyml_airflow.diagnose_store import NAMES, diagnose_store
from flowyml_airflow.settings import places

_NVIDIA = "nvidia.com/gpu"
_EXTENDED = re.compile(r"[a-z0-9.-]+/[A-Za-z0-9._-]+")  # Kubernetes: the name of such a resource
_KINDS: dict[str, tuple[str, ...]] = {
    "python": ("python",),
    "docker": ("docker",),
    "kubernetes": ("kubernetes",),
    "environment": ("python", "docker", "kubernetes"),
}
"""By setting, the kinds of places that go by it."""
_PLACES = {"process": "the worker's process", "python": "another Python", **NAMES}
_CONTAINERS = "run_in: docker or run_in: kubernetes, in the airflow: section, or for the step there"


def diagnose_places(ir: PipelineIR, options: CompileOptions) -> Iterator[Diagnostic]:
    """Report every step that asks for what there is not where it runs (FML313)."""
    apart = places(ir, options)
    for step in ir.steps:
        place = apart.get(step.name)
        found = _here(step) if place is None else _apart(step, place)
        for message, remedy in found:
            yield _wrong(step, options, message, remedy)
        for message, remedy in diagnose_store(place, options):
            yield _wrong(step, options, message, remedy)
        if place is not None:
            for message, remedy in _of_pipeline(ir):
                yield _wrong(step, options, message, remedy)
    yield from _idle(ir, options, apart)


def _idle(
    ir: PipelineIR, options: CompileOptions, apart: Mapping[str, Apart]
) -> Iterator[Diagnostic]:
    """Report settings of places where nothing runs (FML316).

    Those of a step are mistakes; those for all steps may be another pipeline's.
    """
    kinds = {s.name: apart[s.name].settings.run_in if s.name in apart else None for s in ir.steps}
    by_step: Mapping[str, Mapping[str, Any]] = options.settings.get("steps", {})
    for name, kind in kinds.items():
        for key in _unused(by_step.get(name, {}), {kind}):
            place = _PLACES[kind or "process"]
            message = f"'{key}' has no effect on step '{name}', which runs in {place}"
            yield _without_effect(ir, options, key, message)
    for key in _unused(options.settings, set(kinds.values())):
        message = f"'{key}' has no effect on this pipeline: no step runs there"
        advice = _without_effect(ir, options, key, message)
        yield dataclasses.replace(advice, severity="advice")


def _unused(settings: Mapping[str, Any], kinds: Collection[str | None]) -> list[str]:
    return [key for key, own in _KINDS.items() if settings.get(key) and not {*own} & {*kinds}]


def _without_effect(ir: PipelineIR, options: CompileOptions, key: str, message: str) -> Diagnostic:
    places = " or ".join(f"run_in: {kind}" for kind in _KINDS[key])
    return Diagnostic(
        code="FML316",
        message=message,
        file=ir.source.file,
        line=ir.source.line,
        help=f"say {places}, or leave it out",
        target=f"airflow=={options.version}",
    )


def _here(step: StepNode) -> Iterator[tuple[str, str]]:
    asked = [*["an image"] * bool(step.image), *["resources"] * bool(step.resources)]
    if asked:
        what = " and ".join(asked)
        yield (
            f"it asks for {what}, and runs in the worker's process, which has its own",
            _CONTAINERS,
        )


def _apart(step: StepNode, place: Apart) -> Iterator[tuple[str, str]]:
    kind = place.settings.run_in
    if kind == "python":
        if place.settings.python is None:
            yield "it runs in another Python, and none is named", "give its path: python: /…"
        yield from _here_too(step)
        return
    if place.image is None:
        yield (
            f"it runs in {NAMES[str(kind)]}, and no image is named",
            "give image: in the stack, or @step(image=…); 'flowyml image' writes a Dockerfile",
        )
    if step.resources is not None:
        yield from _accelerator(step.resources, str(kind))


def _here_too(step: StepNode) -> Iterator[tuple[str, str]]:
    for message, remedy in _here(step):
        yield message.replace("the worker's process", "another Python of the worker's"), remedy


def _accelerator(resources: Resources, kind: str) -> Iterator[tuple[str, str]]:
    name = resources.accelerator
    if not resources.gpu:
        return
    if kind == "docker" and name != _NVIDIA:
        yield f"Docker knows no accelerator '{name}'", f"leave it out, for {_NVIDIA}"
    if kind == "kubernetes" and not _EXTENDED.fullmatch(name):
        yield (
            f"Kubernetes has no accelerator '{name}': it calls them as {_NVIDIA}",
            "name it so, and choose the model with node_selector:",
        )


def _of_pipeline(ir: PipelineIR) -> Iterator[tuple[str, str]]:
    if "fail_fast" in used(ir):
        yield (
            "with fail_fast, a step has to ask Airflow whether another one failed, and outside of "
            "the worker's process there is nobody to ask",
            "run it in the worker's process, or leave fail_fast out",
        )


def _wrong(step: StepNode, options: CompileOptions, message: str, remedy: str) -> Diagnostic:
    span = step.function.span
    return Diagnostic(
        code="FML313",
        message=f"step '{step.name}' cannot run where it is put: {message}",
        file=span.file if span else None,
        line=span.line if span else None,
        subject=f"step '{step.name}'",
        help=remedy,
        target=f"airflow=={options.version}",
    )
