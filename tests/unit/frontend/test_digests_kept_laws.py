"""Whatever is done to a project: a kept digest is the one that would be made anew, or not used."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

Files = Mapping[str, str | None]
"""What to write where in a project; None removes it, `->` makes a link."""

PATH = ("", "lib", "site-packages")
CLOCK = itertools.count(1_700_000_000)


@pytest.fixture(scope="module")
def ask() -> Iterator[Callable[..., Any]]:
    """Ask in a fresh process; the answer is None if the project cannot be imported."""
    server = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("forked.py"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": ""},
    )
    assert server.stdin
    assert server.stdout
    reading, writing = server.stdout, server.stdin

    def put(
        folder: Path, *asks: tuple[str, Files], path: Sequence[str] = PATH, module: str = "pipeline"
    ) -> Any:
        places = [str(folder / name) for name in path]
        question = {"folder": str(folder), "path": places, "module": module, "asks": asks}
        print(json.dumps(question), file=writing, flush=True)
        return json.loads(reading.readline())

    yield put
    writing.close()
    assert server.wait() == 0
    reading.close()


def write(folder: Path, files: Files) -> None:
    """Write files, each at another second: Python compares no less for its bytecode."""
    for name, text in files.items():
        file = folder / name
        if file.is_dir() and not file.is_symlink():
            shutil.rmtree(file)
        file.unlink(missing_ok=True)
        if text is None:
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        if text.startswith("->"):
            file.symlink_to(text.removeprefix("->"))
            continue
        file.write_text(text)
        now = next(CLOCK)
        os.utime(file, (now, now))


STEP = "def work(x):\n    return {}\n"
PIPELINES = st.sampled_from(
    [
        "import one\n" + STEP.format("one.f(x)"),
        "from one import f as g\n" + STEP.format("g(x)"),
        "from one import *\n" + STEP.format("f(x)"),
        "import one\nVALUE = one.f\n" + STEP.format("VALUE"),
        "import one\n@one.f\n" + STEP.format("1"),
        "import one, two\nif one.f:\n    VALUE = two\n" + STEP.format("VALUE"),
        "try:\n    from one import two\nexcept ImportError:\n    two = None\n" + STEP.format("two"),
        "import one\ndef work(x: one.f = one.f, *, y=one.f):\n    return x\n",
        "def work(x):\n    from one import two\n    import two as other\n    return two, other\n",
        "def work(x):\n    import importlib\n    return importlib.import_module('one.two')\n",
        "import one\ndef other(n):\n    return lambda x: (x, n, one.f)\nwork = other(one)\n",
        "import functools, one\nwork = functools.partial(one.f, 1)\n",
        "import one\nclass Work:\n    def __call__(self, x):\n        return one\nwork = Work()\n",
    ]
)
MODULES = st.sampled_from(
    [
        "f = 1\n",
        "f = 2\n",
        "def f(x):\n    return x\n",
        "def f(x):\n    return [x]\n",
        "class f:\n    a = 1\n",
        "class Box:\n    a = 1\nf = Box()\n",
        "class Box:\n    a = 2\nf = Box()\n",
        "import enum\nclass Kind(enum.Enum):\n    A = 3\nf = Kind.A\n",
        "from two import f\n",
        "from two import *\n",
        "from . import two\nfrom .two import f\n",
        "import two\ndef f(x):\n    return two.f\n",
        "import sys, two\nsys.modules['one'] = two\nf = 4\n",
        "import two\ntwo.f = 5\nf = two.f\n",
        "f = lambda x: x\ntwo = {'a': f}\n",
        "f = {}\ndef put(x):\n    f[x] = 1\nput(1)\n",
        "__path__ = [__file__.rpartition('/site-packages')[0] + '/lib/one']\nf = 6\n",
    ]
)
EDITS = st.one_of(
    st.tuples(st.just("pipeline.py"), PIPELINES),
    st.tuples(
        st.sampled_from(
            [
                f"{folder}{name}"
                for folder in ("", "lib/", "site-packages/")
                for name in ("one.py", "two.py", "one/__init__.py", "one/two.py")
            ]
        ),
        st.one_of(MODULES, MODULES, st.none()),
    ),
)


@settings(max_examples=50)
@given(pipeline=PIPELINES, one=MODULES, two=MODULES, edits=st.lists(EDITS, min_size=1, max_size=4))
def test_a_kept_digest_is_the_one_that_would_be_made_anew(
    ask: Callable[..., Any], pipeline: str, one: str, two: str, edits: list[tuple[str, str | None]]
) -> None:
    start = {"pyproject.toml": "", "pipeline.py": pipeline, "lib/one.py": one, "lib/two.py": two}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place).resolve()
        for files in (start, *({name: text} for name, text in edits)):
            write(folder, files)
            told = ask(folder, ("work", {}))
            assert told is None or told[0][1] is True


EXTRA = "try:\n    import {0}\nexcept ImportError:\n    {0} = None\n"
METADATA = "Name: acme\nVersion: 1\n"
CASES: dict[str, tuple[Sequence[Files], Mapping[str, Any]]] = {
    "a part of a package that lies outside comes into the project": (
        (
            {
                "pipeline.py": "import acme\ntry:\n    from acme import other\n"
                "except ImportError:\n    other = None\n" + STEP.format("other"),
                "site-packages/acme/__init__.py": "import pkgutil\n"
                "__path__ = pkgutil.extend_path(__path__, __name__)\n",
                "lib/acme/__init__.py": "",
            },
            {"lib/acme/other.py": "X = 1\n"},
            {"lib/acme/other.py": "X = 2\n"},
        ),
        {"path": ("", "site-packages", "lib")},
    ),
    "a distribution elsewhere brings more of the project": (
        (
            {
                "site-packages/acme.py": EXTRA.format("more") + STEP.format("more"),
                "site-packages/acme-1.dist-info/METADATA": METADATA,
                "site-packages/acme-1.dist-info/top_level.txt": "acme\n",
                "user/site-packages/more.py": "X = 1\n",
            },
            {
                "user/site-packages/acme-1.dist-info/METADATA": METADATA,
                "user/site-packages/acme-1.dist-info/top_level.txt": "acme\nmore\n",
            },
            {"user/site-packages/more.py": "X = 2\n"},
        ),
        {"path": ("site-packages", "user/site-packages"), "module": "acme"},
    ),
    "another release at the same place": (
        (
            {
                "one/pipeline.py": "import parts\n" + STEP.format("parts.f(x)"),
                "one/parts.py": "def f(x):\n    return 1\n",
                "two/pipeline.py": "import parts\n" + STEP.format("parts.f(x)"),
                "two/parts.py": "def f(x):\n    return 2\n",
                "now": "->one",
            },
            {"now": "->two"},
        ),
        {"path": ("now",)},
    ),
    "a value set from another module": (
        (
            {
                "pipeline.py": "import one, two\n" + STEP.format("one.f"),
                "one.py": "f = 1\n",
                "two.py": "import one\none.f = 2\n",
            },
            {"two.py": "import one\none.f = 3\n"},
            {"two.py": "import one\ndel one.f\n"},
        ),
        {},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_each_of_these_is_seen(ask: Callable[..., Any], tmp_path: Path, case: str) -> None:
    states, options = CASES[case]
    for number, files in enumerate(({"pyproject.toml": "", **states[0]}, {}, *states[1:])):
        write(tmp_path, files)
        assert ask(tmp_path, ("work", {}), **options) == [[number == 1, True]]


def test_what_changed_while_a_process_ran_is_not_kept(
    ask: Callable[..., Any], tmp_path: Path
) -> None:
    text = "def shared():\n    import later\n    return later\n"
    text += STEP.format("shared()") + STEP.format("[shared()]").replace("work", "other")
    write(tmp_path, {"pyproject.toml": "", "pipeline.py": text})
    ask(tmp_path, ("work", {}), ("other", {"later.py": "X = 1\n"}))
    assert ask(tmp_path, ("other", {})) == [[False, True]]
    assert ask(tmp_path, ("other", {})) == [[True, True]]


def test_of_a_module_that_was_edited_no_more_is_kept(
    ask: Callable[..., Any], tmp_path: Path
) -> None:
    write(tmp_path, {"pyproject.toml": ""})
    for number in range(3):
        write(tmp_path, {"pipeline.py": "\n" * number + STEP.format("x")})
        ask(tmp_path, ("work", {}))
    (kept,) = tmp_path.rglob("*.flowyml")
    assert len(kept.read_text().splitlines()) == 2
