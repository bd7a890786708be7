"""The settings of targets that a pipeline states, over those of a stack."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from flowyml.backend import Backend, HasSettings
from flowyml.diagnostics import Diagnostic, near
from flowyml.ir import PipelineIR
from flowyml.stacks.stack import FILE

if TYPE_CHECKING:
    from flowyml.review.targets import Target


def merged(backend: Backend, stack: Mapping[str, Any], ir: PipelineIR | None) -> dict[str, Any]:
    """Lay a pipeline's settings of a target over a stack's, key by key; without what is wrong."""
    said = (ir.settings or {}).get(backend.name) if ir else None
    if not said or not isinstance(backend, HasSettings):
        return dict(stack)
    from flowyml.stacks.sections import laid, plain, read

    model = backend.settings()
    return laid(model, stack, plain(read(model, said)[0]))


def mistakes(ir: PipelineIR, targets: Iterable[Target]) -> Iterator[Diagnostic]:
    """Report what is wrong with settings: those of the pipeline for any target, and names of steps.

    Args:
        ir: a checked IR.
        targets: what it shall be compiled for; the settings of their stacks name steps, too.
    """
    for name, said in (ir.settings or {}).items():
        yield from _of_pipeline(ir, name, said)
    for target in targets:
        if target.stack and (own := target.stack.section(target.backend.name)):
            where = f"the stack '{target.stack.name}'"
            yield from _steps(ir, target.backend.name, own, where, target.stack.lines)


def _of_pipeline(ir: PipelineIR, name: str, said: Mapping[str, Any]) -> Iterator[Diagnostic]:
    from flowyml.stacks.sections import plain, read, settings_models

    models = settings_models()
    if name not in models:
        yield _wrong(ir, name, f"there is no target '{name}' with settings; {near(name, models)}")
        return
    settings, refusals = read(models[name], said)
    for each in refusals:
        keys = (json.dumps(key, ensure_ascii=False) for key in (name, *each.where))
        yield _wrong(ir, name, f"settings[{']['.join(keys)}]: {each.message}")
    yield from _steps(ir, name, plain(settings), "the pipeline")


def _steps(
    ir: PipelineIR,
    target: str,
    settings: Mapping[str, Any],
    where: str,
    lines: Mapping[str, int] = MappingProxyType({}),
) -> Iterator[Diagnostic]:
    known = [step.name for step in ir.steps]
    for name in settings.get("steps", {}):
        if name not in known:
            hint = f"the settings of {target} in {where} name a step '{name}' that is not there; "
            line = lines.get(f"{target}.steps.{name}")
            yield _wrong(ir, target, hint + near(name, known), line)


def _wrong(ir: PipelineIR, target: str, message: str, line: int | None = None) -> Diagnostic:
    """Report a mistake in the pipeline, or on a line of the file of stacks."""
    return Diagnostic(
        code="FML315",
        message=message,
        file=FILE if line else ir.source.file,
        line=line or ir.source.line,
        help="see the target's guide for the settings that it has",
        target=target,
    )
