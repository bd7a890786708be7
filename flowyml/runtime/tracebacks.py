"""Tracebacks as users want them: their own lines, and none of the machinery around them."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from types import TracebackType

from flowyml.diagnostics import FlowymlError
from flowyml.runtime.exceptions import ChildTraceback

_OURS = frozenset({"flowyml", "contextlib", "concurrent", "bdb"})
_MACHINERY = _OURS | {"pickle", "cloudpickle", "importlib", "threading"}
_CAUSE = "The above exception was the direct cause of the following exception:"
_CONTEXT = "During handling of the above exception, another exception occurred:"


def user_traceback(error: BaseException) -> str:
    """Format a traceback without flowyml's own frames above the user's.

    What was raised in another process is shown as that process saw it. What stands behind an error
    of flowyml's own is shown only if code of the user's is in it: the error says it in its words.
    """
    return "\n\n".join(_chain(error, set()))


def _chain(error: BaseException, seen: set[int]) -> Iterator[str]:
    if isinstance(error.__cause__, ChildTraceback):
        yield str(error.__cause__).strip()
        return
    seen.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen and _tells(error, before):
        yield from _chain(before, seen)
        yield _CAUSE if error.__cause__ else _CONTEXT
    frames = users_frames(error)
    yield "".join(traceback.format_exception(type(error), error, frames, chain=False)).rstrip()


def _tells(error: BaseException, before: BaseException) -> bool:
    if not isinstance(error, FlowymlError) or isinstance(before.__cause__, ChildTraceback):
        return True
    frames = before.__traceback__
    while frames is not None and _within(frames, _MACHINERY):
        frames = frames.tb_next
    return frames is not None


def users_frames(error: BaseException) -> TracebackType | None:
    """Leave out the frames of ours above the user's; of a defect of ours, keep where it is."""
    frames = error.__traceback__
    while frames is not None and _within(frames, _OURS):
        if frames.tb_next is None and not isinstance(error, FlowymlError):
            break
        frames = frames.tb_next
    return frames


def _within(frames: TracebackType, packages: frozenset[str]) -> bool:
    module = str(frames.tb_frame.f_globals.get("__name__", ""))
    return module.partition(".")[0] in packages
