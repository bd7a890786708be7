"""Where in the user's code something was written."""

from __future__ import annotations

import inspect

from flowyml.frozen import dataclass

_PACKAGE = __name__.partition(".")[0]


@dataclass(frozen=True, kw_only=True)
class Place:
    """A line of a module: its name, its file as Python knows it (None in a prompt), the line."""

    module: str
    file: str | None
    line: int


def caller() -> Place | None:
    """Find the nearest line outside flowyml that led here."""
    frame = inspect.currentframe()
    while frame is not None:
        module = str(frame.f_globals.get("__name__", ""))
        if module.partition(".")[0] != _PACKAGE:
            file = frame.f_globals.get("__file__")
            return Place(module=module, file=file, line=frame.f_lineno)
        frame = frame.f_back
    return None
