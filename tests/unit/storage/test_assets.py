from __future__ import annotations

import pytest

from flowyml.api.assets import Asset, Dataset, Metrics, Model
from flowyml.storage import (
    AssetInfo,
    Reference,
    UnloadableError,
    UnserializableError,
    load_asset,
    restore_asset,
    write_value,
)


class Forecast(Asset):
    pass


def test_the_data_and_the_facts_are_kept_apart(store):
    asset = Dataset([[1, 2]], name="rows", metadata={"unit": "m"})
    reference = store.save("rows", asset)
    assert reference.format == "json"
    assert reference.digest == store.save("bare", [[1, 2]]).digest
    assert reference.asset == AssetInfo(type="flowyml:Dataset", name="rows", metadata={"unit": "m"})
    assert store.load(reference) == [[1, 2]]


@pytest.mark.parametrize("cls", [Asset, Dataset, Model, Metrics, Forecast])
def test_the_asset_can_be_had_back(store, cls):
    asset = load_asset(store.save("x", cls({"a": (1, 2)}, name="n", metadata={"k": [1]})))
    assert type(asset) is cls
    assert (asset.data, asset.name, asset.metadata) == ({"a": (1, 2)}, "n", {"k": [1]})


def test_bare_data_stays_bare(store):
    assert load_asset(store.save("x", [1])) == [1]


def test_an_asset_in_a_file_of_a_given_name(tmp_path):
    reference = write_value(Model({"w": 1}, name="m"), tmp_path / "model")
    assert load_asset(Reference.from_dict(reference.to_dict())).name == "m"


def test_later_changes_of_the_facts_do_not_reach_the_reference(store):
    asset = Dataset([1], metadata={"tags": ["a"]})
    reference = store.save("x", asset)
    asset.metadata["tags"].append("b")
    assert reference.asset is not None
    assert reference.asset.metadata == {"tags": ["a"]}


@pytest.mark.parametrize(
    ("metadata", "message"),
    [
        ({"shape": (1, 2)}, r"metadata of the Dataset is not plain JSON: \['shape'\] is a tuple"),
        ({1: "a"}, "not plain JSON: it has the key 1"),
        ({"loss": float("nan")}, r"not plain JSON: \['loss'\] is nan"),
    ],
)
def test_facts_that_are_not_json_are_refused(store, metadata, message):
    with pytest.raises(
        UnserializableError, match=f"output 'x' cannot be stored: the {message}|{message}"
    ):
        store.save("x", Dataset([1], metadata=metadata))


def test_a_name_that_is_no_text_is_refused(store):
    with pytest.raises(UnserializableError, match="name of the Dataset is a int"):
        store.save("x", Dataset([1], name=3))


@pytest.mark.parametrize("entrypoint", ["nowhere:Thing", "flowyml:Datasat"])
def test_a_class_that_is_not_here_is_named(entrypoint):
    reference = Reference(
        uri="x", digest="", format="json", size=0, asset=AssetInfo(type=entrypoint)
    )
    with pytest.raises(UnloadableError, match=f"asset's class {entrypoint} is not here"):
        restore_asset([1], reference)
