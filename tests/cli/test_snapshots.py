"""Snapshots of pipelines in files: the code is read from them again."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

TRAINING = '''
    """Train."""
    import colours
    import helpers
    from flowyml import Pipeline, context, step, when

    LIMIT = 10

    @when(lambda rows: len(rows) < LIMIT)
    @step(outputs=["model"])
    def train(rows):
        return helpers.fit(rows)

    @step(outputs=["rows"])
    def load(count: int):
        return [colours.RED] * count

    pipeline = Pipeline("training", context=context(count=3)).add_steps([load, train])
'''
HELPERS = "def fit(rows):\n    return len(rows)\n"
FREEZE = """
    from flowyml import freeze_pipeline
    from training import pipeline

    snapshot = freeze_pipeline(pipeline)
    snapshot.save("frozen.json")
    print(snapshot.snapshot_hash)
    print(dict(snapshot.dependencies)["colours"])
"""
VERIFY = """
    from flowyml import PipelineSnapshot
    print(PipelineSnapshot.load("frozen.json").verify())
"""
SCRIPT = """
    from flowyml import freeze_pipeline
    snapshot = freeze_pipeline(pipeline)
    assert snapshot.verify()
    later = Pipeline("later").add_step(load)
    assert freeze_pipeline(later).verify()
    print("verified")
"""
IN_ONE_PROCESS = """
    from pathlib import Path
    from flowyml import freeze_pipeline
    from training import pipeline

    snapshot = freeze_pipeline(pipeline)
    file = Path("{file}")
    file.write_text(file.read_text().replace({old!r}, {new!r}))
    print(snapshot.verify())
"""


CONDITION = "~ step train: condition 1 code  [behaviour]"


@pytest.fixture
def installed(tmp_path) -> Path:
    """A folder with a library in it, as pip installs one."""
    folder = tmp_path / "site-packages"
    install(folder, "1.0")
    return folder


def install(folder: Path, version: str) -> None:
    for old in folder.glob("colours-*/*"):
        old.unlink()
    info = folder / f"colours-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: colours\nVersion: {version}\n")
    (info / "top_level.txt").write_text("colours\n")
    (folder / "colours.py").write_text("RED = 'red'\n")


@pytest.fixture
def path(installed) -> dict[str, str]:
    """The environment in which that library is found."""
    return {"PYTHONPATH": os.pathsep.join([str(installed), os.environ.get("PYTHONPATH", "")])}


@pytest.fixture
def python(project, write, path):
    """Run a script in the project; gives its exit code, output and last lines of errors."""
    write("training.py", TRAINING)
    write("helpers.py", HELPERS)

    def run(script: str):
        return subprocess.run(
            [sys.executable, "-c", dedent(script)],
            cwd=project, env=os.environ | path, capture_output=True, text=True, check=False,
        )  # fmt: skip

    return run


def changes(done) -> list[str]:
    """The lines that tell what changed."""
    assert done.returncode == 1, done.stdout + done.stderr
    assert "SnapshotChangedError: the pipeline is not what was frozen" in done.stderr
    return [line for line in done.stderr.splitlines() if line.endswith("[behaviour]")]


@pytest.fixture
def frozen(python, project):
    done = python(FREEZE)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1] == "1.0"
    return done


def edit(file: Path, old: str, new: str) -> None:
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))


def test_a_later_process_verifies_it(frozen, python):
    assert (python(VERIFY).stdout, python(FREEZE).stdout) == ("True\n", frozen.stdout)


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("helpers.py", "len(rows)", "len(rows) + 1", ["~ step train: code  [behaviour]"]),
        ("training.py", "count=3", "count=4", ["~ parameter count: default: 3 → 4  [behaviour]"]),
        ("training.py", "LIMIT = 10", "LIMIT = 11", [CONDITION]),
        ("training.py", "import colours\n", "import colours\nimport yaml\n", []),
    ],
)  # fmt: skip
def test_what_was_edited_is_said(frozen, python, project, file, old, new, expected):
    edit(project / file, old, new)
    done = python(VERIFY)
    assert (changes(done) if expected else done.stdout) == (expected or "True\n")


def test_an_upgraded_library_is_said(frozen, python, installed):
    install(installed, "2.0")
    assert changes(python(VERIFY)) == ["~ dependency colours: version: 1.0 → 2.0  [behaviour]"]


def test_comments_and_layout_say_nothing(frozen, python, project):
    edit(project / "training.py", "@step", "# A comment.\n\n\n@step")
    edit(project / "helpers.py", "return len(rows)", "return  len( rows )  # how many")
    assert python(VERIFY).stdout == "True\n"


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("helpers.py", "len(rows)", "len(rows) + 1", ["~ step train: code  [behaviour]"]),
        ("training.py", "LIMIT = 10", "LIMIT = 11", [CONDITION]),
        ("training.py", "import helpers", "# A comment.\nimport helpers", []),
    ],
)  # fmt: skip
def test_the_process_that_froze_it_reads_the_files_again(python, project, file, old, new, expected):
    done = python(IN_ONE_PROCESS.format(file=file, old=old, new=new))
    assert (changes(done) if expected else done.stdout) == (expected or "True\n"), done.stderr


def test_a_value_that_the_script_set_is_no_change(python):
    """The seal is over the code in the files, whatever this process did to its variables."""
    done = python(
        """
        import training
        from flowyml import freeze_pipeline
        training.LIMIT = 99
        print(freeze_pipeline(training.pipeline).verify())
        """
    )
    assert done.stdout == "True\n", done.stderr


def test_a_file_that_cannot_be_imported_any_more(frozen, python, project):
    edit(project / "helpers.py", "def fit", "def def fit")
    done = python(VERIFY)
    assert done.returncode == 1
    assert "error[FML001]" in done.stderr


def test_what_cannot_be_loaded_anew_is_sealed_as_it_is(python, write):
    """A script may need arguments, or names that somebody put into its module."""
    write("script.py", "import sys\n\nassert sys.argv == ['-c']\nprint(1)\n" + dedent(TRAINING))
    done = python(
        """
        from flowyml import freeze_pipeline
        from script import pipeline
        snapshot = freeze_pipeline(pipeline)
        print(snapshot.code, snapshot.verify())
        """
    )
    assert (done.stdout, done.stderr) == ("1\nprocess True\n", "")


def test_a_script_that_freezes_its_own_pipeline_can_be_compiled(
    flowyml, write, project, python, path
):
    """The tutorial's example does so at module level, unguarded."""
    write("script.py", TRAINING + SCRIPT)
    done = subprocess.run(
        [sys.executable, "script.py"], cwd=project, env=os.environ | path,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout == "verified\n", done.stderr
    compiled = flowyml("compile", "script.py", "-t", "ir", "--stdout", **path)
    assert (compiled.code, "verified" in compiled.err) == (0, False), compiled.err
