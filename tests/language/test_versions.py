"""`version=`, `save_version`, `list_versions`, `compare_with`."""

from __future__ import annotations

import logging

import pytest

from flowyml import CompileError, LocalStack, Pipeline, UsageError, context, step
from flowyml.api.versioning import VersionTakenError
from flowyml.storage.versions import UnknownVersionError


@step(outputs=["rows"])
def load(count: int = 3):
    return list(range(count))


@step(inputs=["rows"], outputs=["total"])
def total(rows, scale: float = 1.0):
    return scale * sum(rows)


@step(inputs=["rows"], outputs=["mean"])
def mean(rows):
    return sum(rows) / len(rows)


@pytest.fixture
def stack(tmp_path):
    return LocalStack(tmp_path / "artifacts", tmp_path / "metadata.db")


@pytest.fixture
def training(stack):
    """Make the pipeline of a version, of some steps and with some context values."""

    def make(version, *steps, **values):
        own = context(**values)
        pipeline = Pipeline("training", own, version=version, stack=stack)
        return pipeline.add_steps(steps or [load, total])

    return make


def test_a_versioned_pipeline_is_a_pipeline(training):
    pipeline = training("v1.0.0")
    assert type(pipeline) is Pipeline
    assert pipeline.version == pipeline.build().version == "v1.0.0"


def test_making_one_writes_nothing(training, tmp_path):
    training("v1.0.0").build()
    assert list(tmp_path.iterdir()) == []


def test_a_run_records_the_version(training, stack):
    result = training("v1.0.0").run()
    assert result.version == result.to_dict()["version"] == "v1.0.0"
    with stack.records() as records:
        assert records.get(result.run_id).version == "v1.0.0"
    assert training(None).list_versions() == ["v1.0.0"]
    assert stack.versions().get("training", "v1.0.0").snapshot_hash == result.snapshot_hash


def test_a_run_without_a_version_records_none(training, stack):
    assert training(None).run().version is None
    assert training(None).list_versions() == []


def test_a_version_can_be_recorded_without_a_run(training):
    training("v0.9.0").save_version()
    training("v1.0.0").save_version()
    assert training(None).list_versions() == ["v0.9.0", "v1.0.0"]


def test_versions_are_compared_by_what_they_mean(training):
    training("v0.9.0", load, total).save_version()
    found = training("v1.0.0", load, mean, count=5).compare_with("v0.9.0")
    assert str(found).splitlines() == [
        "training v0.9.0 (recorded) → training v1.0.0",
        "~ parameter count: default: 3 → 5  [behaviour]",
        "- parameter scale  [breaking]",
        "+ step mean: reads rows from 'rows' of load; makes mean  [behaviour]",
        "- step total  [breaking]",
        "4 differences: 2 breaking, 2 behaviour",
    ]


def test_the_version_itself_is_no_difference_and_not_in_the_digest(training):
    one, other = training("v1"), training("v2")
    one.save_version()
    assert other.compare_with("v1").same
    assert (
        one.run().snapshot_hash == other.run().snapshot_hash == training(None).run().snapshot_hash
    )


def test_an_unrecorded_version_lists_those_there_are(training):
    training("v0.9.0").save_version()
    with pytest.raises(UnknownVersionError, match=r"recorded are: v0\.9\.0; did you mean 'v0"):
        training("v1.0.0").compare_with("v0.9")


def test_a_version_stays_what_it_was(training):
    training("v1.0.0").save_version()
    training("v1.0.0").save_version()
    changed = training("v1.0.0", load, mean)
    with pytest.raises(VersionTakenError) as error:
        changed.save_version()
    assert str(error.value).startswith(
        "version 'v1.0.0' of 'training' is recorded, and stays what it was; "
        "give the changed pipeline another version=\n"
        "training v1.0.0 (recorded) → training v1.0.0\n"
    )
    assert "- step total  [breaking]" in str(error.value)
    assert training("v1.0.0").compare_with("v1.0.0").same


def test_a_changed_pipeline_runs_under_its_old_version_with_a_warning(training, stack, caplog):
    first = training("v1.0.0").run()
    with caplog.at_level(logging.WARNING, "flowyml"):
        training("v1.0.0").run(context={"scale": 2.0})
        assert caplog.messages == []
        changed = training("v1.0.0", load, total, mean).run()
    (message,) = caplog.messages
    assert message.startswith(
        "pipeline 'training' is not what is recorded as version 'v1.0.0' (1 difference: "
    )
    assert changed.success
    assert changed.snapshot_hash != first.snapshot_hash
    assert stack.versions().get("training", "v1.0.0").snapshot_hash == first.snapshot_hash


def test_descriptions_and_tags_do_not_make_another_version(stack, caplog):
    for words in ("first", "second"):
        own = Pipeline("p", version="v1", stack=stack, description=words, tags=[words])
        own.add_step(load).save_version()
        own.run()
    assert caplog.messages == []
    assert own.compare_with("v1").grade == "cosmetic"


def test_inputs_of_a_run_are_no_part_of_a_version(stack, caplog):
    pipeline = Pipeline("p", version="v1", stack=stack).add_step(total)
    pipeline.run(inputs={"rows": [1, 2]})
    pipeline.run(inputs={"rows": [1, 2], "scale": 2.0})
    pipeline.save_version()
    assert caplog.messages == []
    assert pipeline.list_versions() == ["v1"]


def test_the_stack_can_be_given(training, tmp_path):
    other = LocalStack(tmp_path / "other", tmp_path / "other.db")
    training("v1").save_version(stack=other)
    assert training("v1").list_versions() == []
    assert training("v2").list_versions(stack=other) == ["v1"]
    assert training("v2").compare_with("v1", stack=other).same


def test_without_a_version_there_is_nothing_to_save(training):
    with pytest.raises(UsageError, match="the pipeline 'training' has no version; give it one"):
        training(None).save_version()


def test_a_wrong_pipeline_is_no_version(training):
    with pytest.raises(CompileError, match="FML102"):
        training("v1", load, load).save_version()
    assert training("v1").list_versions() == []


def test_a_version_is_text():
    with pytest.raises(TypeError, match=r'version= takes text: write version="1\.0"'):
        Pipeline("p", version=1.0)
    with pytest.raises(ValueError, match="must not be empty"):
        Pipeline("p", version=" ")
