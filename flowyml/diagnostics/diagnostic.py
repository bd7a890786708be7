"""A diagnostic: code, place, what, why, what next."""

from __future__ import annotations

import dataclasses
from typing import Any, Literal, TypeAlias

from flowyml.frozen import dataclass

Severity: TypeAlias = Literal["error", "warning", "advice"]


@dataclass(frozen=True, kw_only=True)
class Diagnostic:
    """One thing to tell the user about their pipeline.

    Attributes:
        code: `FML…`, documented under docs/diagnostics, never reused.
        message: what is wrong and why, in one sentence without a final dot.
        severity: an error keeps the pipeline from being compiled and run.
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
