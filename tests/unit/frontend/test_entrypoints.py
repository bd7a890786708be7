"""Which functions a worker could import as the same object (docs/semantics.md §0.3)."""

from __future__ import annotations

import sys

import pytest

from flowyml.diagnostics import UsageError
from flowyml.frontend.entrypoints import describe_function, load_function

SOURCE = """
import functools
from flowyml import step

def plain(): pass

@step
def decorated(): pass

renamed = step(plain, name="other")

def noisy(f):
    @functools.wraps(f)
    def wrapper(*args): return f(*args)
    return wrapper

@step
@noisy
def under(): pass

@noisy
@step
def over(): pass

class Trainer:
    @staticmethod
    def static(): pass
    def method(self): pass
    @classmethod
    def named(cls): pass
    def __call__(self): pass

def make():
    def inner(): pass
    return inner

anonymous = lambda: None
closure = make()
bound = Trainer().method
classes = Trainer.named
called = Trainer()
part = functools.partial(plain)
loop = []
for n in range(2):
    @step
    def twice(n=n): pass
    loop.append(twice)
gone = plain

def lost(): pass
lost_step = step(lost)
del lost
"""


@pytest.fixture
def module(project):
    return project.load({"flows/pipe.py": SOURCE}, "flows/pipe.py").module


def described(target):
    return describe_function(getattr(target, "function", target), step=target)


@pytest.mark.parametrize(
    ("name", "qualname", "line"),
    [
        ("plain", "plain", 5),
        ("decorated", "decorated", 8),
        ("renamed", "plain", 5),
        ("under", "under", 19),
        ("gone", "plain", 5),
        ("Trainer.static", "Trainer.static", 27),
    ],
)
def test_importable_functions(module, name, qualname, line):
    target = module
    for part in name.split("."):
        target = getattr(target, part)
    found = described(target)
    assert (found.entrypoint, found.problem) == (f"flows.pipe:{qualname}", None)
    assert (found.span.file, found.span.line) == ("flows/pipe.py", line)
    assert load_function(found.entrypoint) is getattr(target, "function", target)


def test_a_step_under_another_decorator_is_still_found(module):
    step = module.over.__wrapped__
    found = described(step)
    assert found.problem is None
    assert load_function(found.entrypoint) is step.function


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("anonymous", "it is a lambda"),
        ("closure", "it is defined inside a function: 'make.<locals>.inner' is no name to import"),
        ("bound", "it is a bound method"),
        ("classes", "it is a class method, and a worker imports plain functions only"),
        ("called", "it is an object of the class Trainer"),
        ("part", "it is a functools.partial"),
        ("lost_step", "its module binds no 'lost'"),
    ],
)
def test_what_no_worker_could_import(module, name, problem):
    found = described(getattr(module, name))
    assert found.problem.startswith(problem)
    assert len(found.digest) == 64


def test_of_two_functions_of_one_name_only_the_last_is_importable(module):
    problems = [described(step).problem for step in module.loop]
    assert problems == [
        "its name 'twice' leads to something else: it is bound more than once",
        None,
    ]
    first, second = (described(step).digest for step in module.loop)
    assert first != second


def test_a_builtin_is_not_importable_as_a_step(module):
    found = describe_function(len)
    assert found.entrypoint == "builtins:len"
    assert found.problem == "it is built into Python or an extension, and has no source to compare"


def test_what_a_prompt_defines(monkeypatch):
    monkeypatch.setattr(sys.modules["__main__"], "__file__", None, raising=False)
    space = {"__name__": "__main__"}
    exec("def typed(): return 1", space)
    found = describe_function(space["typed"])
    assert (found.entrypoint, found.span) == ("__main__:typed", None)
    assert found.problem == "it was defined in a prompt or notebook, which no worker has"
    exec("def typed(): return 2", space)
    assert describe_function(space["typed"]).digest != found.digest


def test_what_is_no_function_is_no_step(project):
    project.load({"pipe.py": "x = 1"})
    with pytest.raises(UsageError, match="'pipe:x' is no function but of type int"):
        load_function("pipe:x")
