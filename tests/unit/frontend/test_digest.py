"""The source digest: what must not change it, and what must (docs/semantics.md §4.1)."""

from __future__ import annotations

import pytest

STEP = """
    from flowyml import step
    import math

    RATE = 0.5

    @step(outputs=["area"])
    def f(radius, scale=RATE):
        return round(math.pi * radius**2 * scale, 2)
"""

UNCHANGED = {
    "comment": STEP + "    # nothing\n",
    "docstring": STEP.replace("        return", '        """Say it."""\n        return'),
    "text in the body": STEP.replace("        return", '        "a remark"\n        return'),
    "layout": STEP.replace("math.pi * radius**2 * scale, 2", "(math.pi*radius ** 2)*scale, 2,"),
    "moved down": "\n\n\n" + STEP,
    "unused import": "    import json\n" + STEP,
    "unused global": STEP + "\n    OTHER = 2\n",
    "another function": STEP + "\n    def g(): return RATE\n",
    "wiring": STEP.replace('outputs=["area"]', 'outputs=["b"], retry=3, name="x"'),
    "wiring by another name": STEP.replace("import step", "import step as s").replace(
        "@step", "@s"
    ),
    "no wiring": STEP.replace('    @step(outputs=["area"])\n', ""),
    "wiring by attribute": STEP.replace("from flowyml import step", "import flowyml").replace(
        "@step", "@flowyml.step"
    ),
    "same value, written otherwise": STEP.replace("RATE = 0.5", "RATE = 1 / 2"),
    "a pipeline": STEP + "\n    from flowyml import Pipeline\n    p = Pipeline('x').add_step(f)\n",
    "shadowed by a local": STEP + "\n    radius = 3\n",
}


@pytest.mark.parametrize("source", UNCHANGED.values(), ids=UNCHANGED)
def test_what_means_the_same_has_the_same_digest(project, source):
    assert project.digest(source) == project.digest(STEP)


CHANGED = {
    "body": STEP.replace("radius**2", "radius**3"),
    "constant's type": STEP.replace(", 2)", ", 2.0)"),
    "global": STEP.replace("RATE = 0.5", "RATE = 0.6"),
    "global's type": STEP.replace("RATE = 0.5", "RATE = '0.5'"),
    "default": STEP.replace("scale=RATE", "scale=1"),
    "name": STEP.replace("def f", "def f2") + "\n    f = f2\n",
    "annotation": STEP.replace("(radius,", "(radius: int,"),
    "import under the same name": STEP.replace("import math", "import cmath as math"),
    "another decorator": STEP.replace("    def f", "    @functools.cache\n    def f").replace(
        "import math", "import functools\n    import math"
    ),
    "coroutine": STEP.replace("def f", "async def f"),
}


@pytest.mark.parametrize("source", CHANGED.values(), ids=CHANGED)
def test_what_may_mean_something_else_has_another_digest(project, source):
    assert project.digest(source) != project.digest(STEP)


