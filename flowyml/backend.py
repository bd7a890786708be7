"""What a backend is: a name, what it supports, and how it compiles or runs an IR."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias, runtime_checkable

from flowyml.diagnostics import Diagnostic
from flowyml.frozen import dataclass
from flowyml.storage import Reference

if TYPE_CHECKING:
    from pydantic import BaseModel

    from flowyml.ir import PipelineIR
    from flowyml.runtime.output import Stream
    from flowyml.stacks import Stack
    from flowyml.stacks.stack import Secret
    from flowyml.storage.records import RunState, StepRecord

Code: TypeAlias = Literal["import", "bundle"]
Grade: TypeAlias = Literal["native", "emulated", "degraded", "refused"]


@dataclass(frozen=True, kw_only=True)
class Support:
    """How a target treats one construct, and the sentence that says so in the ledger and docs."""

    grade: Grade
    note: str = ""


Capabilities: TypeAlias = Mapping[str, Support]
"""Support by construct (see `flowyml.constructs`); a construct that is not listed is refused."""


@dataclass(frozen=True, kw_only=True)
class Artifact:
    """A file that a compiler made.

    Attributes:
        path: relative to the output folder, with `/`.
        text: the whole content, of a file that is text.
        lines: for each step, the 1-based line where its text begins (the source map).
        data: the whole content of a file that is none.
    """

    path: str
    text: str = ""
    lines: Mapping[str, int] = dataclasses.field(default_factory=dict[str, int])
    data: bytes | None = dataclasses.field(default=None, repr=False)

    @property
    def content(self) -> bytes:
        """The bytes of the file."""
        return self.text.encode() if self.data is None else self.data


@dataclasses.dataclass(frozen=True)
class Bundle:
    """A project's own modules in one file: a zip archive, and its sha256."""

    data: bytes = dataclasses.field(repr=False)
    digest: str

    def path(self, stem: str) -> str:
        """Name the file after what it is compiled with, and by its content."""
        return f"{stem}.{self.digest[:16]}.zip"


@dataclass(frozen=True, kw_only=True)
class CompileOptions:
    """What the user chose.

    Attributes:
        version: the target's.
        allow: the codes of differences that they accept.
        settings: those of the target, of the pipeline over those of the stack; JSON data that the
            model of `HasSettings` takes, and what was said alone.
        stack: the stack that had a say; compiling the same again names it.
        image: the container image of steps that name none.
        store: the artifact store of the stack, for a backend that `UsesStore`: a URL, a path, or
            the reference of a secret, which is all that may be written anywhere.
        code: how the project's code gets to where steps run: `import`, where it is installed, or
            `bundle`, which is compiled along; None leaves it open.
        bundle: the project's modules, if they are to be compiled along.
        distribution: what the project's code is installed by, with its version, if that is known.
    """

    version: str
    allow: frozenset[str] = frozenset()
    settings: Mapping[str, Any] = dataclasses.field(default_factory=dict[str, Any], hash=False)
    stack: str | None = None
    image: str | None = None
    store: str | Secret | None = None
    code: Code | None = None
    bundle: Bundle | None = None
    distribution: str | None = None

    def asked(self, target: str) -> str:
        """Give the option that asks for the same again, for `target` in its version."""
        return f"--stack {self.stack}" if self.stack else f"--target {target}=={self.version}"


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


@runtime_checkable
class HasSettings(Protocol):
    """A backend with settings: a section of a stack, and a key of `Pipeline(settings={…})`."""

    def settings(self) -> type[BaseModel]:
        """Give their model, which forbids what it does not know and requires nothing.

        It takes numbers and switches as text, too, which is all that `flowyml.yaml` holds. A field
        `steps` maps names of steps to settings of theirs; that there are such steps is checked. The
        merged settings come as `CompileOptions.settings`.
        """
        ...


@runtime_checkable
class UsesStore(Protocol):
    """A backend that tells its workers which artifact store a stack names."""

    def unusable_store(self, store: str) -> str:
        """Say why its workers could not use a store, as `…` in `artifact_store: …`; else empty."""
        ...


@dataclass(frozen=True, kw_only=True)
class TrialRequest:
    """How to try compiled output on this machine.

    Attributes:
        workdir: an empty folder for whatever the target needs and leaves behind.
        project: the folder that the project's modules are imported from, and steps run in.
        context: overrides by their full keys, as a user would give them when triggering.
        run_date: the aware date that the run is for; None is the start.
        python: an interpreter that has the target's own packages; None is this one.
        version: the target's version that the output was compiled for; None is whichever is there.
        docker: whether containers run in their images; asked of a backend that `RunsImages` alone.
    """

    workdir: Path
    project: Path
    context: Mapping[str, Any] = dataclasses.field(default_factory=dict[str, Any])
    run_date: datetime | None = None
    python: str | None = None
    version: str | None = None
    docker: bool = False


