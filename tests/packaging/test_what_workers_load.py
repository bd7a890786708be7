"""What a worker loads before the first step of its process: each module is time of every task."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

FILES = {
    "flowyml.yaml": "",
    "light.py": (
        "from flowyml import Pipeline, step\n\n"
        "@step(outputs=['number'])\n"
        "def make():\n    return 1\n\n"
        "pipeline = Pipeline('light').add_step(make)\n"
    ),
}
RUN = """
import sys
from types import SimpleNamespace
sys.path.insert(0, ".")
from flowyml_airflow.worker import run_step
task = SimpleNamespace(trigger_rule="all_success", outlets=[])
context = {
    "ti": SimpleNamespace(try_number=1, max_tries=0),
    "params": {}, "logical_date": __import__("datetime").datetime.now().astimezone(), "task": task,
}
from flowyml.frontend.loader import load_entrypoint
from flowyml.frontend.digest_kept import digest_here
from pathlib import Path
digest = sys.argv[1] if sys.argv[1:] else digest_here(
    load_entrypoint("light:make").function, Path.cwd()
)
run_step({"step": "light:make", "digest": digest, "outputs": ["number"]}, None, context)
print(digest)
print(*sorted(name for name in sys.modules if name.startswith("flowyml")))
print(*sorted(sys.modules))
"""
WORKER = {
    "flowyml",
    "flowyml.diagnostics",
    "flowyml.frontend",
    "flowyml.frontend.digest_kept",
    "flowyml.frontend.digest_project",
    "flowyml.frontend.loader",
    "flowyml.frontend.loading",
    "flowyml.frontend.project",
    "flowyml.frozen",
    "flowyml.runtime",
    "flowyml.runtime.binding",
    "flowyml.runtime.call",
    "flowyml.runtime.code",
    "flowyml.runtime.outcome",
    "flowyml.runtime.run",
    "flowyml.runtime.task",
    "flowyml.storage",
    "flowyml.storage.files",
    "flowyml.storage.serializers",
    "flowyml.storage.store",
    "flowyml_airflow",
    "flowyml_airflow.signals",
    "flowyml_airflow.worker",
}
USERS = {  # what `from flowyml import Pipeline, step` loads in the user's module
    "flowyml.api",
    "flowyml.api.between_runs",
    "flowyml.api.context",
    "flowyml.api.step",
    "flowyml.api.pipeline",
}
SLOW = {"cloudpickle", "difflib", "importlib.metadata", "pydantic", "yaml", "sysconfig"}


def ran(folder: Path, *arguments: str) -> tuple[str, set[str], set[str]]:
    """Run the step in a process of its own: its digest, our modules, and all modules."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    digest, ours, everything = done.stdout.splitlines()[-3:]
    return digest, set(ours.split()), set(everything.split())


def test_a_worker_loads_what_a_step_needs_and_no_more(tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    digest, _, _ = ran(tmp_path)
    _, ours, everything = ran(tmp_path, digest)
    assert ours == WORKER | USERS
    assert everything & SLOW == set()
