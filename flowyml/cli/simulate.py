"""`flowyml run --simulate`: run compiled output in place of the pipeline."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import click

from flowyml.backend import Trace
from flowyml.cli import options
from flowyml.cli.display import emit
from flowyml.cli.values import checked_context
from flowyml.review.compile import compile_for
from flowyml.review.pinpoint import short
from flowyml.review.targets import resolve
from flowyml.review.trial import Trial, refuse_docker, simulator, workspace


def run_simulated(
    pipeline: str,
    specs: tuple[str, ...],
    overrides: Mapping[str, str],
    inputs: Mapping[str, str],
    run_date: datetime | None,
    *,
    docker: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Compile for each target and run what was compiled; exit with 1 if a run failed.

    Differences in meaning are accepted here: the run shows them. Inputs are not: compiled output
    has nobody to ask for them, which is said for each target (FML309).
    """
    targets = resolve(specs, written=False)
    for target in targets:
        simulator(target.backend.name)
    if docker:
        refuse_docker(target.backend.name for target in targets)
    with options.located(pipeline, quiet=as_json) as found, workspace() as folder:
        ir, compiled, _ = compile_for(found.pipeline, targets, ["FML302"], inputs)
        values = checked_context(ir, overrides)
        trial = Trial(ir=ir, loaded=found.loaded, context=values, run_date=run_date, docker=docker)
        for target in targets:
            trial.refuse_missing(target.backend.name, target.version)
        results: dict[str, dict[str, Any]] = {}
        for each in compiled:
            name, target = each.target.name, each.target
            trace = trial.run(target.backend.name, each.artifacts, folder / name, target.version)
            results[name] = _to_dict(trace)
            if not (as_json or (quiet and trace.success)):
                click.echo(_summary(ir.name, name, trace, results[name]["assets"]))
    if as_json:
        emit(json.dumps(results, indent=2, ensure_ascii=False))
    sys.exit(0 if all(result["success"] for result in results.values()) else 1)


def _to_dict(trace: Trace) -> dict[str, Any]:
    from flowyml.storage import load_value

    return {
        "success": trace.success,
        "steps": {
            name: {"state": step.state, "attempts": step.attempts, "error": step.error}
            for name, step in trace.steps.items()
        },
        "assets": {name: short(load_value(ref)) for name, ref in trace.assets.items()},
    }


def _summary(pipeline: str, target: str, trace: Trace, assets: Mapping[str, str]) -> str:
    """Describe a run as `PipelineResult.summary` does, and show what it made."""
    width = max(map(len, trace.steps), default=0)
    state = "SUCCEEDED" if trace.success else "FAILED"
    tried = {name: f"  {s.attempts} attempts" * (s.attempts > 1) for name, s in trace.steps.items()}
    errors = {name: step.error for name, step in trace.steps.items() if step.error}
    return "\n".join(
        [
            f"Pipeline '{pipeline}' {state} as compiled for {target}",
            *(f"  {name:<{width}}  {s.state}{tried[name]}" for name, s in trace.steps.items()),
            *(f"{name} = {value}" for name, value in assets.items()),
            *(f"\nStep '{name}' failed:\n{error}" for name, error in errors.items()),
            *([] if trace.success or errors else [f"\n{trace.log.rstrip()}"]),
        ]
    )
