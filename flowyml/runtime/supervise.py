"""Call a function in a process of its own, and end that process when its time is up.

A thread cannot be stopped from outside, and neither can a C call that never returns: only a process
can. The child leads a process group, so that what it started goes with it.
"""

from __future__ import annotations

import atexit
import contextvars
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from flowyml.runtime import ChildDiedError, StepTimeoutError
from flowyml.runtime.by_value import dumps
from flowyml.runtime.child import Named
from flowyml.runtime.code import code_of
from flowyml.runtime.exceptions import unpacked

_children: dict[int, None] = {}


def call_in_child(
    function: Callable[..., Any],
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    *,
    seconds: float,
    what: str,
) -> Any:
    """Call a function in a child process.

    Args:
        function: any function; a closure travels by value.
        args: its positional arguments.
        kwargs: its keyword arguments.
        seconds: how long it may take.
        what: who is called, for messages: `step 'train'`.

    Returns:
        What it returned.

    Raises:
        StepTimeoutError: it took longer; the child's whole process group is gone.
        ChildDiedError: the child ended without a result.
        Exception: what the function raised.
    """
    with tempfile.TemporaryDirectory(prefix="flowyml-child-") as folder:
        call, answer = Path(folder, "call"), Path(folder, "answer")
        made = dumps((_named(function) or function, args, kwargs))
        call.write_bytes(pickle.dumps((sys.path, made)))  # the path first: the rest needs it
        code = _run(call, answer, seconds, what)
        if not answer.exists():
            raise ChildDiedError(f"the process of {what} {ended(code)} without a result")
        failed, value = pickle.loads(answer.read_bytes())  # noqa: S301 - our child wrote it
    if failed:
        raise unpacked(value, what)
    return value


def _named(function: Callable[..., Any]) -> Named | None:
    """Name a function that the child can import, as any worker does.

    A step's name leads to the step, so that its function would otherwise travel by value, with all
    that its module holds: a lock or an open file there cannot.
    """
    module, path = getattr(function, "__module__", None), getattr(function, "__qualname__", "")
    found: Any = sys.modules.get(module or "")
    if found is None or module in ("__main__", "__mp_main__"):
        return None  # what the prompt or script defines has its classes here alone
    for part in path.split("."):
        found = getattr(found, part, None)
    named = found is not None and code_of(found).function is function
    return Named(f"{module}:{path}") if named else None


def _run(call: Path, answer: Path, seconds: float, what: str) -> int:
    command = python_running("child", "main(*sys.argv[1:])", str(call), str(answer))
    with subprocess.Popen(  # noqa: S603 - our own module, no shell
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as child:
        _children[child.pid] = None
        relays = [_relay(child.stdout, sys.stdout), _relay(child.stderr, sys.stderr)]
        try:
            return child.wait(seconds)
        except subprocess.TimeoutExpired:
            raise StepTimeoutError(
                f"{what} took longer than its timeout of {seconds:g} s"
            ) from None
        finally:
            end_group(child.pid)
            child.wait()
            del _children[child.pid]
            for relay in relays:
                relay.join()


def python_running(module: str, call: str, *arguments: str) -> list[str]:
    """Give the command that calls a function of a module of the runtime in a new process.

    It finds flowyml where this process did, and does not look for anything in the working
    directory: a file there may be called like a module of Python's own.
    """
    home = str(Path(__file__).parents[2])
    code = (
        f"import sys; sys.path[:] = [*filter(None, sys.path), {home!r}]; "
        f"from flowyml.runtime.{module} import main; {call}"
    )
    return [sys.executable, "-c", code, *arguments]


def _relay(source: IO[str] | None, target: IO[str]) -> threading.Thread:
    """Pass on what the child prints, as if the step had printed it here."""
    context = contextvars.copy_context()

    def copy() -> None:
        for line in source or ():
            target.write(line)

    thread = threading.Thread(target=context.run, args=(copy,), daemon=True)
    thread.start()
    return thread


def end_children() -> None:
    """End every child process that is running: this process is about to end without waiting."""
    for child in tuple(_children):
        end_group(child)


def end_group(leader: int) -> None:
    """End whatever is left of a child's process group; usually nothing is."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return


def ended(code: int) -> str:
    """Say how a process ended."""
    return f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"


atexit.register(end_children)  # steps that an interrupted run abandoned may have some
