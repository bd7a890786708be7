"""A pipeline for steps that do not run in the worker's process, and a project to compile it in."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from flowyml.backend import Artifact, Trace
from flowyml.frontend.locate import locate
from flowyml.ir import PipelineIR
from flowyml.review.compile import compile_for
from flowyml.review.targets import of_stack
from flowyml.stacks import load_stack

PIPELINE = """
    import os
    import sys

    from flowyml import Pipeline, RunDate, context, map_task, on_failure, retry, step, when


    @step(outputs=["rows"])
    def load(n: int, word: str):
        return [word] * n


    @step(outputs=["place"])
    def where(day: RunDate):
        return [sys.prefix, os.path.exists("/.dockerenv"), day.isoformat()]


    @step(outputs=["model"])
    @when(lambda rows: len(rows) > 1)
    @retry(max_attempts=2, delay=0.0)
    def train(rows, n: int):
        return {"rows": len(rows), "n": n}


    @step(outputs=["none"])
    @when(lambda rows: not rows)
    def never(rows):
        raise AssertionError


    @map_task(outputs=["lengths"], min_success_ratio=0.5)
    def length(rows):
        return len(rows)


    def instead():
        return "fallback"


    class Gone(Exception):
        pass


    @step(outputs=["saved"])
    @on_failure(instead)
    @retry(max_attempts=3, delay=0.0, on=Gone)
    def fragile():
        raise Gone


    @step(outputs=["text"])
    def report(model, lengths: list, saved, none=None):
        return f"{model['rows']} {model['n']} {lengths} {saved} {none}"


    pipeline = Pipeline("MODULE", context=context(n=2, word="{{ a }}")).add_steps(
        [load, where, train, never, length, fragile, report]
    )
"""


def project(folder: Path, module: str, **stack: Any) -> Path:
    """Write the project: a module with the pipeline, and a stack `there`."""
    text = textwrap.dedent(PIPELINE).replace("MODULE", module)
    (folder / f"{module}.py").write_text(text)
    there = {"orchestrator": {"type": "airflow"}, **stack}
    (folder / "flowyml.yaml").write_text(yaml.safe_dump({"stacks": {"there": there}}))
    return folder


def compiled(folder: Path, module: str) -> tuple[PipelineIR, tuple[Artifact, ...]]:
    """Compile for the stack; the working directory has to be the project's folder."""
    loaded = locate(str(folder / f"{module}.py"))
    ir, (made,), _ = compile_for(loaded.pipeline, of_stack(load_stack("there")))
    return ir, made.artifacts


def states(trace: Trace) -> Mapping[str, str]:
    """Give what became of each step."""
    return {name: step.state for name, step in trace.steps.items()}


EXPECTED = {
    "load": "SUCCEEDED",
    "where": "SUCCEEDED",
    "train": "SUCCEEDED",
    "never": "SKIPPED",
    "length": "SUCCEEDED",
    "fragile": "SUCCEEDED",
    "report": "SUCCEEDED",
}
TEXT = "3 3 [7, 7, 7] fallback None"
"""What the report says with n=3; the word is one that Airflow's templates would change."""
