"""A cache that is shared, broken or gone: never an error, never a wrong answer."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from flowyml import LocalStack, Pipeline, step

SCRIPT = """
import sys
from flowyml import Pipeline, step

@step(outputs=["numbers"], cache=True)
def make(count: int = 50):
    return list(range(count))

steps = [make]
for n in range(8):
    @step(name=f"sum_{n}", inputs=["numbers"], outputs=[f"total_{n}"])
    def total(numbers, n: int = n):
        return [n, sum(numbers)]
    steps.append(total)

if __name__ == "__main__":
    pipeline = Pipeline("p").add_steps(steps)
    for _ in range(3):
        result = pipeline.run(enable_cache="--no-cache" not in sys.argv)
        assert result.success, result.summary()
        assert [result[f"sum_{n}"] for n in range(8)] == [[n, 1225] for n in range(8)]
    assert all(found.cached for found in result.step_results.values())
"""


@step(outputs=["data"], cache=True)
def make() -> list[int]:
    return [1, 2, 3]


@step(inputs=["data"], outputs=["total"])
def add(data: list[int]) -> int:
    return sum(data)


def states(**keywords: Any) -> list[str]:
    result = Pipeline("p", **keywords).add_steps([make, add]).run()
    assert result.outputs["total"] == 6
    return [found.state for found in result.step_results.values()]


def blob(text: str) -> Path:
    return next(p for p in Path(".flowyml/artifacts").rglob("*.json") if p.read_text() == text)


def entries() -> list[Path]:
    return sorted(Path(".flowyml/cache").glob("*/*.json"))


@pytest.fixture(autouse=True)
def _warm() -> None:
    assert states() == ["SUCCEEDED", "SUCCEEDED"]
    assert states() == ["CACHED", "CACHED"]


def test_a_value_that_is_gone_is_made_again() -> None:
    blob("[1,2,3]").unlink()
    assert states() == ["SUCCEEDED", "CACHED"]
    assert states() == ["CACHED", "CACHED"]


@pytest.mark.parametrize("damage", ["[1,2,4]", "[1,2", ""])
def test_a_value_that_is_corrupt_is_made_again(damage: str) -> None:
    blob("[1,2,3]").write_text(damage)
    assert states() == ["SUCCEEDED", "CACHED"]
    assert blob("[1,2,3]").exists()


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"[]", b"\xff", b'{"version": 99}', b'{"version":1}']
)
def test_an_entry_that_cannot_be_read_is_none(damage: bytes) -> None:
    for entry in entries():
        entry.write_bytes(damage)
    assert states() == ["SUCCEEDED", "SUCCEEDED"]
    assert states() == ["CACHED", "CACHED"]


def test_an_entry_under_another_name_is_none() -> None:
    first, second = entries()
    second.write_bytes(first.read_bytes())
    assert sorted(states()) == ["CACHED", "SUCCEEDED"]


def test_a_folder_in_an_entrys_place_costs_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    for entry in entries():
        entry.unlink()
        entry.mkdir()
    assert states() == ["SUCCEEDED", "SUCCEEDED"]
    assert "the cache cannot be read" in caplog.text
    assert "step 'add' could not be cached" in caplog.text


def test_a_cache_that_cannot_be_made_costs_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    Path("file").write_text("in the way")
    assert states(cache_dir="file/cache") == ["SUCCEEDED", "SUCCEEDED"]
    assert "could not be cached" in caplog.text


def test_cache_and_store_may_be_moved_together(tmp_path: Path, monkeypatch: Any) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    Path(".flowyml").rename(elsewhere / ".flowyml")
    monkeypatch.chdir(elsewhere)
    assert states() == ["CACHED", "CACHED"]


def test_a_store_at_a_url_heals_too() -> None:
    import fsspec

    stack = LocalStack("memory://healing", metadata_path="m.db")
    pipeline = Pipeline("p", stack=stack, cache_dir="memory://healing-cache").add_steps([make, add])
    files = fsspec.filesystem("memory")
    pipeline.run()
    (path,) = (p for p in files.find("memory://healing") if files.cat_file(p) == b"[1,2,3]")
    files.pipe_file(path, b"[1,2")
    found = pipeline.run().step_results
    assert [each.state for each in found.values()] == ["SUCCEEDED", "CACHED"]
    assert files.cat_file(path) == b"[1,2,3]"


def test_threads_share_a_cache() -> None:
    for entry in entries():
        entry.unlink()
    pipeline = Pipeline("p").add_steps([make, add])
    found: list[Any] = []

    def work() -> None:
        found.append(pipeline.run())

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [result.outputs["total"] for result in found] == [6] * 6
    assert states() == ["CACHED", "CACHED"]
    assert not list(Path(".flowyml").rglob(".partial-*"))


def test_processes_share_a_cache(tmp_path: Path) -> None:
    script = tmp_path / "shared.py"
    script.write_text(SCRIPT)
    runs = [
        subprocess.Popen(
            [sys.executable, "shared.py"], cwd=tmp_path, env=os.environ, stderr=subprocess.PIPE
        )
        for _ in range(4)
    ]
    ends = [run.communicate()[1].decode() for run in runs]
    assert [run.returncode for run in runs] == [0] * 4, ends
    assert len(entries()) == 2 + 9
