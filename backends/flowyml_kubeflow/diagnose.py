"""What there is to say about a pipeline before it becomes a specification."""

from __future__ import annotations

from collections.abc import Iterator

from flowyml.backend import CompileOptions
from flowyml.capability import unportable, unsupported
from flowyml.diagnostics import Diagnostic
from flowyml.ir import ContextParameter, PipelineIR
from flowyml_kubeflow.capabilities import VERSIONS
from flowyml_kubeflow.codec import encode
from flowyml_kubeflow.names import task_name
from flowyml_kubeflow.validate import Finding

_LARGEST_DEFAULT = 8_000  # bytes: the input of a task is one argument of its process
_LARGEST_SPEC = 1_000_000  # bytes: as Argo keeps it, it grows, and etcd takes 1.5 MiB


def diagnose(ir: PipelineIR, options: CompileOptions) -> list[Diagnostic]:
    """Report everything about a checked IR that Kubeflow cannot hold or weakens."""
    target = f"kubeflow=={options.version}"
    return [
        *unsupported(ir, VERSIONS[options.version], target, options.allow),
        *unportable(ir, target),
        *_clashes(ir, target),
        *_large_defaults(ir, target),
    ]


def too_large(text: str, target: str) -> list[Diagnostic]:
    """Report a specification that a cluster would not store."""
    size = len(text.encode())
    if size <= _LARGEST_SPEC:
        return []
    return [
        Diagnostic(
            code="FML308",
            message=f"the specification has {size:,} bytes; beyond {_LARGEST_SPEC:,} a cluster "
            "fails to store what Kubeflow makes of it",
            help="split the pipeline, or move large defaults into files that a step reads",
            target=target,
        )
    ]


def untrue(
    differences: tuple[str, ...], found: tuple[Finding, ...], target: str
) -> list[Diagnostic]:
    """Report a defect of this compiler: emitted text that is invalid, or means something else."""
    return [
        Diagnostic(
            code="FML307",
            message=f"the emitted specification is wrong: {problem}",
            help="this is a defect of flowyml; please report it",
            target=target,
        )
        for problem in (*differences, *map(str, found))
    ]


def _clashes(ir: PipelineIR, target: str) -> Iterator[Diagnostic]:
    """Two names that share a task name: only by a clash of hashes, but then edges would be lost."""
    owners: dict[str, str] = {}
    for step in ir.steps:
        other = owners.setdefault(task_name(step.name), step.name)
        if other != step.name:
            yield Diagnostic(
                code="FML303",
                message=f"steps '{other}' and '{step.name}' both become task '{task_name(other)}'",
                help="rename one of them",
                target=target,
            )


def _large_defaults(ir: PipelineIR, target: str) -> Iterator[Diagnostic]:
    for parameter in ir.parameters:
        size = len(encode(parameter.default).encode()) if parameter.has_default else 0
        if size > _LARGEST_DEFAULT:
            yield _large(parameter, size, target)


def _large(parameter: ContextParameter, size: int, target: str) -> Diagnostic:
    return Diagnostic(
        code="FML304",
        message=f"the default of '{parameter.key}' has {size:,} bytes as JSON; Kubeflow takes "
        f"parameters of at most {_LARGEST_DEFAULT:,}",
        file=parameter.span.file if parameter.span else None,
        line=parameter.span.line if parameter.span else None,
        subject=f"parameter '{parameter.key}'",
        help="produce it in a step, or give the path of a file that a step reads",
        target=target,
    )
