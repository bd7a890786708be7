"""Run the cases: on the local runner, and compiled on every other backend."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from flowyml.backend import Artifact, StepTrace, Trace, TrialRequest
from flowyml.diagnostics import CompileError
from flowyml.engine import execute
from flowyml.frontend.loader import load_file
from flowyml.frontend.project import working_directory
from flowyml.frontend.trace import functions
from flowyml.ir import PipelineIR, in_full
from flowyml.review.compile import compile_ir
from flowyml.review.targets import resolve
from flowyml.storage import ArtifactStore
from flowyml.storage.records import RunRecord
from tests.conformance.case import Case

ROOT = Path(__file__).parents[2]
TARGETS = ("airflow", "kubeflow")
OLD_AIRFLOW = "airflow==2.11"
"""Held to the suite in an environment of its own, which `make airflow-2.11` sets up."""
PYTHONS = {OLD_AIRFLOW: str(ROOT / ".venv-airflow-2.11" / "bin" / "python")}
PIPELINES = ROOT / "tests" / "pipelines"


class Runs:
    """Every run of a session, each in folders of its own.

    The project is a copy, so that whatever a run leaves behind is left behind there.
    """

    def __init__(self, folder: Path) -> None:
        self.project = shutil.copytree(
            PIPELINES, folder / "project", ignore=shutil.ignore_patterns("__pycache__", ".flowyml")
        )
        self._folder = folder
        self._records: dict[str, RunRecord] = {}
        self._airflows: dict[str, Any] = {}

    def pipeline(self, case: Case) -> Any:
        return load_file(self.project / case.file).module.pipeline

    def compile(self, case: Case, target: str, allow: tuple[str, ...]) -> tuple[Artifact, ...]:
        return compile_ir(self.pipeline(case).build(), resolve([target]), allow)[0].artifacts

    def record(self, case: Case) -> RunRecord:
        """Run a case on the local runner, once a session, as `Pipeline.run()` does."""
        if case.name not in self._records:
            self._records[case.name] = self._run_here(case)
        return self._records[case.name]

    def local(self, case: Case) -> Trace:
        return trace_of(self.record(case))

    def trial(self, case: Case, target: str) -> Trace:
        """Compile a case and run what was compiled, for real."""
        allow = ("independent",) if target.startswith("kubeflow") and case.independent else ()
        artifacts = self.compile(case, target, allow)
        ir = self.pipeline(case).build()
        if target.startswith("airflow"):
            return self._run_airflow(case, target, ir, artifacts)
        request = TrialRequest(
            workdir=self._place(case, target),
            project=self.project,
            context=in_full(ir, self.context(case, target)),
            run_date=case.run_date,
        )
        return resolve([target])[0].backend.simulate(ir, artifacts, request)

    def of(self, case: Case, target: str) -> dict[str, Any]:
        """Give what a comparison goes by besides the runs."""
        return {"ir": self.pipeline(case).build(), "target": resolve([target])[0]}

    def context(self, case: Case, backend: str) -> dict[str, Any]:
        """Give the overrides of a case, and where it asks for one a folder for this run alone."""
        if not case.folder:
            return dict(case.context)
        return {**case.context, "folder": str(self.kept(case, backend))}

    def kept(self, case: Case, backend: str) -> Path:
        """Give the folder in which the steps of a run leave files."""
        folder = self._folder / "kept" / backend / case.name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def close(self) -> None:
        for airflow in self._airflows.values():
            airflow.close()

    def _run_here(self, case: Case) -> RunRecord:
        pipeline = self.pipeline(case)
        with working_directory(self.project):
            return execute(
                pipeline.build(),
                functions(pipeline),
                store=ArtifactStore(str(self._place(case, "local"))),
                context=self.context(case, "local"),
                run_date=case.run_date,
            )

    def _run_airflow(
        self, case: Case, target: str, ir: PipelineIR, artifacts: tuple[Artifact, ...]
    ) -> Trace:
        return self._airflow(target).run(
            ir,
            artifacts,
            context=in_full(ir, self.context(case, target)),
            run_date=case.run_date,
        )

    def _airflow(self, target: str) -> Any:
        """Give the one Airflow of this session that runs what was compiled for a target."""
        from flowyml_airflow.trial import AirflowSession

        if target not in self._airflows:
            version = resolve([target])[0].version
            self._airflows[target] = AirflowSession(
                self._folder / target, self.project, python=PYTHONS.get(target), version=version
            )
        return self._airflows[target]

    def _place(self, case: Case, backend: str) -> Path:
        folder = self._folder / backend / case.name
        folder.mkdir(parents=True)
        return folder


def trace_of(record: RunRecord) -> Trace:
    return Trace(
        success=record.state == "SUCCEEDED",
        steps={
            name: StepTrace(
                state=step.state,
                attempts=step.attempts,
                error=step.error,
                recovered=step.recovered,
                items=step.items,
            )
            for name, step in record.steps.items()
        },
        assets={n: ref for step in record.steps.values() for n, ref in step.outputs.items()},
    )


def codes(error: CompileError) -> set[str]:
    return {diagnostic.code for diagnostic in error.diagnostics if diagnostic.severity == "error"}
