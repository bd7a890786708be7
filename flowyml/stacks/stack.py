"""`Stack`: what `flowyml.yaml` says of one place to run or to deploy to."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flowyml.diagnostics import UsageError
from flowyml.frozen import dataclass

if TYPE_CHECKING:
    from flowyml.backend import Code
    from flowyml.stacks.local import LocalStack

LOCAL = "local"
"""The orchestrator that is this machine, and the stack that is there without a file."""

FILE = "flowyml.yaml"
"""What stacks stand in, in the project's folder."""


class ElsewhereError(UsageError):
    """What was asked for happens on this machine, and the stack is another.

    Attributes:
        stack: the stack.
    """

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        super().__init__(
            f"the stack '{stack.name}' is {stack.orchestrator}, and this works on this machine "
            f'only: choose --stack {LOCAL}, in Python stack="{LOCAL}"; to run there: '
            f"flowyml run PIPELINE --stack {stack.name}"
        )


@dataclasses.dataclass(frozen=True)
class Secret:
    """A value by reference; it is looked up where it is used, and never shown.

    Attributes:
        source: `env` or `file`.
        name: the variable, or the file.
    """

    source: str
    name: str

    def __str__(self) -> str:
        return f"{{{self.source}: {self.name}}}"

    def reveal(self, folder: Path) -> str:
        """Look the value up.

        Raises:
            UsageError: the variable is not set, or the file cannot be read.
        """
        if self.source == "env":
            if value := os.environ.get(self.name):
                return value
            raise UsageError(f"the environment variable {self.name} is not set")
        try:
            return (folder / self.name).expanduser().read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or "it is no UTF-8 text"
            raise UsageError(f"the secret's file {self.name} cannot be read: {why}") from None


@dataclass(frozen=True, kw_only=True)
class Stack:
    """A stack of `flowyml.yaml`; `load_stack()` gives one.

    Attributes:
        name: what it is called.
        orchestrator: `local`, or the compile target that carries pipelines out.
        version: the target's version; None is its default, and that of `local`.
        allow: differences in meaning that compiling for it accepts.
        artifact_store: where artifacts are kept, on `local` and by targets whose tasks go by it;
            None is the default of `LocalStack`, and of the target.
        metadata_path: where runs are recorded here; None is the default of `LocalStack`.
        folder: what relative paths are relative to: the folder of the file.
        image: the container image of steps that name none, on targets that run containers.
        code: how the project's code gets to where a target runs steps; None leaves it open.
        sections: the settings of targets, as JSON data by the target's name.
        lines: where settings stand in the file: `airflow.token`, `airflow.steps.train`.
    """

    name: str
    orchestrator: str = LOCAL
    version: str | None = None
    allow: tuple[str, ...] = ()
    artifact_store: str | Secret | None = None
    metadata_path: str | None = None
    folder: Path = Path()
    image: str | None = None
    code: Code | None = None
    sections: Mapping[str, Mapping[str, Any]] = dataclasses.field(
        default_factory=dict[str, Mapping[str, Any]], hash=False
    )
    lines: Mapping[str, int] = dataclasses.field(
        default_factory=dict[str, int], repr=False, compare=False
    )

    def section(self, target: str) -> Mapping[str, Any]:
        """Give what it says of a target's settings."""
        return self.sections.get(target) or {}

    @property
    def target(self) -> str:
        """What to compile for, as `Pipeline.compile` takes it: `airflow==3.3`.

        Raises:
            UsageError: the stack is this machine, and there is nothing to compile for.
        """
        if self.orchestrator == LOCAL:
            raise UsageError(
                f"the stack '{self.name}' runs pipelines on this machine, which needs no compiling"
            )
        return f"{self.orchestrator}=={self.version}" if self.version else self.orchestrator

    def local(self) -> LocalStack:
        """Give where runs on it keep what they make.

        Raises:
            ElsewhereError: it is not this machine.
            UsageError: a secret cannot be had, or the package of the store's file system.
        """
        from flowyml.stacks.local import LocalStack

        if self.orchestrator != LOCAL:
            raise ElsewhereError(self)
        places: dict[str, str] = {}
        if (store := self.store()) is not None:
            places["artifact_path"] = store
        if self.metadata_path is not None:
            places["metadata_path"] = _absolute(self.metadata_path, self.folder)
        return LocalStack(**places)

    def recorded(self) -> LocalStack:
        """Give where runs on it are recorded here, whatever carries them out.

        Raises:
            UsageError: it is this machine, and a secret cannot be had.
        """
        if self.orchestrator == LOCAL:
            return self.local()
        from flowyml.stacks.local import LocalStack

        if self.metadata_path is None:
            return LocalStack()
        return LocalStack(metadata_path=_absolute(self.metadata_path, self.folder))

    def settings(self) -> Mapping[str, Any]:
        """Give what it says as JSON data, each under its key; secrets by their reference."""
        from flowyml.stacks.sections import flat

        store = self.artifact_store
        said = {
            "orchestrator.type": self.orchestrator,
            "orchestrator.version": self.version,
            "orchestrator.allow": list(self.allow) or None,
            "artifact_store": store if store is None else str(store),
            "metadata_path": self.metadata_path,
            "image": self.image,
            "code": self.code,
        }
        own = {key: value for key, value in said.items() if value is not None}
        return own | dict(pair for name, each in self.sections.items() for pair in flat(each, name))

    def store(self) -> str | None:
        """Give the URL or absolute path of its artifact store, a secret's included.

        Raises:
            UsageError: a secret cannot be had, or the package of the store's file system.
        """
        from flowyml.storage.protocols import missing_package

        if self.artifact_store is None:
            return None
        found, why = self._revealed(self.artifact_store)
        if why := why or missing_package(found):
            raise UsageError(f"artifact_store of the stack '{self.name}': {why}")
        return _absolute(found, self.folder)

    def _revealed(self, store: str | Secret) -> tuple[str, str]:
        """Give the store's URL, and why it is none; the file's check has looked at plain text."""
        if isinstance(store, str):
            return store, ""
        try:
            found = store.reveal(self.folder)
        except UsageError as error:
            return "", str(error)
        return found, unusable_store(found)


def unusable_store(url: str) -> str:
    """Say why a URL cannot be an artifact store's anywhere; empty if it can."""
    from flowyml.storage.protocols import wrong_url

    if not url:
        return "it must not be empty"
    try:
        password = urlsplit(url).password
    except ValueError:
        return "it is no URL"
    if password is None:
        return wrong_url(url)
    return (
        "a password in the URL would stand in every run's record; give it to fsspec, as in "
        "FSSPEC_FTP_PASSWORD"
    )


def _absolute(path: str, folder: Path) -> str:
    return path if "://" in path else str(folder / Path(path).expanduser())
