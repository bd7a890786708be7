"""`flowyml run --plan`: what a run would do."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from flowyml.cli.display import emit

if TYPE_CHECKING:
    from flowyml.engine.plan import PlannedStep


def show_plan(pipeline: str, steps: Sequence[PlannedStep], *, as_json: bool) -> None:
    """Print a plan: a line for each step, or JSON."""
    if as_json:
        data = {"pipeline": pipeline, "steps": [dataclasses.asdict(step) for step in steps]}
        emit(json.dumps(data, indent=2, ensure_ascii=False))
    else:
        emit(_text(pipeline, steps))


def _text(pipeline: str, steps: Sequence[PlannedStep]) -> str:
    runs = sum(step.decision == "run" for step in steps)
    width = max(len(step.name) for step in steps)
    return "\n".join(
        [
            f"Pipeline '{pipeline}' would run {runs} of {len(steps)} steps",
            *(f"  {step.name:<{width}}  {_decided(step)}" for step in steps),
        ]
    )


def _decided(step: PlannedStep) -> str:
    maybe = " unless skipped" if step.maybe_skipped else ""
    return f"{step.decision}{maybe}" + (f": {step.reason}" if step.reason else "")
