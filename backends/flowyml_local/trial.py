"""Run an IR in a child process, so that it meets the modules as a fresh worker does."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import flowyml
from flowyml.backend import StepTrace, Trace, TrialRequest
from flowyml.diagnostics import FlowymlError
from flowyml.engine import PlainReporter, execute
from flowyml.engine.overrides import run_context
from flowyml.frontend.loader import load_entrypoint
from flowyml.ir import PipelineIR, from_json, to_json
from flowyml.storage import ArtifactStore, Reference
from flowyml.storage.records import RunRecord

_TRACE = "trace.json"


class TrialError(FlowymlError, RuntimeError):
    """The child process ended without a trace."""


def run(ir: PipelineIR, request: TrialRequest) -> Trace:
    """Run an IR in a child process; see `LocalBackend.simulate`."""
    run_context(ir, request.context, ())
    order = request.workdir / "request.json"
    order.write_text(json.dumps(_order(ir, request)), encoding="utf-8")
    child = subprocess.run(  # noqa: S603 - our own module, on files that we wrote
        [request.python or sys.executable, "-m", __name__, order.name],
        cwd=request.workdir,
        env=os.environ | ({} if request.python else {"PYTHONPATH": _own_path()}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    trace = request.workdir / _TRACE
    if not trace.exists():
        raise TrialError(
            f"the pipeline '{ir.name}' could not be run in a process of its own (exit code "
            f"{child.returncode}):\n{child.stdout}"
        )
    return _trace(json.loads(trace.read_text(encoding="utf-8")), child.stdout)


def _order(ir: PipelineIR, request: TrialRequest) -> dict[str, Any]:
    return {
        "ir": to_json(ir),
        "project": str(request.project.resolve()),
        "context": dict(request.context),
        "run_date": request.run_date.isoformat() if request.run_date else None,
    }


def _own_path() -> str:
    """Make the packages that run here importable in a child of the same interpreter."""
    ours = [str(Path(file).parents[1]) for file in (flowyml.__file__, __file__)]
    return os.pathsep.join([*dict.fromkeys(ours), os.environ.get("PYTHONPATH", "")]).strip(
        os.pathsep
    )


def _trace(data: dict[str, Any], log: str) -> Trace:
    return Trace(
        success=data["success"],
        steps={name: _step(step) for name, step in data["steps"].items()},
        assets={name: Reference.from_dict(ref) for name, ref in data["assets"].items()},
        log=log,
    )


def _step(data: dict[str, Any]) -> StepTrace:
    items: list[int] | None = data["items"]
    fields: dict[str, Any] = {**data, "items": items and tuple(items)}
    return StepTrace(**fields)


def main(order: str) -> None:
    """Run what the file `order` asks for, and leave the trace beside it."""
    workdir = Path.cwd()
    asked = json.loads(Path(order).read_text(encoding="utf-8"))
    ir = from_json(asked["ir"])
    os.chdir(asked["project"])
    sys.path.insert(0, asked["project"])
    run = execute(
        ir,
        {step.name: load_entrypoint(step.function.entrypoint) for step in ir.steps},
        store=ArtifactStore(workdir / "artifacts"),
        context=asked["context"],
        run_date=datetime.fromisoformat(asked["run_date"]) if asked["run_date"] else None,
        reporter=PlainReporter(),
    )
    (workdir / _TRACE).write_text(json.dumps(_found(run)), encoding="utf-8")


def _found(run: RunRecord) -> dict[str, Any]:
    steps = {
        name: dataclasses.asdict(
            StepTrace(
                state=step.state,
                attempts=step.attempts,
                error=step.error,
                recovered=step.recovered,
                items=step.items,
            )
        )
        for name, step in run.steps.items()
    }
    outputs = {name: ref.to_dict() for s in run.steps.values() for name, ref in s.outputs.items()}
    return {"success": run.state == "SUCCEEDED", "steps": steps, "assets": outputs}


if __name__ == "__main__":
    main(sys.argv[1])
