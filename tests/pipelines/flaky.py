"""Steps that are tried again: one succeeds at its third attempt, one never does."""

from __future__ import annotations

from pathlib import Path

from flowyml import Pipeline, context, step


def _attempt(folder: str, name: str) -> int:
    """Count the attempts of a step in a file, over processes."""
    file = Path(folder) / name
    with file.open("a") as lines:
        lines.write("tried\n")
    return len(file.read_text().splitlines())


@step(outputs=["attempt"], retry=2)
def third_time(folder: str) -> int:
    attempt = _attempt(folder, "third_time")
    if attempt < 3:
        raise ConnectionError(f"attempt {attempt} fails")
    return attempt


@step(outputs=["plus"], retry=1)
def at_once(attempt: int) -> int:
    """Has a retry and needs none."""
    return attempt + 1


@step(inputs=["plus"], outputs=["unreached"], retry=1)
def never(plus: int, folder: str) -> int:
    _attempt(folder, "never")
    raise ConnectionError("never succeeds")


pipeline = Pipeline("flaky", context=context(folder="")).add_steps([third_time, at_once, never])
