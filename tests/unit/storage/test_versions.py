"""Recorded versions: written once, in the database of run records."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import timezone

import pytest

from flowyml.ir import PipelineIR, Source, digest
from flowyml.storage.records import RecordsError, RunRecords
from flowyml.storage.versions import PipelineVersions, UnknownVersionError


def ir(name: str = "training", **more) -> PipelineIR:
    return PipelineIR(name=name, source=Source(module="m", file="m.py"), **more)


@pytest.fixture
def versions(tmp_path):
    return PipelineVersions(tmp_path / "deep" / "metadata.db")


def test_what_was_recorded_is_read_back(versions):
    recorded = versions.record("v1", ir(version="v1", fail_fast=True))
    assert versions.get("training", "v1") == recorded
    assert (recorded.pipeline, recorded.version) == ("training", "v1")
    assert recorded.ir == ir(version="v1", fail_fast=True)
    assert recorded.snapshot_hash == digest(recorded.ir)
    assert recorded.recorded_at.tzinfo == timezone.utc


def test_the_first_record_of_a_version_stays(versions):
    first = versions.record("v1", ir())
    assert versions.record("v1", ir(fail_fast=True)) == first
    assert versions.get("training", "v1").ir == ir()


def test_names_are_a_pipelines_own_in_order_of_recording(versions):
    for name, version in [("b", "v10"), ("a", "v2"), ("b", "v9"), ("a", "v1"), ("b", "v10")]:
        versions.record(version, ir(name))
    assert versions.names("b") == ("v10", "v9")
    assert versions.names("a") == ("v2", "v1")
    assert versions.names("c") == ()


def test_asking_makes_no_file(versions):
    assert versions.names("training") == ()
    with pytest.raises(UnknownVersionError, match="none was recorded yet"):
        versions.get("training", "v1")
    assert not versions.path.parent.exists()


def test_an_unknown_version_lists_those_there_are(versions):
    for version in ("v0.9.0", "v1.0.0"):
        versions.record(version, ir())
    with pytest.raises(UnknownVersionError) as error:
        versions.get("training", "v0.9.1")
    assert str(error.value).startswith("there is no version 'v0.9.1' of 'training' in ")
    assert str(error.value).endswith("; recorded are: v0.9.0, v1.0.0; did you mean 'v0.9.0'?")


def test_it_shares_the_file_with_the_run_records(versions):
    versions.record("v1", ir())
    with RunRecords(versions.path) as records:
        assert records.list() == ()
    assert versions.names("training") == ("v1",)


def test_of_many_that_record_at_once_one_is_the_first(versions):
    irs = [ir(description=str(number)) for number in range(12)]
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda each: versions.record("v1", each), irs))
    assert len({each.ir.description for each in found}) == 1
    assert versions.names("training") == ("v1",)


def test_a_file_that_is_something_else(tmp_path):
    path = tmp_path / "metadata.db"
    path.write_text("not a database, but long enough to be taken for one " * 20)
    with pytest.raises(RecordsError, match="not a database"):
        PipelineVersions(path).names("training")


@pytest.mark.parametrize("damage", ["ir = '{'", "ir = '{\"name\": 1}'", "recorded_at = 'now'"])
def test_a_damaged_record_is_said_to_be_damaged(versions, damage):
    versions.record("v1", ir())
    with sqlite3.connect(versions.path) as connection:
        connection.execute(f"UPDATE pipeline_versions SET {damage}")
    connection.close()
    with pytest.raises(RecordsError, match="cannot be read: it is damaged, or another flowyml"):
        versions.get("training", "v1")
