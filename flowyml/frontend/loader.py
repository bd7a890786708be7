"""The one loader of user code: for the command line, the compilers and workers alike.

Rules: docs/semantics.md §0. A module is imported under its project name through Python's own import
system, and a module-level `Pipeline.run()` in it ends its loading without running anything.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import pkgutil
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

from flowyml.diagnostics import CompileError, UsageError, near
from flowyml.frontend.loading import ended_at, ending_runs
from flowyml.frontend.project import enclosing_project, in_package, module_name, project_root
from flowyml.frozen import dataclass

MAIN = frozenset({"__main__", "__mp_main__"})
_SCRIPT_FOLDERS: dict[Path, None] = {}


@dataclass(frozen=True, kw_only=True)
class LoadedModule:
    """A module of a user's, loaded.

    Attributes:
        name: the dotted name under which it is imported, here and on workers.
        module: the module itself, the one in `sys.modules`.
        file: its source, absolute.
    """

    name: str
    module: ModuleType
    file: Path

    @property
    def import_root(self) -> Path:
        """The folder on `sys.path` that it is found in."""
        return _import_root(self.name, self.file)

    @property
    def project_root(self) -> Path:
        """The folder that its places are given relative to."""
        return project_root(self.file)

    @property
    def ended_at(self) -> int | None:
        """The line whose `Pipeline.run()` ended its loading, or None."""
        return ended_at(self.module)


def load_file(path: str | Path) -> LoadedModule:
    """Load the module that a file holds. A second time it is the same module.

    Raises:
        UsageError: there is no such Python file.
        CompileError: FML001, it cannot be imported; the user's exception is its cause.
    """
    file = Path(path).resolve()
    if file.suffix != ".py" or not file.is_file():
        raise UsageError(f"there is no Python file '{path}'")
    name, root = module_name(file)
    alias_main()
    _search(root, first=True)
    with ending_runs():
        if name not in sys.modules:
            _refuse_taken(name, file)
        return LoadedModule(name=name, module=_import(name, file), file=file)


def load_module(name: str) -> LoadedModule:
    """Load a module by its dotted name.

    It is looked for on `sys.path`, then in the project around the working directory and its `src`.

    Raises:
        UsageError: there is no such module; says what is near.
        CompileError: FML001, it cannot be imported; the user's exception is its cause.
    """
    main = alias_main()
    if name in MAIN and main is None:
        raise UsageError("this process runs no file, so nothing in '__main__' can be imported")
    name = main if main and name in MAIN else name
    with ending_runs():
        file = _find(name)
        return LoadedModule(name=name, module=_import(name, file), file=file)


def load_entrypoint(entrypoint: str) -> Any:
    """Load what `module:qualname` names.

    Raises:
        UsageError: there is no such module, or nothing of that name in it; says what is near.
        CompileError: FML001, the module cannot be imported; the user's exception is its cause.
    """
    name, colon, qualname = entrypoint.partition(":")
    if not (name and colon and qualname):
        raise UsageError(f"'{entrypoint}' is not an entrypoint; write module:name")
    loaded = load_module(name)
    value: Any = loaded.module
    for part in qualname.split("."):
        if not hasattr(value, part):
            raise UsageError(_no_attribute(loaded, value, part, qualname))
        value = getattr(value, part)
    return value


def bound_after_end(loaded: LoadedModule, qualname: str) -> bool:
    """Tell whether a name is missing because it is bound after the `run()` that ended the loading.

    Only the first part of a dotted name counts.
    """
    from flowyml.frontend.digest_source import bindings, parse

    name = qualname.partition(".")[0]
    if loaded.ended_at is None or hasattr(loaded.module, name):
        return False
    end = loaded.ended_at
    units = bindings(parse(loaded.file.read_bytes())).get(name, ())
    return any(getattr(unit[-1], "end_lineno", 0) >= end for unit in units)


def main_module_name() -> tuple[str, Path] | None:
    """Give the name and import root of the module that `__main__` is.

    Returns:
        None if `__main__` has no source file of a usable name: a prompt, a notebook, a console
        script. No worker can import such a module.
    """
    source = getattr(sys.modules.get("__main__"), "__file__", None)
    return _name_of_main(source) if source else None


@functools.lru_cache(maxsize=8)
def _name_of_main(source: str) -> tuple[str, Path] | None:
    file = Path(source)
    if file.suffix != ".py" or not file.is_file():
        return None
    try:
        return module_name(file)
    except CompileError:
        return None


def alias_main() -> str | None:
    """Make `__main__` importable under its own name too, so that no second copy is loaded.

    Returns:
        That name, or None if it has none.
    """
    known = main_module_name()
    if known is None:
        return None
    sys.modules.setdefault(known[0], sys.modules["__main__"])
    return known[0]


def _import(name: str, file: Path) -> ModuleType:
    module = sys.modules.get(name)
    if module is None:
        _add_script_folder(file)
        _look_again(_import_root(name, file))
        try:
            module = importlib.import_module(name)
        except CompileError:
            raise
        except (Exception, SystemExit) as error:
            raise _failed(error, file, project_root(file)) from error
    source = getattr(module, "__file__", None)
    if source != str(file) and (found := _file(module)) != file:
        raise _taken(name, file, str(found or f"a built-in '{name}'"))
    return module


def _import_root(name: str, file: Path) -> Path:
    return file.parents[name.count(".") + (file.stem == "__init__")]


def _look_again(folder: Path) -> None:
    """Let imports see what was just written below a folder.

    Python lists every folder of `sys.path` again after `importlib.invalidate_caches()`.
    """
    known: dict[str, Any] = dict(sys.path_importer_cache)
    below = str(folder)
    for place, finder in known.items():
        if finder is None:  # it was no folder, and may be one now
            del sys.path_importer_cache[place]
        elif place.startswith(below):
            finder.invalidate_caches()


def _file(module: ModuleType) -> Path | None:
    source = getattr(module, "__file__", None)
    return Path(source).resolve() if source else None


def _refuse_taken(name: str, file: Path) -> None:
    """Refuse a module whose top-level name leads elsewhere (docs/semantics.md §0.2).

    Raises:
        CompileError: FML001.
    """
    top = name.partition(".")[0]
    if top in sys.stdlib_module_names:
        raise _taken(name, file, "the standard library's")
    homes = _homes(top)
    if homes and not any(file.is_relative_to(Path(home).resolve()) for home in homes):
        raise _taken(name, file, homes[0])


def _homes(top: str) -> list[str]:
    """Name the file or the folders that an import of a top-level name leads to."""
    module = sys.modules.get(top)
    if module is None or module.__spec__ is not None:
        importlib.invalidate_caches()
        return _origins(importlib.util.find_spec(top))
    file = getattr(module, "__file__", None)
    return [file] if file else []


def _origins(spec: ModuleSpec | None) -> list[str]:
    if spec is None:
        return []
    if spec.submodule_search_locations is not None:
        return list(spec.submodule_search_locations)
    return [spec.origin] if spec.origin else []


def _search(folder: Path, *, first: bool) -> None:
    if str(folder) not in sys.path:
        sys.path.insert(0 if first else len(sys.path), str(folder))


def _add_script_folder(file: Path) -> None:
    """Let a script import its neighbours, as `python file.py` does, after all else.

    Raises:
        CompileError: FML001, a module it imports is loaded from beside another script.
    """
    if in_package(file):
        return
    others = {folder for folder in _SCRIPT_FOLDERS if folder != file.parent}
    for name in _neighbours(file) if others else ():
        found = _file(sys.modules[name]) if name in sys.modules else None
        home = found.parent if found and found.stem != "__init__" else found and found.parents[1]
        if home in others:
            raise _taken(name, file.parent / name, str(found))
    _SCRIPT_FOLDERS[file.parent] = None
    _search(file.parent, first=False)


def _neighbours(file: Path) -> list[str]:
    """Name the modules beside a file that it imports."""
    from flowyml.frontend.digest_source import imported_names, parse

    try:
        names = imported_names(parse(file.read_bytes()))
    except (SyntaxError, ValueError):  # importing it will say so
        return []
    folder = file.parent
    return [name for name in names if _is_module(folder, name)]


def _is_module(folder: Path, name: str) -> bool:
    return (folder / f"{name}.py").is_file() or (folder / name / "__init__.py").is_file()


def _find(name: str) -> Path:
    """Find a module's source without executing it; its packages are imported.

    Raises:
        UsageError: there is no such module, or it has no source.
        CompileError: FML001, one of its packages cannot be imported.
    """
    if name in sys.modules:
        file = _file(sys.modules[name])
    else:
        spec = _spec(name) or _spec_in_project(name)
        if spec is None:
            raise UsageError(_no_module(name))
        file = Path(spec.origin).resolve() if spec.has_location and spec.origin else None
    if file is None:
        raise UsageError(f"the module '{name}' has no source file")
    return file


def _spec_in_project(name: str) -> ModuleSpec | None:
    root = enclosing_project(Path.cwd())
    for folder in (root / "src", root):
        if folder.is_dir():
            _search(folder, first=True)
    importlib.invalidate_caches()
    return _spec(name)


def _spec(name: str) -> ModuleSpec | None:
    try:
        return importlib.util.find_spec(name)
    except (Exception, SystemExit) as error:
        missing = error.name if isinstance(error, ModuleNotFoundError) else None
        if missing and f"{name}.".startswith(f"{missing}."):
            return None
        raise _failed(error, f"module '{name}'", enclosing_project(Path.cwd())) from error


def _failed(error: BaseException, what: Path | str, root: Path) -> CompileError:
    """Say why a module, or what it is in, cannot be imported."""
    from flowyml.frontend.load_errors import import_failed, relative

    named = relative(what, root) if isinstance(what, Path) else what
    return CompileError([import_failed(error, named, root)])


def _taken(name: str, file: Path, owner: str) -> CompileError:
    from flowyml.frontend.load_errors import name_taken

    return CompileError([name_taken(name, file, owner)])


def _no_module(name: str) -> str:
    parent, _, last = name.rpartition(".")
    module = sys.modules.get(parent)
    path = getattr(module, "__path__", None) if parent else sys.path[:1]
    siblings = [info.name for info in pkgutil.iter_modules(list(path or ()))]
    return f"there is no module '{name}'; {near(last, siblings) or 'is its folder on PYTHONPATH?'}"


def _no_attribute(loaded: LoadedModule, value: Any, part: str, qualname: str) -> str:
    from flowyml.frontend.load_errors import relative

    place = relative(loaded.file, loaded.project_root)
    known = [name for name in dir(value) if not name.startswith("__")]
    text = f"{place} binds no '{qualname}'"
    if bound_after_end(loaded, qualname):
        return (
            f"{text} before its run() call in line {loaded.ended_at}, where loading ends; "
            "bind it before that line"
        )
    hint = near(part, known)
    return f"{text}; {hint}" if hint else text
