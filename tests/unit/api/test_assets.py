from __future__ import annotations

import pandas as pd
import pytest

import flowyml
from flowyml import Asset, Dataset, Metrics, Model


@pytest.mark.parametrize("name", ["Asset", "Dataset", "Model", "Report", "FeatureSet", "Artifact"])
def test_an_asset_holds_data_name_and_metadata(name):
    kind = getattr(flowyml, name)
    asset = kind([1], name="n", metadata={"unit": "m"})
    assert (asset.data, asset.name, asset.metadata) == ([1], "n", {"unit": "m"})
    assert kind.__flowyml_asset__ == f"flowyml:{name}"
    again = kind.restore(asset.data, name=asset.name, metadata=asset.metadata)
    assert (type(again), again.data, again.name, again.metadata) == (
        kind,
        [1],
        "n",
        {"unit": "m"},
    )


def test_a_users_own_asset_class_is_known_by_its_own_name():
    class Scores(Metrics):
        pass

    assert Scores.__flowyml_asset__ == f"{__name__}:{Scores.__qualname__}"


def test_metrics_take_a_dict_and_keywords():
    assert Metrics({"a": 1}, b=2, name="m").data == {"a": 1, "b": 2}
    assert Metrics(accuracy=0.9)["accuracy"] == 0.9
    with pytest.raises(TypeError, match="takes a dict or keywords, not float"):
        Metrics(0.9)


def test_a_dataset_knows_the_shape_of_a_frame():
    frame = Dataset(pd.DataFrame({"a": [1, 2], "b": [0.5, 1.5]}))
    assert (frame.rows, frame.columns) == (2, ("a", "b"))
    assert frame.schema == {"a": "int64", "b": "float64"}


def test_a_dataset_knows_the_shape_of_rows_and_not_of_anything_else():
    rows = Dataset([{"a": 1, "b": "x"}])
    assert (rows.rows, rows.schema) == (1, {"a": "int", "b": "str"})
    assert (Dataset(5).rows, Dataset(5).columns) == (None, None)


def test_an_asset_in_an_asset_is_an_error():
    with pytest.raises(TypeError, match=r"Model\(\) was given a Asset; give it the data"):
        Model(Asset(1))
