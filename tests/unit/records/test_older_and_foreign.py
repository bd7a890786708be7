"""Databases that this flowyml did not make: older, newer, damaged, or of something else."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime, timezone

import pytest

from flowyml.storage.records import RecordsError, RunHead, RunRecords, StepRecord

OLDEST = """
    CREATE TABLE flowyml_schema (version INTEGER NOT NULL PRIMARY KEY);
    INSERT INTO flowyml_schema VALUES (1);
    CREATE TABLE runs (
        run_id VARCHAR NOT NULL PRIMARY KEY, pipeline VARCHAR NOT NULL, project VARCHAR,
        snapshot_hash VARCHAR NOT NULL, state VARCHAR NOT NULL, run_date VARCHAR NOT NULL,
        started_at VARCHAR NOT NULL, ended_at VARCHAR, duration_seconds FLOAT,
        context VARCHAR NOT NULL, inputs VARCHAR NOT NULL
    );
    CREATE TABLE steps (
        run_id VARCHAR NOT NULL, position INTEGER NOT NULL, name VARCHAR NOT NULL,
        state VARCHAR NOT NULL, attempts INTEGER NOT NULL, outputs VARCHAR NOT NULL, error VARCHAR,
        started_at VARCHAR, duration_seconds FLOAT NOT NULL, recovered BOOLEAN NOT NULL,
        PRIMARY KEY (run_id, position)
    ) WITHOUT ROWID;
    INSERT INTO runs VALUES ('old', 'p', NULL, 'ab', 'RUNNING', '2025-01-31T00:00:00+00:00',
        '2025-01-31T00:00:00+00:00', NULL, NULL, '{}', '{}');
    INSERT INTO steps VALUES ('old', 0, 'load', 'SUCCEEDED', 1, '{}', NULL, NULL, 0.5, 0);
"""
"""What the first version with records wrote; this text never changes."""

NOW = datetime(2025, 2, 1, tzinfo=timezone.utc)


def database(path, script):
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)
    return RunRecords(path)


def columns(path, table):
    with closing(sqlite3.connect(path)) as connection:
        return {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}


def new_run(run_id):
    return RunHead(
        run_id=run_id,
        pipeline="p",
        snapshot_hash="cd",
        run_date=NOW,
        started_at=NOW,
        source="p.py:p",
        checkpointing=False,
        resumed_from="old",
        process="1:2@host",
    )


def test_an_older_database_is_read_and_written(tmp_path):
    with database(tmp_path / "metadata.db", OLDEST) as records:
        old = records.get("old")
        assert (old.source, old.checkpointing, old.process) == (None, None, None)
        assert old.steps["load"].from_run is None
        records.start(new_run("new"))
        step = StepRecord(name="load", state="CACHED", from_run="old", digest="ef")
        records.finish_steps("new", [(0, step)])
        assert records.get("new").steps == {"load": step}
        assert records.list() == (new_run("new"), records.list()[1])


def test_a_newer_database_with_more_columns_is_used_and_keeps_them(tmp_path):
    path = tmp_path / "metadata.db"
    with RunRecords(path) as records:
        records.start(new_run("one"))
    database(path, "ALTER TABLE runs ADD COLUMN mood VARCHAR; UPDATE runs SET mood = 'fine'")
    with RunRecords(path) as records:
        records.start(new_run("two"))
        assert [run.run_id for run in records.list()] == ["two", "one"]
    assert "mood" in columns(path, "runs")


def test_a_database_of_something_else_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "other.db"
    records = database(path, "CREATE TABLE steps (id INTEGER PRIMARY KEY, mine VARCHAR);")
    with pytest.raises(RecordsError, match=r"other.db is a database of something else: its table"):
        records.start(new_run("one"))
    assert columns(path, "steps") == {"id", "mine"}
    assert columns(path, "runs") == columns(path, "flowyml_schema") == set()


@pytest.mark.parametrize("value", ["no JSON", '{"a": {"oops": 1}}'])
def test_a_damaged_record_is_named(tmp_path, value):
    with RunRecords(tmp_path / "metadata.db") as records:
        records.start(new_run("one"))
        database(records.path, f"UPDATE runs SET inputs = '{value}'")
        with pytest.raises(RecordsError, match="a record in it is damaged"):
            records.get("one")


def test_a_damaged_file_says_what_to_do(tmp_path):
    path = tmp_path / "metadata.db"
    with RunRecords(path) as records:
        records.start(new_run("one"))
    data = bytearray(path.read_bytes())
    data[100:] = b"\xff" * (len(data) - 100)
    path.write_bytes(data)
    with pytest.raises(RecordsError, match=r"malformed; move that file away, or choose another"):
        RunRecords(path).get("one")


def test_a_file_in_the_folders_place_says_what_to_do(tmp_path):
    (tmp_path / ".flowyml").write_text("")
    with pytest.raises(RecordsError, match="a folder is needed there, so move that file away"):
        RunRecords(tmp_path / ".flowyml" / "metadata.db").start(new_run("one"))


def test_a_full_disk_says_what_to_do(tmp_path):
    with RunRecords(tmp_path / "metadata.db") as records:
        records.start(new_run("one"))
        full = f"{'x' * 5_000_000}"
        records._open()._connection.exec_driver_sql("PRAGMA max_page_count = 20")
        records._open()._connection.commit()
        with pytest.raises(RecordsError, match="disk is full; free space on that disk and rerun"):
            records.finish_steps("one", [(0, StepRecord(name="a", state="FAILED", error=full))])
        assert records.get("one").steps == {}
