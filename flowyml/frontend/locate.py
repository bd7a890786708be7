"""Find the pipeline that a command line names."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from flowyml.diagnostics import CompileError, Diagnostic, UsageError, near

if TYPE_CHECKING:
    from flowyml.api.pipeline import Pipeline
    from flowyml.frontend.loader import LoadedModule


@dataclasses.dataclass(frozen=True)
class Located:
    """A pipeline, the variable that holds it, and the module that it was found in."""

    pipeline: Pipeline
    loaded: LoadedModule
    variable: str

    @property
    def source(self) -> str:
        """How the command line names it, from its project's folder."""
        return f"{_relative(self.loaded)}:{self.variable}"


def locate(spec: str) -> Located:
    """Load the module that is named and pick its pipeline.

    Args:
        spec: `path/to/file.py`, `package.module`, or either with `:name` after it. Without a name
            the module must bind exactly one pipeline; imported ones, and parts of others, count
            only if named.

    Raises:
        UsageError: no such file, module or name; says what is near.
        CompileError: the module cannot be imported (FML001), holds no pipeline (FML002) or
            several (FML003), or binds the name only after its run() (FML005).
    """
    target, name = _split(spec)
    loaded = _load(target)
    bound = _pipelines(loaded)
    variable = _named(loaded, name) if name else _only(loaded, bound, target)
    return Located(vars(loaded.module)[variable], loaded, variable)


def _split(spec: str) -> tuple[str, str | None]:
    """Take the name off, if what follows the last colon is one (a Windows drive's path is not)."""
    target, colon, name = spec.rpartition(":")
    return (target, name) if colon and target and name.isidentifier() else (spec, None)


def _load(target: str) -> LoadedModule:
    """Load in the project's folder, where steps run too, so that relative paths mean the same."""
    from flowyml.frontend.loader import load_file, load_module
    from flowyml.frontend.project import project_root, working_directory

    path = Path(target)
    if path.is_file():
        file = path.resolve()
        with working_directory(project_root(file)):
            return load_file(file)
    if path.suffix == ".py" or len(path.parts) > 1 or path.is_dir():
        raise UsageError(_no_file(path))
    if not all(part.isidentifier() for part in target.split(".")):
        raise UsageError(f"'{target}' is neither a file nor a module's name")
    with working_directory(project_root(Path.cwd() / "any")):
        return load_module(target)


def _no_file(path: Path) -> str:
    if path.is_dir():
        return f"'{path}' is a folder; name a file: {_files(path)}"
    folder = path.parent
    if not folder.is_dir():
        return f"there is no file '{path}': there is no folder '{folder}'"
    return f"there is no file '{path}'; {_files(folder, path.name)}"


def _files(folder: Path, name: str = "") -> str:
    hint = near(name, (each.name for each in folder.glob("*.py")))
    return hint or f"'{folder}' holds no Python file"


def _pipelines(loaded: LoadedModule) -> dict[str, Pipeline]:
    """Map variables to the pipelines bound at the module's top level, each pipeline once."""
    from flowyml.api.pipeline import Pipeline

    found: dict[str, Pipeline] = {}
    for name, value in vars(loaded.module).items():
        if isinstance(value, Pipeline) and not any(value is other for other in found.values()):
            found[name] = value
    return found


def _only(loaded: LoadedModule, bound: Mapping[str, Pipeline], target: str) -> str:
    imported = _imported(loaded, bound)
    own = _outermost({name: bound[name] for name in bound if name not in imported})
    if len(own) == 1:
        return own[0]
    if own:
        raise CompileError([_several(loaded, own, bound, target)])
    raise CompileError([_none(loaded, sorted(imported), target)])


def _outermost(bound: Mapping[str, Pipeline]) -> list[str]:
    """Leave out the pipelines that are parts of others, unless all of them are."""
    inner = {id(part) for pipeline in bound.values() for part in _parts(pipeline)}
    return [name for name, value in bound.items() if id(value) not in inner] or list(bound)


def _parts(pipeline: Pipeline) -> Iterator[Pipeline]:
    from flowyml.api.composition import SubPipeline

    for part in pipeline.parts:
        if isinstance(part, SubPipeline):
            yield part.pipeline


def _imported(loaded: LoadedModule, bound: Mapping[str, Pipeline]) -> frozenset[str]:
    """Name the variables whose pipeline an import statement brought, at any depth of the module."""
    from flowyml.frontend.digest_modules import source

    names = source(loaded.name, str(loaded.file)).imported
    found = {name for name in bound if name in names}
    if "*" in names:
        found.update(name for name in bound if _bound_elsewhere(bound[name], loaded.name))
    return frozenset(found)


def _bound_elsewhere(pipeline: Pipeline, module: str) -> bool:
    others = [value for name, value in sys.modules.items() if name != module]
    return any(value is pipeline for other in others for value in _values(other))


def _values(module: object) -> Iterator[object]:
    yield from list(getattr(module, "__dict__", {}).values())


def _several(
    loaded: LoadedModule, names: list[str], bound: Mapping[str, Pipeline], target: str
) -> Diagnostic:
    place = bound[names[0]].place
    return Diagnostic(
        code="FML003",
        message=f"{_relative(loaded)} holds {len(names)} pipelines: {', '.join(names)}",
        file=_relative(loaded),
        line=place.line if place and place.module == loaded.name else None,
        help=f"name one: {' or '.join(f'{target}:{name}' for name in names[:5])}",
    )


def _none(loaded: LoadedModule, imported: list[str], target: str) -> Diagnostic:
    if imported:
        hint = f"{', '.join(imported)} is imported from elsewhere; name it: {target}:{imported[0]}"
    elif loaded.ended_at is not None:
        hint = "loading ends at the run() call, so bind the pipeline to a variable before that line"
    else:
        hint = "bind one at the top level of the module: pipeline = Pipeline(…)"
    return Diagnostic(
        code="FML002",
        message=f"no variable at the top level of {_relative(loaded)} holds a flowyml.Pipeline",
        file=_relative(loaded),
        line=loaded.ended_at,
        help=hint,
    )


def _named(loaded: LoadedModule, name: str) -> str:
    from flowyml.api.pipeline import Pipeline
    from flowyml.frontend.loader import bound_after_end

    values = vars(loaded.module)
    if isinstance(values.get(name), Pipeline):
        return name
    if name in values:
        kind = type(values[name]).__name__
        raise UsageError(f"'{name}' in {_relative(loaded)} is no pipeline but of type {kind}")
    if bound_after_end(loaded, name):
        raise CompileError([_late(loaded, name)])
    known = [key for key, value in values.items() if isinstance(value, Pipeline)]
    hint = near(name, known) or "it holds no pipeline at all"
    raise UsageError(f"{_relative(loaded)} binds no '{name}'; {hint}")


def _late(loaded: LoadedModule, name: str) -> Diagnostic:
    return Diagnostic(
        code="FML005",
        message=f"{_relative(loaded)} binds '{name}' only after its run() call, where loading ends",
        file=_relative(loaded),
        line=loaded.ended_at,
        subject="run()",
        help="bind it above that line, or put the call under if __name__ == '__main__':",
    )


def _relative(loaded: LoadedModule) -> str:
    try:
        return loaded.file.relative_to(loaded.project_root).as_posix()
    except ValueError:
        return loaded.file.name
