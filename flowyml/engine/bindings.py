"""What a failed step was called with, shortened, for people to read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flowyml.ir import FromContext, FromRunDate, StepNode
from flowyml.storage import Reference

if TYPE_CHECKING:
    from flowyml.runtime import ValueStore
    from flowyml.storage.records import RunHead

_LONGEST = 72
_PLAIN = frozenset({"json", "pickle"})
_SMALL = 4096  # bytes: what is larger is not loaded to be shown


def shown_bindings(
    step: StepNode, inputs: Mapping[str, Reference], run: RunHead, store: ValueStore
) -> dict[str, str]:
    """Show what each parameter of a step was bound to; one that kept its default is left out."""
    shown: dict[str, str] = {}
    for parameter in step.reads:
        name, binding = parameter.name, parameter.binding
        if name in inputs:
            shown[name] = _stored(inputs[name], store)
        elif isinstance(binding, FromContext) and (key := binding.key or name) in run.context:
            shown[name] = shortened(run.context[key])
        elif isinstance(binding, FromRunDate):
            shown[name] = run.run_date.isoformat()
    return shown


def shortened(value: Any) -> str:
    """Show a value in one line."""
    line = " ".join(repr(value).split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def _stored(reference: Reference, store: ValueStore) -> str:
    if reference.format in _PLAIN and reference.size <= _SMALL:
        try:
            return shortened(store.load(reference))
        except Exception as error:  # what the step failed of, or a class that cannot be shown
            return shortened(error)
    kind = reference.asset.type.rpartition(":")[2] if reference.asset else "value"
    return f"<{kind}: {reference.format}, {_size(reference.size)}>"


def _size(size: float) -> str:
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.3g} {unit}"
        size /= 1000
    return f"{size:.3g} TB"
