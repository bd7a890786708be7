"""`Pipeline(auto_discover=True)`: the steps of a module, without naming them."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any, cast

from flowyml.api.step import Step


def discovered(module: str, known: Iterable[Step[..., Any]]) -> tuple[Step[..., Any], ...]:
    """Find the steps that are bound to names at the top level of a module.

    There is no registry: what a module binds now is all that counts, so nothing is left over from
    other modules, reloads or tests. A step that its own module binds belongs there, and an import
    of it does not count.

    Args:
        module: the module's name.
        known: steps that are left out: those that were added already.

    Returns:
        Each step once, in the order in which the module first bound their names.
    """
    found: dict[int, Step[..., Any]] = {}
    for value in _bound(module):
        if isinstance(value, Step):
            step: Step[..., Any] = cast("Any", value)
            if not _elsewhere(step, module):
                found[id(step)] = step
    for step in known:
        found.pop(id(step), None)
    return tuple(found.values())


def _elsewhere(step: Step[..., Any], module: str) -> bool:
    home = step.__module__
    return home != module and any(value is step for value in _bound(home))


def _bound(module: str) -> list[object]:
    return list(vars(sys.modules[module]).values()) if module in sys.modules else []
