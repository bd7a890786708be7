"""A DAG file as data: all that the template lays out, and all that can be read back from it."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from flowyml.frozen import dataclass
from flowyml_airflow.code import Call, Name

StoreName: TypeAlias = str | dict[str, str]
"""The URL or path of an artifact store, or where it is a secret: `{"env": NAME}`."""


@dataclass(frozen=True, kw_only=True)
class Opening:
    """The head of a `with` block of a task group.

    Attributes:
        depth: how many blocks it is in, the DAG's own not counted.
        head: what makes the group, or the variable of one that was made before.
        variable: what it is called, if tasks are put into it again further below.
    """

    depth: int
    head: Call | Name
    variable: str | None = None


@dataclass(frozen=True, kw_only=True)
class DagTask:
    """One task: `variable = call`, then `before >> variable` for each control edge.

    Attributes:
        step: the step's name in the pipeline.
        origin: the comment above it: file and function, never a line; or none.
        opens: the blocks of groups that begin with it.
        depth: how many blocks it is in, the DAG's own not counted.
    """

    step: str
    variable: str
    call: Call
    origin: str = ""
    after: tuple[str, ...] = ()
    opens: tuple[Opening, ...] = ()
    depth: int = 0

    @property
    def lines(self) -> Iterator[Line]:
        """What opens blocks, the comment, the task, and what it waits for."""
        for opening in self.opens:
            named = (" as ", Name(opening.variable)) if opening.variable else ()
            yield Line(opening.depth, ("with ", opening.head, *named, ":"))
        if self.origin:
            yield Line(self.depth, ("# ", Comment(self.origin)))
        yield Line(self.depth, (Name(self.variable), " = ", self.call))
        for before in self.after:
            yield Line(self.depth, (Name(before), " >> ", Name(self.variable)))


@dataclasses.dataclass(frozen=True)
class Comment:
    """Text of users' in a comment."""

    text: str


@dataclasses.dataclass(frozen=True)
class Line:
    """A line within the DAG's block: Python of our own, and expressions and comments in it."""

    depth: int
    parts: tuple[str | Call | Name | Comment, ...]


@dataclass(frozen=True, kw_only=True)
class DagFile:
    """One file with one DAG.

    Attributes:
        path: relative to the output folder.
        source: what it was compiled from.
        command: how to compile it again.
        version: of flowyml, without its last part.
        target: what it is for: `airflow==3.3`.
        ledger: where the project's code is, if that is chosen, and each difference in meaning, in
            one line; empty if there is nothing to say.
        doc: the text of the module's docstring and of the DAG's page.
        dag: the call that makes the DAG.
        imports: names to import, by module, both in the order of the text.
        tasks: in the order of the text, each after those that it needs.
        maps: the steps that are mapped; if there are any, functions of their own are needed.
        here: the steps that run in the worker's process; for these, too.
        pythons: the steps that run in another Python; for these, too.
        publishers: the steps that run elsewhere and have outlets; for these, too.
        bundle: the name of the file beside this one that holds the project's code; or nothing.
        store: where tasks keep values, unless their environment says otherwise; or nothing.
    """

    path: str
    source: str
    command: str
    version: str
    target: str
    ledger: tuple[str, ...]
    doc: str
    dag: Call
    imports: Mapping[str, tuple[str, ...]]
    tasks: tuple[DagTask, ...]
    maps: tuple[str, ...] = ()
    here: tuple[str, ...] = ()
    pythons: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    bundle: tuple[str, ...] = ()
    store: tuple[StoreName, ...] = ()

    @property
    def import_blocks(self) -> tuple[tuple[tuple[str, tuple[str, ...]], ...], ...]:
        """The imports in blocks as isort makes them: Python's own, and all others."""
        blocks = (
            tuple(
                (m, names)
                for m, names in self.imports.items()
                if (m in sys.stdlib_module_names) == is_own
            )
            for is_own in (True, False)
        )
        return tuple(block for block in blocks if block)

    @property
    def told(self) -> str:
        """What each call of a worker ends with."""
        return ", code=CODE" * len(self.bundle) + ", store=STORE" * len(self.store)

    @property
    def lines(self) -> Iterator[Line]:
        """The DAG's block: its head at depth -1, then a statement or a comment each."""
        yield Line(-1, ("with ", self.dag, ":"))
        for task in self.tasks:
            yield from task.lines
