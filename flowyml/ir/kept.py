"""What follows from an IR alone is worked out once: nobody can change an IR."""

from __future__ import annotations

import functools
import weakref
from collections.abc import Callable
from typing import TypeVar

from flowyml.ir.nodes import PipelineIR

T = TypeVar("T")


def kept(make: Callable[[PipelineIR], T]) -> Callable[[PipelineIR], T]:
    """Let a function of an IR give again what it gave, as long as that IR lives."""
    known: dict[int, T] = {}

    @functools.wraps(make)
    def give(ir: PipelineIR) -> T:
        if id(ir) not in known:
            known[id(ir)] = make(ir)
            weakref.finalize(ir, known.pop, id(ir), None).atexit = False
        return known[id(ir)]

    return give
