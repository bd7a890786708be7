"""Steps that something else carries out: another thread, process or machine.

The engine decides what is asked of a step (does a condition hold, try once, recover), and something
else answers. Values travel as references; the user's code by the name that every worker imports it
by, or by value where it has none (docs/semantics.md §0.3).
"""

from __future__ import annotations

import dataclasses
import io
import os
import pickle
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeAlias

from flowyml.diagnostics import CompileError, UsageError
from flowyml.frozen import dataclass
from flowyml.runtime import DriftError, NotThereError, UnsendableError
from flowyml.runtime.call import StepCall
from flowyml.runtime.code import Code, load_code
from flowyml.runtime.exceptions import packed, unpacked
from flowyml.runtime.nesting import Steps
from flowyml.runtime.outcome import Noted
from flowyml.runtime.output import Emit, Printer, Stream, routed
from flowyml.runtime.task import Task, ValueStore
from flowyml.storage import Reference


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What was answered, what is noted of the values that were stored, and the nested steps."""

    value: Any
    noted: Noted
    nested: Steps


@dataclass(frozen=True, kw_only=True)
class Question:
    """One thing that is asked of a step.

    Attributes:
        what: the method of `StepCall` that answers.
        about: its argument: a condition's number, or the error to recover from.
        code: the user's code, as it is here; None: the worker imports it.
    """

    task: Task
    code: Code | None
    inputs: Mapping[str, Reference]
    context: Mapping[str, Any]
    run_date: datetime
    store: ValueStore
    what: Literal["says", "attempt", "recover"]
    about: int | BaseException | None = None

    def answer(self, *, in_project: bool = False) -> Answer:
        """Answer here.

        Args:
            in_project: whether imported code is to work in its project's folder.

        Raises:
            NotThereError: no code came along, and it cannot be imported as it was.
            Exception: whatever the user's code raised.
        """
        code, folder = (self.code, nullcontext()) if self.code else _imported(self.task)
        with folder if in_project else nullcontext():
            call = StepCall(
                self.task,
                code,
                inputs=self.inputs,
                context=self.context,
                run_date=self.run_date,
                store=self.store,
            )
            method = getattr(call, self.what)
            value = method() if self.about is None else method(self.about)
            return Answer(value=value, noted=call.noted, nested=call.nested)


def _imported(task: Task) -> tuple[Code, AbstractContextManager[object]]:
    try:
        return load_code(task)
    except (UsageError, CompileError, DriftError) as error:
        raise NotThereError(
            f"step '{task.name}' cannot be imported by its worker: {error}"
        ) from error


Ask: TypeAlias = Callable[[Question], Answer]
"""Gets a question answered elsewhere; raises what was raised there."""


class AwayCall(StepCall):
    """A step whose user code runs elsewhere; takes what `StepCall` takes, and who is asked."""

    def __init__(self, task: Task, code: Code, *, ask: Ask, **arguments: Any) -> None:
        super().__init__(task, code, **arguments)
        self._ask = ask

    def says(self, number: int) -> bool:
        """Have a predicate evaluated."""
        return bool(self._asked("says", number))

    def attempt(self) -> dict[str, Reference]:
        """Have the function called, and what it returned stored."""
        outputs: dict[str, Reference] = self._asked("attempt")
        return outputs

    def worth_another(self, error: BaseException) -> bool:
        """Tell whether the retry policy names an exception; what cannot be sent never can."""
        return not isinstance(error, UnsendableError) and super().worth_another(error)

    def recover(self, error: Exception) -> dict[str, Reference]:
        """Have the fallback called, and what it returned stored."""
        if not self.can_recover or isinstance(error, UnsendableError):
            raise error
        outputs: dict[str, Reference] = self._asked("recover", error)
        return outputs

    def _asked(self, what: Any, about: Any = None) -> Any:
        question = Question(
            task=self._task,
            code=self._code,
            inputs=self._inputs,
            context=self._context,
            run_date=self._run_date,
            store=self._store,
            what=what,
            about=about,
        )
        answer = self._ask(question)
        self.noted, self.nested = answer.noted, answer.nested
        return answer.value


def sent(question: Question, *, by_value: bool) -> bytes:
    """Pickle a question for a process that may be on another machine.

    Raises:
        UnsendableError: the code holds something that cannot be pickled; says what.
    """
    from flowyml.storage.project_pickler import ProjectPickler

    error = question.about
    about = packed(error) if isinstance(error, BaseException) else error
    code = _evaluated(question) if by_value else None
    plain = dataclasses.replace(question, code=code, about=None)
    body = io.BytesIO()
    try:
        ProjectPickler(body).dump((plain, about))
    except Exception as error:
        raise UnsendableError(_unsendable(plain, error)) from error
    return pickle.dumps((_environment(), sys.path, os.getcwd(), body.getvalue()))  # noqa: PTH109


def _evaluated(question: Question) -> Code | None:
    code, assets = question.code, question.task.assets
    if code is None or not assets:
        return code
    hints = code.hints()
    return dataclasses.replace(code, annotations={k: hints[k] for k in assets if k in hints})


def answer_sent(made: bytes, emit: Emit | None = None) -> bytes:
    """Answer what `sent` pickled; called by workers.

    Args:
        made: the question.
        emit: told of each line that is printed meanwhile; by default they come with the answer.

    Returns:
        What `heard` reads.
    """
    lines: list[tuple[str, Stream]] = []
    with routed(), Printer(emit or (lambda line, stream: lines.append((line, stream)))):
        try:
            succeeded, value = True, _answered(made)
        except BaseException as error:  # a worker goes on; the engine decides what it means
            succeeded, value = False, packed(error)
    return pickle.dumps((succeeded, value, lines))


def heard(made: bytes, what: str) -> Any:
    """Print here what was printed there, and give what was answered.

    Args:
        made: the answer of `answer_sent`.
        what: who was asked, for messages: `step 'train'`.

    Raises:
        BaseException: what was raised there.
    """
    succeeded, value, lines = pickle.loads(made)  # noqa: S301 - our worker wrote it
    for line, stream in lines:
        print(line, file=getattr(sys, stream))
    if not succeeded:
        raise unpacked(value, what)
    return value


def _answered(made: bytes) -> Any:
    from flowyml.frontend.loading import ending_runs
    from flowyml.storage.project_pickler import ProjectUnpickler

    environment, path, folder, body = pickle.loads(made)  # noqa: S301 - our engine wrote it
    _find_code_on(path, same=environment == _environment())
    here = Path(folder).is_dir()
    if here:
        os.chdir(folder)
    with ending_runs():
        question, about = ProjectUnpickler(io.BytesIO(body)).load()
    about = unpacked(about, f"step '{question.task.name}'") if isinstance(about, bytes) else about
    return dataclasses.replace(question, about=about).answer(in_project=not here)


def _environment() -> tuple[str, str]:
    return sys.prefix, sys.version


def _find_code_on(path: Sequence[str], *, same: bool) -> None:
    """Find modules where the engine does; in another environment, only those of projects."""
    if same:
        sys.path[:] = dict.fromkeys([*path, *sys.path])
    else:
        sys.path += [each for each in path if each not in sys.path and _holds_projects(Path(each))]


def _holds_projects(folder: Path) -> bool:
    from flowyml.frontend.project import is_installed

    return folder.is_dir() and not is_installed(folder) and not (folder / "os.py").exists()


def _unsendable(question: Question, error: Exception) -> str:
    from flowyml.storage.culprit import find_culprit

    name = question.task.name
    if question.code is None:
        return f"step '{name}' cannot be sent to another process: {error}"
    where, part = find_culprit(question.code.function)
    holds = "" if where == "value" else f"; {where} is of type {type(part).__qualname__}"
    return (
        f"step '{name}' cannot be sent to another process: it has no name to be imported by, and "
        f"what its function holds cannot be pickled ({error}{holds}); define the step at the top "
        f"level of a module, or make what it needs inside of it"
    )
