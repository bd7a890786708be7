"""A worker process of `executor="process"`.

Questions come on standard input, and what it prints and answers goes back on standard output, each
with its length before it. What C code and programs that a step starts print goes to standard error.
"""

from __future__ import annotations

import os
import pickle
import signal
import struct
import threading
from queue import SimpleQueue
from typing import IO

from flowyml.runtime.away import answer_sent
from flowyml.runtime.output import Stream

LENGTH = struct.Struct(">Q")


def read(file: IO[bytes]) -> bytes | None:
    """Read one message; None if there is no more, or only a part of one."""
    head = file.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    message = file.read(length)
    return message if len(message) == length else None


def write(file: IO[bytes], message: bytes) -> None:
    """Write one message."""
    file.write(LENGTH.pack(len(message)) + message)
    file.flush()


def main() -> None:
    """Answer questions until there are no more; end at once if the engine is gone."""
    signal.signal(signal.SIGTERM, _leave)
    questions, answers = _taken_over(0, "rb"), _taken_over(1, "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    waiting: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_listen, args=(questions, waiting), daemon=True).start()
    sending = threading.Lock()  # threads of a step print, too

    def send(line: str | None, stream: Stream | None, answer: bytes = b"") -> None:
        with sending:
            write(answers, pickle.dumps((line, stream, answer)))

    while True:
        send(None, None, answer_sent(waiting.get(), send))


def _taken_over(number: int, mode: str) -> IO[bytes]:
    return os.fdopen(os.dup(number), mode)


def _listen(questions: IO[bytes], waiting: SimpleQueue[bytes]) -> None:
    while (question := read(questions)) is not None:
        waiting.put(question)
    _leave()


def _leave(*_: object) -> None:
    """Leave nothing behind: a child that a time limit was set for ends with its worker."""
    from flowyml.runtime.supervise import end_children

    end_children()
    os._exit(0)
