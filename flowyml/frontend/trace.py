"""Trace: a Pipeline's declarations become an undecided IR.

From here on nobody touches the user's objects; what cannot be data is left out and said so in a
`problem` field, which a pass or a backend reports.
"""

from __future__ import annotations

import dataclasses
import inspect
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakKeyDictionary

from flowyml.api.composition import SubPipeline as Part
from flowyml.frontend.entrypoints import describe_function
from flowyml.frontend.jsonlike import copied, json_problem
from flowyml.frontend.loader import main_module_name
from flowyml.frontend.memo import Memo
from flowyml.frontend.parts import describe_part
from flowyml.frontend.project import module_name, project_root
from flowyml.frontend.shown import VARIABLE, Shown, parameters, shown
from flowyml.ir import (
    ContextParameter,
    Declared,
    Function,
    MapSpec,
    Parameter,
    PipelineIR,
    Predicate,
    Resources,
    Retry,
    Schedule,
    Source,
    Span,
    StepNode,
    SubPipeline,
    TypeIR,
    Unbound,
    alike,
    unchecked,
    unique_names,
)

MAP_RESULT = "flowyml.MapTaskResult"

if TYPE_CHECKING:
    from flowyml.api import Place
    from flowyml.api.pipeline import Pipeline
    from flowyml.api.step import Step
    from flowyml.runtime.mapping import MapPolicy

_node, _declared, _ir = unchecked(StepNode), unchecked(Declared), unchecked(PipelineIR)
_origin, _place, _parameter = unchecked(Source), unchecked(Span), unchecked(ContextParameter)
_type = unchecked(TypeIR)


class _Last(NamedTuple):
    """Where a step stood in the last trace, how it looked, and its node."""

    place: tuple[int, bool]
    looks: tuple[object, ...]
    node: StepNode


_last: WeakKeyDictionary[Step[..., Any], _Last] = WeakKeyDictionary()
"""The steps whose nodes follow from where they stand and how they look."""


def trace(
    pipeline: Pipeline,
    *,
    inputs: tuple[str, ...] = (),
    given: tuple[str, ...] = (),
    enable_cache: bool | None = None,
) -> PipelineIR:
    """Read a pipeline's declarations.

    Args:
        pipeline: the user's object.
        inputs: names of the values that `run(inputs=…)` will be given.
        given: names of the values that `run(context=…)` will be given.
        enable_cache: what `run(enable_cache=…)` will be given, if anything.

    Returns:
        An IR whose parameters are not bound yet; `flowyml.passes` binds and checks it.
    """
    caching = pipeline.enable_cache if enable_cache is None else enable_cache
    ir = _pipeline(pipeline, _Trace(), caching=caching)
    return ir.model_copy(update={"inputs": inputs, "given": given})


class _Trace:
    """What one trace knows: where it is, the projects of files, and the predicates it met."""

    def __init__(self) -> None:
        self.open: list[Pipeline] = []
        self.memo = Memo()
        self._predicates: list[object] = []

    def number(self, predicate: object) -> int:
        """Number a predicate by where it is first used."""
        known = (n for n, other in enumerate(self._predicates) if other is predicate)
        found = next(known, len(self._predicates))
        if found == len(self._predicates):
            self._predicates.append(predicate)
        return found


def _pipeline(pipeline: Pipeline, trace: _Trace, *, caching: bool) -> PipelineIR:
    trace.open.append(pipeline)
    parts = list(enumerate(pipeline.parts))
    ir = _ir(
        name=pipeline.name,
        source=_source(pipeline),
        description=pipeline.description or _module_doc(pipeline),
        project=pipeline.project_name,
        version=pipeline.version,
        tags=pipeline.tags,
        fail_fast=pipeline.fail_fast,
        schedule=_schedule(pipeline),
        settings=pipeline.settings or None,
        parameters=_context(pipeline),
        steps=_steps(pipeline, trace, caching=caching),
        pipelines=tuple(_part(part, n, trace) for n, part in parts if isinstance(part, Part)),
    )
    trace.open.pop()
    return ir


def _schedule(pipeline: Pipeline) -> Schedule | None:
    found = pipeline.starts
    if found is None:
        return None
    return Schedule(
        cron=found.cron,
        timezone=found.timezone,
        every=None if found.every is None else int(found.every.total_seconds()),
        assets=tuple(found.assets),
    )


