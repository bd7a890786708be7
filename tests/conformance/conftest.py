"""One folder, one copy of the project and one Airflow for the whole session."""

from __future__ import annotations

import pytest

from tests.conformance.runs import Runs


@pytest.fixture(scope="session")
def runs(tmp_path_factory):
    session = Runs(tmp_path_factory.mktemp("conformance"))
    yield session
    session.close()
