"""Try compiled DAG files in a real Airflow, in a process of its own with a home of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import flowyml
import flowyml_airflow
from flowyml.backend import Artifact, Trace
from flowyml.diagnostics import FlowymlError
from flowyml.ir import PipelineIR
from flowyml_airflow.names import dag_id
from flowyml_airflow.traces import read_trace

_INSTALLED = """
from importlib.metadata import PackageNotFoundError, version
try:
    print(version("apache-airflow-core"))
except PackageNotFoundError:  # before Airflow 3
    print(version("apache-airflow"))
"""


def refuse_missing(python: str | None, version: str | None) -> None:
    """Refuse an interpreter by what is installed there; Airflow itself takes seconds to start.

    Args:
        python: the interpreter; None is this one.
        version: what its Airflow must be, as a target says it: `2.11`; None is any.

    Raises:
        FlowymlError: it has none, or another version; with the remedy.
    """
    python = python or sys.executable
    asked = subprocess.run(  # noqa: S603 - the user's own interpreter
        [python, "-c", _INSTALLED], capture_output=True, text=True, check=False
    )
    said = (asked.stdout if asked.returncode == 0 else asked.stderr).strip().rpartition("\n")[2]
    if problem := _problem({"missing" if asked.returncode else "ready": said}, version):
        raise FlowymlError(f"{python} has {problem}")


def _problem(answer: Mapping[str, str], version: str | None) -> str | None:
    """Say why compiled files cannot be tried with what an interpreter has."""
    if "missing" in answer:
        asked = f"'flowyml[airflow]' 'apache-airflow=={version or 3}.*'"
        return f"no Airflow ({answer['missing']}); install it there: pip install {asked}"
    found = answer["ready"]
    if version is None or found.startswith(f"{version}."):
        return None
    return (
        f"Airflow {found}, and this was compiled for airflow=={version}; name another interpreter "
        "with 'flowyml verify --airflow-python', or compile for the version that is there"
    )


class AirflowSession:
    """One Airflow that runs any number of compiled pipelines of one project, one after another.

    Airflow starts with the first run (about four seconds) and ends with the `with` block.

    Args:
        workdir: an empty folder for Airflow's home, the DAGs, the artifacts and the log.
        project: the folder that the project's modules are imported from.
        python: an interpreter that has Airflow and what flowyml requires; None is this one.
        version: what that Airflow must be, as a target says it: `2.11`; None is any.
    """

    def __init__(
        self,
        workdir: Path,
        project: Path,
        python: str | None = None,
        version: str | None = None,
    ) -> None:
        self._workdir = workdir.resolve()
        self._project = project.resolve()
        self._python = python or sys.executable
        self._version = version
        self._log = self._workdir / "airflow.log"
        self._child: subprocess.Popen[str] | None = None

    def __enter__(self) -> AirflowSession:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        frames: TracebackType | None,
    ) -> None:
        self.close()

    def run(
        self,
        ir: PipelineIR,
        artifacts: tuple[Artifact, ...],
        *,
        context: Mapping[str, Any] | None = None,
        run_date: datetime | None = None,
    ) -> Trace:
        """Run a compiled pipeline to its end.

        Args:
            ir: the checked IR that was compiled.
            artifacts: what the compiler made of it.
            context: what a user gives when triggering.
            run_date: the aware date that the run is for; None is a run without one.

        Raises:
            FlowymlError: there is no Airflow, it refuses the file or the values, has no task for
                that date, or it died.
        """
        child = self._child or self._start()
        begin = self._log.stat().st_size
        file = self._workdir / "dags" / artifacts[0].path
        for each in artifacts:
            file.with_name(each.path).write_bytes(each.content)
        try:
            answer = self._ask(
                child,
                file=str(file),
                dag_id=dag_id(ir.name),
                conf=dict(context or {}),
                date=run_date.isoformat() if run_date else None,
            )
        finally:
            file.unlink()
        if ir.steps and not answer["tasks"]:
            date = run_date.isoformat() if run_date else "now"
            raise FlowymlError(
                f"Airflow starts no step of a run for {date}, which is not between start_date and "
                "end_date of the settings; choose another date: --date"
            )
        return read_trace(ir, **answer, log=self._read_log(begin))

    def close(self) -> None:
        """End Airflow, if it was started."""
        if self._child is not None:
            self._child.communicate()
            self._child = None

    def _start(self) -> subprocess.Popen[str]:
        """Start Airflow.

        Raises:
            FlowymlError: the interpreter has none, or another version.
        """
        for folder in ("dags", "home"):
            (self._workdir / folder).mkdir(parents=True, exist_ok=True)
        with self._log.open("a", encoding="utf-8") as log:
            self._child = subprocess.Popen(  # noqa: S603 - the user's own interpreter
                [self._python, "-m", "flowyml_airflow.trial_child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=self._project,
                env=self._environment(),
                encoding="utf-8",
            )
        answer = self._read(self._child)
        if problem := _problem(answer, self._version):
            self.close()
            raise FlowymlError(f"{self._python} has {problem}")
        return self._child

    def _environment(self) -> dict[str, str]:
        """Give an environment in which no other Airflow's settings are left."""
        ours = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}
        paths = [str(self._project), str(self._packages()), ours.get("PYTHONPATH", "")]
        return {
            **ours,
            "AIRFLOW_HOME": str(self._workdir / "home"),
            "AIRFLOW__CORE__DAGS_FOLDER": str(self._workdir / "dags"),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{self._workdir}/home/airflow.db",
            "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
            "FLOWYML_ARTIFACT_STORE": str(self._workdir / "artifacts"),
            "FLOWYML_CACHE": "",  # a trial shows what runs
            "FLOWYML_TRIAL_PROJECT": str(self._project),
            "PYTHONFAULTHANDLER": "1",
            "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        }

    def _packages(self) -> Path:
        """Make a folder with flowyml's own packages and nothing else, for an interpreter that has
        another flowyml or none; the folder that they are installed in may hold much more.
        """
        folder = self._workdir / "packages"
        folder.mkdir(exist_ok=True)
        for package in (flowyml, flowyml_airflow):
            link = folder / package.__name__
            if not link.exists():
                link.symlink_to(Path(str(package.__file__)).parent, target_is_directory=True)
        return folder

    def _ask(self, child: subprocess.Popen[str], **request: Any) -> dict[str, Any]:
        assert child.stdin is not None  # noqa: S101 - it is a pipe
        try:
            child.stdin.write(json.dumps(request) + "\n")
            child.stdin.flush()
        except BrokenPipeError:
            raise self._dead(child) from None
        return self._read(child)

    def _read(self, child: subprocess.Popen[str]) -> dict[str, Any]:
        assert child.stdout is not None  # noqa: S101 - it is a pipe
        line = child.stdout.readline()
        if not line:
            raise self._dead(child)
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise FlowymlError(f"Airflow did not run the pipeline: {answer['error']}")
        return answer

    def _dead(self, child: subprocess.Popen[str]) -> FlowymlError:
        self.close()
        tail = "\n".join(self._read_log(0).splitlines()[-30:])
        return FlowymlError(f"the Airflow process ended with code {child.returncode}:\n{tail}")

    def _read_log(self, begin: int) -> str:
        with self._log.open("rb") as log:
            log.seek(begin)
            return log.read().decode("utf-8", "replace")
