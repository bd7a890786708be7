"""Compile a pipeline for targets: all of them, or a report of all that is in the way."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from flowyml.backend import Artifact, CompileOptions
from flowyml.diagnostics import CompileError, Diagnostic
from flowyml.diagnostics.missing import MissingPackageError
from flowyml.rendering.sidecar import sidecar
from flowyml.review.check import check
from flowyml.review.collecting import collecting_later
from flowyml.review.files import write_files
from flowyml.review.targets import Target, resolve

if TYPE_CHECKING:
    from flowyml.api.pipeline import Pipeline
    from flowyml.ir import PipelineIR

__all__ = ["Compiled", "compile_for", "compile_ir", "compile_pipeline", "contents", "write_files"]


@dataclasses.dataclass(frozen=True)
class Compiled:
    """What one target's compiler made, and the sidecar that belongs to it."""

    target: Target
    artifacts: tuple[Artifact, ...]
    sidecar: Artifact


def compile_pipeline(
    pipeline: Pipeline, target: str, *, allow: Sequence[str] = ()
) -> dict[str, str]:
    """Compile a pipeline for one target; what `Pipeline.compile` does.

    Returns:
        The text of each file, the sidecar's included, by its path relative to the output folder.

    Raises:
        CompileError: the pipeline is wrong, or cannot mean the same on the target.
        UsageError: an unknown target or version, or something unknown is allowed.
    """
    _, compiled, _ = compile_for(pipeline, resolve([target]), allow)
    files = [file for each in compiled for file in (*each.artifacts, each.sidecar)]
    return {file.path: file.text for file in files}


def compile_for(
    pipeline: Pipeline,
    targets: Sequence[Target],
    allow: Collection[str] = (),
    inputs: Collection[str] = (),
) -> tuple[PipelineIR, tuple[Compiled, ...], tuple[Diagnostic, ...]]:
    """Check a pipeline and compile it for every target; takes what `check` takes.

    Returns:
        The IR, what was compiled, and the diagnostics that are no errors.

    Raises:
        CompileError: every diagnostic of every target.
    """
    with collecting_later():
        checked = check(pipeline, targets, allow, inputs)
        if checked.errors:
            raise CompileError(checked.diagnostics)
        try:
            compiled = compile_ir(checked.ir, targets, allow, pipeline)
            return checked.ir, compiled, checked.diagnostics
        except CompileError as error:
            found = dict.fromkeys((*checked.diagnostics, *error.diagnostics))
            raise CompileError(found) from None


def compile_ir(
    ir: PipelineIR,
    targets: Iterable[Target],
    allow: Collection[str] = (),
    pipeline: Pipeline | None = None,
) -> tuple[Compiled, ...]:
    """Compile a checked IR for every target.

    Args:
        ir: the pipeline.
        targets: what to compile for.
        allow: as `check` takes it.
        pipeline: what it was made from, for targets whose stack says how its code gets there.

    Raises:
        CompileError: what all of them refuse together, and what is not installed for one (FML401).
    """
    compiled: list[Compiled] = []
    found: list[Diagnostic] = []
    for target in targets:
        try:
            options = target.options(allow, ir)
            artifacts = target.backend.compile(ir, _with_code(options, pipeline))
        except CompileError as error:
            found.extend(error.diagnostics)
        except MissingPackageError as error:
            found.append(dataclasses.replace(error.diagnostic, target=target.name))
        else:
            compiled.append(Compiled(target, artifacts, sidecar(ir, target.name, artifacts)))
    if found:
        raise CompileError(found)
    return tuple(compiled)


def _with_code(options: CompileOptions, pipeline: Pipeline | None) -> CompileOptions:
    """Add what a stack's `code:` asks of the project that a pipeline is in.

    Raises:
        CompileError: the code cannot be bundled (FML314).
    """
    if options.code is None or pipeline is None:
        return options
    from flowyml.review.bundle import bundle, distribution

    if options.code == "bundle":
        return dataclasses.replace(options, bundle=bundle(pipeline))
    return dataclasses.replace(options, distribution=distribution(pipeline))


def contents(compiled: Iterable[Compiled]) -> dict[str, str | bytes]:
    """Map the path of every file, sidecars included, to its text, or to its bytes if it is none."""
    files = [file for each in compiled for file in (*each.artifacts, each.sidecar)]
    return {file.path: file.text if file.data is None else file.data for file in files}
