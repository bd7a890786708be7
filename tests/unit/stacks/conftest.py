"""A project with a `flowyml.yaml`, as the working directory."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Write the file; no variable of the outside chooses a stack."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FLOWYML_STACK", raising=False)

    def write_file(text: str) -> Path:
        path = tmp_path / "flowyml.yaml"
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return path

    return write_file
