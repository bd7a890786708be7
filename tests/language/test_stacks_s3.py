"""A stack whose artifacts are on S3: a real client against a server of the protocol."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
MISSING = [
    *(name for name in ("s3fs", "moto") if importlib.util.find_spec(name) is None),
    *(
        []
        if shutil.which("moto_server", path=str(Path(sys.executable).parent))
        else ["moto_server"]
    ),
]
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


@pytest.fixture
def server(tmp_path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [Path(sys.executable).parent / "moto_server", "-H", "127.0.0.1", "-p", str(port)]
    with (tmp_path / "server.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        _wait(process, f"http://127.0.0.1:{port}/moto-api/")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(600)


def _wait(process: subprocess.Popen[bytes], url: str) -> None:
    while process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"moto_server ended with {process.returncode}")


@pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")
def test_artifacts_lie_on_s3(tmp_path, server):
    (tmp_path / "flowyml.yaml").write_text(FILE)
    (tmp_path / "script.py").write_text(SCRIPT)
    done = subprocess.run(
        [sys.executable, "script.py"],
        cwd=tmp_path,
        env=os.environ
        | {
            "AWS_ENDPOINT_URL": server,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    total, rows, files = json.loads(done.stdout)
    assert (total, rows) == (499500, list(range(1000)))
    assert len(files) == 2
    assert not (tmp_path / ".flowyml").exists()
