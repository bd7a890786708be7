"""How much a change matters to those who use the pipeline. What is not listed here is breaking."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from flowyml.review.diff_facets import Facet

Grade: TypeAlias = Literal["breaking", "behaviour", "cosmetic"]
"""breaking: who starts the pipeline, reads what it makes or looks for its steps may have to change
something. behaviour: a run may do something else. cosmetic: no run does anything else."""

GRADES: tuple[Grade, ...] = ("breaking", "behaviour", "cosmetic")
"""From what matters most to what matters least."""

Kind: TypeAlias = Literal["added", "removed", "renamed", "changed"]
Subject: TypeAlias = Literal["pipeline", "parameter", "step", "dependency"]

_OWN_PARAMETER = ("", "type", "position", "view")
_OF_FUNCTION = ("code", "entrypoint")
_OF_RETRY = ("", "attempts", "delay", "backoff", "max_delay", "on")
_OF_MAP = (
    "concurrency", "retries", "retry_delay", "min_success_ratio", "fail_fast", "timeout_per_item",
    "item",
)  # fmt: skip

_COSMETIC = frozenset({
    ("pipeline", "description", ""), ("pipeline", "tags", ""), ("step", "description", ""),
    ("step", "group", ""), ("parameter", "description", ""),
})  # fmt: skip
_BEHAVIOUR = frozenset({
    ("pipeline", "fail_fast", ""),
    ("pipeline", "project", ""),
    ("pipeline", "schedule", ""),
    ("pipeline", "setting", ""),
    ("parameter", "default", ""),
    ("step", "after", ""),
    ("step", "cache", ""),
    ("step", "timeout", ""),
    ("step", "fallback", ""),
    *(("step", part, "") for part in _OF_FUNCTION),
    *(("step", "fallback", part) for part in _OF_FUNCTION),
    *(("step", "condition", part) for part in (*_OF_FUNCTION, "shared")),
    *(("step", "parameter", part) for part in _OWN_PARAMETER),
    *(("step", "parameter of its conditions", part) for part in _OWN_PARAMETER),
    *(("step", "retry", part) for part in _OF_RETRY),
    *(("step", "map", part) for part in _OF_MAP),
})  # fmt: skip
_BY_KIND: Mapping[tuple[Subject, str, Kind], Grade] = {
    ("step", "output", "added"): "behaviour",
    ("step", "condition", "removed"): "behaviour",
    ("step", "condition", "changed"): "behaviour",
    ("step", "problem", "removed"): "behaviour",
    ("step", "problem", "changed"): "behaviour",
    ("parameter", "limits", "removed"): "behaviour",
}
"""A new condition is breaking: what the step makes may be missing from now on."""


def grade(subject: Subject, kind: Kind, facet: Facet, old: Any, new: Any) -> Grade:
    """Grade the change of one facet."""
    key = (subject, facet.aspect, facet.part)
    if key in _COSMETIC:
        return "cosmetic"
    if key in _BEHAVIOUR or (kind == "changed" and _is_wider(subject, facet, old, new)):
        return "behaviour"
    return "breaking" if facet.part else _BY_KIND.get((subject, facet.aspect, kind), "breaking")


def grade_of_whole(kind: Kind, facets: Mapping[Facet, Any]) -> Grade:
    """Grade that a whole step or parameter is there, or is not there any more."""
    if kind != "added":
        return "breaking"
    return "breaking" if facets.get(Facet("required")) else "behaviour"


def _is_wider(subject: Subject, facet: Facet, old: Any, new: Any) -> bool:
    """Tell whether all is still accepted, or promised, that was."""
    if subject == "step":
        return facet.aspect == "output" and old == "any"
    if facet.aspect == "type":
        return (old, new) == ("integer", "number") or new == "any"
    if facet.aspect == "limits":
        return all(_keeps(old.get(name), name, limit) for name, limit in new.items())
    return (facet.aspect, new) in (("nullable", True), ("required", False))


def _keeps(old: Any, name: str, limit: Any) -> bool:
    """Tell whether what kept an old limit keeps the new one of that name."""
    if old is None:
        return False
    if name == "enum":
        return {*map(json.dumps, old)} <= {*map(json.dumps, limit)}
    if name.lower().startswith(("min", "exclusivemin")):
        return bool(limit <= old)
    if name.lower().startswith(("max", "exclusivemax")):
        return bool(limit >= old)
    return bool(limit == old)
