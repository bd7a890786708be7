"""Values typed as text on the command line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flowyml.ir import PipelineIR


def context_values(ir: PipelineIR, texts: Mapping[str, str]) -> dict[str, Any]:
    """Read overrides as the types that the IR states.

    What cannot be read, and what nothing reads, is left as text: the engine reports all of that at
    once (FML204, FML206).
    """
    known = {p.key: (str(p.type), p.nullable) for p in ir.parameters}
    return {key: _read(text, *known.get(key, ("string", False))) for key, text in texts.items()}


def checked_context(ir: PipelineIR, texts: Mapping[str, str]) -> dict[str, Any]:
    """Read overrides, and check that the pipeline takes them.

    Raises:
        CompileError: everything that is wrong with them, at once.
    """
    from flowyml.engine.overrides import run_context

    values = context_values(ir, texts)
    run_context(ir, values, ())
    return values


def input_values(ir: PipelineIR, texts: Mapping[str, str]) -> dict[str, Any]:
    """Read the values of `--input` as the annotations of the parameters that take them.

    Without an annotation, text that is JSON is read as such.
    """
    from flowyml.ir import FromInput
    from flowyml.passes.json_types import json_type

    types = {
        parameter.binding.key: json_type(parameter.type)
        for step in ir.steps
        for parameter in step.reads
        if isinstance(parameter.binding, FromInput)
    }
    return {
        key: _read(text, type_ or "any", nullable)
        for key, text in texts.items()
        for type_, nullable in [types.get(key, (None, False))]
    }


def _read(text: str, type_: str, nullable: bool) -> Any:  # noqa: FBT001 - a field of the IR
    from flowyml.runtime.casting import parse_text

    try:
        return parse_text(text, type_, nullable=nullable)
    except ValueError:
        return text
