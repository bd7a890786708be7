"""What the tests of `rerun` ask of results and records."""

from __future__ import annotations

from pathlib import Path

from flowyml.storage.records import RunRecords


def states(result):
    return {name: each.state for name, each in result.step_results.items()}


def recorded(result):
    with RunRecords(".flowyml/metadata.db") as records:
        return records.get(result.run_id)


def failed_run(pipeline, **keywords):
    Path("broken").touch()
    result = pipeline.run(**keywords)
    Path("broken").unlink()
    assert not result.success
    return result
