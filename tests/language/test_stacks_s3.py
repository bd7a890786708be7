"""A stack whose artifacts are on S3: a real client against a server of the protocol."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow
FILE = """\
active_stack: team
stacks:
  team: {artifact_store: "s3://${BUCKET:-flowyml-tests}/runs", metadata_path: runs.db}
"""
SCRIPT = """
import json
import s3fs
from flowyml import Pipeline, step

@step(outputs=["rows"])
def make():
    return list(range(1000))

@step(inputs=["rows"], outputs=["total"])
def add(rows):
    return sum(rows)

if __name__ == "__main__":
    files = s3fs.S3FileSystem()
    files.mkdir("flowyml-tests")
    result = Pipeline("sums", enable_cache=False).add_steps([make, add]).run()
    print(json.dumps([result.outputs["total"], result["make"], files.find("flowyml-tests/runs")]))
"""


def test_artifacts_lie_on_s3(tmp_path, s3):
    (tmp_path / "flowyml.yaml").write_text(FILE)
    (tmp_path / "script.py").write_text(SCRIPT)
    done = subprocess.run(
        [sys.executable, "script.py"],
        cwd=tmp_path,
        env=os.environ | s3,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    total, rows, files = json.loads(done.stdout)
    assert (total, rows) == (499500, list(range(1000)))
    assert len(files) == 2
    assert not (tmp_path / ".flowyml").exists()
