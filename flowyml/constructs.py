"""The constructs of the language: what a capability table is keyed by."""

from __future__ import annotations

from itertools import pairwise

from flowyml.ir import (
    Binding,
    FromAsset,
    FromContext,
    FromInput,
    FromRunDate,
    PipelineIR,
    Retry,
    StepNode,
    needs,
)

CONSTRUCTS: dict[str, str] = {
    "step": "a step",
    "asset": "an asset between two steps",
    "context": "a context parameter",
    "limits": "a context parameter with limits besides its type",
    "run_date": "the date that the run is for",
    "after": "a gate, or order without data",
    "retry": "retries of a step",
    "backoff": "waits between attempts that grow by another factor than 2",
    "when": "a condition",
    "optional": "reading an asset that may have been skipped",
    "complementary": "two steps of which one produces an asset",
    "map": "a map task",
    "dynamic": "a step that builds a pipeline when it runs",
    "sub_pipeline": "a pipeline within a pipeline",
    "fallback": "a fallback for a failing step",
    "timeout": "a time limit",
    "cache": "caching that a step asks for",
    "image": "an image of a step's own",
    "resources": "resources that a step needs",
    "independent": "steps that still run after an unrelated step failed",
    "fail_fast": "stopping at the first failed step",
    "schedule": "starting by itself at given times",
    "triggered": "starting by itself when assets of other pipelines were made",
    "input": "a value given to run(inputs=…)",
}

_BINDINGS: dict[type, str] = {
    FromContext: "context",
    FromInput: "input",
    FromRunDate: "run_date",
}


def used(ir: PipelineIR) -> dict[str, tuple[str, ...]]:
    """Name the constructs that a pipeline uses, each with the steps that use it."""
    found: dict[str, dict[str, None]] = {}
    for step in ir.steps:
        names = ["step", *(name for p in step.reads for name in _binding(p.binding))]
        names += [name for name, said in _own(step).items() if said]
        for name in names:
            found.setdefault(name, {})[step.name] = None
    if any(parameter.limits for parameter in ir.parameters):
        found["limits"] = {}
    if has_unrelated_steps(ir):
        found["fail_fast" if ir.fail_fast else "independent"] = {}
    if ir.schedule:
        found["triggered" if ir.schedule.assets else "schedule"] = {}
    return {name: tuple(found[name]) for name in CONSTRUCTS if name in found}


def _binding(binding: Binding) -> tuple[str, ...]:
    if not isinstance(binding, FromAsset):
        return (_BINDINGS[type(binding)],)
    optional = ("optional",) * binding.optional
    return ("asset", *optional, *(("complementary",) * bool(binding.otherwise)))


def _own(step: StepNode) -> dict[str, bool]:
    return {
        "after": bool(step.after),
        "retry": step.retry is not None,
        "backoff": step.retry is not None and _grows_oddly(step.retry),
        "when": bool(step.when),
        "map": step.map is not None,
        "dynamic": step.dynamic,
        "sub_pipeline": bool(step.group),
        "fallback": step.fallback is not None,
        "timeout": step.timeout is not None,
        "cache": bool(step.cache),
        "image": step.image is not None,
        "resources": step.resources is not None,
    }


def _grows_oddly(retry: Retry) -> bool:
    return retry.attempts > 2 and retry.delay > 0 and retry.backoff not in (1, 2)


def has_unrelated_steps(ir: PipelineIR) -> bool:
    """Tell whether the failure of some step leaves another one free to run.

    If each step needs the one before it, all are related; if one does not, the two are unrelated,
    because the steps of an IR stand in topological order.
    """
    return any(one.name not in needs(other) for one, other in pairwise(ir.steps))