REACHED = {
    "function": ("def f(): return g()\ndef g(): return 1", "return 1", "return 2"),
    "function of a function": (
        "def f(): return g()\ndef g(): return h()\ndef h(): return 1",
        "return 1",
        "return 2",
    ),
    "function handed on": (
        "def f(): return [g]\ndef g(x): return 1",
        "return 1",
        "return 2",
    ),
    "lambda": ("g = lambda: 1\ndef f(): return g()", ": 1", ": 2"),
    "function in a table": (
        "def g(): return 1\nTABLE = {'g': g}\ndef f(): return TABLE['g']()",
        "return 1",
        "return 2",
    ),
    "registered function": (
        "T = {}\ndef r(g): T[g.__name__] = g; return g\n"
        "@r\ndef g(): return 1\ndef f(n): return T[n]()",
        "return 1",
        "return 2",
    ),
    "decorator": (
        "def twice(g): return lambda: 2 * g()\n@twice\ndef g(): return 1\ndef f(): return g()",
        "2 * g",
        "3 * g",
    ),
    "method": (
        "class A:\n  def run(self): return 1\ndef f(): return A().run()",
        "return 1",
        "return 2",
    ),
    "base class": (
        "class B:\n  x = 1\nclass A(B): pass\ndef f(): return A().x",
        "x = 1",
        "x = 2",
    ),
    "annotated class": ("class A:\n  x = 1\ndef f(a: A): return a.x", "x = 1", "x = 2"),
    "instance": (
        "class A:\n  def r(self): return g()\ndef g(): return 1\na = A()\ndef f(): return a.r()",
        "return 1",
        "return 2",
    ),
    "instance's module": (
        "class A: pass\nclass B(A):\n  x = 1\ndef make(): return B()\na = make()\n"
        "def f(): return a",
        "x = 1",
        "x = 2",
    ),
    "nested function": ("def f():\n  def g(): return 1\n  return g()", "return 1", "return 2"),
    "global of a nested function": ("X = 1\ndef f():\n  def g(): return X\n  return g()", "1", "2"),
    "value under a condition": ("if True:\n  X = 1\nelse:\n  X = 0\ndef f(): return X", "1", "2"),
    "value computed": ("def two(): return 1\nX = two() * 2\ndef f(): return X", "1\nX", "3\nX"),
    "value changed in place": ("X = {}\nX['a'] = 1\ndef f(): return X", "1", "2"),
    "list appended to": ("X = []\nX.append(object)\nX.append(1)\ndef f(): return X", "1", "2"),
    "nested values": ("X = {'a': [(1, {2}), None, b'x']}\ndef f(): return X", "{2}", "{3}"),
    "value's type": ("X = [1]\ndef f(): return X", "[1]", "(1,)"),
    "frozen dataclass": (
        "import dataclasses\n@dataclasses.dataclass(frozen=True)\nclass C:\n  x: int\n"
        "C1 = C(1)\ndef f(): return C1.x",
        "C(1)",
        "C(2)",
    ),
    "enum": ("import enum\nclass E(enum.Enum):\n  A = 1\ndef f(): return E.A", "A = 1", "A = 2"),
    "enum member": (
        "import enum\nclass E(enum.Enum):\n  A = 1\n  B = 2\nX = E.A\ndef f(): return X",
        "X = E.A",
        "X = E.B",
    ),
    "global declared": ("N = 1\ndef f():\n  global N\n  N += 1", "N = 1", "N = 2"),
    "except handler": (
        "class E(Exception): code = 1\ndef f():\n  try: g()\n  except E as e: return e",
        "code = 1",
        "code = 2",
    ),
    "f-string": ("X = 1\ndef f(): return f'{X:>{X}}'", "X = 1", "X = 2"),
    "comprehension": ("X = [1]\ndef f(): return [y for y in X if y]", "[1]", "[2]"),
    "first iterable of the same name": ("x = [1]\ndef f(): return [x for x in x]", "[1]", "[2]"),
    "match": ("class P: x = 1\ndef f(p):\n  match p:\n    case P(): return 1", "x = 1", "x = 2"),
    "getattr with a computed name": (
        "import sys\ndef g(): return 1\ndef f(n): return getattr(sys.modules[__name__], n)()",
        "return 1",
        "return 2",
    ),
    "globals()": ("def g(): return 1\ndef f(n): return globals()[n]()", "return 1", "return 2"),
    "eval": ("def g(): return 1\ndef f(t): return eval(t)", "return 1", "return 2"),
    "name made by globals()": (
        "globals()['g'] = lambda: 1\ndef f(): return g()",
        "1",
        "2",
    ),
}


@pytest.mark.parametrize(("source", "old", "new"), REACHED.values(), ids=REACHED)
def test_what_a_function_reaches_counts(project, source, old, new):
    assert old in source
    assert project.digest(source) != project.digest(source.replace(old, new))


IN_MODULES = {
    "imported name": ({"pipe.py": "from lib import g\ndef f(): return g()"}, "lib.py"),
    "renamed": ({"pipe.py": "from lib import g as k\ndef f(): return k()"}, "lib.py"),
    "attribute of a module": ({"pipe.py": "import lib\ndef f(): return lib.g()"}, "lib.py"),
    "attribute of a renamed module": (
        {"pipe.py": "import lib as l\ndef f(): return l.g()"},
        "lib.py",
    ),
    "imported inside": ({"pipe.py": "def f():\n  from lib import g\n  return g()"}, "lib.py"),
    "module imported inside": ({"pipe.py": "def f():\n  import lib\n  return lib.g()"}, "lib.py"),
    "star": ({"pipe.py": "from lib import *\ndef f(): return g()"}, "lib.py"),
    "module handed on": (
        {"pipe.py": "import lib\ndef f(n): return getattr(lib, n)()"},
        "lib.py",
    ),
    "import_module": (
        {"pipe.py": "import importlib as i\ndef f(): return i.import_module('lib').g()"},
        "lib.py",
    ),
    "import_module of a computed name": (
        {"pipe.py": "import importlib\ndef f(n): return importlib.import_module(f'l{n}').g()"},
        "lib.py",
    ),
    "type checking only": (
        {
            "pipe.py": "from __future__ import annotations\nfrom typing import TYPE_CHECKING\n"
            "if TYPE_CHECKING: from lib import g\ndef f(x: g): return x"
        },
        "lib.py",
    ),
    "package": (
        {
            "pipe.py": "from pack import g\ndef f(): return g()",
            "pack/__init__.py": "from .m import g",
        },
        "pack/m.py",
    ),
    "submodule": (
        {"pipe.py": "import pack.m\ndef f(): return pack.m.g()", "pack/__init__.py": ""},
        "pack/m.py",
    ),
    "namespace package": ({"pipe.py": "from pack import m\ndef f(): return m.g()"}, "pack/m.py"),
    "other way round": (
        {"pipe.py": "import lib\ndef f(): return lib.h()\ndef back(): return lib.g()"},
        "lib.py",
    ),
}
LIB = "def g(): return 1\ndef h():\n  import pipe\n  return pipe.back()\n"