def _steps(pipeline: Pipeline, trace: _Trace, *, caching: bool) -> tuple[StepNode, ...]:
    steps = pipeline.steps
    places = {id(step): n for n, step in reversed(list(enumerate(steps)))}
    added = (n for n, part in enumerate(pipeline.parts) if not isinstance(part, Part))
    nodes = (
        _step(step, _Adding(number, places, repeats=places[id(step)] < n), trace)
        for n, (step, number) in enumerate(zip(steps, added, strict=True))
    )
    return tuple(node if caching else node.model_copy(update={"cache": False}) for node in nodes)


class _Adding(NamedTuple):
    """Where a step stands: among the parts, among the steps by id; whether it was there before."""

    number: int
    places: Mapping[int, int]
    repeats: bool


def _part(part: Part, position: int, trace: _Trace) -> SubPipeline:
    within = part.pipeline in trace.open
    child = PipelineIR(name=part.pipeline.name, source=_source(part.pipeline))
    return SubPipeline(
        name=part.name,
        added=position,
        ir=child if within else _pipeline(part.pipeline, trace, caching=part.pipeline.enable_cache),
        inputs=part.inputs,
        outputs=part.outputs,
        input_mapping=part.input_mapping,
        output_mapping=part.output_mapping,
        span=_span(part.place),
        problem=f"the pipeline '{part.pipeline.name}' contains itself" if within else None,
    )


def functions(pipeline: Pipeline) -> Mapping[str, Callable[..., Any]]:
    """Map the names that the steps have in the IR to the pipeline's own steps."""
    found: dict[str, Callable[..., Any]] = {}
    names = unique_names(part.name for part in pipeline.parts)
    for name, part in zip(names, pipeline.parts, strict=True):
        if isinstance(part, Part):
            found |= {f"{name}.{step}": f for step, f in functions(part.pipeline).items()}
        else:
            found[name] = part
    return found


def _source(pipeline: Pipeline) -> Source:
    place = pipeline.place
    if place is None:
        return _origin(module="__main__")
    module, variable = _module(place), _variable(pipeline, place.module)
    return _origin(module=module, file=_file(place), variable=variable, line=place.line)


def _module(place: Place) -> str:
    if place.module != "__main__":
        return place.module
    main = main_module_name()
    return main[0] if main else place.module


def _variable(pipeline: Pipeline, module: str) -> str | None:
    names = vars(sys.modules[module]) if module in sys.modules else {}
    return next((name for name, value in names.items() if value is pipeline), None)


def _file(place: Place) -> str | None:
    if place.file is None:
        return None
    path = Path(place.file).resolve()
    return path.relative_to(project_root(path)).as_posix()


def _module_doc(pipeline: Pipeline) -> str | None:
    module = sys.modules.get(pipeline.place.module) if pipeline.place else None
    return inspect.cleandoc(module.__doc__) if module and module.__doc__ else None


def _context(pipeline: Pipeline) -> tuple[ContextParameter, ...]:
    span = _span(pipeline.context.place)
    return tuple(_value(key, value, span) for key, value in pipeline.context.items())


def _span(place: Place | None) -> Span | None:
    return _place(file=_file(place) or "<prompt>", line=place.line) if place else None


def _value(key: str, value: Any, span: Span | None) -> ContextParameter:
    problem = json_problem(value)
    return _parameter(
        key=key,
        type="any",
        has_default=True,
        default=None if problem else copied(value),
        problem=problem,
        span=span,
    )


def _step(step: Step[..., Any], adding: _Adding, trace: _Trace) -> StepNode:
    """Describe a step; as in the last trace, if nothing is new about it."""
    seen = trace.memo.once(shown, step.function)
    function = describe_function(step.function, step=step, memo=trace.memo)
    place = (adding.number, adding.repeats)
    looks = (seen, function, *vars(step).values())
    last = _last.get(step)
    if last and last.place == place and alike(last.looks, looks):
        return last.node
    node = _described(step, seen, function, adding, trace)
    if not (step.conditions or step.fallback or step.after or callable(step.cache)):
        _last[step] = _Last(place, looks, node)
    return node


