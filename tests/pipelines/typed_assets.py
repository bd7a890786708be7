"""Assets travel with name and metadata; a reader gets the asset or the data, as it asks."""

from __future__ import annotations

from typing import Any

from flowyml import Asset, Dataset, Metrics, Model, Pipeline, Report, step

ROWS = [{"x": 1, "y": 2.0}, {"x": 3, "y": 4.0}]


class Points(Dataset):
    """An asset class of the project's own."""

    @property
    def first(self) -> dict[str, Any]:
        return self.data[0]


@step(outputs=["rows"])
def load() -> Dataset:
    return Dataset(ROWS, name="points", metadata={"unit": "cm", "nested": [1, None]})


@step(outputs=["model", "metrics", "report"])
def train(rows: list[dict[str, Any]]) -> tuple[Model, Metrics, Report]:
    total = sum(row["x"] for row in rows)
    return Model({"weight": total}, name="sum"), Metrics(total=total, rows=len(rows)), Report("ok")


@step(outputs=["bare"])
def bare() -> list[int]:
    return [1, 2]


@step(outputs=["points"])
def own() -> Points:
    return Points(ROWS, name="own")


@step(outputs=["as_own"])
def read_own(points: Points, rows: Dataset) -> list[Any]:
    return [type(points).__name__, points.name, points.first, type(rows).__name__]


@step(outputs=["as_asset"])
def read_assets(rows: Dataset, model: Model | None, metrics: Metrics, report: Asset) -> list[Any]:
    return [
        type(rows).__name__,
        rows.name,
        rows.metadata,
        rows.columns,
        rows.rows,
        model and (type(model).__name__, model.name, model.data),
        metrics["total"],
        type(report).__name__,
    ]


@step(outputs=["as_data"])
def read_data(rows: list[dict[str, Any]], model, metrics: dict[str, Any]) -> list[Any]:
    return [type(rows).__name__, rows[1]["y"], model["weight"], sorted(metrics)]


@step(outputs=["wrapped"])
def wrap(bare: Dataset) -> list[Any]:
    """Bare data comes as the asset that is asked for."""
    return [type(bare).__name__, bare.name, bare.rows]


pipeline = Pipeline("typed_assets").add_steps(
    [load, train, bare, own, read_own, read_assets, read_data, wrap]
)
