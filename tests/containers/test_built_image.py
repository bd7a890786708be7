"""What `flowyml image` writes is built, without a network, and runs the project's steps.

The wheels of what is installed here take the place of a package index. Python's own image is that
of the tests without what they put into it.
"""

from __future__ import annotations

import importlib.metadata
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from flowyml.frontend.locate import locate
from flowyml.review.image import image
from flowyml.storage.pins import normal, pins

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
TRAIN = """
import click

from flowyml import Pipeline, context, step


@step(outputs=["model"])
def train(rounds: int):
    print(f"{rounds} rounds, click from {click.__file__}")
    return rounds


pipeline = Pipeline("in_built_image", context=context(rounds=3)).add_step(train)
"""


def wheel(name: str, folder: Path) -> None:
    """Pack an installed distribution as the wheel that it came from."""
    distribution = importlib.metadata.distribution(name)
    tag = next(
        line.partition(": ")[2]
        for line in (distribution.read_text("WHEEL") or "").splitlines()
        if line.startswith("Tag: ")
    )
    own = normal(name).replace("-", "_")
    with zipfile.ZipFile(folder / f"{own}-{distribution.version}-{tag}.whl", "w") as archive:
        for file in distribution.files or ():
            if ".." not in file.parts and file.suffix != ".pyc" and Path(file.locate()).is_file():
                archive.write(str(file.locate()), str(file))


@pytest.fixture
def project(tmp_path):
    """Make a project with the wheels of all that its image needs, flowyml's built from here."""
    folder = tmp_path / "project"
    wheels = folder / "wheels"
    wheels.mkdir(parents=True)
    (folder / "in_built_image.py").write_text(TRAIN)
    (folder / "flowyml.yaml").touch()
    for pin in pins(["flowyml"]):
        if pin.name != "flowyml":
            wheel(pin.name, wheels)
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(wheels)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return folder


@pytest.fixture
def base(docker, image, tmp_path):
    """Name an image with Python and pip and nothing of flowyml's."""
    folder = tmp_path / "base"
    folder.mkdir()
    (pip,) = Path(subprocess.__file__).parent.glob("ensurepip/_bundled/pip-*.whl")
    zipfile.ZipFile(pip).extractall(folder / "pip")
    text = f"FROM {image}\nCOPY pip /opt/pip/pip-lib\nENV PYTHONPATH=/opt/pip/pip-lib\n"
    (folder / "Dockerfile").write_text(f"{text}ENV PIP_NO_INDEX=1 PIP_ROOT_USER_ACTION=ignore\n")
    return build(docker, folder / "Dockerfile", folder, "localhost/flowyml-python:dev")


def build(docker, file: Path, context: Path, name: str) -> str:
    """Build an image; the older builder needs no plugin and no network."""
    command = ["docker", "--host", docker.url, "build", "--network=none", "-t", name]
    done = subprocess.run(
        [*command, "-f", str(file), str(context)],
        env={**os.environ, "DOCKER_BUILDKIT": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return name


def test_the_image_of_a_project_runs_its_steps(docker, base, project, monkeypatch):
    monkeypatch.chdir(project)
    found = locate("in_built_image.py")
    made = image(found.pipeline, base=base, wheels=project / "wheels")
    file = project / "Dockerfile"
    file.write_text(made.text)
    name = build(docker, file, made.context, "localhost/in-built-image:dev")
    run = ["run", "--rm", "--network=none", name, "python", "-c"]
    main = "from flowyml.cli import main; main"

    said = docker.run(*run, f"{main}(['run', 'in_built_image', '-c', 'rounds=4'])")
    assert re.search(r"4 rounds, click from /\S+/site-packages/click/", said), said

    for target in ("airflow", "kubeflow"):
        far = f"from flowyml.runtime.__main__ import main; main(['{target}', '--help'])"
        assert f"flowyml.runtime {target}" in docker.run(*run, far)