@dataclass(frozen=True, kw_only=True)
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


@dataclass(frozen=True, kw_only=True)
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
class NeedsPackages(Protocol):
    """A backend whose trials need packages that flowyml itself does not."""

    def refuse_missing(self, python: str | None, version: str | None) -> None:
        """Refuse what cannot run a trial, before anything runs.

        Args:
            python: the interpreter that is to have the packages; None is this one.
            version: of the target that was compiled for.

        Raises:
            FlowymlError: they are not there, or of another version; with the remedy.
        """
        ...


@runtime_checkable
class RunsImages(Protocol):
    """A backend whose trials can run the images that it compiled for, through Docker."""

    runs_images: bool


@runtime_checkable
class Inspects(Protocol):
    """A backend that can check a compiled file by itself, whoever made it."""

    def inspect(self, text: str, options: CompileOptions) -> Sequence[Diagnostic]:
        """Report everything that is wrong with the text of a file."""
        ...


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """A compiled pipeline, and where it is to go.

    Attributes:
        ir: the checked IR.
        files: all that was compiled, the sidecar included: text, or bytes, by path.
        options: what it was compiled with.
        stack: where it goes; says how the target is reached, secrets by reference.
        runs: whether a run follows, so that what would stop one is refused before anything is
            written.
        activate: whether a target that has the pipeline paused is to let it run again.
        overwrite: whether files that are not as flowyml wrote them may be replaced.
        say: told in one line what is done next.
    """

    ir: PipelineIR
    files: Mapping[str, str | bytes]
    options: CompileOptions
    stack: Stack
    runs: bool = False
    activate: bool = False
    overwrite: bool = False
    say: Callable[[str], None] = lambda _: None


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """What a target made of a delivery.

    Attributes:
        name: what the target calls the pipeline.
        version: what it calls this version of it.
        changed: whether it had another one, or none, before.
        url: where a person looks at it.
        notes: what else there is to say, a sentence each.
    """

    name: str
    version: str
    changed: bool
    url: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RunRequest:
    """A run that is asked for.

    Attributes:
        run_id: ours; the target calls it so if it lets us.
        context: overrides of context values by their full keys, checked and cast.
        run_date: the aware date that the run is for; None leaves it to the target.
    """

    run_id: str
    context: Mapping[str, Any] = dataclasses.field(default_factory=dict[str, Any])
    run_date: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Sighting:
    """What a look at a run shows.

    Attributes:
        state: the run's; not `RUNNING` once it has ended.
        running: the steps that are at work.
        steps: the record of each step of which it is decided what became of it; all of them once
            the run has ended.
        lines: what steps have printed since the last look, in order: step, line and stream.
    """

    state: RunState
    running: Sequence[str] = ()
    steps: Mapping[str, StepRecord] = dataclasses.field(default_factory=dict[str, "StepRecord"])
    lines: Sequence[tuple[str, str, Stream]] = ()


class RemoteRun(Protocol):
    """A run that a target has begun.

    Attributes:
        handle: what finds it again: text that `Deploys.attach` takes.
        url: where a person looks at it.
        run_date: the aware UTC date that it is for.
        context: the overrides of context values that it was given, by their full keys.
    """

    handle: str
    url: str
    run_date: datetime
    context: Mapping[str, Any]

    def look(self) -> Sighting:
        """Ask the target once how the run is.

        Raises:
            FlowymlError: the target does not answer, or not us.
        """
        ...


@runtime_checkable
class Deploys(Protocol):
    """A backend that hands what it compiles to the target itself, and has it run there."""

    def deploy(self, delivery: Delivery) -> Deployed:
        """Hand the files over, and wait until the target has taken them.

        What the target has already is not handed over again.

        Raises:
            UsageError: the stack does not say enough; nothing was written.
            FlowymlError: the target cannot be reached, or refuses; says so in its own words, and
                has what it had before.
        """
        ...

    def start(self, delivery: Delivery, run: RunRequest) -> RemoteRun:
        """Begin a run of what was deployed.

        Raises:
            FlowymlError: the target refuses; says so in its own words.
        """
        ...

    def attach(self, delivery: Delivery, handle: str) -> RemoteRun:
        """Find a run that was begun earlier.

        Raises:
            FlowymlError: there is none any more.
        """
        ...
