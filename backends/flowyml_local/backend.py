"""The local engine, seen as a backend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flowyml.backend import Support
from flowyml.constructs import CONSTRUCTS
from flowyml.diagnostics import UsageError

if TYPE_CHECKING:
    from flowyml.backend import Artifact, Capabilities, CompileOptions, Trace, TrialRequest
    from flowyml.diagnostics import Diagnostic
    from flowyml.ir import PipelineIR

_ASKED_FOR = Support(grade="degraded", note="a run starts when it is asked for")
_HERE = {
    **dict.fromkeys(("schedule", "triggered"), _ASKED_FOR),
    "image": Support(grade="degraded", note="steps run in this environment, and not in an image"),
    "resources": Support(
        grade="degraded", note="steps share what this machine has; nothing is kept for one"
    ),
}


class LocalBackend:
    """Runs pipelines on this machine; every other backend is compared with it."""

    name = "local"
    versions: tuple[str, ...] = ()

    def capabilities(self, version: str) -> Capabilities:  # noqa: ARG002 - it has no versions
        """Say that every construct is native: what it means is what it does here.

        All but where a step runs, which is here in any case.
        """
        return {**dict.fromkeys(CONSTRUCTS, Support(grade="native")), **_HERE}

    def diagnose(
        self,
        ir: PipelineIR,  # noqa: ARG002 - whatever is checked runs here
        options: CompileOptions,  # noqa: ARG002
    ) -> Sequence[Diagnostic]:
        """Report nothing: what the passes accept runs here."""
        return ()

    def compile(self, ir: PipelineIR, options: CompileOptions) -> tuple[Artifact, ...]:  # noqa: ARG002
        """Refuse.

        Raises:
            UsageError: always; this backend emits nothing.
        """
        raise UsageError(
            "the backend 'local' runs pipelines and compiles nothing: use 'flowyml run', or "
            "compile for another target"
        )

    def simulate(
        self,
        ir: PipelineIR,
        artifacts: tuple[Artifact, ...],  # noqa: ARG002 - it has none
        request: TrialRequest,
    ) -> Trace:
        """Run the IR in a process of its own, with a fresh store in the request's folder.

        The functions are imported by their entrypoints, as any worker does.

        Raises:
            CompileError: what is wrong with the overrides.
            TrialError: the process could not run the pipeline at all; says what it printed.
        """
        from flowyml_local.trial import run

        return run(ir, request)
