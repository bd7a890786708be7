"""The typed intermediate representation that every compiler reads."""

from flowyml.ir.graph import dependents, needs, producers, topological
from flowyml.ir.kept import kept
from flowyml.ir.names import unique_names
from flowyml.ir.node import Node, alike, same, unchecked
from flowyml.ir.nodes import (
    Binding,
    ContextParameter,
    Declared,
    FromAsset,
    FromContext,
    FromInput,
    FromRunDate,
    Function,
    JsonType,
    MapSpec,
    Output,
    Parameter,
    PipelineIR,
    Predicate,
    Retry,
    Schedule,
    Source,
    Span,
    StepNode,
    SubPipeline,
    Unbound,
    View,
)
from flowyml.ir.overrides import in_full, meant_by
from flowyml.ir.resources import Resources
from flowyml.ir.serialize import digest, from_json, json_schema, to_json
from flowyml.ir.types import TypeIR

__all__ = [
    "Binding",
    "ContextParameter",
    "Declared",
    "FromAsset",
    "FromContext",
    "FromInput",
    "FromRunDate",
    "Function",
    "JsonType",
    "MapSpec",
    "Node",
    "Output",
    "Parameter",
    "PipelineIR",
    "Predicate",
    "Resources",
    "Retry",
    "Schedule",
    "Source",
    "Span",
    "StepNode",
    "SubPipeline",
    "TypeIR",
    "Unbound",
    "View",
    "alike",
    "dependents",
    "digest",
    "from_json",
    "in_full",
    "json_schema",
    "kept",
    "meant_by",
    "needs",
    "producers",
    "same",
    "to_json",
    "topological",
    "unchecked",
    "unique_names",
]
