"""Diagnostics and errors: what every part of flowyml says when something is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flowyml.diagnostics.codes import CODES
    from flowyml.diagnostics.diagnostic import Diagnostic, Severity

__all__ = [
    "CODES",
    "CompileError",
    "Diagnostic",
    "FlowymlError",
    "Severity",
    "UsageError",
    "near",
]


def __getattr__(name: str) -> object:
    """Load what only somebody needs who has something to say."""
    if name == "CODES":
        from flowyml.diagnostics.codes import CODES

        return CODES
    if name in ("Diagnostic", "Severity"):
        from flowyml.diagnostics import diagnostic

        return getattr(diagnostic, name)
    raise AttributeError(f"module 'flowyml.diagnostics' has no attribute {name!r}")


class FlowymlError(Exception):
    """The root of every error that flowyml raises on purpose."""


class CompileError(FlowymlError, ValueError):
    """What is wrong with a pipeline itself: every diagnostic at once, before anything ran."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("\n".join((_title(self.diagnostics), *map(str, self.diagnostics))))


def _title(diagnostics: tuple[Diagnostic, ...]) -> str:
    """Say what failed, in the words of the tutorial."""
    types = any(d.code == "FML201" for d in diagnostics)
    count = sum(d.severity == "error" for d in diagnostics)
    problems = "1 problem" if count == 1 else f"{count} problems"
    return f"Pipeline {'type ' if types else ''}validation failed: {problems}"


class UsageError(FlowymlError, ValueError):
    """A wrong call of flowyml: a name, path or option that does not exist (exit code 2)."""


def near(name: str, known: Iterable[str]) -> str:
    """Suggest the closest known name: `did you mean 'processed'?`, else list what there is.

    Returns:
        A help text, empty if nothing is known.
    """
    from difflib import get_close_matches  # slow to import, and most who may need it do not

    names = sorted(set(known))
    close = get_close_matches(name, names, n=1)
    if close:
        return f"did you mean '{close[0]}'?"
    return f"there is: {', '.join(names[:10])}{' …' if len(names) > 10 else ''}" if names else ""
