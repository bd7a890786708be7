"""Stacks: where a run keeps its artifacts and records."""

from flowyml.stacks.local import LocalStack

__all__ = ["LocalStack"]
