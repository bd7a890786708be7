"""Steps that are tried again: one succeeds at its third attempt, one never does."""

from __future__ import annotations

from pathlib import Path

from flowyml import Pipeline, context, step


def _attempt(folder: str, name: str) -> int:
    """Count the attempts of a step in a file, over processes."""
    if not folder:
        raise ValueError("this pipeline leaves files: give it a folder with -c folder=…")
    file = Path(folder) / name
    with file.open("a") as lines:
        lines.write("tried\n")
    return len(file.read_text().splitlines())


@step(outputs=["numbers"])
def load() -> list[int]:
    return [1, 2, 3]


@step(outputs=["attempt"], retry=2)
def third_time(numbers: list[int], folder: str) -> int:
    """Spoils its input before it fails; the next attempt gets a fresh one."""
    attempt = _attempt(folder, "third_time")
    if attempt < 3:
        numbers.clear()
        raise ConnectionError(f"attempt {attempt} fails")
    return attempt * sum(numbers)


@step(outputs=["plus"], retry=1)
def at_once(attempt: int) -> int:
    """Has a retry and needs none."""
    return attempt + 1


@step(inputs=["plus"], outputs=["unreached"], retry=1)
def never(plus: int, folder: str) -> int:
    _attempt(folder, "never")
    raise ConnectionError("never succeeds")


pipeline = Pipeline("flaky", context=context(folder="")).add_steps(
    [load, third_time, at_once, never]
)
