"""Handing compiled pipelines to what runs them elsewhere, and following their runs from here."""

from __future__ import annotations

from flowyml.deploy.delivery import deliver, prepare
from flowyml.deploy.earlier import replay_of
from flowyml.deploy.errors import RefusedError, TargetError, UnauthorizedError, UnreachableError
from flowyml.deploy.following import LostSightError
from flowyml.deploy.runs import again, begin, run_there

__all__ = [
    "LostSightError",
    "RefusedError",
    "TargetError",
    "UnauthorizedError",
    "UnreachableError",
    "again",
    "begin",
    "deliver",
    "prepare",
    "replay_of",
    "run_there",
]
