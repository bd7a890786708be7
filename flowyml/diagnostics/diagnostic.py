"""A diagnostic: code, place, what, why, what next."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any, Literal, TypeAlias

from flowyml.frozen import dataclass

Severity: TypeAlias = Literal["error", "warning", "advice"]


@dataclass(frozen=True, kw_only=True)
class Diagnostic:
    """One thing to tell the user about their pipeline.

    Attributes:
        code: `FML…`, documented under docs/diagnostics, never reused.
        message: what is wrong and why, in one sentence without a final dot.
        file: path relative to the project, if the place is known.
        line: 1-based.
        subject: what at that place, for example `parameter 'x'`.
        help: what to do next.
        target: the backend and version it holds for; None holds everywhere.
        grade: how the target treats the construct, for diagnostics about capabilities.
    """

    code: str
    message: str
    severity: Severity = "error"
    file: str | None = None
    line: int | None = None
    subject: str | None = None
    help: str | None = None
    target: str | None = None
    grade: Literal["emulated", "degraded", "refused"] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Give the fields that are set, for JSON."""
        return {k: v for k, v in dataclasses.asdict(self).items() if v is not None}

    def __str__(self) -> str:
        """Give the diagnostic as the terminal shows it, without colour."""
        target = f" [{self.target}]" if self.target else ""
        lines = [f"{self.severity}[{self.code}]{target}: {self.message}"]
        if self.file:
            place = self.file if self.line is None else f"{self.file}:{self.line}"
            lines.append(f"  --> {place}" + (f" ({self.subject})" if self.subject else ""))
        if self.help:
            lines.append(f"  help: {self.help}")
        return "\n".join(lines)


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
    names = sorted(set(known))
    close = get_close_matches(name, names, n=1)
    if close:
        return f"did you mean '{close[0]}'?"
    return f"there is: {', '.join(names[:10])}{' …' if len(names) > 10 else ''}" if names else ""
