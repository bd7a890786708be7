"""What there is to say about a pipeline before it becomes a specification."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from flowyml.backend import CompileOptions
from flowyml.capability import unportable, unsupported
from flowyml.diagnostics import Diagnostic
from flowyml.ir import ContextParameter, PipelineIR
from flowyml_kubeflow.beyond import beyond
from flowyml_kubeflow.capabilities import VERSIONS
from flowyml_kubeflow.names import task_name
from flowyml_kubeflow.plan import Plan
from flowyml_kubeflow.promote import LARGEST, size
from flowyml_kubeflow.validate import Finding
from flowyml_kubeflow.validate.file import Placed, inspect
from flowyml_kubeflow.validate.size import HEAVY_TASKS, LARGEST_GRAPH, Weight
from flowyml_kubeflow.versions import Version, since, version


def diagnose(ir: PipelineIR, planned: Plan, options: CompileOptions) -> list[Diagnostic]:
    """Report everything about a checked IR that Kubeflow cannot hold or weakens."""
    target = f"kubeflow=={options.version}"
    return [
        *unsupported(ir, VERSIONS[options.version], target, options.allow),
        *unportable(ir, target),
        *_clashes(ir, target),
        *_large_defaults(ir, target),
        *_heavy(planned, target),
        *beyond(ir, options, version(options.version)),
        *_bundle(options, target),
    ]


def _bundle(options: CompileOptions, target: str) -> Iterator[Diagnostic]:
    if options.code == "bundle":
        yield Diagnostic(
            code="FML314",
            message="code: bundle lies beside the specification, which no container sees",
            help="put the project into the image ('flowyml image'), and say code: import",
            target=target,
        )


def too_large(weight: Weight, on: Version, allow: Collection[str]) -> list[Diagnostic]:
    """Report a specification that a cluster may not store, or that weighs much.

    Args:
        weight: what it weighs.
        on: the version.
        allow: with `FML308` among it, too much is a warning as well.
    """
    found = [_unstarted(weight.graph, on, allow)] if _is_unstarted(weight.graph, on) else []
    if not (weight.heavy or weight.too_large):
        return found
    refused = weight.too_large and "FML308" not in allow
    return [
        *found,
        Diagnostic(
            code="FML308",
            message=str(weight),
            severity="error" if refused else "warning",
            help="split the pipeline, or move large defaults into files that a step reads"
            + ("; '--allow FML308' compiles it all the same" if refused else ""),
            target=on.target,
        ),
    ]


def _is_unstarted(graph: int, on: Version) -> bool:
    return graph > LARGEST_GRAPH and not on.knows("large_graphs")


def _unstarted(graph: int, on: Version, allow: Collection[str]) -> Diagnostic:
    """Report a graph that no process takes as an argument."""
    return Diagnostic(
        code="FML308",
        message=f"a graph of the specification has {graph:,} bytes as JSON; before "
        f"{since('large_graphs')}, Kubeflow hands it to a process as one argument, of which Linux "
        f"takes {LARGEST_GRAPH:,}, so the run does not begin",
        severity="warning" if "FML308" in allow else "error",
        help="put steps into sub-pipelines, which are graphs of their own, or compile for "
        f"kubeflow=={since('large_graphs')} or later",
        target=on.target,
    )


def inspected(text: str, version: Version, allow: Collection[str]) -> list[Diagnostic]:
    """Report everything about a file that holds a specification, whoever made it."""
    seen, target = inspect(text, version), version.target
    found = [_found(placed, target) for placed in seen.found]
    return [*found, *(too_large(seen.weight, version, allow) if seen.weight else [])]


def _found(placed: Placed, target: str) -> Diagnostic:
    finding = placed.finding
    return Diagnostic(
        code="FML311",
        message=str(finding),
        severity=finding.severity,
        line=placed.line,
        subject=".".join(finding.path) or None,
        target=target,
    )


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
        for problem in (*differences, *(str(f) for f in found if f.severity == "error"))
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


def _heavy(planned: Plan, target: str) -> Iterator[Diagnostic]:
    """Warn by the number of tasks, before there is a text to measure."""
    tasks = len(planned.jobs) + len(planned.graphs)
    if tasks >= HEAVY_TASKS:
        argo = Weight(text=0, tasks=tasks).argo / 1e6
        yield Diagnostic(
            code="FML308",
            message=f"{tasks:,} tasks; Argo makes about {argo:.1f} MB of them, and a cluster's "
            "store takes 1.5 MB",
            severity="warning",
            help="split the pipeline, or work on collections in map tasks",
            target=target,
        )


def _large_defaults(ir: PipelineIR, target: str) -> Iterator[Diagnostic]:
    for parameter in ir.parameters:
        if size(parameter) > LARGEST:
            yield _large(parameter, target)


def _large(parameter: ContextParameter, target: str) -> Diagnostic:
    return Diagnostic(
        code="FML304",
        message=f"the default of '{parameter.key}' has {size(parameter):,} bytes as JSON; a "
        f"specification for Kubeflow carries at most {LARGEST:,} in one value",
        file=parameter.span.file if parameter.span else None,
        line=parameter.span.line if parameter.span else None,
        subject=f"parameter '{parameter.key}'",
        help="produce it in a step, or give the path of a file that a step reads",
        target=target,
    )
