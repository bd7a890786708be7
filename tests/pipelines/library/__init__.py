"""A package of steps that pipelines share."""

from __future__ import annotations

from library.cleaning import Row, clean

__all__ = ["Row", "clean"]
