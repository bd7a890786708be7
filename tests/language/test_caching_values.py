"""Inputs count by their content: frames, arrays, models, assets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from flowyml import Dataset, Pipeline, step
from flowyml.storage import register_serializer, serializers
from flowyml.storage.serializers import JsonSerializer


def cached(consumer: Any, value: Any) -> bool:
    """Run one step on a value handed to the run; tell whether the cache knew it."""
    result = Pipeline("p").add_step(consumer).run(inputs={"value": value})
    assert result.success, result.summary()
    found: bool = result.step_results["use"].cached
    return found


@step(outputs=["used"])
def use(value: Any) -> str:
    return type(value).__name__


@step(name="use", outputs=["used"])
def use_dataset(value: Dataset) -> str:
    return str(value.name)


def frame(last: float, rows: int = 10_000) -> Any:
    import pandas as pd

    values = [0.0] * rows
    values[rows // 2] = last
    return pd.DataFrame({"a": values, "b": ["x"] * rows})


def test_large_frames_that_print_alike_differ() -> None:
    one, two = frame(1.0), frame(2.0)
    assert repr(one) == repr(two)
    assert [cached(use, value) for value in (one, two, one, two)] == [False, False, True, True]


def test_equal_frames_are_equal_however_they_were_made() -> None:
    import pandas as pd

    whole = frame(1.0, rows=10)
    halves = pd.concat([whole.iloc[:5], whole.iloc[5:]], ignore_index=True)
    columns = pd.DataFrame({"a": whole["a"].to_list()})
    columns["b"] = whole["b"].to_list()
    values = (whole, halves, columns, whole[["b", "a"]][["a", "b"]])
    assert [cached(use, value) for value in values] == [False, True, True, True]


def test_arrays_count_with_dtype_and_shape() -> None:
    import numpy as np

    base = np.arange(6, dtype="int64")
    values = (base, base.copy(), np.arange(12, dtype="int64")[::2] // 2, base.reshape(2, 3))
    assert [cached(use, value) for value in values] == [False, True, True, False]
    assert not cached(use, base.astype("int32"))


def test_equal_models_are_equal() -> None:
    from sklearn.linear_model import LogisticRegression

    def model(strength: float) -> Any:
        return LogisticRegression(C=strength).fit([[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1])

    assert [cached(use, model(c)) for c in (1.0, 1.0, 2.0)] == [False, True, False]


def test_an_asset_counts_by_its_data_unless_it_is_asked_for() -> None:
    named = [Dataset([1, 2], name=name) for name in ("one", "two", "one")]
    assert [cached(use, value) for value in named] == [False, True, True]
    assert [cached(use_dataset, value) for value in named] == [False, False, True]


class Note:
    """A value whose bytes say more than what it means."""

    def __init__(self, text: str, written: int) -> None:
        self.text, self.written = text, written


class NoteSerializer(JsonSerializer):
    """Stores when a note was written, which is no part of what it says."""

    name, suffix = "note", ".note"

    def accepts(self, value: object) -> bool:
        return isinstance(value, Note)

    def dump(self, value: Any, file: Any) -> None:
        super().dump([value.text, value.written], file)

    def load(self, file: Any) -> Note:
        return Note(*super().load(file))

    def content_digest(self, value: Any) -> str:
        return f"a note that says {value.text}"


def test_a_serializer_says_what_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serializers, "_registered", ())
    register_serializer(NoteSerializer())
    notes = [Note("hello", 1), Note("hello", 2), Note("bye", 1)]
    assert [cached(use, note) for note in notes] == [False, True, False]


def test_a_text_among_the_inputs_may_name_a_file() -> None:
    Path("named.txt").write_text("one")
    assert [cached(use, ("named.txt",)), cached(use, ("named.txt",))] == [False, True]
    Path("named.txt").write_text("two")
    assert not cached(use, ("named.txt",))
    Path("named.txt").unlink()
    Path("named.txt").mkdir()
    assert [cached(use, ("named.txt",)), cached(use, ("named.txt",))] == [False, False]
