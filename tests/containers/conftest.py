"""One daemon and one image for the session; without Docker the tests skip, and say why."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from tests.containers.daemon import NoDockerError, daemon


@pytest.fixture(scope="session")
def docker():
    with tempfile.TemporaryDirectory(prefix="d-", ignore_cleanup_errors=True) as folder:
        try:
            with daemon(Path(folder)) as found:
                yield found
        except NoDockerError as why:
            pytest.skip(f"containers cannot be run here: {why}")


@pytest.fixture(scope="session")
def image(docker, tmp_path_factory):
    """Name an image that holds Python, flowyml and what it needs; its folder is /project."""
    return docker.build(tmp_path_factory.mktemp("image"))
