"""Diagnostics and errors: what every part of flowyml says when something is wrong."""

from flowyml.diagnostics.codes import CODES
from flowyml.diagnostics.diagnostic import (
    CompileError,
    Diagnostic,
    FlowymlError,
    Severity,
    UsageError,
    near,
)

__all__ = [
    "CODES",
    "CompileError",
    "Diagnostic",
    "FlowymlError",
    "Severity",
    "UsageError",
    "near",
]
