"""One daemon and one image for the session; without Docker the tests skip, and say why."""

from __future__ import annotations

import tempfile
from importlib.util import find_spec
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


@pytest.fixture(scope="session")
def image_for_s3(docker, image, tmp_path_factory):
    """Name that image with what reads and writes a store on S3."""
    if find_spec("s3fs") is None:
        pytest.skip("not installed: s3fs")
    return docker.extend(image, tmp_path_factory.mktemp("image-for-s3"), "s3fs")
