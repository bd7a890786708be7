"""`context(…)`: values that steps read by parameter name, and that can be set per run."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping
from typing import Any

from flowyml.api import Place, caller
from flowyml.diagnostics import FlowymlError, near


class FrozenContextError(FlowymlError, AttributeError, TypeError):
    """A context was changed after a run began."""


class Context(Mapping[str, Any]):
    """Named values, read as items or attributes; fixed once a run began.

    Example:
        >>> ctx = Context(learning_rate=0.1)
        >>> ctx.learning_rate, ctx["learning_rate"], "epochs" in ctx
        (0.1, 0.1, False)
        >>> ctx.inherit(learning_rate=0.5).learning_rate
        0.5
    """

    _values: dict[str, Any]
    _frozen: bool
    place: Place | None

    def __init__(self, /, **values: Any) -> None:
        self.__dict__.update(_values=dict(values), _frozen=False, place=caller())

    def inherit(self, /, **overrides: Any) -> Context:
        """Give a new context with some values replaced or added."""
        return Context(**{**self._values, **overrides})

    def freeze(self) -> None:
        """Refuse changes from now on; a run does this when it begins."""
        self.__dict__["_frozen"] = True

    def items(self) -> ItemsView[str, Any]:
        """Give the keys and values."""
        return self._values.items()

    def __getitem__(self, key: str) -> Any:
        if key not in self._values:
            raise KeyError(f"no context value '{key}'; {near(key, self._values)}")
        return self._values[key]

    def __getattr__(self, key: str) -> Any:
        values: dict[str, Any] = self.__dict__.get("_values", {})  # a copy begins without any
        if key.startswith("__") or key not in values:
            raise AttributeError(f"no context value '{key}'; {near(key, values)}")
        return values[key]

    def __setitem__(self, key: str, value: Any) -> None:
        if self._frozen:
            raise FrozenContextError(
                f"the context is fixed once a run began, so '{key}' cannot be set; "
                f"use run(context={{'{key}': …}}) or context.inherit({key}=…)"
            )
        self._values[key] = value

    def __setattr__(self, key: str, value: Any) -> None:
        self[key] = value

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __contains__(self, key: object) -> bool:
        return key in self._values

    def __repr__(self) -> str:
        return f"context({', '.join(f'{k}={v!r}' for k, v in self._values.items())})"


def context(**values: Any) -> Context:
    """Make a context. Values are JSON-like: None, bool, int, float, str, lists and dicts of these.

    A step's parameter of the same name gets the value unless an asset of that name exists
    (docs/semantics.md §1.3).
    """
    return Context(**values)
