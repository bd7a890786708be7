"""The target `ir`: the IR itself, as the file that other tools and reviewers read."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Mapping

from flowyml.backend import Artifact, Capabilities, CompileOptions, Support
from flowyml.capability import unportable
from flowyml.constructs import CONSTRUCTS
from flowyml.diagnostics import Diagnostic
from flowyml.ir import PipelineIR, to_json

_FILE = re.compile(r"[A-Za-z0-9_-]{1,100}")
_STEPS = ' "steps": ['
_STEP = "  {"


class IrBackend:
    """Writes the IR; whatever the language has can be said in it."""

    name = "ir"
    versions = ("v1",)

    def capabilities(self, version: str) -> Capabilities:  # noqa: ARG002 - the same in all
        """Say that every construct is native."""
        return dict.fromkeys(CONSTRUCTS, Support(grade="native"))

    def diagnose(self, ir: PipelineIR, options: CompileOptions) -> tuple[Diagnostic, ...]:
        """Warn of what only this machine can run; the IR states it too."""
        found = unportable(ir, f"{self.name}=={options.version}")
        return tuple(dataclasses.replace(each, severity="warning") for each in found)

    def compile(
        self,
        ir: PipelineIR,
        options: CompileOptions,  # noqa: ARG002 - there is nothing to choose
    ) -> tuple[Artifact, ...]:
        """Write the IR as `NAME.ir.json`."""
        text = to_json(ir, lines=False)
        return (Artifact(path=f"{_stem(ir.name)}.ir.json", text=text, lines=_lines(ir, text)),)


def _stem(name: str) -> str:
    """Name the file after the pipeline, with a digest where a file system may not take the name."""
    if _FILE.fullmatch(name):
        return name
    kept = re.sub(r"[^A-Za-z0-9_-]+", "-", name)[:60].strip("-")
    return f"{kept or 'pipeline'}--{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def _lines(ir: PipelineIR, text: str) -> Mapping[str, int]:
    """Map each step to its first line; the canonical JSON indents by one space a level."""
    lines = text.splitlines()
    first = lines.index(_STEPS) if _STEPS in lines else len(lines)
    starts = (n for n, line in enumerate(lines, 1) if n > first and line == _STEP)
    return {step.name: start for step, start in zip(ir.steps, starts, strict=False)}
