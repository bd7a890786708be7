"""A run on a Dask cluster, through Dask's own executor (docs/how-to/executors.md)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from flowyml import Pipeline, context, on_failure, step, unless, when

distributed = pytest.importorskip("distributed", reason="Dask is not installed: flowyml[dask]")


PATIENT = {f"distributed.comm.timeouts.{what}": "600s" for what in ("connect", "tcp")}


@pytest.fixture(scope="module")
def client():
    """A cluster of two processes on this machine, that gives a task up when its worker dies."""
    import dask

    with (
        dask.config.set(PATIENT | {"distributed.scheduler.allowed-failures": 0}),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


def test_steps_run_on_the_workers(client, capsys):
    def many(count):
        return count > 1

    @step(outputs=["made"])
    def make(count: int):
        print("making")
        return list(range(count)), os.getpid()

    @step(inputs=["made"], outputs=["told"])
    @when(many)
    def tell(made):
        return sum(made[0]), made[1]

    @step(inputs=["made"], outputs=["told"])
    @unless(many)
    def tell_little(made):
        return None

    pipeline = Pipeline("p", context=context(count=4), executor=client.get_executor())
    result = pipeline.add_steps([make, tell, tell_little]).run()
    total, pid = result.outputs["told"]
    assert total == 6
    assert pid in client.run(os.getpid).values()
    assert result.step_results["tell_little"].state == "SKIPPED"
    assert capsys.readouterr().out == "[make] making\n"


def test_a_worker_that_is_killed_is_a_failed_attempt(client):
    @step
    @on_failure(lambda error: str(error))
    def dies():
        os._exit(1)

    @step
    def after(dies):
        return dies

    @step(after=["after"])  # Dask suspects every task that a dead worker had
    def killed():
        os._exit(1)

    pipeline = Pipeline("p", executor=client.get_executor()).add_steps([dies, after, killed])
    result = pipeline.run()
    assert result["after"].startswith("the executor has no answer of step 'dies': KilledWorker: ")
    failed = result.step_results["killed"]
    assert (failed.state, failed.attempts) == ("FAILED", 1)
    assert "KilledWorker" in failed.error
    assert "Traceback" not in failed.error
    client.wait_for_workers(2)


def test_steps_of_a_module_are_imported_by_their_workers(client):
    Path("flowyml.yaml").touch()
    Path("on_dask.py").write_text(MODULE)
    address = client.scheduler.address
    done = subprocess.run(
        [sys.executable, "-c", CALLER, address],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert (done.stdout, done.stderr) == ("on_dask True\n", "")


MODULE = """
from flowyml import step

@step
def where():
    import os
    return __name__, os.getcwd()
"""
CALLER = """
import os, sys
from distributed import Client
from flowyml import Pipeline
from on_dask import where

with Client(sys.argv[1]) as client:
    found = Pipeline("p", executor=client.get_executor()).add_step(where).run()["where"]
    print(found[0], found[1] == os.getcwd())
"""


def test_a_client_is_no_executor(client):
    with pytest.raises(TypeError, match=r"write client\.get_executor\(\)"):
        Pipeline("p", executor=client)
