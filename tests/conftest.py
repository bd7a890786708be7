"""What every test shares: tests that need Airflow are skipped, with the reason, where it is not."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections import Counter
from importlib.util import find_spec

import pytest
from hypothesis import HealthCheck, settings

from tests.s3_server import MISSING, serving_s3

settings.register_profile(  # neither luck nor the clock
    "same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("few", settings.get_profile("same"), max_examples=10)
settings.load_profile("same")

# Python takes bytecode for that of a file which has the same size and was written in the same
# second, and tests edit files faster than that. What tests import is compiled before they begin.
sys.dont_write_bytecode = True
os.environ["PYTHONDONTWRITEBYTECODE"] = "1"

# Servers of tests are on this machine, wherever a proxy is.
for _name in ("no_proxy", "NO_PROXY"):
    os.environ[_name] = ",".join(filter(None, [os.environ.get(_name), "127.0.0.1", "localhost"]))

# A shell lets what it starts with `&` ignore Ctrl-C, and that passes on to the processes of tests,
# some of which are about nothing else.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def s3(tmp_path_factory):
    """The environment in which clients find an S3 server; there is one for the session."""
    if MISSING:
        pytest.skip(f"not installed: {', '.join(MISSING)}")
    with serving_s3(tmp_path_factory.mktemp("s3") / "server.log") as found:
        yield found


@pytest.fixture
def bucket(s3, tmp_path, monkeypatch):
    """The URL of a bucket of the test's own, which this process and what it starts will find."""
    import s3fs

    for name, value in s3.items():
        monkeypatch.setenv(name, value)
    name = re.sub("[^a-z0-9]+", "-", tmp_path.name.lower()).strip("-")
    s3fs.S3FileSystem().mkdir(name)
    return f"s3://{name}"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers():
    """Give one worker more than there are cores, as some tests wait for a server; five at most."""
    return min(os.cpu_count() or 1, 4) + 1


@pytest.fixture(scope="session")
def warm():
    """What commands are forked from, those of tests/cli and of the documentation."""
    from tests.typed import LOADED, PRINTED
    from tests.warm import Warm

    server = Warm(*LOADED, env=PRINTED)
    yield server
    server.close()


def pytest_terminal_summary(terminalreporter):
    """End with how many pipelines each backend was held to."""
    from tests.closing import lines

    for line in lines(terminalreporter.stats):
        terminalreporter.write_line(line)


def pytest_collection_modifyitems(items):
    """Begin with the files that take long, so that no worker is left alone with one in the end."""
    long = Counter(item.path for item in items if item.get_closest_marker("slow"))
    items.sort(key=lambda item: -long[item.path])
    if find_spec("airflow") is not None:
        return
    reason = "Apache Airflow is not installed here: pip install 'flowyml[airflow]'"
    for item in items:
        if item.get_closest_marker("airflow"):
            item.add_marker(pytest.mark.skip(reason=reason))
