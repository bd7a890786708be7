"""Projects made for one test, loaded in this process and forgotten afterwards."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

import pytest

from flowyml.frontend import loader
from flowyml.frontend.digest import source_digest
from flowyml.frontend.loader import load_entrypoint, load_file
from flowyml.frontend.project import working_directory


class Project:
    """Files of a project, below a folder that a `flowyml.yaml` marks."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self._count = 0

    def write(self, files, *, root="."):
        """Write files; the text may be indented."""
        root = self.folder / root
        for name, text in {"flowyml.yaml": "", **files}.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text), encoding="utf-8")
        return root

    def load(self, files, name="pipe.py"):
        return load_file(self.write(files) / name)

    def digest(self, files, entrypoint="pipe:f"):
        """Digest a function of a project of its own, in a folder of its own."""
        if isinstance(files, str):
            files = {"pipe.py": files}
        self._count += 1
        root = self.write(files, root=f"{self._count}")
        module = entrypoint.partition(":")[0].replace(".", "/")
        with working_directory(root):
            load_file(root / f"{module}.py")
        function = load_entrypoint(entrypoint)
        digest = source_digest(getattr(function, "function", function), root)
        self.forget()
        return digest

    def forget(self):
        for name, module in list(sys.modules.items()):
            if self._holds(getattr(module, "__file__", None) or _folder(module)):
                del sys.modules[name]
        sys.path[:] = [path for path in sys.path if not self._holds(path)]

    def _holds(self, path):
        return str(path or "").startswith(str(self.folder))


def _folder(module):
    return next(iter(getattr(module, "__path__", ())), None)


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.setattr(loader, "_SCRIPT_FOLDERS", {})
    made = Project(tmp_path)
    yield made
    made.forget()
