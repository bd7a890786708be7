"""What steps print reaches the user with the name of its step.

While a run is on, `sys.stdout` and `sys.stderr` are routers: text from a step's context goes to
that step's printer, line by line, and all other text goes where it would have gone. So do logging
handlers that write to the real streams: they belong to whoever set logging up. Threads that a
step starts by itself have no such context (before Python 3.14), so their text is not attributed;
`asyncio.to_thread` and tasks keep it. What a child process writes goes past Python altogether.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Literal, TextIO, TypeAlias

Stream: TypeAlias = Literal["stdout", "stderr"]
Emit: TypeAlias = Callable[[str, Stream], None]
"""Takes a line without its end, and where it was printed to."""

_STREAMS: tuple[Stream, ...] = ("stdout", "stderr")
_printer: ContextVar[Printer | None] = ContextVar("flowyml_printer", default=None)


class Printer:
    """Takes what is printed in its `with` block, and gives it on line by line.

    Text after a carriage return replaces what stood before it in the line, as on a terminal, so
    that a progress bar becomes one line.

    Args:
        emit: takes the lines.
    """

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._outer = _printer.get()
        self._pending: dict[Stream, str] = {}
        self._lock = threading.RLock()

    def __enter__(self) -> None:
        self._token = _printer.set(self)

    def __exit__(self, *_: object) -> None:
        _printer.reset(self._token)
        self.flush()

    def write(self, text: str, stream: Stream) -> None:
        """Take text; give the lines that are complete."""
        with self._lock:
            *lines, rest = (self._pending.get(stream, "") + text).split("\n")
            self._pending[stream] = rest
            for line in lines:
                self._give(line, stream)

    def flush(self) -> None:
        """Give what is left, though no end of line came."""
        with self._lock:
            for stream in _STREAMS if self._pending else ():
                if rest := self._pending.pop(stream, ""):
                    self._give(rest, stream)

    def _give(self, line: str, stream: Stream) -> None:
        with printing_to(self._outer):  # what the receiver prints is not the step's
            self._emit(line.rstrip("\r").rpartition("\r")[2], stream)


def current_printer() -> Printer | None:
    """Give what takes the text that is printed here; None: nothing does."""
    return _printer.get()


@contextmanager
def printing_to(printer: Printer | None) -> Generator[None]:
    """Give what is printed in the block to a printer, or to the real streams (None)."""
    token = _printer.set(printer)
    try:
        yield
    finally:
        _printer.reset(token)


class Router:
    """A text stream that sends each step's text to its printer, all else to the real one."""

    def __init__(self, real: TextIO, stream: Stream) -> None:
        self.real = real
        self._stream: Stream = stream

    def write(self, text: str, /) -> int:
        """Write to the step's printer, or to the real stream outside of steps."""
        printer = _printer.get()
        if printer is None or not isinstance(text, str):  # the real one refuses what is no text
            return self.real.write(text)
        printer.write(text, self._stream)
        return len(text)

    def writelines(self, lines: Iterable[str], /) -> None:
        """Write one text after the other."""
        for line in lines:
            self.write(line)

    def isatty(self) -> bool:
        """Tell whether this is a terminal; to a step it is not, its lines are passed on."""
        return _printer.get() is None and self.real.isatty()

    def close(self) -> None:
        """Close nothing: the real stream belongs to somebody else."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)


_installed: dict[Stream, Router] = {}
_runs = 0
_lock = threading.Lock()


@contextmanager
def routed() -> Generator[None, None, None]:
    """Route `sys.stdout` and `sys.stderr` while any run is on; several runs share the routers."""
    global _runs
    with _lock:
        _runs += 1
        if _runs == 1:
            _install()
    try:
        yield
    finally:
        with _lock:
            _runs -= 1
            if _runs == 0:
                _restore()


def _install() -> None:
    for stream in _STREAMS:
        real = getattr(sys, stream)
        if real is not None:  # there is none under pythonw or in some services
            _installed[stream] = Router(real, stream)
            setattr(sys, stream, _installed[stream])
            _hand_over(real, _installed[stream])


def _restore() -> None:
    for stream, router in _installed.items():
        if getattr(sys, stream) is router:  # else somebody else has put a stream there since
            setattr(sys, stream, router.real)
        _hand_over(router, router.real)
    _installed.clear()


def _hand_over(old: object, new: Any) -> None:
    """Let the logging handlers that write to one stream write to another."""
    loggers = [logging.root, *logging.root.manager.loggerDict.values()]
    handlers: set[Any] = {each for logger in loggers for each in getattr(logger, "handlers", ())}
    for handler in handlers:
        if hasattr(handler, "setStream") and handler.stream is old:
            handler.setStream(new)
