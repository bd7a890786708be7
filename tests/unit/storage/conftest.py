from __future__ import annotations

import pytest

from flowyml.storage import ArtifactStore


@pytest.fixture(scope="session")
def shared_store(tmp_path_factory):
    """One store for all examples of a property: content-addressed, so they cannot disturb it."""
    return ArtifactStore(tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="session")
def through(shared_store):
    """Store a value and load it again, as a step and its consumer do."""
    return lambda value: shared_store.load(shared_store.save("value", value))


@pytest.fixture
def store(tmp_path):
    return ArtifactStore(tmp_path / "store")
