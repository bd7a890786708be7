"""Stacks: where a run keeps its artifacts and records, and what to compile for."""

from flowyml.stacks.choice import (
    every_stack,
    load_stack,
    mistakes,
    place_of,
    records_of,
)
from flowyml.stacks.local import LocalStack
from flowyml.stacks.stack import Stack

__all__ = [
    "LocalStack",
    "Stack",
    "every_stack",
    "load_stack",
    "mistakes",
    "place_of",
    "records_of",
]
