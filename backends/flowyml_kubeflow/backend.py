"""Kubeflow Pipelines as a backend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flowyml.diagnostics import CompileError, Diagnostic
from flowyml.rendering.yaml import YamlError
from flowyml_kubeflow.capabilities import VERSIONS
from flowyml_kubeflow.diagnose import diagnose, inspected, too_large, untrue
from flowyml_kubeflow.executors import executors, place_of, unusable_store
from flowyml_kubeflow.lowering import lower
from flowyml_kubeflow.plan import plan
from flowyml_kubeflow.platform import platform_document
from flowyml_kubeflow.render import render
from flowyml_kubeflow.spec_check import differences
from flowyml_kubeflow.validate import findings
from flowyml_kubeflow.validate.size import weigh
from flowyml_kubeflow.versions import version

if TYPE_CHECKING:
    from pydantic import BaseModel

    from flowyml.backend import (
        Artifact,
        Capabilities,
        CompileOptions,
        Delivery,
        Deployed,
        RemoteRun,
        RunRequest,
        Trace,
        TrialRequest,
    )
    from flowyml.ir import PipelineIR


class KubeflowBackend:
    """Compiles to a PipelineSpec, and runs it on this machine as Kubeflow would."""

    name = "kubeflow"
    versions = tuple(VERSIONS)
    runs_images = True

    def capabilities(self, version: str) -> Capabilities:
        """Say how each construct is treated on that version of the Kubeflow backend."""
        return VERSIONS[version]

    def unusable_store(self, store: str) -> str:
        """Say why pods could not use a store; empty if they can."""
        return unusable_store(store)

    def settings(self) -> type[BaseModel]:
        """Give the model of what can be set."""
        from flowyml_kubeflow.settings import KubeflowSettings

        return KubeflowSettings

    def diagnose(self, ir: PipelineIR, options: CompileOptions) -> Sequence[Diagnostic]:
        """Report everything that Kubeflow has to say about a checked IR."""
        planned = plan(ir, spread=version(options.version).knows("loops"))
        return diagnose(ir, planned, options)

    def compile(self, ir: PipelineIR, options: CompileOptions) -> tuple[Artifact, ...]:
        """Write a checked IR as one YAML file, and read it back to see that it means the same.

        Raises:
            CompileError: the pipeline cannot mean the same on Kubeflow.
        """
        on = version(options.version)
        planned = plan(ir, spread=on.knows("loops"))
        _raise_errors(diagnose(ir, planned, options))
        place = place_of(ir, options)
        placed = executors(planned, place, ir)
        shared = place.settings is not None and place.settings.workspace is not None
        spec = lower(ir, planned, placed, workspace=shared)
        try:
            artifact = render(spec, platform_document(placed, place), ir, planned, options)
        except YamlError as error:
            raise CompileError([_unwritable(error, on.target)]) from None
        wrong = differences(artifact.text, ir, planned, placed)
        weight = weigh(artifact.text, spec)
        _raise_errors(
            [
                *untrue(wrong, findings(spec), on.target),
                *too_large(weight, on, options.allow),
            ]
        )
        return (artifact,)

    def inspect(self, text: str, options: CompileOptions) -> Sequence[Diagnostic]:
        """Report what is wrong with a specification, whoever made it, every problem at once."""
        return inspected(text, version(options.version), options.allow)

    def simulate(
        self, ir: PipelineIR, artifacts: tuple[Artifact, ...], request: TrialRequest
    ) -> Trace:
        """Run each container's command as a process on this machine, or in its image.

        Raises:
            UsageError: a context value that the pipeline does not have.
            NoDockerError: images are asked for, and nothing here runs them.
            SpecError: the specification holds what the simulator does not execute.
        """
        from flowyml_kubeflow.trial import run

        return run(ir, artifacts, request)

    def deploy(self, delivery: Delivery) -> Deployed:
        """Upload a pipeline as a new version, unless it is there, and settle its recurring run.

        Raises:
            UsageError: the stack does not say enough, or a schedule cannot be kept.
            TargetError: Kubeflow cannot be reached, or refuses.
        """
        from flowyml_kubeflow.submit import deploy

        return deploy(delivery)

    def start(self, delivery: Delivery, run: RunRequest) -> RemoteRun:
        """Begin a run of what was deployed.

        Raises:
            TargetError: Kubeflow cannot be reached, or refuses.
        """
        from flowyml_kubeflow.submit import start

        return start(delivery, run)

    def attach(self, delivery: Delivery, handle: str) -> RemoteRun:
        """Find a run that was begun earlier.

        Raises:
            TargetError: there is none any more, or Kubeflow cannot be reached.
        """
        from flowyml_kubeflow.submit import attach

        return attach(delivery, handle)


def _raise_errors(diagnostics: Sequence[Diagnostic]) -> None:
    if any(diagnostic.severity == "error" for diagnostic in diagnostics):
        raise CompileError(diagnostics)


def _unwritable(error: ValueError, target: str) -> Diagnostic:
    return Diagnostic(
        code="FML304",
        message=f"the format cannot hold a text of the pipeline: {error}",
        help="change the name, description or default that holds it",
        target=target,
    )
