"""Versions, from scripts and the command line."""

from __future__ import annotations

import json
import subprocess
import sys

SCRIPT = """
    from flowyml import Pipeline, step

    @step(outputs=["total"])
    def add():
        return 1 + 2

    pipeline = Pipeline("sums", version="v1.0.0").add_step(add)
    pipeline.save_version()
    print(pipeline.compare_with("v1.0.0"))
"""


def test_a_script_records_its_version_and_compiling_it_does_not(flowyml, write, project):
    script = write("versioned.py", SCRIPT)
    done = flowyml("compile", "versioned.py", "-t", "ir", "--stdout")
    assert (done.code, json.loads(done.out)["version"]) == (0, "v1.0.0"), done.err
    assert not (project / ".flowyml").exists()
    run = subprocess.run(
        [sys.executable, script.name], cwd=project, capture_output=True, text=True, check=False
    )
    assert run.stdout == "sums v1.0.0 (recorded) → sums v1.0.0\nno differences\n", run.stderr
    assert (project / ".flowyml/metadata.db").is_file()


def test_a_run_says_when_the_version_is_taken(flowyml, write):
    script = write("versioned.py", SCRIPT)
    first = flowyml("run", "versioned.py", "--json")
    assert (json.loads(first.out)["version"], "version" in first.err) == ("v1.0.0", False)
    script.write_text(script.read_text().replace("1 + 2", "2 + 2"))
    done = flowyml("run", "versioned.py")
    assert done.code == 0
    assert "'sums' is not what is recorded as version 'v1.0.0' (1 difference: 1 beha" in done.err
