"""A chain of no-op steps on Dagster, in one process, every value kept in a file."""

from __future__ import annotations

import logging

from dagster import (
    DagsterInstance,
    DependencyDefinition,
    FilesystemIOManager,
    GraphDefinition,
    In,
    NodeInvocation,
    op,
)
from timing import measured, start


@op
def first() -> int:
    return 0


@op(ins={"value": In()})
def link(value):
    return value


def chain(length: int) -> GraphDefinition:
    """Name every use of the same operation, and make each depend on the one before it."""
    dependencies = {NodeInvocation("first", "step_0"): {}}
    for i in range(1, length):
        before = {"value": DependencyDefinition(f"step_{i - 1}")}
        dependencies[NodeInvocation("link", f"step_{i}")] = before
    return GraphDefinition("chain", node_defs=[first, link], dependencies=dependencies)


def main(length: int, folder: str) -> None:
    logging.disable(logging.CRITICAL)
    job = chain(length).to_job(resource_defs={"io_manager": FilesystemIOManager(base_dir=folder)})
    with DagsterInstance.local_temp(folder) as instance:
        measured(lambda: job.execute_in_process(instance=instance))


if __name__ == "__main__":
    start(main)
