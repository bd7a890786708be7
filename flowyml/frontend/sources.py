"""All source files of a project that running a pipeline's steps can import.

The source digest covers the pieces of code that a function reaches; a worker imports whole modules,
with all that these import. So here every module counts that any statement of a reached one names.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from flowyml.frontend.dependencies import own_functions
from flowyml.frontend.digest_imports import IMPORTS, Imports, dynamic_keys
from flowyml.frontend.digest_modules import Source, source
from flowyml.frontend.digest_project import Project, own_name, real_function
from flowyml.frontend.digest_scope import Uses
from flowyml.frontend.project import project_root
from flowyml.frontend.trace import functions, import_roots
from flowyml.frozen import dataclass

if TYPE_CHECKING:
    from flowyml.api.pipeline import Pipeline


@dataclass(frozen=True, kw_only=True)
class Sources:
    """The source files of a project that a pipeline needs.

    Attributes:
        root: the project's folder.
        files: the file of each module, by its dotted name.
        roots: the folders that the modules are imported from.
        foreign: the dotted names that they import from outside of the project.
    """

    root: Path
    files: dict[str, Path]
    roots: tuple[Path, ...]
    foreign: frozenset[str]


def sources(pipeline: Pipeline) -> Sources:
    """Find the source files of a pipeline.

    Raises:
        ValueError: the pipeline was not made in a file.
    """
    walk = _Walk(import_roots(pipeline)[1])
    if pipeline.place is not None and pipeline.place.file is not None:
        walk.start(own_name(pipeline.place.module), pipeline.place.file)
    for step in functions(pipeline).values():
        for function in own_functions(step):
            if real := real_function(function):
                space = real.__globals__
                walk.start(own_name(str(space.get("__name__", ""))), space.get("__file__"))
    return walk.found()


class _Walk:
    """Goes from module to module, each once."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._files: dict[str, Path] = {}
        self._foreign: set[str] = set()

    def start(self, module: str, file: str | None) -> None:
        """Add a module, and what it leads to, within its own project."""
        if not file or not module or module in self._files or not Path(file).is_file():
            return
        project = Project.around(module, file, project_root(Path(file)))
        waiting = [module]
        while waiting:
            name = waiting.pop()
            if name in self._files or (found := project.file(name)) is None:
                continue
            self._files[name] = Path(found).resolve()
            waiting += self._named(source(name, found), project)
            if "." in name:  # importing it imports the packages around it
                waiting.append(name.rpartition(".")[0])

    def found(self) -> Sources:
        """Give what was found, in a stable order."""
        files = dict(sorted(self._files.items()))
        roots = dict.fromkeys(_import_root(name, file) for name, file in files.items())
        return Sources(
            root=self._root.resolve(),
            files=files,
            roots=tuple(sorted(roots)),
            foreign=frozenset(self._foreign),
        )

    def _named(self, found: Source, project: Project) -> Iterator[str]:
        """Name the project's modules that the statements of a module import."""

        def known(module: str) -> Source | None:
            file = project.file(module)
            return source(module, file) if file else None

        imports, calls = Imports(found, known), list[ast.Call]()
        for statement in found.statements:
            for node in ast.walk(statement):
                if isinstance(node, IMPORTS):
                    yield from (module for module, _ in imports.of_statement(node))
                elif isinstance(node, ast.Call):
                    calls.append(node)
        yield from (module for module, _ in dynamic_keys(Uses(calls=calls), imports))
        self._foreign |= imports.foreign


def _import_root(module: str, file: Path) -> Path:
    depth = module.count(".") + (file.stem == "__init__")
    return file.parents[depth]
