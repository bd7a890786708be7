"""The run records: what is written is read again, whoever else writes."""

from __future__ import annotations

import dataclasses
import multiprocessing
import sqlite3
import threading
from datetime import datetime, timedelta, timezone

import pytest

from flowyml.storage import AssetInfo, Reference
from flowyml.storage.records import (
    RecordsError,
    RunHead,
    RunRecords,
    StepRecord,
    UnknownRunError,
)

START = datetime(2025, 1, 31, 23, 59, 59, 123456, tzinfo=timezone.utc)
REFERENCE = Reference(
    uri="memory://a/b",
    digest="ab" * 32,
    format="json",
    size=3,
    asset=AssetInfo(type="flowyml:Dataset", name="d", metadata={"rows": 3}),
)


def head(run_id: str = "run-1", **changes) -> RunHead:
    run = RunHead(
        run_id=run_id,
        pipeline="p",
        project="ml",
        snapshot_hash="cd" * 32,
        run_date=START - timedelta(days=1),
        started_at=START,
        context={"rate": 0.1, "big": 2**70, "tags": ["ü", None]},
        inputs={"raw": REFERENCE},
    )
    return dataclasses.replace(run, **changes)


STEPS = (
    StepRecord(
        name="load",
        state="SUCCEEDED",
        attempts=2,
        items=(3, 4),
        outputs={"z": REFERENCE, "a": REFERENCE},
        started_at=START,
        duration_seconds=1.5,
    ),
    StepRecord(name="train", state="FAILED", attempts=1, error="Traceback …", started_at=START),
    StepRecord(name="deploy", state="UPSTREAM_FAILED"),
)


@pytest.fixture
def records(tmp_path):
    with RunRecords(tmp_path / "new folder" / "metadata.db") as opened:
        yield opened


def test_what_is_written_is_read_again(records):
    run = head()
    records.start(run)
    records.finish_steps("run-1", enumerate(STEPS))
    ended = run.end(
        "FAILED",
        {step.name: step for step in STEPS},
        ended_at=START + timedelta(seconds=2),
        duration_seconds=2.0,
    )
    records.finish(ended)
    found = records.get("run-1")
    assert found == ended
    assert list(found.steps["load"].outputs) == ["z", "a"]
    assert found.started_at.tzinfo is not None


def test_steps_come_in_the_pipelines_order_whatever_finished_first(records):
    records.start(head())
    for position in (2, 0, 1):
        records.finish_steps("run-1", [(position, STEPS[position])])
    assert list(records.get("run-1").steps) == ["load", "train", "deploy"]


def test_finished_steps_are_there_for_others_before_the_run_ends(records):
    records.start(head())
    records.finish_steps("run-1", [(0, STEPS[0])])
    with RunRecords(records.path) as others:
        found = others.get("run-1")
    assert (found.state, found.ended_at, list(found.steps)) == ("RUNNING", None, ["load"])


def test_the_latest_runs_come_first(records):
    for number in range(3):
        pipeline = "odd" if number % 2 else "even"
        started = START + timedelta(microseconds=number)
        records.start(head(f"run-{number}", pipeline=pipeline, started_at=started))
    assert [run.run_id for run in records.list()] == ["run-2", "run-1", "run-0"]
    assert [run.run_id for run in records.list(limit=1)] == ["run-2"]
    assert [run.run_id for run in records.list(pipeline="odd")] == ["run-1"]


def test_an_unknown_run_names_near_ones(records):
    records.start(head("20250131-aaaa"))
    with pytest.raises(UnknownRunError, match="did you mean '20250131-aaaa'"):
        records.get("20250131-aaab")


def test_reading_makes_no_file(tmp_path):
    records = RunRecords(tmp_path / "none.db")
    assert records.list() == ()
    with pytest.raises(UnknownRunError, match="nothing has been recorded yet"):
        records.get("run-1")
    assert list(tmp_path.iterdir()) == []


