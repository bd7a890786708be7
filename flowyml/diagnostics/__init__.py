"""Diagnostics and errors: what every part of flowyml says when something is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowyml.diagnostics.errors import CompileError, FlowymlError, UsageError, near

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
