"""`auto_discover=True`: the steps that the pipeline's module binds, and no others."""

from __future__ import annotations

import importlib
import sys

import pytest

from flowyml import Pipeline, step
from flowyml.diagnostics import CompileError

LIBRARY = """
from flowyml import step

@step(outputs=["imported"])
def imported():
    return 0

def made(n):
    @step(name=f"made_{n}")
    def inner():
        return n
    return inner

def plain():
    return 2
"""
PIPE = """
from flowyml import Pipeline, step
from library import imported, made, plain
import library

early = Pipeline("early", auto_discover=True)

@step(outputs=["b"])
def second(a):
    return a + 1

@step(outputs=["a"])
def first():
    return 1

alias = first
here = made(7)
wrapped = step(plain, name="wrapped")

def inside():
    @step
    def hidden():
        return 0
    return Pipeline("inside", auto_discover=True)

class Holder:
    held = step(lambda: 0, name="held")

for n in range(3):
    @step(name=f"looped_{n}")
    def looped():
        return n
"""


def names(pipeline):
    return [each.name for each in pipeline.steps]


@pytest.fixture
def pipe(tmp_path, monkeypatch):
    (tmp_path / "library.py").write_text(LIBRARY)
    (tmp_path / "pipe.py").write_text(PIPE)
    monkeypatch.syspath_prepend(tmp_path)
    for name in ("pipe", "library"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    importlib.invalidate_caches()
    yield importlib.import_module("pipe")
    for name in ("pipe", "library"):
        sys.modules.pop(name, None)


FOUND = ["second", "first", "made_7", "wrapped", "looped_2"]


def test_the_steps_that_the_module_binds_at_its_top_level(pipe):
    """A pipeline made above them finds them, aliases count once, a loop leaves its last."""
    assert names(pipe.early) == FOUND
    assert names(pipe.inside()) == FOUND
    assert [node.name for node in pipe.early.build().steps] == [
        "first", "second", "made_7", "wrapped", "looped_2",
    ]  # fmt: skip


def test_steps_that_were_added_come_first_and_once(pipe):
    pipe.early.add_step(pipe.first).add_step(pipe.imported)
    assert names(pipe.early) == ["first", "imported", "second", "made_7", "wrapped", "looped_2"]


def test_the_steps_of_a_part_belong_to_it(pipe):
    part = Pipeline("part").add_step(pipe.first)
    assert names(pipe.early.add_sub_pipeline(part)) == [name for name in FOUND if name != "first"]


def test_what_is_gone_from_the_module_is_not_found(pipe):
    del pipe.here, pipe.looped
    assert names(pipe.early) == ["second", "first", "wrapped"]


def test_a_reload_leaves_nothing_behind(pipe):
    before = pipe.early
    importlib.reload(pipe)
    assert names(pipe.early) == FOUND
    assert pipe.early.steps[0] is pipe.second
    assert before.steps[0] is pipe.second  # the module binds it now


def test_other_modules_are_left_alone(pipe):
    @step
    def local():
        return 1

    here = Pipeline("here", auto_discover=True)
    assert names(here) == []
    with pytest.raises(CompileError, match="FML111"):
        here.build()


def test_it_is_on_or_off():
    with pytest.raises(TypeError, match="auto_discover= takes True or False, not 'yes'"):
        Pipeline("p", auto_discover="yes")
    assert names(Pipeline("p")) == []


def test_from_steps_takes_every_keyword(pipe):
    found = Pipeline.from_steps(pipe.first, name="p", auto_discover=True, fail_fast=True)
    assert (found.auto_discover, found.fail_fast) == (True, True)
    assert Pipeline.from_steps(pipe.first, name="p", executor="process").executor == "process"
    with pytest.raises(TypeError, match="did you mean 'executor'"):
        Pipeline.from_steps(pipe.first, name="p", executer="process")
