"""The engine: runs pipelines here. It is the reference that every other backend is judged by."""

from flowyml.engine.drawing import RichReporter
from flowyml.engine.execution import execute
from flowyml.engine.progress import (
    LogReporter,
    PlainReporter,
    Reporter,
    SilentReporter,
)
from flowyml.engine.resume import Rerun, find_earlier
from flowyml.engine.run import run_pipeline

__all__ = [
    "LogReporter",
    "PlainReporter",
    "Reporter",
    "Rerun",
    "RichReporter",
    "SilentReporter",
    "execute",
    "find_earlier",
    "run_pipeline",
]