def test_closed_records_can_be_used_again(records):
    records.start(head())
    records.close()
    records.close()
    assert records.get("run-1").run_id == "run-1"


def test_a_newer_database_is_refused_and_left_alone(records):
    records.start(head())
    records.close()
    with sqlite3.connect(records.path) as connection:
        connection.execute("UPDATE flowyml_schema SET version = 99")
    connection.close()
    with pytest.raises(RecordsError, match=r"newer flowyml \(schema 99, this one knows \d+\)"):
        records.list()


@pytest.mark.parametrize("content", [b"no database at all", b"SQLite format 3\0" + b"x" * 200])
def test_a_file_that_is_no_database_is_refused(tmp_path, content):
    path = tmp_path / "metadata.db"
    path.write_bytes(content)
    with pytest.raises(RecordsError, match="cannot use the run records in"):
        RunRecords(path).start(head())
    assert path.read_bytes() == content


def test_a_place_that_cannot_be_written_is_a_clear_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RecordsError, match="choose another file with LocalStack"):
        RunRecords(tmp_path / "file" / "metadata.db").start(head())


def test_threads_share_one(records):
    records.start(head())

    def write(first: int) -> None:
        for n in range(first, first + 50):
            records.finish_steps("run-1", [(n, StepRecord(name=f"s{n}", state="SUCCEEDED"))])

    threads = [threading.Thread(target=write, args=(n * 50,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(records.get("run-1").steps) == [f"s{n}" for n in range(200)]


def write_run(path, name, barrier):
    barrier.wait(timeout=600)
    with RunRecords(path) as records:
        records.start(head(name))
        for n in range(20):
            records.finish_steps(name, [(n, StepRecord(name=f"s{n}", state="SUCCEEDED"))])


def test_processes_make_and_share_one(tmp_path):
    fork = multiprocessing.get_context("spawn")
    barrier = fork.Barrier(3)
    path = tmp_path / "metadata.db"
    processes = [fork.Process(target=write_run, args=(path, f"run-{n}", barrier)) for n in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(timeout=600)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    with RunRecords(path) as records:
        assert len(records.list()) == 3
        assert len(records.get("run-2").steps) == 20


def test_runs_of_a_project_and_state(records):
    records.start(head("a", project="ml"))
    records.start(head("b", project=None))
    records.start(head("c", project="ml", state="FAILED"))
    assert [run.run_id for run in records.list(project="ml")] == ["c", "a"]
    assert [run.run_id for run in records.list(project="ml", state="RUNNING")] == ["a"]
    assert records.list(project="none") == ()


def test_what_tracking_found_is_read_again(records):
    run = head(git_commit="c" * 40, git_dirty=False)
    step = StepRecord(
        name="s", state="FAILED", metrics={"loss": float("inf")}, bindings={"x": "[1, …]"}
    )
    records.start(run)
    records.finish_steps("run-1", [(0, step)])
    ended = run.end(
        "FAILED",
        {"s": step},
        ended_at=START,
        duration_seconds=0.0,
        environment={"python": "3.11.7"},
    )
    records.finish(ended)
    assert records.get("run-1") == ended
    assert ended.metrics == {"loss": float("inf")}


@pytest.mark.parametrize(
    ("name", "found"),
    [("latest", "c"), ("latest~", "b"), ("latest~0", "c"), ("latest~1", "b"), ("latest~02", "a")],
)
def test_the_latest_runs_are_counted_back(records, name, found):
    for number, run_id in enumerate("abc"):
        records.start(head(run_id, started_at=START + timedelta(seconds=number)))
    assert records.find(name).run_id == found


@pytest.mark.parametrize("name", ["latest~3", "latest~999999", "latest~-1", "latest~~"])
def test_no_run_so_far_back(records, name):
    records.start(head())
    with pytest.raises(UnknownRunError, match=f"no run '{name}'.*the latest are: run-1"):
        records.find(name)
