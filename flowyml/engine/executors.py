"""Where the steps of a run are carried out, if not on the engine's own threads."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Generator
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from contextvars import copy_context
from typing import IO, Any, Protocol, cast

from flowyml.frontend.loader import MAIN
from flowyml.ir import StepNode
from flowyml.runtime import ChildDiedError, NotThereError
from flowyml.runtime.away import Ask, Question, answer_sent, heard, sent
from flowyml.runtime.away_process import read, write
from flowyml.runtime.code import Code
from flowyml.runtime.supervise import end_group, ended, python_running

_IN_HAND = 256  # steps that wait in a user's executor at once; its own size says how many run
_GRACE = 2.0  # seconds that a process gets to end what it started


class NotStarted(BaseException):
    """A step was waiting in an executor when the run stopped."""


class Place(Protocol):
    """Something that answers questions about steps, several at once.

    Attributes:
        workers: how many steps may be in its hands at once.
    """

    workers: int

    def ask(self, question: Question, *, by_value: bool, begun: bool) -> Any:
        """Have a question answered.

        Args:
            question: what is asked.
            by_value: whether the step's code has no name to be imported by.
            begun: whether something was asked of this step before.

        Raises:
            ChildDiedError: nobody answered; for all else see `Question.answer`.
            NotStarted: the run stopped before anybody began.
        """
        ...

    def stop(self) -> None:
        """Begin nothing more."""
        ...


@contextmanager
def opened(executor: Executor | str | None) -> Generator[Place | None]:
    """Open what `Pipeline(executor=…)` says; None stands for the engine's own threads.

    What is made here ends here. An executor of the user's is left as it is.
    """
    if isinstance(executor, Executor):
        yield Submitted(executor)
    elif executor == "process":
        processes = Processes(os.cpu_count() or 1)
        try:
            yield processes
        finally:
            processes.end()
    else:
        yield None


def asking(place: Place | None, step: StepNode) -> Ask | None:
    """Give the way to ask about a step; None: nobody is asked, the caller does it."""
    return None if place is None else _Asking(place, by_value=_nameless(step))


class _Asking:
    """Asks about one step."""

    def __init__(self, place: Place, *, by_value: bool) -> None:
        self._place = place
        self._by_value = by_value
        self._begun = False

    def __call__(self, question: Question) -> Any:
        """Ask; what a script does not bind where workers import it goes by value (its `main()`)."""
        if not self._by_value and _in_main(question.code):
            try:
                return self._asked(question)
            except NotThereError:
                self._by_value = True
        return self._asked(question)

    def _asked(self, question: Question) -> Any:
        begun, self._begun = self._begun, True
        return self._place.ask(question, by_value=self._by_value, begun=begun)


def _in_main(code: Code | None) -> bool:
    return code is not None and getattr(code.function, "__module__", None) in MAIN


def _nameless(step: StepNode) -> bool:
    """Tell whether a step, or a function that belongs to it, cannot be imported by a worker."""
    parts = [step.function, *(predicate.function for predicate in step.when), step.fallback]
    return any(part is not None and part.problem is not None for part in parts)


class Submitted:
    """An executor of the user's."""

    workers = _IN_HAND

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self._waiting: dict[Future[Any], None] = {}
        self._stopped = False

    def ask(self, question: Question, *, by_value: bool, begun: bool) -> Any:
        """Submit a question and wait for the answer; threads take it as it is."""
        what = f"step '{question.task.name}'"
        if isinstance(self._executor, ThreadPoolExecutor):
            future = self._submitted(what, copy_context().run, question.answer)
            self._await(future, what, begun=begun)
            return future.result()
        future = self._submitted(what, answer_sent, sent(question, by_value=by_value))
        self._await(future, what, begun=begun)
        if (lost := future.exception()) is not None:
            raise ChildDiedError(_lost(what, lost))
        return heard(future.result(), what)

    def stop(self) -> None:
        """Take back the steps that nobody has begun."""
        self._stopped = True
        for future in tuple(self._waiting):
            future.cancel()

    def _submitted(self, what: str, function: Any, argument: Any) -> Future[Any]:
        try:
            return self._executor.submit(function, argument)
        except RuntimeError as error:  # it was shut down, or its processes are gone
            raise ChildDiedError(_lost(what, error)) from None

    def _await(self, future: Future[Any], what: str, *, begun: bool) -> None:
        """Wait for the end of a future, in which nobody was found to answer if it is cancelled."""
        if not begun:
            self._waiting[future] = None
        if self._stopped and not begun:
            future.cancel()
        wait([future])
        self._waiting.pop(future, None)
        if not future.cancelled():
            return
        if self._stopped and not begun:
            raise NotStarted
        raise ChildDiedError(f"the executor cancelled {what}")


def _lost(what: str, error: BaseException) -> str:
    return f"the executor has no answer of {what}: {type(error).__name__}: {error}"


class Processes:
    """Processes of our own, one for each step at a time; one that has answered is used again."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._free: list[_Worker] = []
        self._all: dict[_Worker, None] = {}
        self._lock = threading.Lock()
        self._ended = False

    def ask(self, question: Question, *, by_value: bool, begun: bool) -> Any:  # noqa: ARG002
        """Have a process answer that nobody else uses meanwhile."""
        what = f"step '{question.task.name}'"
        made = sent(question, by_value=by_value)
        worker = self._taken(what)
        answer = worker.ask(made, what)
        self._free.append(worker)
        return heard(answer, what)

    def stop(self) -> None:
        """Do nothing: every question is with a process already."""

    def end(self) -> None:
        """End all processes, those included that still run a step that the engine gave up."""
        with self._lock:
            self._ended = True
        for worker in self._all:
            worker.leave()
        for worker in self._all:
            worker.end()

    def _taken(self, what: str) -> _Worker:
        with self._lock:
            if self._ended:
                raise ChildDiedError(f"the run ended before {what} was tried again")
            if self._free:
                return self._free.pop()
            worker = _Worker()
            self._all[worker] = None
            return worker


class _Worker:
    """One process; it leads a group of its own, so that Ctrl-C in a terminal passes it by."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own module, no shell
            python_running("away_process", "main()"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )

    def ask(self, made: bytes, what: str) -> bytes:
        """Wait for the answer; what is printed meanwhile is printed here.

        Raises:
            ChildDiedError: the process ended.
        """
        questions, answers = self._pipes
        with suppress(BrokenPipeError):  # it has ended, and reading says so too
            write(questions, made)
        while (message := read(answers)) is not None:
            line, stream, answer = pickle.loads(message)  # noqa: S301 - our worker wrote it
            if stream is None:
                return bytes(answer)
            print(line, file=getattr(sys, stream))
        code = self._process.wait()
        end_group(self._process.pid)
        raise ChildDiedError(f"the process of {what} {ended(code)} without a result{_why(code)}")

    def leave(self) -> None:
        """Tell the process that there are no more questions: it ends at once."""
        with suppress(OSError):
            self._pipes[0].close()

    def end(self) -> None:
        """Wait for the end, but not for ever."""
        try:
            self._process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            end_group(self._process.pid)
            self._process.wait()
        self._pipes[1].close()

    @property
    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        return cast("IO[bytes]", self._process.stdin), cast("IO[bytes]", self._process.stdout)


def _why(code: int) -> str:
    out_of_memory = "; a system that runs out of memory ends processes so"
    return out_of_memory if code == -signal.SIGKILL else ""
