"""The image that the tests run is a system of its own, with this flowyml in it."""

from __future__ import annotations

import platform


def test_the_image_runs_flowyml(docker, image):
    script = "import os, platform, flowyml.runtime; print(platform.python_version(), os.getcwd())"
    said = docker.run("run", "--rm", "--network=none", image, "python", "-c", script)

    assert said == f"{platform.python_version()} /project"


def test_nothing_of_this_machine_is_in_it(docker, image):
    said = docker.run("run", "--rm", "--network=none", image, "sh", "-c", "echo /*")

    assert "/work" not in said
