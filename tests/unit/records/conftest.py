from __future__ import annotations

import pytest

from flowyml import LocalStack


@pytest.fixture
def stack(tmp_path):
    return LocalStack(tmp_path / "artifacts", tmp_path / "metadata.db")


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
