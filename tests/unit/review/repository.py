"""A git repository with a project in it, for tests that compare revisions."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

HELPERS = "def scaled(numbers):\n    return [2 * n for n in numbers]\n"
SUMS = """
from pathlib import Path

from flowyml import Pipeline, context, step
from helpers import scaled

HERE = str(Path(__file__).parent)

@step(outputs=["numbers"])
def make(count: int):
    return scaled(range(count))

@step(inputs=["numbers"], outputs=["total"])
def add(numbers, folder: str):
    return sum(numbers)

print("loading")
pipeline = Pipeline("sums", context=context(count=3, folder=HERE)).add_steps([make, add])
pipeline.run()
"""


class Repository:
    """A folder under git, with the pipeline in `flows/sums.py` and its helper beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.flows = folder / "flows"
        self.flows.mkdir(parents=True)
        self.sums = self.flows / "sums.py"
        self.helpers = self.flows / "helpers.py"
        self.sums.write_text(SUMS)
        self.helpers.write_text(HELPERS)
        self.git("init", "-q", "-b", "main")
        self.commit("first")

    def git(self, *arguments: str) -> str:
        """Run git with nobody's settings but the test's."""
        empty = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        return subprocess.run(
            ["git", *who, *arguments], cwd=self.folder, env={**os.environ, **empty},
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip

    def commit(self, message: str) -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)

    def edit(self, file: Path, old: str, new: str) -> None:
        assert old in file.read_text()
        file.write_text(file.read_text().replace(old, new))
