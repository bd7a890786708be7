"""Run the examples of the page that specifies flowyml, word for word.

Each stands in `examples/` as it is printed. What the page leaves out around it, a test gives by
name: `example("08_basic_execution", pipeline=…)`.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import flowyml

EXAMPLES = Path(__file__).parent / "examples"
IMPORTED = ("Pipeline", "context", "step", "Dataset", "Model")
"""What the page imports once, and then goes on using."""

Example = Callable[..., ModuleType]


@pytest.fixture
def example(tmp_path, monkeypatch) -> Example:
    """Give a function that runs an example in a module, in a folder of its own.

    `only` is "good" or "bad" where an example shows both; `filled_in` says what is written for what
    the page leaves open; `before` is text to stand before it, where other processes are to find
    what is given.
    """
    monkeypatch.chdir(tmp_path)

    def run(
        name: str,
        *,
        only: str | None = None,
        filled_in: Mapping[str, str] = {},
        before: str = "",
        **given: Any,
    ) -> ModuleType:
        text = (EXAMPLES / f"{name}.py").read_text(encoding="utf-8")
        text = before + _part(text, only)
        for printed, meant in filled_in.items():
            assert printed in text
            text = text.replace(printed, meant)
        file = tmp_path / f"{name.partition('_')[2]}.py"
        file.write_text(text, encoding="utf-8")
        monkeypatch.delitem(sys.modules, file.stem, raising=False)
        spec = importlib.util.spec_from_file_location(file.stem, file)
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        vars(module).update({each: getattr(flowyml, each) for each in IMPORTED}, **given)
        monkeypatch.setitem(sys.modules, file.stem, module)
        spec.loader.exec_module(module)
        return module

    return run


def _part(text: str, only: str | None) -> str:
    """Cut an example at its "bad" half, and keep one of the two."""
    good, mark, bad = text.partition("# ❌ Bad")
    return {None: text, "good": good, "bad": mark + bad}[only]
