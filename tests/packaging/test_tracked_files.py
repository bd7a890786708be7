"""What must not be in the project's files, and how long they may be."""

from __future__ import annotations

import ast
import itertools
import re
from pathlib import Path
from statistics import median

from tests.packaging.project import ROOT, modules, tracked_files

# Spelt in two parts, so that this file does not contain what it looks for.
MACHINE_PATHS = re.compile(r"(?<![\w.])/" + r"(?:root|home/\w+|Users/\w+|work|var/folders)/\w")
REGISTRIES = re.compile(
    r"--(?:extra-)?index" + r"-url|(?:extra-)?index" + r"-url\s*=|"
    r"https?://[^\s/]*" + r"(?:pypi|npmjs|pythonhosted|artifactory|devpi|nexus|proxy\.golang)"
)
MOST_LINES = 400
TEXT = {".py", ".md", ".toml", ".txt", ".yaml", ".yml", ".json", ".jinja", ".sh", ".cfg", ""}


def _texts() -> list[tuple[str, str]]:
    return [
        (str(path.relative_to(ROOT)), path.read_text(encoding="utf-8"))
        for path in tracked_files()
        if path.suffix in TEXT
    ]


def test_no_path_of_a_machine_and_no_registry_address_is_written_down() -> None:
    assert [
        f"{name}:{number}: {line.strip()}"
        for name, text in _texts()
        for number, line in enumerate(text.splitlines(), 1)
        if MACHINE_PATHS.search(line) or REGISTRIES.search(line)
    ] == []


def test_nothing_is_left_to_do_later() -> None:
    mark = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X|Not" + r"ImplementedError)\b")
    assert [name for name, text in _texts() if name.endswith(".py") and mark.search(text)] == []


def test_files_stay_short() -> None:
    lengths = {name: len(text.splitlines()) for name, text in _texts() if name.endswith(".py")}
    assert {name: length for name, length in lengths.items() if length > MOST_LINES} == {}


def test_functions_stay_short() -> None:
    lengths = dict(itertools.chain.from_iterable(map(_functions, modules().values())))
    assert median(lengths.values()) <= 10
    assert {name: lines for name, lines in lengths.items() if lines > 40} == {}


def test_templates_only_lay_out() -> None:
    templates = [path for path in tracked_files() if path.suffix == ".jinja"]
    assert {t.name: n for t in templates if (n := len(t.read_text().splitlines())) >= 60} == {}


def test_every_package_says_that_it_is_typed() -> None:
    packages = {path.parents[len(name.split(".")) - 1] for name, path in modules().items()}
    roots = {p for p in packages if p.name.startswith("flowyml")}
    assert [p.name for p in roots if not (p / "py.typed").is_file()] == []


def _functions(path: Path) -> list[tuple[str, int]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        (f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", _lines(node))
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    ]


def _lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end, without the docstring."""
    assert function.end_lineno is not None
    total = function.end_lineno - function.lineno + 1
    if ast.get_docstring(function) is None:
        return total
    text = function.body[0]
    assert text.end_lineno is not None
    return total - (text.end_lineno - text.lineno + 1)
