"""Which override a context parameter gets where pipelines hold others (docs/semantics.md §3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowyml.ir.nodes import PipelineIR


def meant_by(key: str, overrides: Mapping[str, Any]) -> str | None:
    """Find the override that a key gets: its own, else the nearest of an enclosing pipeline's.

    The value that `part.rate` holds in a sub-pipeline's context is overridden by `part.rate`, and
    by `rate`, which means every `rate` there is.
    """
    name: str | None = key
    while name is not None and name not in overrides:
        name = name.partition(".")[2] or None
    return name


def in_full(ir: PipelineIR, overrides: Mapping[str, Any]) -> dict[str, Any]:
    """Spell overrides with the full keys that they mean, as an orchestrator's form lists them.

    What means no key stays as it is.
    """
    meant = {p.key: name for p in ir.parameters if (name := meant_by(p.key, overrides)) is not None}
    rest = {name: value for name, value in overrides.items() if name not in meant.values()}
    return {**rest, **{key: overrides[name] for key, name in meant.items()}}
