"""One line of the table that `make bench` prints."""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """A figure, its unit, and the most that it may be (None: shown, not judged)."""

    what: str
    figure: float
    unit: str
    most: float | None = None

    @property
    def kept(self) -> bool:
        return self.most is None or self.figure <= self.most
