"""The settings of targets that a pipeline states, over those of a stack."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from flowyml.backend import Backend, HasSettings
from flowyml.diagnostics import Diagnostic, near
from flowyml.ir import PipelineIR

if TYPE_CHECKING:
    from flowyml.review.targets import Target


def merged(backend: Backend, stack: Mapping[str, Any], ir: PipelineIR | None) -> dict[str, Any]:
    """Lay a pipeline's settings of a target over a stack's, key by key; without what is wrong."""
    said = (ir.settings or {}).get(backend.name) if ir else None
    if not said or not isinstance(backend, HasSettings):
        return dict(stack)
    from flowyml.stacks.sections import over, plain, read

    return over(stack, plain(read(backend.settings(), said)[0]))


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
            yield from _steps(ir, target.backend.name, own, where)


def _of_pipeline(ir: PipelineIR, name: str, said: Mapping[str, Any]) -> Iterator[Diagnostic]:
    from flowyml.stacks.sections import plain, read, settings_models

    models = settings_models()
    if name not in models:
        yield _wrong(ir, name, f"there is no target '{name}' with settings; {near(name, models)}")
        return
    settings, refusals = read(models[name], said)
    for each in refusals:
        way = "".join(f"[{json.dumps(key, ensure_ascii=False)}]" for key in each.where)
        yield _wrong(ir, name, f"settings of {name}{way and ': '}{way}: {each.message}")
    yield from _steps(ir, name, plain(settings), "the pipeline")


def _steps(
    ir: PipelineIR, target: str, settings: Mapping[str, Any], where: str
) -> Iterator[Diagnostic]:
    known = [step.name for step in ir.steps]
    for name in settings.get("steps", {}):
        if name not in known:
            hint = f"the settings of {target} in {where} name a step '{name}' that is not there; "
            yield _wrong(ir, target, hint + near(name, known))


def _wrong(ir: PipelineIR, target: str, message: str) -> Diagnostic:
    return Diagnostic(
        code="FML315",
        message=message,
        file=ir.source.file,
        line=ir.source.line,
        help="see the target's guide for the settings that it has",
        target=target,
    )
