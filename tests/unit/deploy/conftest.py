from __future__ import annotations

import pytest

from flowyml.review.targets import Target as Resolved
from flowyml.stacks import Stack
from tests.unit.deploy.target import Target


@pytest.fixture
def target(monkeypatch):
    """A target that the stack `far` deploys to."""
    made = Target()
    monkeypatch.setattr("flowyml.deploy.delivery.load_backend", lambda name: made)
    monkeypatch.setattr(
        "flowyml.deploy.delivery.of_stack", lambda stack: (Resolved(made, "1", stack),)
    )
    return made


@pytest.fixture
def stack(tmp_path):
    return Stack(name="far", orchestrator="far", metadata_path=str(tmp_path / "runs.db"))
