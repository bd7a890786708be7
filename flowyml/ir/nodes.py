"""The nodes of the intermediate representation: frozen data, no Python objects.

A node says what a pipeline means and nothing about where it runs. Everything a backend emits, every
diff and every digest is made from these models alone.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, JsonValue

from flowyml.ir.node import Node
from flowyml.ir.types import TypeIR

JsonType: TypeAlias = Literal[
    "integer", "number", "string", "boolean", "array", "object", "null", "any"
]


class Span(Node):
    """Where something was written, relative to its project. Never part of the digest."""

    file: str
    line: int | None = None


class Function(Node):
    """User code, by name: `module:qualname`, the digest of its source, and why it cannot travel."""

    entrypoint: str
    digest: str
    span: Span | None = None
    problem: str | None = None


class Unbound(Node):
    """A parameter that no pass has bound yet; gone from a checked IR."""

    kind: Literal["unbound"] = "unbound"
    required: bool
    default: JsonValue = None
    has_json_default: bool = False


class FromAsset(Node):
    """The value of an asset; `view` says whether the step wants the data or the asset around it."""

    kind: Literal["asset"] = "asset"
    step: str
    output: str
    view: Literal["data", "asset"] = "data"


class FromContext(Node):
    """The value of the context parameter that has the step parameter's own name."""

    kind: Literal["context"] = "context"


class FromInput(Node):
    """A value handed to `run(inputs=…)`; cannot be compiled, only run."""

    kind: Literal["input"] = "input"
    key: str
    view: Literal["data", "asset"] = "data"


class FromRunDate(Node):
    """The date that the run is for."""

    kind: Literal["run_date"] = "run_date"


Binding = Annotated[
    Unbound | FromAsset | FromContext | FromInput | FromRunDate, Field(discriminator="kind")
]


class Parameter(Node):
    """One argument of a step's function, and where its value comes from.

    `position` is `var` for the values of `*args`, `only` for positional-only parameters.
    """

    name: str
    binding: Binding
    type: TypeIR | None = None
    position: Literal["keyword", "only", "var"] = "keyword"


class Output(Node):
    """One asset that a step produces."""

    name: str
    type: TypeIR | None = None


class Retry(Node):
    """At most `attempts` in all; the k-th wait is `min(delay·backoff^(k-1), max_delay)` seconds."""

    attempts: int
    delay: float = 1.0
    backoff: float = 1.0
    max_delay: float | None = None


class Declared(Node):
    """What the user wrote of a step's wiring, before the passes resolve it; gone from a checked IR.

    `added` is the order of adding; a number in `after` is such an order.
    """

    added: int = 0
    inputs: tuple[str, ...] | None = None
    outputs: tuple[str, ...] = ()
    returns: TypeIR | None = None
    after: tuple[int | str, ...] = ()
    gate: bool | None = None
    returns_nothing: bool = False
    var_positional: bool = False
    var_keyword: bool = False
    repeats: bool = False


class StepNode(Node):
    """One step: the function, what it reads, what it produces, when it may start.

    One output is the whole return value; several are its parts, in order. `after` names the steps
    that must not have failed before this one starts (gates and `after=`).
    """

    kind: Literal["step"] = "step"
    name: str
    function: Function
    parameters: tuple[Parameter, ...] = ()
    outputs: tuple[Output, ...] = ()
    after: tuple[str, ...] = ()
    retry: Retry | None = None
    description: str | None = None
    declared: Declared | None = None


class ContextParameter(Node):
    """A value that can be set per run. Without a default each reader uses its function's own."""

    key: str
    type: JsonType
    nullable: bool = False
    required: bool = False
    has_default: bool = False
    default: JsonValue = None
    span: Span | None = None
    problem: str | None = None


class Source(Node):
    """Where the pipeline was written: file relative to its project, module, variable, line."""

    module: str
    file: str | None = None
    variable: str | None = None
    line: int | None = None


class PipelineIR(Node):
    """A whole pipeline. Its steps stand in a stable topological order."""

    schema_version: Literal["flowyml.ir/v1"] = "flowyml.ir/v1"
    name: str
    source: Source
    description: str | None = None
    project: str | None = None
    version: str | None = None
    tags: tuple[str, ...] = ()
    fail_fast: bool = False
    inputs: tuple[str, ...] = ()
    parameters: tuple[ContextParameter, ...] = ()
    steps: tuple[StepNode, ...] = ()
