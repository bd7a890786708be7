"""Whether a function returns anything, read from its code."""

from __future__ import annotations

import dis
import functools
import inspect
from collections.abc import Callable
from types import CodeType
from typing import Any


def returns_nothing(function: Callable[..., Any], annotation: Any) -> bool:
    """Tell whether a function has no return annotation but None and no `return <value>`.

    Rule 1.6 of docs/semantics.md: such a step, if it reads assets, is a gate. `return None`
    counts as returning nothing, as it does to Python.
    """
    if annotation not in (inspect.Signature.empty, None, type(None)):
        return False
    code = getattr(inspect.unwrap(function), "__code__", None)
    return isinstance(code, CodeType) and not _returns_a_value(code)


@functools.lru_cache(maxsize=4096)
def _returns_a_value(code: CodeType) -> bool:
    if code.co_flags & (inspect.CO_GENERATOR | inspect.CO_ASYNC_GENERATOR):
        return True
    previous: dis.Instruction | None = None
    for instruction in dis.get_instructions(code):
        if instruction.opname == "RETURN_CONST" and instruction.argval is not None:
            return True
        if instruction.opname == "RETURN_VALUE" and not _loads_none(previous):
            return True
        previous = instruction
    return False


def _loads_none(instruction: dis.Instruction | None) -> bool:
    return (
        instruction is not None
        and instruction.opname == "LOAD_CONST"
        and instruction.argval is None
    )
