"""Put together the arguments of one call (docs/semantics.md §1.3, §2.4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, get_args

from flowyml import runtime

if TYPE_CHECKING:
    from flowyml.runtime.code import Code
    from flowyml.runtime.task import Task, ValueStore
    from flowyml.storage import Reference


def bind(
    task: Task,
    code: Code,
    inputs: Mapping[str, Reference],
    context: Mapping[str, Any],
    run_date: datetime,
    store: ValueStore,
) -> tuple[list[Any], dict[str, Any]]:
    """Load and cast everything that a step reads.

    Returns:
        The positional and the keyword arguments.

    Raises:
        BindError: a context value of another type, or another asset than the step asks for.
    """
    values = {name: store.load(ref) for name, ref in inputs.items()}
    if task.assets:
        wanted = code.hints()
        for name in filter(values.__contains__, task.assets):
            values[name] = _asset(name, values[name], inputs[name], wanted.get(name), task)
    values |= {name: _results(values[name]) for name in task.results if name in values}
    values |= dict.fromkeys(task.run_date, run_date)
    values |= context_values(task, context)
    positional = [values.pop(name) for name in task.positional if name in values]
    return positional, values


def context_values(task: Task, context: Mapping[str, Any]) -> dict[str, Any]:
    """Give the context values that a step reads, as the types that it asks for.

    Raises:
        BindError: a value of another type.
    """
    return {
        name: _value(name, context[key], type_, task)
        for name, type_ in task.params.items()
        if (key := task.aliases.get(name, name)) in context
    }


def _asset(name: str, data: Any, reference: Reference, annotation: Any, task: Task) -> Any:
    """Give the asset as it was produced; data that came bare gets the asset that is asked for."""
    from flowyml.storage import restore_asset

    wanted = tuple(arg for arg in (annotation, *get_args(annotation)) if _is_asset(arg))
    if reference.asset is None:
        return annotation.restore(data, name=None, metadata={}) if _is_asset(annotation) else data
    asset = restore_asset(data, reference)
    if not isinstance(asset, wanted):
        expected = " or ".join(each.__name__ for each in wanted)
        raise runtime.BindError(
            f"step '{task.name}' expects a {expected} for '{name}', and the producer returned a "
            f"{type(asset).__name__}"
        )
    return asset


def _is_asset(annotation: Any) -> bool:
    return isinstance(annotation, type) and hasattr(annotation, "__flowyml_asset__")


def _results(value: Any) -> Any:
    """Take the list out of a map task's result; a fallback may have given a list itself."""
    from flowyml.runtime.mapping import MapTaskResult

    return value.results if isinstance(value, MapTaskResult) else value


def _value(name: str, value: Any, type_: str, task: Task) -> Any:
    from flowyml.runtime.casting import cast  # most steps of most pipelines read no context

    try:
        found = cast(value, type_.removesuffix("?"), nullable=type_.endswith("?"))
    except ValueError as error:
        raise runtime.BindError(
            f"step '{task.name}': the context value '{name}': {error}"
        ) from None
    if limits := task.limits.get(name):
        _keep(limits, name, found, task)
    return found


def _keep(limits: Mapping[str, Any], name: str, value: Any, task: Task) -> None:
    from flowyml.ir.limits import broken  # a worker that checks none does not load the IR

    if wanted := broken(value, limits):
        raise runtime.BindError(
            f"step '{task.name}': the context value '{name}' is {value!r}, and has to be {wanted}"
        )
