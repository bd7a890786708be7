"""The nodes of the intermediate representation: frozen data, no Python objects.

A node says what a pipeline means and nothing about where it runs. Everything a backend emits, every
diff and every digest is made from these models alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, JsonValue

from flowyml.ir.node import Node
from flowyml.ir.resources import Resources
from flowyml.ir.types import TypeIR

JsonType: TypeAlias = Literal[
    "integer", "number", "string", "boolean", "array", "object", "null", "any"
]


Settings: TypeAlias = Mapping[str, Mapping[str, JsonValue]]
"""Of targets, by the target's name."""

View: TypeAlias = Literal["data", "asset", "results"]


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
    """A parameter that no pass has bound yet; gone from a checked IR.

    `name` is what the parameter asks for, if that is not its own name, and `context_only` that no
    asset may answer: both come of being read within a sub-pipeline.
    """

    kind: Literal["unbound"] = "unbound"
    required: bool
    default: JsonValue = None
    has_json_default: bool = False
    name: str | None = None
    context_only: bool = False


class FromAsset(Node):
    """The value of an asset.

    `view` says whether the step wants the data, the asset around it, or the results of a map task.

    `otherwise` is the second of two complementary producers, of which one runs. `optional`: the
    producer may be skipped, and then the parameter keeps its function's default.
    """

    kind: Literal["asset"] = "asset"
    step: str
    output: str
    view: View = "data"
    otherwise: str | None = None
    optional: bool = False


class FromContext(Node):
    """The value of a context parameter: of `key`, or of the step parameter's own name."""

    kind: Literal["context"] = "context"
    key: str | None = None


class FromInput(Node):
    """A value handed to `run(inputs=…)`; cannot be compiled, only run."""

    kind: Literal["input"] = "input"
    key: str
    view: View = "data"


class FromRunDate(Node):
    """The date that the run is for."""

    kind: Literal["run_date"] = "run_date"


Binding = Annotated[
    Unbound | FromAsset | FromContext | FromInput | FromRunDate, Field(discriminator="kind")
]


class Parameter(Node):
    """One argument of a step's function, and where its value comes from.

    `position` is `var` for the values of `*args`, `only` for positional-only parameters. `limits`
    and `description` are gone from a checked IR: there they are the context parameter's.
    """

    name: str
    binding: Binding
    type: TypeIR | None = None
    position: Literal["keyword", "only", "var"] = "keyword"
    limits: Mapping[str, JsonValue] | None = None
    description: str | None = None

    @property
    def key(self) -> str:
        """The context parameter that it reads, if it reads one."""
        return (isinstance(self.binding, FromContext) and self.binding.key) or self.name


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
    on: tuple[str, ...] = ("builtins:Exception",)


class MapSpec(Node):
    """How a map task works on its items; see `flowyml.map_task`."""

    concurrency: int
    retries: int = 0
    retry_delay: float = 1.0
    min_success_ratio: float = 1.0
    fail_fast: bool = False
    timeout_per_item: float | None = None


class Predicate(Node):
    """What must be true, or with `negate` false, for a step to run.

    `shared` names the predicate that two complementary producers have in common; it is evaluated
    once per run.
    """

    function: Function
    negate: bool = False
    shared: str | None = None


