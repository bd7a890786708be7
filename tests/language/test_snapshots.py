"""`freeze_pipeline` and `PipelineSnapshot`, of pipelines that this process made."""

from __future__ import annotations

import dataclasses
import json

import pytest

from flowyml import CompileError, Pipeline, PipelineSnapshot, context, freeze_pipeline, step
from flowyml.api.snapshot import SnapshotChangedError, SnapshotError


def make(*, count: int = 3, version: str | None = None, description: str | None = None):
    """Make a pipeline that no module holds: its code is this process's."""

    @step(outputs=["rows"])
    def load(count: int):
        return list(range(count))

    @step(inputs=["rows"], outputs=["total"])
    def total(rows):
        return sum(rows)

    own = context(count=count)
    pipeline = Pipeline("sums", own, version=version, description=description)
    return pipeline.add_steps([load, total]), load, total


@step(outputs=["more"])
def more():
    return 1


def test_what_did_not_change_is_verified():
    snapshot = freeze_pipeline(make()[0])
    assert snapshot.verify() is True
    assert snapshot.verify(make()[0]) is True


def test_the_hash_is_a_sha256_and_a_matter_of_meaning():
    first = freeze_pipeline(make()[0])
    assert len(first.snapshot_hash) == 64
    assert int(first.snapshot_hash, 16) > 0
    same = freeze_pipeline(make(version="v1", description="Other words.")[0])
    assert same.snapshot_hash == first.snapshot_hash
    assert freeze_pipeline(make(count=4)[0]).snapshot_hash != first.snapshot_hash
    assert freeze_pipeline(make()[0]) == first
    assert len({freeze_pipeline(make()[0]), first}) == 1


def test_order_of_adding_is_not_sealed():
    pipeline, load, total = make()
    other = Pipeline("sums", context(count=3)).add_steps([total, load, more])
    pipeline.add_step(more)
    snapshot = freeze_pipeline(pipeline)
    assert snapshot.verify(other)
    assert snapshot.snapshot_hash == freeze_pipeline(other).snapshot_hash


def test_a_changed_graph_is_said():
    pipeline, *_ = make()
    snapshot = freeze_pipeline(pipeline)
    pipeline.add_step(more)
    with pytest.raises(SnapshotChangedError) as error:
        snapshot.verify()
    assert str(error.value).splitlines() == [
        "the pipeline is not what was frozen",
        "sums (frozen) → sums (now)",
        "+ step more: makes more  [behaviour]",
        "1 difference: 1 behaviour",
    ]
    assert isinstance(error.value, AssertionError)


def test_a_changed_context_value_is_said():
    pipeline, *_ = make()
    snapshot = freeze_pipeline(pipeline)
    pipeline.context["count"] = 5
    with pytest.raises(SnapshotChangedError) as error:
        snapshot.verify()
    (change,) = error.value.diff.changes
    assert str(change) == "~ parameter count: default: 3 → 5  [behaviour]"


def test_it_cannot_be_changed():
    snapshot = freeze_pipeline(make()[0])
    with pytest.raises(dataclasses.FrozenInstanceError):
        snapshot.ir = None
    with pytest.raises(TypeError):
        snapshot.dependencies["python"] = "2.7"


def test_it_is_saved_and_loaded(tmp_path):
    pipeline, *_ = make(version="v1")
    snapshot = freeze_pipeline(pipeline)
    path = snapshot.save(tmp_path / "deep" / "sums.json")
    loaded = PipelineSnapshot.load(path)
    assert loaded == snapshot
    assert loaded.snapshot_hash == snapshot.snapshot_hash
    assert loaded.ir.version == "v1"
    assert loaded.verify(pipeline)
    assert [file.name for file in path.parent.iterdir()] == ["sums.json"]
    assert snapshot.save(path).read_bytes() == loaded.save(tmp_path / "again.json").read_bytes()


def test_a_loaded_one_needs_to_know_the_pipeline(tmp_path):
    path = freeze_pipeline(make()[0]).save(tmp_path / "sums.json")
    with pytest.raises(ValueError, match=r"in no variable of a module.*verify\(pipeline\)"):
        PipelineSnapshot.load(path).verify()


@pytest.mark.parametrize(
    "tampering",
    [
        lambda data: data["dependencies"].update(python="2.7"),
        lambda data: data["ir"]["parameters"][0].update(default=4),
        lambda data: data["ir"].update(description="Harmless."),
        lambda data: data.update(snapshot_hash="0" * 64),
        lambda data: data.update(sha256="0" * 64),
        lambda data: data.update(more=1),
    ],
)
def test_a_file_that_was_tampered_with_is_refused(tmp_path, tampering):
    path = freeze_pipeline(make()[0]).save(tmp_path / "sums.json")
    data = json.loads(path.read_text())
    tampering(data)
    path.write_text(json.dumps(data))
    with pytest.raises(SnapshotError, match="was changed after it was saved"):
        PipelineSnapshot.load(path)


def test_another_layout_of_the_file_is_no_change(tmp_path):
    snapshot = freeze_pipeline(make()[0])
    path = snapshot.save(tmp_path / "sums.json")
    path.write_text(json.dumps(json.loads(path.read_text()), sort_keys=True))
    assert PipelineSnapshot.load(path) == snapshot


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '"text"', "null", '{"sha256": "0"}', "\0"])
def test_what_is_no_snapshot(tmp_path, text):
    (tmp_path / "sums.json").write_text(text)
    with pytest.raises(SnapshotError, match=r"sums\.json' is no snapshot of a pipeline"):
        PipelineSnapshot.load(tmp_path / "sums.json")


def test_what_is_no_text_at_all(tmp_path):
    (tmp_path / "sums.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SnapshotError, match="is no snapshot of a pipeline"):
        PipelineSnapshot.load(tmp_path / "sums.json")


def test_a_snapshot_of_a_later_schema(tmp_path):
    path = freeze_pipeline(make()[0]).save(tmp_path / "sums.json")
    path.write_text(path.read_text().replace("snapshot/v1", "snapshot/v9"))
    with pytest.raises(SnapshotError, match="is of the schema 'flowyml"):
        PipelineSnapshot.load(path)


@pytest.mark.parametrize("place", ["nothing.json", "."])
def test_a_file_that_cannot_be_read(tmp_path, place):
    with pytest.raises(SnapshotError, match="cannot read the snapshot"):
        PipelineSnapshot.load(tmp_path / place)


def test_only_pipelines_are_frozen_and_only_right_ones():
    with pytest.raises(TypeError, match="takes a pipeline, not Step"):
        freeze_pipeline(more)
    with pytest.raises(CompileError, match="FML102"):
        freeze_pipeline(Pipeline("twice").add_steps([more, more]))
