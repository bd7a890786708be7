"""What became of one step: what is noted of its values, and the manifest that a worker leaves.

Values are looked at where they are made, because elsewhere they are not at hand.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator, Mapping, Sequence
from numbers import Real
from typing import TYPE_CHECKING, Any, cast

from flowyml.frozen import dataclass, replaced
from flowyml.storage import Reference

if TYPE_CHECKING:
    from flowyml.runtime.mapping import MapTaskResult
    from flowyml.runtime.nesting import Steps


_NONE: Mapping[str, float] = {}


@dataclass(frozen=True, kw_only=True)
class Noted:
    """Facts about the outputs of one step.

    Attributes:
        metrics: the figures among them.
        items: how many items of a map task succeeded, and of how many.
        texts: the outputs that may have texts in them, which may name files.
        whole: whether every item of a map succeeded.
        nothing: whether all of them are None.
    """

    metrics: Mapping[str, float] = _NONE
    items: tuple[int, int] | None = None
    texts: Sequence[str] = ()
    whole: bool = True
    nothing: bool = False


NOTHING = Noted()


def noted(values: Mapping[str, Any], *, mapped: bool) -> Noted:
    """Look at the values of a step's outputs; `mapped`: whether it is a map task."""
    figures = (metrics_in(name, value) for name, value in values.items())
    return Noted(
        metrics={name: figure for found in figures for name, figure in found.items()},
        items=next(map(_counts, values.values())) if mapped else None,
        texts=tuple(name for name, value in values.items() if may_hold_texts(value)),
        whole=not any(r.errors for r in map(_of_items, values.values()) if r is not None),
        nothing=all(map(_is_nothing, values.values())),
    )


def may_hold_texts(value: Any) -> bool:
    """Tell, at a glance, whether there may be texts in a value."""
    return not isinstance(value, bool | int | float | type(None))


def _is_nothing(value: Any) -> bool:
    if (items := _of_items(value)) is not None:
        return items.total > 0 and all(result is None for result in items.results)
    return value is None


def _counts(value: Any) -> tuple[int, int] | None:
    items = _of_items(value)
    return None if items is None else (items.successes, items.total)


def _of_items(value: Any) -> MapTaskResult | None:
    """Give a value as the result of a map task, if it is one; without its module there is none."""
    mapping = sys.modules.get("flowyml.runtime.mapping")
    found: MapTaskResult | None = None
    if mapping is not None and isinstance(value, mapping.MapTaskResult):
        found = value
    return found


def metrics_in(name: str, value: object) -> dict[str, float]:
    """Find the metrics in one output: itself if it is a number, the numbers in a `Metrics` asset.

    Args:
        name: the asset's name, which every metric's name starts with.
        value: what the step returned. A bool is no number.

    Example:
        >>> from flowyml import Metrics
        >>> metrics_in("rows", 178)
        {'rows': 178.0}
        >>> metrics_in("scores", Metrics(f1={"ham": 0.9, "spam": 0.8}, model="forest"))
        {'scores.f1.ham': 0.9, 'scores.f1.spam': 0.8}
    """
    if not hasattr(type(value), "__flowyml_asset__"):
        return dict(_number(name, value))
    from flowyml.api.assets import Metrics

    if isinstance(value, Metrics):
        data: Mapping[object, object] = value.data
        return dict(_within(name, data))
    return dict(_number(name, value))


def _within(name: str, data: Mapping[object, object]) -> Iterator[tuple[str, float]]:
    for key, value in data.items():
        inner = f"{name}.{key}"
        if isinstance(value, Mapping):
            yield from _within(inner, cast("Mapping[object, object]", value))
        else:
            yield from _number(inner, value)


def _number(name: str, value: object) -> Iterator[tuple[str, float]]:
    if isinstance(value, Real) and not isinstance(value, bool):
        try:
            yield name, float(value)
        except OverflowError:  # an integer of more than 308 digits measures nothing
            return


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
