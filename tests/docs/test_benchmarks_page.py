"""The page on benchmarks names every row that `make bench` prints, and what is promised of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.docs.generated import ROOT

PAGE = ROOT / "docs" / "benchmarks.md"


def test_every_row_is_there_with_what_it_may_be():
    said = {cells[0]: cells[2] for cells in _table()}
    printed = dict(_printed())
    assert set(said) == set(printed)
    for row, most in printed.items():
        if most is not None:
            assert said[row].split(" ")[0] == f"{most:g}", row


def _table() -> Iterator[list[str]]:
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and cells[0] != "row":
            yield cells


def _printed() -> Iterator[tuple[str, float | None]]:
    """Read the rows out of the source: their names, `…` for what varies, and their limits."""
    for file in (ROOT / "tests" / "benchmarks").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="Row"), args=[what, _, _, most]):
                    yield _name(what), _number(most)
                case ast.Call(func=ast.Name(id="Row"), args=[what, *_]):
                    yield _name(what), None
                case ast.Call(func=ast.Name(id="Measured"), args=[what, _, most]):
                    yield _name(what), _number(most)


def _name(node: ast.expr) -> str:
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    texts = [str(part.value) if isinstance(part, ast.Constant) else "…" for part in parts]
    return "".join(texts).strip()


def _number(node: ast.expr) -> float | None:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        return ast.literal_eval(node.left) / ast.literal_eval(node.right)
    return node.value if isinstance(node, ast.Constant) else None
