"""A cache that workers share although each keeps its values in files of its own."""

from __future__ import annotations

import logging
from datetime import datetime, timezone

import pytest

from flowyml import step
from flowyml.frontend.trace import functions, trace
from flowyml.passes import build
from flowyml.runtime import CACHE, STORE, describe, run_task, shared_cache
from flowyml.storage import copy_value, load_value, write_value


@step(outputs=["n"], cache=True)
def count(start: int = 1):
    return [start, start + 1]


class Files:
    """Where somebody else says what file a value goes to."""

    def __init__(self, folder):
        self.folder = folder

    def save(self, name, value):
        return write_value(value, self.folder / name)

    def place(self, name, reference):
        return copy_value(reference, self.folder / name)

    def load(self, reference):
        return load_value(reference)


@pytest.fixture
def worker(tmp_path, monkeypatch):
    """A worker that runs the step, each time with an empty folder."""
    from flowyml import Pipeline

    pipeline = Pipeline("counting").add_step(count)
    (node,) = build(trace(pipeline)).steps
    task, own = describe(node, {"start": "integer"}), functions(pipeline)["count"]
    monkeypatch.setenv(CACHE, str(tmp_path / "shared" / "cache"))
    monkeypatch.setenv(STORE, str(tmp_path / "shared"))

    def run(number):
        store = Files(tmp_path / str(number))
        return run_task(
            task,
            inputs={},
            context={},
            run_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
            store=store,
            function=own,
            cache=shared_cache(store),
        )

    return run


def blobs(tmp_path):
    return [f for f in (tmp_path / "shared").rglob("*") if f.is_file() and "cache" not in f.parts]


def test_a_hit_lies_where_the_value_would_have_been_made(worker, tmp_path):
    first, second = worker(1), worker(2)
    assert (first.state, second.state) == ("SUCCEEDED", "CACHED")
    assert (first.attempts, second.attempts) == (1, 0)
    assert second.outputs["n"] == first.outputs["n"].at(str(tmp_path / "2" / "n"))
    assert load_value(second.outputs["n"]) == [1, 2]


@pytest.mark.parametrize("variable", [CACHE, STORE])
def test_without_a_place_that_is_shared_every_run_runs(worker, monkeypatch, variable):
    monkeypatch.delenv(variable)
    assert [worker(1).state, worker(2).state] == ["SUCCEEDED", "SUCCEEDED"]


def test_values_that_are_gone_or_broken_are_made_again(worker, tmp_path):
    worker(1)
    (blob,) = blobs(tmp_path)
    blob.write_bytes(b"rubbish")
    assert worker(2).state == "SUCCEEDED"
    assert worker(3).state == "CACHED"
    blob.unlink()
    assert worker(4).state == "SUCCEEDED"


def test_a_store_that_cannot_be_written_fails_no_step(worker, tmp_path, caplog):
    (tmp_path / "shared").write_text("a file is in the way")
    with caplog.at_level(logging.WARNING, logger="flowyml"):
        outcomes = [worker(1), worker(2)]
    assert [each.state for each in outcomes] == ["SUCCEEDED", "SUCCEEDED"]
    assert "step 'count' could not be cached" in caplog.text


def test_a_hit_that_cannot_be_copied_is_a_miss(worker, tmp_path, caplog):
    worker(1)
    (tmp_path / "2").mkdir()
    (tmp_path / "2" / "n").mkdir()  # a folder is where the file belongs
    with caplog.at_level(logging.WARNING, logger="flowyml"):
        assert worker(2).state == "FAILED"  # nor can the step write there
    assert "the cache cannot be read" in caplog.text
