"""Assets: values that carry a name and metadata."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeGuard, cast

if TYPE_CHECKING:
    from typing_extensions import Self


class Asset:
    """A value with a name and metadata.

    A consumer annotated with an asset class gets the asset, any other gets the data inside
    (docs/semantics.md §2.4).

    Attributes:
        data: the value itself.
        name: what to call it outside the pipeline, or None.
        metadata: JSON-like facts about it.

    Example:
        >>> asset = Asset([1, 2], name="numbers", metadata={"unit": "m"})
        >>> asset.data, asset.name, asset.metadata
        ([1, 2], 'numbers', {'unit': 'm'})
    """

    __flowyml_asset__: ClassVar[str] = "flowyml:Asset"

    def __init__(
        self, data: Any, name: str | None = None, metadata: Mapping[str, Any] | None = None
    ) -> None:
        if isinstance(data, Asset):
            raise TypeError(
                f"{type(self).__name__}() was given a {type(data).__name__}; give it the data"
            )
        self.data = data
        self.name = name
        self.metadata: dict[str, Any] = dict(metadata or {})

    @classmethod
    def restore(cls, data: Any, *, name: str | None, metadata: Mapping[str, Any]) -> Self:
        """Build the asset again from what the store kept of it."""
        asset = cls.__new__(cls)
        Asset.__init__(asset, data, name, metadata)
        return asset

    def __init_subclass__(cls) -> None:
        if cls.__module__ != __name__:
            cls.__flowyml_asset__ = f"{cls.__module__}:{cls.__qualname__}"
        else:
            cls.__flowyml_asset__ = f"flowyml:{cls.__name__}"

    def __repr__(self) -> str:
        name = f" '{self.name}'" if self.name else ""
        return f"<{type(self).__name__}{name}: {type(self.data).__name__}>"


class Dataset(Asset):
    """A table or collection of examples; knows its rows, columns and schema where the data does."""

    @property
    def rows(self) -> int | None:
        """Count the rows; None if the data has no length."""
        return len(self.data) if hasattr(self.data, "__len__") else None

    @property
    def columns(self) -> tuple[str, ...] | None:
        """Name the columns of a frame, or the keys of the first of a list of dicts; else None."""
        return None if self.schema is None else tuple(self.schema)

    @property
    def schema(self) -> dict[str, str] | None:
        """Map each column to the name of its type; None if the data has no columns."""
        if hasattr(self.data, "dtypes") and hasattr(self.data, "columns"):
            types = zip(self.data.columns, self.data.dtypes, strict=True)
            return {str(column): str(dtype) for column, dtype in types}
        if _is_rows(self.data):
            return {str(key): type(value).__name__ for key, value in self.data[0].items()} or None
        return None


def _is_rows(data: object) -> TypeGuard[list[dict[Any, Any]]]:
    if not isinstance(data, list):
        return False
    return isinstance(next(iter(cast("list[object]", data)), None), dict)


class Model(Asset):
    """A trained model."""


class Metrics(Asset):
    """Named figures: `Metrics({"accuracy": 0.9})` or `Metrics(accuracy=0.9)`."""

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        name: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        **values: Any,
    ) -> None:
        if data is not None and not isinstance(data, Mapping):
            raise TypeError(f"Metrics() takes a dict or keywords, not {type(data).__name__}")
        super().__init__({**(data or {}), **values}, name, metadata)

    def __getitem__(self, key: str) -> Any:
        return self.data[key]


class Report(Asset):
    """A text, page or figure for people."""


class FeatureSet(Dataset):
    """Features made from a dataset."""


class Artifact(Asset):
    """Anything else worth keeping under a name."""
