"""Commands as a reader of the documentation types them."""

from __future__ import annotations

import os
import shlex
import sys
import tempfile
from pathlib import Path
from typing import IO, NamedTuple

from tests.warm import Warm

SCRIPT = Path(sys.executable).with_name("flowyml")
PRINTED = {"NO_COLOR": "1", "COLUMNS": "100", "PYTHONUTF8": "1"}
"""What makes the output of a command fit on a page."""
LOADED = (
    *("flowyml.cli.check", "flowyml.cli.compile", "flowyml.cli.run", "flowyml.cli.runs"),
    *("flowyml.engine.run", "flowyml.storage.records_database"),
    *("flowyml_airflow", "flowyml_kubeflow"),
)
_OF_A_SHELL = frozenset("|&;<>$`*?~(){}[]\\")


class Done(NamedTuple):
    """What became of a command."""

    code: int
    out: str
    err: str


def call(warm: Warm, words: list[object], *, cwd: Path, env: dict[str, str], **files: int) -> Done:
    """Run a command of this Python, and keep what it prints."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        code = warm.call(words, cwd=cwd, env=env, stdout=out, **{"stderr": err, **files})
        return Done(code, _read(out), _read(err))


def type_in(command: str, warm: Warm, cwd: Path, **files: int) -> Done:
    """Run a line of a session as a shell does; `flowyml` and `python` are those of this Python."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = os.environ | {"PATH": path} | PRINTED
    words: list[object] = ["bash", "-c", command]
    if not _OF_A_SHELL & {*command}:
        first, *rest = shlex.split(command)
        known = {"flowyml": [sys.executable, SCRIPT], "python": [sys.executable]}
        if first in known and rest[:1] != ["-c"]:
            words = [*known[first], *rest]
    return call(warm, words, cwd=cwd, env=env, **files)


def _read(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace").replace(os.linesep, "\n")
