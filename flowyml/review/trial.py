"""Run what was compiled, on this machine, in a folder that is gone afterwards."""

from __future__ import annotations

import dataclasses
import os
import tempfile
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flowyml.backend import Artifact, NeedsPackages, RunsImages, Simulates, Trace, TrialRequest
from flowyml.diagnostics import UsageError
from flowyml.frozen import dataclass
from flowyml.registry import compilers, load_backend

if TYPE_CHECKING:
    from flowyml.frontend.loader import LoadedModule
    from flowyml.ir import PipelineIR


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What is the same for every run of one pipeline.

    Attributes:
        ir: the checked IR.
        loaded: the module that holds the pipeline.
        context: overrides of context values.
        run_date: the aware date that the runs are for; None is each run's start.
        pythons: for backends by name, an interpreter that has the target's own packages.
        docker: whether containers run in their images, where a target has containers.
    """

    ir: PipelineIR
    loaded: LoadedModule
    context: Mapping[str, Any] = dataclasses.field(default_factory=dict[str, Any])
    run_date: datetime | None = None
    pythons: Mapping[str, str] = dataclasses.field(default_factory=dict[str, str])
    docker: bool = False

    def refuse_missing(self, backend: str, version: str | None) -> None:
        """Refuse a target that cannot run here, before anything runs.

        Raises:
            UsageError: the backend cannot run anything here.
            FlowymlError: what the target needs is missing, with the remedy.
        """
        found = simulator(backend)
        if isinstance(found, NeedsPackages):
            found.refuse_missing(self.pythons.get(backend), version)

    def run(
        self,
        backend: str,
        artifacts: tuple[Artifact, ...],
        folder: Path,
        version: str | None = None,
    ) -> Trace:
        """Run compiled files as their target would.

        Args:
            backend: the backend's name.
            artifacts: what it compiled; none for the local one.
            folder: a new folder, for whatever the target leaves behind.
            version: the target's, if it has versions.

        Raises:
            UsageError: the backend cannot run anything here.
            FlowymlError: what the target needs is missing, with the remedy.
        """
        from flowyml.ir import in_full

        found = simulator(backend)
        folder.mkdir(parents=True)
        request = TrialRequest(
            workdir=folder,
            project=self.loaded.project_root,
            context=in_full(self.ir, self.context),
            run_date=self.run_date,
            python=self.pythons.get(backend),
            version=version,
            docker=self.docker and isinstance(found, RunsImages),
        )
        with _importable(self.loaded):
            return found.simulate(self.ir, artifacts, request)


def simulator(backend: str) -> Simulates:
    """Load a backend that can run what it compiles on this machine.

    Raises:
        UsageError: it cannot; says which can.
    """
    found = load_backend(backend)
    if isinstance(found, Simulates):
        return found
    able = [name for name in compilers() if isinstance(load_backend(name), Simulates)]
    raise UsageError(
        f"'{backend}' cannot run what it compiles on this machine; what can: {', '.join(able)}"
    )


def refuse_docker(backends: Iterable[str]) -> None:
    """Refuse to run images where one of the backends has none.

    Raises:
        UsageError: names the first such backend, and those that have.
    """
    able = [name for name in compilers() if isinstance(load_backend(name), RunsImages)]
    for name in backends:
        if name not in able:
            raise UsageError(
                f"--docker: '{name}' runs no containers on this machine; what does: "
                f"{', '.join(able)}"
            )


@contextmanager
def workspace() -> Generator[Path]:
    """Give an empty folder, and take it away again with all that is in it."""
    with tempfile.TemporaryDirectory(prefix="flowyml-", ignore_cleanup_errors=True) as folder:
        yield Path(folder).resolve()


@contextmanager
def _importable(loaded: LoadedModule) -> Generator[None]:
    """Let child processes import the module where its import root is not its project's folder."""
    before = os.environ.get("PYTHONPATH")
    if loaded.import_root != loaded.project_root:
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(loaded.import_root), before]))
    try:
        yield
    finally:
        if before is None:
            os.environ.pop("PYTHONPATH", None)
        else:
            os.environ["PYTHONPATH"] = before
