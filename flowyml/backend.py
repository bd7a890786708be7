"""What a backend is: a name, what it supports, and how it compiles or runs an IR."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias, runtime_checkable

from flowyml.diagnostics import Diagnostic
from flowyml.storage.reference import Reference

if TYPE_CHECKING:
    from flowyml.ir import PipelineIR

Grade: TypeAlias = Literal["native", "emulated", "degraded", "refused"]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Support:
    """How a target treats one construct, and the sentence that says so in the ledger and docs."""

    grade: Grade
    note: str = ""


Capabilities: TypeAlias = Mapping[str, Support]
"""Support by construct (see `flowyml.constructs`); a construct that is not listed is refused."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Artifact:
    """A file that a compiler made.

    Attributes:
        path: relative to the output folder, with `/`.
        text: the whole content.
        lines: for each step, the 1-based line where its text begins (the source map).
    """

    path: str
    text: str
    lines: Mapping[str, int] = dataclasses.field(default_factory=dict[str, int])


@dataclasses.dataclass(frozen=True, kw_only=True)
class CompileOptions:
    """What the user chose: the target's version, and the codes of differences they accept."""

    version: str
    allow: frozenset[str] = frozenset()


@runtime_checkable
class Backend(Protocol):
    """One class behind one entry point of the group `flowyml.backends`."""

    name: str
    versions: tuple[str, ...]
    """Supported target versions, the default first; empty for a backend that emits nothing."""

    def capabilities(self, version: str) -> Capabilities:
        """Say how each construct is treated on that version."""
        ...

    def diagnose(self, ir: PipelineIR, options: CompileOptions) -> Sequence[Diagnostic]:
        """Report everything that this target has to say about a checked IR."""
        ...

    def compile(self, ir: PipelineIR, options: CompileOptions) -> tuple[Artifact, ...]:
        """Turn a checked IR into files.

        Raises:
            CompileError: the pipeline cannot mean the same on this target.
        """
        ...


@dataclasses.dataclass(frozen=True, kw_only=True)
class TrialRequest:
    """How to try compiled output on this machine.

    Attributes:
        workdir: an empty folder for whatever the target needs and leaves behind.
        project: the folder that the project's modules are imported from, and steps run in.
        context: overrides by their full keys, as a user would give them when triggering.
        run_date: the aware date that the run is for; None is the start.
        python: an interpreter that has the target's own packages; None is this one.
    """

    workdir: Path
    project: Path
    context: Mapping[str, Any] = dataclasses.field(default_factory=dict[str, Any])
    run_date: datetime | None = None
    python: str | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class StepTrace:
    """What became of one step.

    Attributes:
        state: a state of semantics §3.
        attempts: how often it was tried.
        error: the traceback of the last attempt, as text.
        recovered: whether its value is a fallback's; None if the target does not tell.
        items: how many items of a map task succeeded, and of how many; None if it was none, or if
            the target does not tell.
    """

    state: str
    attempts: int = 0
    error: str | None = None
    recovered: bool | None = None
    items: tuple[int, int] | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Trace:
    """What a run did, in the terms in which runs are compared (semantics §6).

    Attributes:
        success: whether the run succeeded.
        steps: by step name.
        assets: by asset name, what was produced; readable with `flowyml.storage.load_value`.
        log: what the target printed, for a person who looks for the reason of a failure.
    """

    success: bool
    steps: Mapping[str, StepTrace]
    assets: Mapping[str, Reference]
    log: str = ""


@runtime_checkable
class Simulates(Protocol):
    """A backend that can execute its compiled output on this machine, for real."""

    def simulate(
        self, ir: PipelineIR, artifacts: tuple[Artifact, ...], request: TrialRequest
    ) -> Trace:
        """Run the compiled files as the target would.

        Raises:
            FlowymlError: the target's own packages are missing, with the remedy.
        """
        ...


@runtime_checkable
class Inspects(Protocol):
    """A backend that can check a compiled file by itself, whoever made it."""

    def inspect(self, text: str, options: CompileOptions) -> Sequence[Diagnostic]:
        """Report everything that is wrong with the text of a file."""
        ...