def _described(
    step: Step[..., Any], seen: Shown, function: Function, adding: _Adding, trace: _Trace
) -> StepNode:
    return _node(
        name=step.name,
        function=function,
        parameters=_parameters(step, seen.parameters),
        map=_map(step),
        dynamic=hasattr(step, "expand"),
        when=_predicates(step, trace.memo),
        condition_parameters=_condition_parameters(step, seen.names),
        retry=_retry(step),
        fallback=_fallback(step, trace.memo),
        timeout=step.timeout,
        cache=_cache(step),
        image=step.image,
        resources=Resources(**step.resources._asdict()) if step.resources else None,
        description=seen.doc,
        declared=_declared(
            added=adding.number,
            inputs=step.inputs,
            outputs=step.outputs,
            returns=_returned(step, seen),
            after=tuple(_position(other, adding) for other in step.after),
            gate=step.gate,
            returns_nothing=seen.returns_nothing,
            var_positional=inspect.Parameter.VAR_POSITIONAL in seen.kinds,
            var_keyword=inspect.Parameter.VAR_KEYWORD in seen.kinds,
            repeats=adding.repeats,
            predicates=tuple(trace.number(condition.predicate) for condition in step.conditions),
            condition_reads=tuple(
                dict.fromkeys(p.name for c in step.conditions for p in parameters(c.predicate))
            ),
            fallback_needs=_fallback_needs(step),
        ),
    )


def _parameters(step: Step[..., Any], read: tuple[Parameter, ...]) -> tuple[Parameter, ...]:
    if not (_map(step) and read):
        return read
    # Annotated is one, bound the collection.
    items = read[0].model_copy(update={"type": None, "limits": None, "description": None})
    return (items, *read[1:])


def _map(step: Step[..., Any]) -> MapSpec | None:
    policy: MapPolicy | None = getattr(step, "mapping", None)
    return MapSpec(**dataclasses.asdict(policy)) if policy else None


def _returned(step: Step[..., Any], seen: Shown) -> TypeIR | None:
    if _map(step):
        return _type(name=MAP_RESULT)
    if hasattr(step, "expand"):  # the annotation is the pipeline's, and not the asset's
        return None
    return seen.returns


def _predicates(step: Step[..., Any], memo: Memo) -> tuple[Predicate, ...]:
    return tuple(
        Predicate(
            function=describe_part(condition.predicate, step, f"when[{n}]", memo),
            negate=condition.negate,
        )
        for n, condition in enumerate(step.conditions)
    )


def _condition_parameters(step: Step[..., Any], own: frozenset[str]) -> tuple[Parameter, ...]:
    """Read the parameters that conditions have and the step has not, each once."""
    found: dict[str, Parameter] = {}
    for condition in step.conditions:
        for parameter in parameters(condition.predicate):
            if parameter.name not in own:
                known = found.get(parameter.name)
                found[parameter.name] = _for_both(known, parameter) if known else parameter
    return tuple(found.values())


def _for_both(one: Parameter, other: Parameter) -> Parameter:
    """Take a name as required if one of two conditions does, and a default only if both have it."""
    first, second = one.binding, other.binding
    if not isinstance(first, Unbound) or not isinstance(second, Unbound) or first.required:
        return one
    if second.required or (first == second and type(first.default) is type(second.default)):
        return other
    return one.model_copy(update={"binding": Unbound(required=False)})


def _retry(step: Step[..., Any]) -> Retry | None:
    spec = step.retry
    if spec is None:
        return None
    return Retry(
        attempts=spec.max_attempts,
        delay=spec.delay,
        backoff=spec.backoff,
        max_delay=spec.max_delay,
        on=tuple(f"{kind.__module__}:{kind.__qualname__}" for kind in spec.on),
    )


def _fallback(step: Step[..., Any], memo: Memo) -> Function | None:
    return describe_part(step.fallback, step, "fallback", memo) if step.fallback else None


def _cache(step: Step[..., Any]) -> bool | Function | None:
    if step.cache is None or isinstance(step.cache, bool):
        return step.cache
    return describe_part(step.cache, step, "cache")


def _fallback_needs(step: Step[..., Any]) -> tuple[str, ...]:
    if step.fallback is None:
        return ()
    found = inspect.signature(step.fallback).parameters.values()
    return tuple(p.name for p in found if p.kind not in VARIABLE and p.default is p.empty)


def _position(other: str | Step[..., Any], adding: _Adding) -> int | str:
    return other if isinstance(other, str) else adding.places.get(id(other), other.name)


def import_roots(pipeline: Pipeline) -> tuple[Path, Path]:
    """Name the folder that the pipeline's module is imported from, and its project's folder.

    Raises:
        ValueError: the pipeline was made where there is no file, in a prompt or notebook.
    """
    if pipeline.place is None or pipeline.place.file is None:
        raise ValueError(f"the pipeline '{pipeline.name}' was not made in a file")
    path = Path(pipeline.place.file).resolve()
    return module_name(path)[1], project_root(path)
