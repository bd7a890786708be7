"""Asks for digests in fresh processes: forks of one that has loaded flowyml and no project.

Each line on standard input is a question in JSON, each on standard output its answer.
"""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from flowyml.frontend import digest, digest_functions, digest_kept, digest_modules
from flowyml.storage import distributions, files

LOADED_BEFORE = (digest_functions, distributions, files)


def answer(folder: str, path: list[str], module: str, asks: list[Any]) -> list[Any] | None:
    """Tell of each function whether a kept digest was used, and whether it is the one made anew.

    Args:
        folder: the project.
        path: where its modules are.
        module: that of the functions.
        asks: the name of each, and the files to write before it is asked for.
    """
    sys.path[:0] = path
    try:
        imported = import_module(module)
    except (ImportError, AttributeError, TypeError):  # no worker comes further either
        return None
    told = [ask(imported, name, Path(folder), edits) for name, edits in asks]
    digest_modules._SOURCES.clear()  # what follows is the first walk of all
    made = [anew(imported, name, Path(folder)) for name, _ in asks]
    return [[hit, here == true] for (hit, *here), (*true,) in zip(told, made, strict=True)]


def ask(module: ModuleType, name: str, root: Path, edits: dict[str, str]) -> tuple[Any, ...]:
    for file, text in edits.items():
        (root / file).write_text(text)
    function = getattr(module, name)
    found = digest_kept.find(function, root) is not None
    here = digest_kept.digest_here(function, root)
    return found, here, reach(here, function, root)


def anew(module: ModuleType, name: str, root: Path) -> tuple[Any, ...]:
    function = getattr(module, name)
    made = digest.source_digest(function, root)
    return made, reach(made, function, root)


def reach(made: str, function: Any, root: Path) -> digest_kept.Reach:
    found = digest.reach_of(made, function, lambda: root)
    digest_kept.KNOWN.clear()
    return found


def main() -> None:
    sys.dont_write_bytecode = False
    for line in sys.stdin:
        sys.stdout.flush()
        child = os.fork()
        if not child:
            print(json.dumps(answer(**json.loads(line))), flush=True)
            os._exit(0)
        if os.waitpid(child, 0)[1]:
            print(json.dumps("failed"), flush=True)


if __name__ == "__main__":
    main()
