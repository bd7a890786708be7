"""Small immutable values are handed over live, all others from their bytes."""

from __future__ import annotations

import pytest

from flowyml import Dataset
from flowyml.engine.values import RunStore
from flowyml.storage import ArtifactStore


class Counting:
    """An artifact store that counts what is read from it."""

    def __init__(self, folder):
        self.store = ArtifactStore(folder)
        self.read = []

    def save(self, name, value):
        return self.store.save(name, value)

    def load(self, reference):
        self.read.append(reference.digest)
        return self.store.load(reference)


@pytest.mark.parametrize(
    ("value", "reads"),
    [(1, 0), ("text", 0), ((1, b"2"), 0), (None, 0), ([1], 1), ((1, [2]), 1), ("x" * 5000, 1)],
)
def test_what_is_read_again(tmp_path, value, reads):
    counting = Counting(tmp_path)
    store = RunStore(counting)
    assert store.load(store.save("v", value)) == value
    assert len(counting.read) == reads


def test_values_of_equal_look_keep_their_types(tmp_path):
    store = RunStore(ArtifactStore(tmp_path))
    values = [1, 1.0, True, "1", b"1", (1,), ("1",), None, "null"]
    loaded = [store.load(store.save("v", value)) for value in values]
    assert [(type(v), v) for v in loaded] == [(type(v), v) for v in values]


def test_an_assets_data_is_not_the_asset(tmp_path):
    store = RunStore(ArtifactStore(tmp_path))
    assert store.load(store.save("v", Dataset("rows", name="d"))) == "rows"
