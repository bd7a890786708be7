"""A run that is killed at any moment is resumed, with nothing corrupt and nothing done twice.

docs/semantics.md §4.4 and §4.5. Each case kills a real run with SIGKILL: before and after each
named commit point, each time that the run gets there, and after delays drawn with a fixed seed.
"""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
from collections import Counter
from hashlib import sha256
from pathlib import Path

import pytest

from flowyml.storage import check_value, load_value
from flowyml.storage.records import RunRecord, RunRecords
from tests.kill.victim import POINTS, REPORT, pipeline

pytestmark = pytest.mark.slow

SEED = 20251121
DELAYS = 100
ROOT = Path(__file__).parents[2]
STEPS = [step.name for step in pipeline.steps]
CHAIN = ["load", "clean", "check", "train", "report"]


class Victims:
    """The process that runs pipelines in children of its own; see `tests.kill.victim`."""

    def __init__(self) -> None:
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.kill.victim"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        self.killed = 0

    def run(self, folder: Path, **job) -> dict:
        """Run the pipeline in a folder; gives the exit code and how long it took."""
        folder.mkdir(exist_ok=True)
        self._server.stdin.write(json.dumps({"folder": str(folder), **job}) + "\n")
        self._server.stdin.flush()
        ended = json.loads(self._server.stdout.readline())
        self.killed += ended["code"] == -signal.SIGKILL
        return ended

    def close(self) -> None:
        self._server.communicate()


@pytest.fixture(scope="module")
def victims(request):
    opened = Victims()
    yield opened
    opened.close()
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print(f"\n{opened.killed} runs were killed and resumed; delays by the seed {SEED}")


@pytest.fixture(scope="module")
def passed(victims, tmp_path_factory) -> Counter[str]:
    """How often a run that nobody kills passes each point."""
    folder = tmp_path_factory.mktemp("counted")
    assert victims.run(folder, count=True)["code"] == 0
    return Counter(json.loads((folder / "counts").read_text()))


def records(folder: Path) -> RunRecords:
    return RunRecords(folder / ".flowyml" / "metadata.db")


def last_run(folder: Path) -> RunRecord | None:
    with records(folder) as opened:
        return next((opened.get(run.run_id) for run in opened.list(limit=1)), None)


def stored(folder: Path) -> list[Path]:
    return [path for path in (folder / ".flowyml" / "artifacts").rglob("*") if path.is_file()]


def executions(folder: Path) -> Counter[str]:
    """Count how often each step was begun, in all runs so far."""
    file = folder / "executed"
    return Counter(file.read_text().split() if file.exists() else ())


def go_on(victims: Victims, folder: Path, **job) -> dict:
    """Go on from the last run: what finished there is not done again, and the rest once at most.

    What was begun there and is not recorded may have been done before, and in every killed run.
    """
    last, before = last_run(folder), executions(folder)
    ended = victims.run(folder, **job, **({"rerun": last.run_id} if last else {}))
    left = set(STEPS) - (last.steps.keys() if last else set())
    assert executions(folder) - before <= Counter(left)
    return ended


def resume_and_check(victims: Victims, folder: Path) -> None:
    """Resume what was killed, and hold the result against all that §4.4 and §4.5 promise."""
    killed = last_run(folder)
    finished = set(killed.steps if killed else ())
    for step in killed.steps.values() if killed else ():
        for reference in step.outputs.values():
            check_value(reference)
    whole = [path for path in stored(folder) if not path.name.startswith(".partial-")]
    assert [p for p in whole if sha256(p.read_bytes()).hexdigest() != p.stem] == []

    assert go_on(victims, folder)["code"] == 0

    resumed = last_run(folder)
    assert resumed.state == "SUCCEEDED"
    assert load_value(resumed.steps["report"].outputs["report"]) == REPORT
    assert list(resumed.steps) == STEPS
    assert resumed.steps["guess"].state == "SKIPPED"
    assert {name for name, step in resumed.steps.items() if step.from_run} == finished
    assert resumed.resumed_from == (killed.run_id if killed else None)
    assert executions(folder).keys() == set(STEPS) - {"guess"}
    references = [ref for step in resumed.steps.values() for ref in step.outputs.values()]
    assert sorted(stored(folder)) == sorted({Path(ref.uri) for ref in references})
    assert list(folder.rglob(".partial-*")) == []


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("point", POINTS)
def test_killed_at_a_commit_point(victims, passed, tmp_path, point, when):
    assert passed[point] > 0
    for nth in range(1, passed[point] + 1):
        folder = tmp_path / str(nth)
        ended = victims.run(folder, point=point, when=when, nth=nth)
        assert ended["code"] == -signal.SIGKILL, f"the {nth}th time was never reached"
        resume_and_check(victims, folder)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("point", POINTS)
def test_killed_again_while_it_goes_on(victims, tmp_path, point, when):
    victims.run(tmp_path, point="a step is recorded", when="after", nth=3)
    first = last_run(tmp_path)
    assert len(first.steps) == 3
    go_on(victims, tmp_path, point=point, when=when, nth=1)
    assert first.steps.keys() <= last_run(tmp_path).steps.keys(), "the latest run knows them all"
    resume_and_check(victims, tmp_path)


def test_killed_within_one_step_after_the_other(victims, tmp_path):
    """Each of these waits for the one before, so each kill finds exactly one of them begun."""
    for number, name in enumerate(CHAIN):
        ended = go_on(victims, tmp_path, within=name)
        assert ended["code"] == -signal.SIGKILL
        recorded = last_run(tmp_path).steps.keys()
        assert [each for each in CHAIN if each in recorded] == CHAIN[:number]
    resume_and_check(victims, tmp_path)
    done = executions(tmp_path)
    assert {name: done[name] for name in CHAIN} == dict.fromkeys(CHAIN, 2)


@pytest.mark.parametrize("first", range(0, DELAYS, 10), ids=lambda first: f"seed {SEED}, {first}-")
def test_killed_after_a_delay(victims, tmp_path, first):
    seconds = victims.run(tmp_path / "whole")["seconds"]
    draw = random.Random(f"{SEED}-{first}")
    delays = [draw.uniform(0, seconds) for _ in range(10)]
    print(
        f"seed '{SEED}-{first}': killed after", *(f"{1000 * delay:.0f}" for delay in delays), "ms"
    )
    for number, delay in enumerate(delays):
        folder = tmp_path / str(number)
        ended = victims.run(folder, delay=delay)
        assert ended["code"] in (0, -signal.SIGKILL)
        resume_and_check(victims, folder)
