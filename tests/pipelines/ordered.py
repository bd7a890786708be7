"""Order without data, by a step and by a step's name; a forced gate and a step that is none."""

from __future__ import annotations

from pathlib import Path

from flowyml import Pipeline, context, step


def _write(folder: str, name: str) -> list[str]:
    """Note that a step ran; give the names of those that ran before."""
    if not folder:
        raise ValueError("this pipeline leaves files: give it a folder with -c folder=…")
    before = sorted(path.name for path in Path(folder).iterdir())
    (Path(folder) / name).touch()
    return before


@step
def prepare(folder: str):
    return _write(folder, "prepare")


@step(after=[prepare])
def build(folder: str):
    return _write(folder, "build")


@step(outputs=["report"], after=["build"])
def publish(folder: str):
    return _write(folder, "publish")


@step(outputs=["seen"], gate=True)
def announce(report: list[str], folder: str) -> list[str]:
    return _write(folder, "announce")


@step(inputs=["report"], gate=False)
def glance(report):
    """Would be a gate, were it not told otherwise."""


@step(outputs=["archive"])
def archive(report: list[str], folder: str) -> list[str]:
    return _write(folder, "archive")


pipeline = Pipeline("ordered", context=context(folder="")).add_steps(
    [publish, prepare, build, announce, glance, archive]
)
