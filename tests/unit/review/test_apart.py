"""A pipeline read in a process of its own, from a copy of its project."""

from __future__ import annotations

import sysconfig
from pathlib import Path

from flowyml.review.apart import Moved, apart

USES_THE_STANDARD_LIBRARY = """
import zipapp

from flowyml import Pipeline, step

@step
def nothing():
    return zipapp

pipeline = Pipeline("apart").add_step(nothing)
"""


def named(pipeline):
    return pipeline.name


def test_a_python_that_lies_in_the_repository_is_no_part_of_it(tmp_path):
    """`conda create --prefix ./env` puts one there."""
    standard = Path(sysconfig.get_path("stdlib")).resolve()
    file = tmp_path / "uses_zipapp.py"
    file.write_text(USES_THE_STANDARD_LIBRARY)
    assert apart(str(file), named, Moved(str(standard.parent), str(tmp_path))) == "apart"
