"""What became of one step: the manifest that a worker leaves behind."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flowyml.frozen import dataclass
from flowyml.storage.reference import Reference
from flowyml.storage.replaced import replaced

if TYPE_CHECKING:
    from flowyml.runtime.nesting import Steps


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The end of one step on one worker.

    Attributes:
        state: `SUCCEEDED`, `CACHED`, `SKIPPED` or `FAILED` (docs/semantics.md §3).
        outputs: a reference for each output, empty if the step failed.
        attempts: how often it was tried, the last time included; 0 if it was not.
        error: the traceback of the last attempt, as text.
        exception: the exception itself where it did not leave the process.
        recovered: whether the outputs are the fallback's.
        items: how many items of a map task succeeded, and of how many there were.
        metrics: the figures among the outputs, by name.
        nested: what became of the steps of the pipeline that a dynamic step built, by name, each
            as `to_dict` writes it.
        duration_seconds: from the first attempt's start to the last one's end.
    """

    state: str
    outputs: Mapping[str, Reference] = dataclasses.field(default_factory=dict[str, Reference])
    attempts: int = 1
    error: str | None = None
    exception: BaseException | None = None
    duration_seconds: float = 0.0
    recovered: bool = False
    items: tuple[int, int] | None = None
    metrics: Mapping[str, float] = dataclasses.field(default_factory=dict[str, float])
    nested: Steps = dataclasses.field(default_factory=dict[str, Mapping[str, Any]])

    def lasting(self, seconds: float) -> Outcome:
        """Give the outcome with its duration."""
        return replaced(self, duration_seconds=seconds)

    def to_dict(self) -> dict[str, Any]:
        """Give the manifest as plain JSON data."""
        return {
            "state": self.state,
            "outputs": {name: ref.to_dict() for name, ref in self.outputs.items()},
            "attempts": self.attempts,
            "error": self.error,
            "duration_seconds": self.duration_seconds,
            "recovered": self.recovered,
            "items": None if self.items is None else list(self.items),
            "metrics": dict(self.metrics),
            "nested": {name: dict(step) for name, step in self.nested.items()},
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Outcome:
        """Read what `to_dict` wrote."""
        outputs = {name: Reference.from_dict(ref) for name, ref in data["outputs"].items()}
        items: list[int] | None = data.get("items")
        fields: dict[str, Any] = {**data, "outputs": outputs, "items": items and tuple(items)}
        return cls(**fields)


def remarks(outcome: Outcome, step: str) -> list[str]:
    """Say, for the log of a worker, what the state of its task does not tell.

    Example:
        >>> remarks(Outcome(state="CACHED"), "train")
        ["step 'train' is not run: what it gives is in the cache"]
    """
    said: list[str] = []
    if outcome.state == "CACHED":
        said.append(f"step '{step}' is not run: what it gives is in the cache")
    if outcome.recovered:
        said.append(f"step '{step}' has failed; its fallback gave the output")
    return said
