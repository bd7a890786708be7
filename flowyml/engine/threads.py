"""Run the steps of a schedule: on threads, or one after the other in this one."""

from __future__ import annotations

import inspect
import threading
import time
from collections.abc import Callable, Sequence
from contextvars import copy_context
from typing import TypeAlias

from flowyml.engine.interrupts import interrupts_held
from flowyml.engine.schedule import Schedule
from flowyml.ir import StepNode
from flowyml.storage.records import StepRecord

RunStep: TypeAlias = Callable[[StepNode], StepRecord]
Finished: TypeAlias = Callable[[Sequence[StepRecord]], None]

_NAP = 1.0  # seconds; a wait without an end would not notice Ctrl-C on every platform


def run_here(schedule: Schedule, run_step: RunStep, finished: Finished) -> None:
    """Run every step in this thread, in the pipeline's order.

    Raises:
        BaseException: what the first failing step raised.
    """
    while (step := schedule.take()) is not None:
        record = run_step(step)
        with interrupts_held():
            finished(settle(schedule, record))
        if record.exception is not None:
            raise record.exception


def settle(schedule: Schedule, record: StepRecord) -> list[StepRecord]:
    """Tell the schedule of a finished step; gives it and the steps that are decided by it."""
    decided = schedule.finish(record.name, record.state)
    return [record, *(StepRecord(name=name, state=state) for name, state in decided.items())]


class Crew:
    """Threads that take steps from a schedule until none is left.

    A thread that has finished a step goes on with the next one itself, so a chain of steps stays on
    one thread. The threads are daemons, unlike those of `concurrent.futures`: a step that never
    ends must not keep the process alive after Ctrl-C.

    Args:
        schedule: what to run; the crew alone touches it while it works.
        run_step: runs one step; called by several threads at once, in the caller's contextvars.
        finished: told of the steps that are decided; called by one thread at a time.
        workers: how many threads there may be.
        stopped: told, more than once perhaps, that no more steps are started.
    """

    def __init__(
        self,
        schedule: Schedule,
        run_step: RunStep,
        finished: Finished,
        *,
        workers: int,
        stopped: Callable[[], None] = lambda: None,
    ) -> None:
        self._schedule = schedule
        self._run_step = run_step
        self._finished = finished
        self._workers = workers
        self._stopped = stopped
        lock = threading.RLock()
        self._work_left = threading.Condition(lock)
        self._work_done = threading.Condition(lock)
        self._threads: list[threading.Thread] = []
        self._idle = 0  # threads without a step, those that are just starting included
        self._running: dict[str, None] = {}
        self._closed = False
        self._crash: BaseException | None = None
        self._alone = False  # whether steps run in the caller's thread, which hears of Ctrl-C

    def run(self) -> None:
        """Run until nothing runs and nothing may start.

        Within an import it runs in this thread: a step on another one that needs the module, to
        pickle a class of it, would wait for the import, which would wait for the step.

        Raises:
            BaseException: what `run_step` or `finished` raised; no step is started after that.
            KeyboardInterrupt: Ctrl-C; call `stop`, `wait` and `leave` then.
        """
        if _importing():
            self._alone, self._workers = True, 0
            while self._schedule.ready:
                self._work_once()
        with self._work_done:
            self._hire(spare=0)
            while self._running or self._schedule.ready:
                self._work_done.wait(_NAP)
            self._close()
        for thread in self._threads:
            thread.join()
        if self._crash is not None:
            raise self._crash

    def stop(self) -> tuple[str, ...]:
        """Start no more steps; gives those that run."""
        with self._work_left:
            self._schedule.stop()
            self._stopped()
            return tuple(self._running)

    def wait(self, seconds: float) -> None:
        """Give running steps so many seconds to finish."""
        end = time.monotonic() + seconds
        with self._work_done:
            while self._running and (left := end - time.monotonic()) > 0:
                self._work_done.wait(min(left, _NAP))

    def leave(self) -> tuple[str, ...]:
        """Ignore whatever ends from now on.

        Returns:
            The steps that still run: a thread cannot be killed, it ends with the process.
        """
        with self._work_done:
            self._close()
            return tuple(self._running)

    def _close(self) -> None:
        self._closed = True
        self._work_left.notify_all()

    def _hire(self, *, spare: int) -> None:
        """See that every ready step has a taker: the caller (`spare`), a sleeper, a new thread."""
        ready = self._schedule.ready
        self._work_left.notify(max(0, ready - spare))
        for _ in range(min(ready - self._idle, self._workers - len(self._threads))):
            run = copy_context().run
            thread = threading.Thread(target=run, args=(self._work,), name="flowyml", daemon=True)
            try:
                thread.start()
            except RuntimeError:  # the machine gives no more threads; the others go on
                if not self._threads:
                    raise
                self._workers = len(self._threads)
                return
            self._idle += 1
            self._threads.append(thread)

    def _work(self) -> None:
        while self._work_once():
            pass

    def _work_once(self) -> bool:
        step = self._take()
        if step is None:
            return False
        try:
            record = copy_context().run(self._run_step, step)
        except BaseException as error:
            self._end(step, error)
        else:
            self._end(step, record)
        return True

    def _take(self) -> StepNode | None:
        with self._work_left:
            while not self._closed and not self._schedule.ready:
                self._work_left.wait()
            step = None if self._closed else self._schedule.take()
            self._idle -= 1
            if step is not None:
                self._running[step.name] = None
            return step

    def _end(self, step: StepNode, end: StepRecord | BaseException) -> None:
        with self._work_done:
            self._idle += 1
            if self._closed:
                return
            try:
                if isinstance(end, BaseException):
                    raise end
                self._finished(settle(self._schedule, end))
                if self._alone and isinstance(end.exception, KeyboardInterrupt):
                    raise end.exception
            except BaseException as error:
                self._crash = self._crash or error
                self._schedule.stop()
            del self._running[step.name]
            if self._schedule.stopped:
                self._stopped()
            self._hire(spare=1)
            if not self._running and not self._schedule.ready:
                self._work_done.notify()


def _importing() -> bool:
    """Tell whether this thread is within an import, whose lock it then holds."""
    frame = inspect.currentframe()
    while frame is not None:
        if getattr(frame.f_globals.get("__spec__"), "_initializing", False):
            return True
        frame = frame.f_back
    return False
