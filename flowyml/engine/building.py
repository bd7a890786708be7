"""The checked IR of a pipeline that is run again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from flowyml.ir import PipelineIR, same
from flowyml.passes import build

if TYPE_CHECKING:
    from flowyml.api.pipeline import Pipeline

_last: WeakKeyDictionary[Pipeline, tuple[PipelineIR, PipelineIR]] = WeakKeyDictionary()
"""For each pipeline the IR of its last run, as it was traced and as it was checked."""


def built(pipeline: Pipeline, traced: PipelineIR) -> PipelineIR:
    """Check what was traced of a pipeline, unless its last run was of the same.

    The passes are pure, so they would make the same of it again.

    Raises:
        CompileError: everything that is wrong with it.
    """
    before, checked = _last.get(pipeline, (None, None))
    if checked is None or not same(before, traced):
        checked = build(traced)
        _last[pipeline] = traced, checked
    return checked