@pytest.mark.parametrize(("files", "lib"), IN_MODULES.values(), ids=IN_MODULES)
def test_what_is_reached_in_other_modules_counts(project, files, lib):
    before = project.digest({**files, lib: LIB})
    assert before == project.digest({**files, lib: "# a comment\nimport json\n\n" + LIB})
    assert before != project.digest({**files, lib: LIB.replace("return 1", "return 2")})


def test_what_is_not_reached_in_other_modules_does_not_count(project):
    files = {"pipe.py": "import lib\nfrom lib import h\ndef f(): return lib.g()"}
    other = LIB.replace("pipe.back()", "0")
    assert project.digest({**files, "lib.py": LIB}) == project.digest({**files, "lib.py": other})


def test_a_parameter_named_like_a_step_does_not_depend_on_that_step(project):
    source = "def load(): return 1\ndef f(load): return [load for load in load]"
    assert project.digest(source) == project.digest(source.replace("return 1", "return 2"))


def test_one_step_changes_its_own_digest_alone(project):
    source = "K = 1\ndef f(): return K\ndef g(): return K + 1\ndef h(g): return g"
    other = source.replace("K + 1", "K + 2")
    names = ("pipe:f", "pipe:g", "pipe:h")
    same = [project.digest(source, name) == project.digest(other, name) for name in names]
    assert same == [True, False, True]


def test_recursion_ends(project):
    source = "def f(n): return g(n)\ndef g(n): return f(n - 1) if n else 1"
    assert project.digest(source) != project.digest(source.replace("else 1", "else 2"))


@pytest.mark.parametrize(
    "value",
    [
        "__import__('os').environ['FLOWYML_TEST_VALUE']",
        "read()",
        "str(__import__('pathlib').Path(__file__).parent)",
        "__import__('time').time()",
        "[DIR + '/x']",
    ],
)
def test_values_of_one_machine_count_by_their_source(project, monkeypatch, value):
    source = f"""
        import os
        DIR = os.path.dirname(__file__)
        def read(): return os.getenv("FLOWYML_TEST_VALUE")
        X = {value}
        def f(): return X
    """
    monkeypatch.setenv("FLOWYML_TEST_VALUE", "one")
    before = project.digest(source)
    monkeypatch.setenv("FLOWYML_TEST_VALUE", "two")
    assert project.digest(source) == before
    assert project.digest(source.replace("X = ", "X = 1 and ")) != before


def test_paths_written_in_the_source_count(project):
    source = "A = '/data'\nX = [A + '/a.csv', 1]\ndef f(): return X"
    digests = {project.digest(source.replace("a.csv", name)) for name in ("a.csv", "b.csv")}
    assert len({*digests, project.digest(source.replace("/data", "/other"))}) == 3


def test_modules_that_functions_import_count_the_same_once_they_are_loaded(project):
    files = {
        "pipe.py": "def f():\n  import lib\n  return lib.X",
        "lib.py": "class K: pass\nX = [1, 1 + 1]\nk = K()",
        "other.py": "import lib\nfrom pipe import f",
    }
    assert project.digest(files) == project.digest(files, "other:f")


def test_closures_and_defaults_count_by_value(project):
    source = """
        import functools
        def plain(x): return x
        def make(n, path=None):
            def inner(m=n): return n, path
            return inner
        one, same, two, path, other = make(1), make(1), make(2), make(1, "/a"), make(1, "/b")
        part, apart = functools.partial(plain, 1), functools.partial(plain, 2)
    """
    names = ("one", "same", "two", "path", "other", "part", "apart")
    one, same, *others = (project.digest(source, f"pipe:{name}") for name in names)
    assert one == same
    assert len({one, *others}) == 6


def test_wrappers_count(project):
    source = """
        import functools
        def times(n):
            def decorate(f):
                @functools.wraps(f)
                def wrapper(): return n * f()
                return wrapper
            return decorate
        @times(2)
        def f(): return 1
    """
    changes = [("times(2)", "times(3)"), ("n * f()", "n + f()"), ("return 1", "return 0")]
    digests = {project.digest(source.replace(*change)) for change in changes}
    assert len({project.digest(source), *digests}) == 4


def test_values_read_from_a_file_of_the_project_count_by_value(project):
    source = "import json\nwith open('settings.json') as s: X = json.load(s)\ndef f(): return X"
    digests = [
        project.digest({"pipe.py": source, "settings.json": text})
        for text in ('{"a": 1}', '{"a": 2}', '{ "a":1 }')
    ]
    assert digests[0] == digests[2] != digests[1]


def test_state_that_functions_change_counts_by_its_source(project):
    source = """
        SEEN = [1]
        def f(): SEEN.append(2)
        def touch(): f()
    """
    files = {"pipe.py": source, "other.py": "import pipe\npipe.touch()\nfrom pipe import f"}
    assert project.digest(source) == project.digest(files, "other:f")
