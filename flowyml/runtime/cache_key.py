"""The cache key of a step: the one place that says what its result depends on.

docs/semantics.md §4.1 and §4.2. It is made where the step runs, on every backend alike, and holds
no name of a pipeline, no time and no place. When unsure there is no key, and the step runs.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from flowyml.frontend.digest import moving_values
from flowyml.frontend.digest_kept import Reach
from flowyml.frozen import dataclass
from flowyml.runtime import BindError
from flowyml.runtime.binding import context_values
from flowyml.runtime.code import Code
from flowyml.runtime.environment import edited, environment, reach, taken_along
from flowyml.runtime.files_named import FilesNamed
from flowyml.runtime.task import CACHE_ALWAYS, CACHE_NEVER, Task
from flowyml.runtime.texts import stored_texts, texts_in
from flowyml.storage import Reference, UnserializableError

T = TypeVar("T")

_encode = json.JSONEncoder(separators=(",", ":")).encode


@dataclass(frozen=True, kw_only=True)
class Key:
    """What a result is found by.

    Attributes:
        digest: sha256 of the parts, hex.
        parts: what the result depends on, as plain JSON data, so that a miss can be explained.
        files: the files that joined it.
    """

    digest: str
    parts: Mapping[str, Any]
    files: FilesNamed


class NoKey(NamedTuple):
    """Why a step runs in any case, as a sentence without its end."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class Bound:
    """What one call of a step is made of.

    Attributes:
        task: the step.
        code: the user's code.
        inputs: references by parameter.
        context: the run's context values.
        run_date: the date that the run is for.
        ask: calls a function of the user's with the step's bindings.
        texts: gives the texts in a stored value.
        edited: names a module whose file is not what was loaded, of those that code reaches.
    """

    task: Task
    code: Code
    inputs: Mapping[str, Reference]
    context: Mapping[str, Any]
    run_date: datetime
    ask: Callable[[Callable[..., Any]], Any]
    texts: Callable[[Reference], tuple[str, ...]] = stored_texts
    edited: Callable[[Reach], str] = edited

    @property
    def own_inputs(self) -> dict[str, Reference]:
        """The inputs of the step itself, without what only its conditions read; sorted."""
        return self._own(self.inputs)

    @property
    def own_values(self) -> dict[str, Any]:
        """The context values of the step itself, cast; sorted."""
        return self._own(context_values(self.task, self.context))

    def _own(self, found: Mapping[str, T]) -> dict[str, T]:
        others = self.task.condition_only
        names = found.keys() - others if others else found
        return {name: found[name] for name in sorted(names)}


def make_key(bound: Bound) -> Key | NoKey:
    """Make the cache key of a call.

    Raises:
        Exception: what a `cache=` function of the user's raised; the step has failed.
    """
    task = bound.task
    if task.cache == CACHE_NEVER:
        return NoKey("cache=False")
    if bound.code.expand is not None:
        return NoKey("it is dynamic, and the pipeline that it builds may read anything")
    reached = reach(task.digest, bound.code.function)
    if module := bound.edited(reached):
        return NoKey(f"the file of '{module}' was edited after it was loaded")
    try:
        values = bound.own_values
    except BindError:
        return NoKey("it cannot be called with what it is given")  # running it says why
    inputs = bound.own_inputs
    files = _files(bound, values, inputs) if task.cache in ("", CACHE_ALWAYS) else FilesNamed()
    if not task.cache and (reason := _unsure(inputs, files)):
        return NoKey(reason)
    try:
        return _key(_parts(bound, reached, values, inputs, files), files)
    except UnserializableError as error:
        return NoKey(str(error))


def _unsure(inputs: Mapping[str, Reference], files: FilesNamed) -> str:
    """Say why a step without a word from its author is not cached; empty if it is."""
    if files.unclear:
        return files.unclear[0]
    if not inputs and not files.digests:
        return "it reads no asset, and no parameter names a file"
    return ""


def _files(bound: Bound, values: Mapping[str, Any], inputs: Mapping[str, Reference]) -> FilesNamed:
    found = FilesNamed()
    for name, value in values.items():
        if texts := texts_in(value):
            found.look_at(f"parameter '{name}'", texts, urls=True)
    for name, reference in inputs.items():
        if texts := bound.texts(reference):
            found.look_at(f"input '{name}'", texts, urls=False)
    return found


def _parts(
    bound: Bound,
    reached: Reach,
    values: Mapping[str, Any],
    inputs: Mapping[str, Reference],
    files: FilesNamed,
) -> dict[str, Any]:
    task, function = bound.task, bound.code.function
    parts: dict[str, Any] = {
        "code": task.digest,
        "taken along": {name: _digest(value) for name, value in taken_along(function).items()},
        "globals": moving_values(reached),
        "environment": environment(reached, [each.format for each in inputs.values()]),
        "inputs": {name: _content(ref, name in task.assets) for name, ref in inputs.items()},
        "parameters": values,
        "files": files.digests,
        "outputs": task.outputs,
        "positional": task.positional,
        "map": task.map is not None,
        "run date": bound.run_date.isoformat() if task.run_date else "",
    }
    if bound.code.cache_key is not None:
        parts["cache="] = f"{task.cache} {_digest(bound.ask(bound.code.cache_key))}"
    return {name: part for name, part in parts.items() if part}


def _content(reference: Reference, wants_asset: bool) -> str:  # noqa: FBT001
    content = f"{reference.format}:{reference.content_digest}"
    if not wants_asset or reference.asset is None:
        return content
    return f"{content} {json.dumps(dataclasses.asdict(reference.asset), sort_keys=True)}"


def _digest(value: Any) -> str:
    from flowyml.storage.store import refer_to

    return _content(refer_to(value), wants_asset=True)


def _key(parts: dict[str, Any], files: FilesNamed) -> Key:
    return Key(digest=hashlib.sha256(_encode(parts).encode()).hexdigest(), parts=parts, files=files)
