"""The backend: what the entry point `airflow` of `flowyml.backends` loads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowyml.backend import (
    Artifact,
    Capabilities,
    CompileOptions,
    Delivery,
    Deployed,
    RunRequest,
    Trace,
    TrialRequest,
)
from flowyml.diagnostics import CompileError, Diagnostic
from flowyml.ir import PipelineIR
from flowyml_airflow.capabilities import CAPABILITIES
from flowyml_airflow.diagnose import diagnose
from flowyml_airflow.diagnose_store import unusable_store
from flowyml_airflow.dialects import DIALECTS, spoken
from flowyml_airflow.lowering import lower, stem
from flowyml_airflow.render import render_dag, task_lines
from flowyml_airflow.validate import validate

if TYPE_CHECKING:
    from pydantic import BaseModel

    from flowyml.backend import RemoteRun


class AirflowBackend:
    """Compiles a pipeline to a DAG file, and tries it in a real Airflow."""

    name = "airflow"
    versions = tuple(CAPABILITIES)

    def capabilities(self, version: str) -> Capabilities:
        """Say how each construct is treated on that version of Airflow."""
        return CAPABILITIES[version]

    def unusable_store(self, store: str) -> str:
        """Say why tasks could not use a store; empty if they can."""
        return unusable_store(store)

    def settings(self) -> type[BaseModel]:
        """Give the model of what can be set."""
        from flowyml_airflow.settings import AirflowSettings

        return AirflowSettings

    def diagnose(self, ir: PipelineIR, options: CompileOptions) -> tuple[Diagnostic, ...]:
        """Report everything that Airflow has to say about a checked IR."""
        return diagnose(ir, options)

    def compile(self, ir: PipelineIR, options: CompileOptions) -> tuple[Artifact, ...]:
        """Turn a checked IR into one DAG file, and the bundle of its code if there is one.

        Raises:
            CompileError: the pipeline cannot mean the same on Airflow.
        """
        _refuse(self.diagnose(ir, options))
        file = lower(ir, options, self.capabilities(options.version))
        file = spoken(file, DIALECTS[options.version])
        text = render_dag(file)
        _refuse(validate(file, text))
        bundle = options.bundle
        code = [Artifact(path=bundle.path(stem(ir)), data=bundle.data)] if bundle else []
        return (Artifact(path=file.path, text=text, lines=task_lines(file, text)), *code)

    def refuse_missing(self, python: str | None, version: str | None) -> None:
        """Refuse an interpreter without the Airflow that a trial needs.

        Raises:
            FlowymlError: it has none, or another version; with the remedy.
        """
        from flowyml_airflow.trial import refuse_missing

        refuse_missing(python, version)

    def simulate(
        self, ir: PipelineIR, artifacts: tuple[Artifact, ...], request: TrialRequest
    ) -> Trace:
        """Run a compiled DAG file in a real Airflow on this machine, with `dag.test()`.

        Raises:
            FlowymlError: the interpreter has no Airflow of that version, or it refuses the file, or
                the date.
        """
        from flowyml_airflow.trial import AirflowSession

        with AirflowSession(
            request.workdir, request.project, python=request.python, version=request.version
        ) as session:
            return session.run(ir, artifacts, context=request.context, run_date=request.run_date)

    def deploy(self, delivery: Delivery) -> Deployed:
        """Write a DAG file into the folder of an Airflow, and wait until it has parsed it.

        Raises:
            UsageError: the stack does not say enough, or its folder cannot be used.
            CompileError: what is in the folder is not as flowyml wrote it.
            TargetError: Airflow is down, or refuses.
        """
        from flowyml_airflow.deploying import deploy

        return deploy(delivery)

    def start(self, delivery: Delivery, run: RunRequest) -> RemoteRun:
        """Trigger a run of a DAG that was deployed.

        Raises:
            UsageError: the run is for a date for which Airflow starts nothing.
            TargetError: Airflow refuses; says why in its own words.
        """
        from flowyml_airflow.remote import start

        return start(delivery, run)

    def attach(self, delivery: Delivery, handle: str) -> RemoteRun:
        """Find a run again.

        Raises:
            TargetError: Airflow has no such run any more.
        """
        from flowyml_airflow.remote import attach

        return attach(delivery, handle)


def _refuse(diagnostics: list[Diagnostic] | tuple[Diagnostic, ...]) -> None:
    if any(d.severity == "error" for d in diagnostics):
        raise CompileError(diagnostics)
