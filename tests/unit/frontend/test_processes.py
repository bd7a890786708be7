"""The same names and digests in every process: run as a script, loaded, on another Python."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[3]

REPORT = """
import json
from flowyml.frontend.digest import reached_distributions, source_digest
from flowyml.frontend.entrypoints import load_function
from flowyml.frontend.loader import alias_main, load_file
from flowyml.frontend.project import project_root
from pathlib import Path

def report(functions, root):
    print(json.dumps({name: source_digest(f, root) for name, f in functions.items()}))
"""

PIPE = '''
from __future__ import annotations
import dataclasses
import enum
import helpers
from flowyml import step
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

HERE = __file__
LIMITS = {"a": [1, 2.5, None], "b": ("é", b"\\xff", {3, 1, 2}), "\\U0001fae8": 10**5000}

class Kind(enum.Enum):
    A = "a"

@dataclasses.dataclass(frozen=True)
class Setting:
    kind: Kind
    rate: float = 0.1

    def scaled(self):
        """Scale."""
        return self.rate * LIMITS["a"][1]

SETTING = Setting(Kind.A)
LETTERS = list({"a", "b", "c", "d", "e"})

@step(outputs=["x"])
async def f(a: Mapping[str, int], /, b: int = -1, *c, d=f"{1!r:>{2}}x" "y", **e) -> int:
    """Document."""
    try:
        with open(HERE) as one, open(HERE) as two:
            pass
    except (OSError, ValueError) as error:
        raise error from None
    match a:
        case {"k": [first, *rest], **others} if first:
            return rest
        case Setting(kind=k) | [k, -1]:
            return k
    async for x in b:
        await {**a, 0xFF: (y := x), "ﬁ": [z for z in x if (lambda q=1: q)(z)]}, 1_000.5e3j, ...
    global G
    G = SETTING.scaled() if not a else helpers.clean(1)[::2, ...]
    f"{a=} {b:%Y}" "" f"{c}"

@step
def g(x):
    return LETTERS, helpers.clean(x) + sum(LIMITS["a"][:1])
'''
HELPERS = (
    "def clean(x):\n    '''Clean.'''\n    return [x, SCALE]\nSCALE = {'k': 1}\nSCALE['l'] = 2\n"
)


@pytest.fixture
def script(project):
    files = {"flows/pipe.py": PIPE, "flows/helpers.py": HELPERS}
    return project.write(files) / "flows/pipe.py"


def run(*arguments, python=sys.executable, cwd=None, **environment):
    clean = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    done = subprocess.run(
        [python, *map(str, arguments)],
        env={**clean, "PYTHONPATH": str(CHECKOUT), **environment},
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def loaded(script, **options):
    code = f"{REPORT}\nm = load_file({str(script)!r}).module\n"
    code += "report({n: getattr(m, n).function for n in 'fg'}, project_root(Path(m.__file__)))"
    return run("-c", code, **options)


def pythons():
    """Find the other Pythons of this machine that flowyml supports."""
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for minor in range(10, 14):
        found = sorted(versions.glob(f"3.{minor}.*/bin/python"))
        if python := next(iter(found), None) or shutil.which(f"python3.{minor}"):
            yield f"3.{minor}", str(python)


def test_every_supported_python_gives_the_same_digest(script):
    others = {
        version: loaded(script, python=python)
        for version, python in pythons()
        if version != f"{sys.version_info[0]}.{sys.version_info[1]}"
    }
    if not others:
        pytest.skip("no other supported Python on this machine")
    assert others == dict.fromkeys(others, loaded(script))


def test_hash_seed_folder_and_locale_do_not_matter(script, tmp_path):
    found = [
        loaded(script, PYTHONHASHSEED="1"),
        loaded(script, PYTHONHASHSEED="2", cwd=tmp_path, LC_ALL="C", TZ="Asia/Tokyo"),
        loaded(Path(os.path.relpath(script, "/")), cwd="/"),
    ]
    assert found[0] == found[1] == found[2]


MAIN = """
if __name__ == "__main__":
    import sys
    from flowyml.frontend.loader import load_entrypoint, load_module, main_module_name

    root = project_root(Path(__file__))
    assert main_module_name() == ("flows.pipe", root)
    assert alias_main() == "flows.pipe"
    assert load_file(__file__).module is load_module("__main__").module is sys.modules["__main__"]
    assert load_entrypoint("flows.pipe:f") is f
    report({"f": f.function, "g": g.function}, root)
"""


def test_a_script_has_the_digests_and_names_that_it_has_when_loaded(script):
    script.write_text(PIPE + REPORT + MAIN, encoding="utf-8")
    assert run(script) == loaded(script)


def test_a_script_that_is_no_module_runs_and_cannot_travel(project):
    source = """
from flowyml.frontend.entrypoints import describe_function
from flowyml.frontend.loader import alias_main
def f(): return 1
assert alias_main() is None
found = describe_function(f)
import json
print(json.dumps([found.entrypoint, found.problem, found.span.file]))
"""
    script = project.write({"my-flow.py": source}) / "my-flow.py"
    problem = "it is in 'my-flow.py', and that cannot be a module's name"
    assert run(script) == ["__main__:f", problem, "my-flow.py"]


WORKER = REPORT + "report({n: load_function(f'flows.pipe:{n}') for n in 'fg'}, Path(ROOT))"


def worker(folder, root=".", look=""):
    code = f"ROOT = {str(root)!r}\n{WORKER}{look}"
    return run("-c", code, PYTHONPATH=f"{CHECKOUT}{os.pathsep}{folder}")


def test_a_worker_without_the_projects_markers_finds_the_same_source(script, tmp_path):
    image = tmp_path / "image"
    script.write_text(
        f"{PIPE}\n\nDATA = '{image}/data.csv'\n@step\ndef g(): return DATA\n", "utf-8"
    )
    shutil.copytree(script.parents[1], image)
    (image / "flowyml.yaml").unlink()
    assert worker(image, root="/nowhere") == loaded(script)


def test_an_installed_project_has_the_digests_of_its_checkout(project, tmp_path):
    pipe = PIPE.replace("import helpers", "from . import helpers")
    files = {
        "src/flows/__init__.py": "",
        "src/flows/pipe.py": pipe,
        "src/flows/helpers.py": HELPERS,
    }
    root = project.write(files)
    site = tmp_path / "env/lib/site-packages"
    shutil.copytree(root / "src/flows", site / "flows")
    assert worker(site, root=site) == loaded(root / "src/flows/pipe.py")


def test_workers_need_no_pydantic(script):
    """A worker loads a function and compares its digest with the standard library alone."""
    look = "\nimport sys\nprint(json.dumps([n for n in sys.modules if 'pydantic' in n]))"
    assert worker(script.parents[1], look=look) == []


def test_distributions_are_named_and_python_itself_is_not(project):
    source = (
        "import json, yaml\nfrom click import echo as e\nimport lib\ndef f(): return json, e, lib.g"
    )
    lib = (
        "def g():\n  import rich.table\n  return yaml\nimport yaml as y\nyaml = y\nimport jinja2\n"
    )
    module = project.load({"pipe.py": source, "lib.py": lib}).module
    from flowyml.frontend.digest import reached_distributions

    assert reached_distributions(module.f, project.folder) == ("click", "rich", "yaml")
