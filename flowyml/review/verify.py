"""Run a pipeline here and as it was compiled, and compare (docs/semantics.md §6)."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from flowyml.backend import StepTrace, Trace
from flowyml.frozen import dataclass
from flowyml.ir import FromAsset, FromRunDate, PipelineIR
from flowyml.review.compare import Difference, compare, unstable
from flowyml.review.compile import Compiled
from flowyml.review.trial import Trial, workspace

REFERENCE = "local"
"""The backend that says what is right."""


@dataclass(frozen=True, kw_only=True)
class Verified:
    """How one target's run compares with the reference.

    Attributes:
        name: the target, or what was run again.
        trace: what happened; its assets are gone by now.
        differences: what differs; empty if nothing does.
    """

    name: str
    trace: Trace
    differences: tuple[Difference, ...]

    def to_dict(self) -> dict[str, Any]:
        """Give plain JSON data."""
        return {
            "success": self.trace.success,
            "steps": _steps(self.trace.steps),
            "differences": [dataclasses.asdict(each) for each in self.differences],
        }


@dataclass(frozen=True, kw_only=True)
class Verification:
    """What became of all runs.

    Attributes:
        reference: the first run of the reference runner.
        nondeterministic: assets that it made differently the second time, and all made from these.
        runs: the second run of the reference if its states differ, then one for each target.
    """

    reference: Trace
    nondeterministic: frozenset[str]
    runs: tuple[Verified, ...]

    @property
    def same(self) -> bool:
        """Whether no run differs from the reference."""
        return not any(run.differences for run in self.runs)

    def to_dict(self) -> dict[str, Any]:
        """Give plain JSON data."""
        return {
            "same": self.same,
            "nondeterministic": sorted(self.nondeterministic),
            "reference": {
                "success": self.reference.success,
                "steps": _steps(self.reference.steps),
                "assets": list(self.reference.assets),
            },
            "targets": {run.name: run.to_dict() for run in self.runs},
        }


def verify(
    trial: Trial,
    compiled: Sequence[Compiled],
    *,
    starting: Callable[[str], object] = lambda name: None,  # noqa: ARG005 - what it is given
) -> Verification:
    """Run the reference twice and each target once, and compare all with the first run.

    Args:
        trial: the pipeline, and what its runs are given. Without a date all get the same one.
        compiled: what each target's compiler made.
        starting: told the name of each run before it starts.

    Raises:
        UsageError: a target cannot run anything here; before anything ran.
        FlowymlError: what a target needs is missing, with the remedy; before anything ran.
    """
    for each in compiled:
        trial.refuse_missing(each.target.backend.name, each.target.version)
    trial = dataclasses.replace(trial, run_date=trial.run_date or _one_date(trial.ir))
    with workspace() as folder:
        starting("reference")
        reference = trial.run(REFERENCE, (), folder / "reference")
        starting("reference again")
        second = trial.run(REFERENCE, (), folder / "again")
        changing = downstream(trial.ir, unstable(reference, second))
        again = compare(reference, second, ir=trial.ir, nondeterministic=changing)
        runs = [Verified(name="reference again", trace=second, differences=again)]
        for each in compiled:
            starting(each.target.name)
            runs.append(_target(trial, each, folder / each.target.name, reference, changing))
    if not runs[0].differences:
        del runs[0]
    return Verification(reference=reference, nondeterministic=changing, runs=tuple(runs))


def downstream(ir: PipelineIR, assets: Collection[str]) -> frozenset[str]:
    """Add every asset that is made from one of those given.

    Two runs of an unseeded model may score the same by chance, and a third one differently.
    """
    found = set(assets)
    for step in ir.steps:
        read = {p.binding.output for p in step.parameters if isinstance(p.binding, FromAsset)}
        if read & found:
            found.update(output.name for output in step.outputs)
    return frozenset(found)


def _target(
    trial: Trial, compiled: Compiled, folder: Path, reference: Trace, changing: frozenset[str]
) -> Verified:
    target = compiled.target
    trace = trial.run(target.backend.name, compiled.artifacts, folder, target.version)
    found = compare(reference, trace, ir=trial.ir, target=target, nondeterministic=changing)
    return Verified(name=target.name, trace=trace, differences=found)


def _one_date(ir: PipelineIR) -> datetime | None:
    """Give the runs one date in common if a step reads it, so that they can be compared."""
    asked = any(isinstance(p.binding, FromRunDate) for s in ir.steps for p in s.parameters)
    return datetime.now(timezone.utc) if asked else None


def _steps(steps: Mapping[str, StepTrace]) -> dict[str, Any]:
    return {name: dataclasses.asdict(step) for name, step in steps.items()}
