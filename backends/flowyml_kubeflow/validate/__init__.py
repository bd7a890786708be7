"""What Kubeflow's backend refuses, and what it would get wrong, checked without a cluster.

One rule is one function from a specification, as plain JSON data, to findings. The rules come from
the backend's own source (API server, compiler to Argo, driver) and hold for 2.5 and later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from flowyml_kubeflow.validate import graph, names, running, values
from flowyml_kubeflow.validate.spec import Data, Finding

__all__ = ["RULES", "Finding", "findings"]

Rule: TypeAlias = Callable[[Data], Iterator[Finding]]

RULES: tuple[Rule, ...] = (
    names.schema_version,
    names.pipeline_name,
    names.root,
    names.graphs,
    names.task_names,
    graph.task_components,
    graph.executors,
    graph.edges,
    graph.outputs,
    graph.cycles,
    graph.exit_tasks,
    values.declared,
    values.sources,
    values.inputs,
    values.types,
    values.conditions,
    values.defaults,
    running.retries,
    running.loops,
    running.kinds,
    running.placeholders,
    running.variables,
)


def findings(spec: Data) -> tuple[Finding, ...]:
    """Apply every rule to a specification.

    Args:
        spec: JSON data that the format's own classes accept (`messages.to_message`).
    """
    return tuple(dict.fromkeys(finding for rule in RULES for finding in rule(spec)))
