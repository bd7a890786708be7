"""Put together the arguments of one call (docs/semantics.md §1.3, §2.4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flowyml.runtime.casting import cast
from flowyml.runtime.errors import BindError
from flowyml.runtime.task import Task, ValueStore
from flowyml.storage.reference import Reference


def bind(
    task: Task,
    inputs: Mapping[str, Reference],
    context: Mapping[str, Any],
    run_date: datetime,
    store: ValueStore,
) -> tuple[list[Any], dict[str, Any]]:
    """Load and cast everything that a step reads.

    Returns:
        The positional and the keyword arguments.

    Raises:
        BindError: a context value of another type.
    """
    values = {name: _input(name, task, ref, store) for name, ref in inputs.items()}
    values |= {name: run_date for name in task.run_date}
    values |= {
        name: _value(name, context[name], type_, task)
        for name, type_ in task.params.items()
        if name in context
    }
    positional = [values.pop(name) for name in task.positional if name in values]
    return positional, values


def _input(name: str, task: Task, reference: Reference, store: ValueStore) -> Any:
    data = store.load(reference)
    if name not in task.assets:
        return data
    return _asset(data, reference)


def _asset(data: Any, reference: Reference) -> Any:
    """Give the asset; bare data gets one around it, so that the consumer gets what it asks for."""
    from flowyml.storage import restore_asset

    return restore_asset(data, reference)


def _value(name: str, value: Any, type_: str, task: Task) -> Any:
    base, _, null = type_.partition("?")
    try:
        return cast(value, base, nullable="?" in type_ and null == "")
    except ValueError as error:
        raise BindError(f"step '{task.name}': the context value '{name}': {error}") from None
