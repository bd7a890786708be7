"""The child of `flowyml.runtime.supervise`: makes one call, and leaves the answer in a file."""

from __future__ import annotations

import dataclasses
import os
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from pickle import loads
from typing import Any

from flowyml.runtime.by_value import dumps

_FOR_GOOD = ExitStack()


@dataclasses.dataclass(frozen=True)
class Named:
    """A function that the child imports by its entrypoint, `module:qualname`."""

    entrypoint: str


def prepare() -> None:
    """Let this process import users' modules without running their pipelines, for good."""
    from flowyml.frontend.loading import ending_runs

    _FOR_GOOD.enter_context(ending_runs())  # what nobody holds on to is over at once


def main(call: str, answer: str) -> None:
    """Make the call that a file describes, and leave what became of it in another."""
    path, made = loads(Path(call).read_bytes())  # noqa: S301 - our parent wrote it
    sys.path[:] = path
    prepare()
    unfinished = Path(f"{answer}.part")
    unfinished.write_bytes(_answer(made))
    unfinished.replace(answer)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)  # threads and children that the step left running must not keep it alive


def _answer(made: bytes) -> bytes:
    from flowyml.runtime.call import finish, staying
    from flowyml.runtime.exceptions import packed

    try:
        function, args, kwargs = loads(made)  # noqa: S301 - as above
        with staying():
            value = finish(_function(function)(*args, **kwargs))
        return _returned(value)
    except Exception as error:
        return dumps((True, packed(error)))


def _returned(value: Any) -> bytes:
    try:
        return dumps((False, value))
    except Exception as error:
        from flowyml.storage import UnserializableError
        from flowyml.storage.pickles import explained

        why = f"what was returned cannot leave its process: {explained(value, error)}"
        raise UnserializableError(why) from error


def _function(found: Callable[..., Any] | Named) -> Callable[..., Any]:
    if not isinstance(found, Named):
        return found
    from flowyml.frontend.entrypoints import load_function

    return load_function(found.entrypoint)
