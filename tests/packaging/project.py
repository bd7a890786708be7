"""What the tests of this folder look at: the project's files and their imports."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PIPELINE = """
from flowyml import Pipeline, context, step

@step(outputs=["number"])
def make(start: int):
    return start

@step(inputs=["number"])
def show(number):
    print(number)

pipeline = Pipeline("light", context=context(start=1)).add_step(make).add_step(show)
"""
SOURCE_ROOTS = (ROOT, ROOT / "backends", ROOT / "templates")
PACKAGES = (
    ROOT / "flowyml",
    ROOT / "backends/flowyml_local",
    ROOT / "backends/flowyml_airflow",
    ROOT / "backends/flowyml_kubeflow",
    ROOT / "templates/flowyml_templates",
)


def tracked_files() -> list[Path]:
    """Every file that is, or is about to be, committed."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    return sorted(ROOT / name for name in set(listing.split("\0")) if (ROOT / name).is_file())


def shipped() -> set[str]:
    """Every tracked file of every package, by its path in a wheel."""
    return {
        path.relative_to(package.parent).as_posix()
        for path in tracked_files()
        for package in PACKAGES
        if package in path.parents
    }


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command that succeeds, and give what it printed."""
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def built_wheel(source: Path, folder: Path) -> Path:
    """Build the wheel of a folder with a `pyproject.toml` into another one."""
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=source)
    (path,) = folder.glob("*.whl")
    return path


def modules() -> dict[str, Path]:
    """Every module that is shipped, by its import name."""
    found = {}
    for package in PACKAGES:
        for path in sorted(package.rglob("*.py")):
            parts = path.relative_to(package.parent).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


class Import(NamedTuple):
    """One imported module, and whether importing the importer imports it too."""

    name: str
    line: int
    at_import: bool


def imports(path: Path) -> list[Import]:
    """Every import of a file, in functions and for type checkers too (those not `at_import`)."""
    return list(_walk(ast.parse(path.read_text(encoding="utf-8")), at_import=True))


def _walk(node: ast.AST, *, at_import: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (Import(alias.name, child.lineno, at_import) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            assert child.level == 0, f"relative import in line {child.lineno}"
            for alias in child.names:
                yield Import(f"{child.module}.{alias.name}", child.lineno, at_import)
        else:
            yield from _walk(child, at_import=at_import and not _is_deferred(child))


def _is_deferred(node: ast.AST) -> bool:
    if isinstance(node, ast.If):
        return ast.unparse(node.test).endswith("TYPE_CHECKING")
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