class Declared(Node):
    """What the user wrote of a step's wiring, before the passes resolve it; gone from a checked IR.

    `added` is the order of adding; a number in `after` is a place among the steps. `predicates`
    numbers the function of each condition, so that the same one is known again, and
    `condition_reads` names the parameters of all of them. `lookups` are pairs
    of an input and what it is called outside of the step's sub-pipeline. `fallback_needs` are the
    parameters of the fallback that have no default.
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
    predicates: tuple[int, ...] = ()
    condition_reads: tuple[str, ...] = ()
    lookups: tuple[tuple[str, str], ...] = ()
    fallback_needs: tuple[str, ...] = ()


class StepNode(Node):
    """One step: the function, what it reads, what it produces, when it may start.

    One output is the whole return value; several are its parts, in order. `after` names the steps
    that must not have failed before this one starts (gates and `after=`). `when` are its
    conditions, `condition_parameters` what only they read. `timeout` is in seconds, per attempt.
    `dynamic`: it returns a pipeline, which is run in its place. `group` names the sub-pipelines
    that it stands in, outermost first; its name begins with them. `cache` is what
    `@step(cache=…)` says. `image` and `resources` say where it runs; None leaves that to the
    target's stack.
    """

    kind: Literal["step"] = "step"
    name: str
    group: tuple[str, ...] = ()
    function: Function
    parameters: tuple[Parameter, ...] = ()
    outputs: tuple[Output, ...] = ()
    after: tuple[str, ...] = ()
    map: MapSpec | None = None
    dynamic: bool = False
    when: tuple[Predicate, ...] = ()
    condition_parameters: tuple[Parameter, ...] = ()
    retry: Retry | None = None
    fallback: Function | None = None
    timeout: float | None = None
    cache: bool | Function | None = None
    image: str | None = None
    resources: Resources | None = None
    description: str | None = None
    declared: Declared | None = None

    @property
    def reads(self) -> tuple[Parameter, ...]:
        """Everything that the step and its conditions read."""
        return (*self.parameters, *self.condition_parameters)


class ContextParameter(Node):
    """A value that can be set per run. Without a default each reader uses its function's own.

    `limits` are keywords of JSON Schema that a value keeps besides its type; see `ir.limits`.
    """

    key: str
    type: JsonType
    nullable: bool = False
    required: bool = False
    has_default: bool = False
    default: JsonValue = None
    limits: Mapping[str, JsonValue] | None = None
    description: str | None = None
    span: Span | None = None
    problem: str | None = None


class Source(Node):
    """Where the pipeline was written: file relative to its project, module, variable, line."""

    module: str
    file: str | None = None
    variable: str | None = None
    line: int | None = None


class Schedule(Node):
    """When a deployed pipeline starts by itself; one of the three.

    `cron` has five fields, in a checked IR of numbers alone; its `timezone` is an IANA name, None
    is UTC. `every` is in seconds. `assets` are `PIPELINE/ASSET`, or the orchestrator's own URIs.
    """

    cron: str | None = None
    timezone: str | None = None
    every: int | None = None
    assets: tuple[str, ...] = ()


class PipelineIR(Node):
    """A whole pipeline. Its steps stand in a stable topological order.

    `settings` are those of targets, by the target's name; a target takes its own. `inputs` and
    `given` name what `run(inputs=…)` and `run(context=…)` will be given. They and the
    sub-pipelines, whose steps are then among its own, are gone from a checked IR.
    """

    schema_version: Literal["flowyml.ir/v1"] = "flowyml.ir/v1"
    name: str
    source: Source
    description: str | None = None
    project: str | None = None
    version: str | None = None
    tags: tuple[str, ...] = ()
    fail_fast: bool = False
    schedule: Schedule | None = None
    settings: Settings | None = None
    inputs: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    parameters: tuple[ContextParameter, ...] = ()
    steps: tuple[StepNode, ...] = ()
    pipelines: tuple[SubPipeline, ...] = ()


class SubPipeline(Node):
    """A pipeline within another one, as the user wrote it.

    The mappings are pairs: of the parent's name and the part's for inputs, of the part's and the
    parent's for outputs. `added` is its place in the parent's order of adding.
    """

    name: str
    added: int
    ir: PipelineIR
    inputs: tuple[str, ...] | None = None
    outputs: tuple[str, ...] | None = None
    input_mapping: tuple[tuple[str, str], ...] = ()
    output_mapping: tuple[tuple[str, str], ...] = ()
    span: Span | None = None
    problem: str | None = None
