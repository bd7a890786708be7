"""An S3-protocol server on this machine, for the tests that need a store which is no folder."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.ports import free_ports

_BIN = str(Path(sys.executable).parent)
MISSING = [
    *(name for name in ("s3fs", "moto") if importlib.util.find_spec(name) is None),
    *([] if shutil.which("moto_server", path=_BIN) else ["moto_server"]),
]
"""What is not installed; CI installs it: `--group stores`."""


@contextmanager
def serving_s3(log: Path) -> Iterator[dict[str, str]]:
    """Serve on a free port; gives the environment in which clients find it.

    Args:
        log: the file for what the server prints.
    """
    (port,) = free_ports(1)
    command = [str(Path(_BIN) / "moto_server"), "-H", "127.0.0.1", "-p", str(port)]
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(process, f"{url}/moto-api/")
        keys = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
        yield {"AWS_ENDPOINT_URL": url, **keys}
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
