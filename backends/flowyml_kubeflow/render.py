"""From a PipelineSpec to the file that people review and Kubeflow runs."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from typing import Any

from flowyml.backend import Artifact, CompileOptions
from flowyml.constructs import used
from flowyml.ir import PipelineIR, StepNode
from flowyml.rendering import yaml
from flowyml_kubeflow.capabilities import VERSIONS
from flowyml_kubeflow.executors import default_image
from flowyml_kubeflow.lowering import RELEASE
from flowyml_kubeflow.names import component_name, pipeline_name
from flowyml_kubeflow.plan import Plan

_FILE = re.compile(r"[A-Za-z0-9_-]{1,100}")


def render(
    spec: Mapping[str, Any],
    platform: Mapping[str, Any],
    ir: PipelineIR,
    planned: Plan,
    options: CompileOptions,
) -> Artifact:
    """Lay a spec and what is said of its platform, as JSON data, out as YAML under a header.

    Raises:
        YamlError: a value that YAML does not give back equal.
    """
    header = "".join(f"{line}\n" for line in _header(ir, options))
    places = _places(planned)
    comments = {path: _origin(step) for path, step in places.items()}
    body = yaml.document(spec, comments)
    above = header.count("\n")
    return Artifact(
        path=f"{file_name(ir)}.kubeflow.yaml",
        text=header + body.text + (f"---\n{yaml.dump(platform)}" if platform else ""),
        lines={step.name: body.lines[path] + above for path, step in places.items()},
    )


def _places(planned: Plan) -> dict[yaml.Path, StepNode]:
    """Say where each step's own task stands."""
    places: dict[yaml.Path, StepNode] = {}
    for job in planned.jobs:
        if job.role in ("step", "collect"):
            graph = ("components", component_name(job.graph[-1])) if job.graph else ("root",)
            places[graph + ("dag", "tasks", job.name)] = job.step  # noqa: RUF005 - Python 3.10
    return places


def file_name(ir: PipelineIR) -> str:
    """Name the file after the pipeline as the user wrote it, where a file system takes that."""
    return ir.name if _FILE.fullmatch(ir.name) else pipeline_name(ir.name)


def _header(ir: PipelineIR, options: CompileOptions) -> list[str]:
    capabilities, target = VERSIONS[options.version], f"kubeflow=={options.version}"
    place, variable = ir.source.file or ir.source.module, ir.source.variable
    origin = f"{place} ({variable})" if variable else place
    address = shlex.quote(f"{place}:{variable}" if variable else place)
    ledger = {
        name: support for name in used(ir) if (support := capabilities[name]).grade != "native"
    }
    held = options.distribution or "this project to work in"
    allow = "".join(f" --allow {n}" for n, s in ledger.items() if s.grade == "degraded")
    lines = [
        f"Compiled by flowyml {RELEASE} from {origin} for {target}. Do not edit; run:",
        f"  flowyml compile {address} {options.asked('kubeflow')}{allow}",
        f"The image {default_image(ir, options)} must hold flowyml, and {held}.",
        *(f"{s.grade}: {name}: {s.note}" for name, s in ledger.items()),
    ]
    return [yaml.comment(line) for line in lines]


def _origin(step: StepNode) -> str:
    """Name file and function, never a line, so that an added comment changes nothing."""
    module, _, name = step.function.entrypoint.partition(":")
    return f"{step.function.span.file if step.function.span else module}: {name}"
