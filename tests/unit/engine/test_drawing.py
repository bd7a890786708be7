"""What is drawn on a terminal while a run is on."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from flowyml import Pipeline, map_task, step
from flowyml.engine import RichReporter, run_pipeline
from flowyml.storage.records import StepRecord
from tests.unit.records.test_records import head


@step(outputs=["data"])
def load():
    print("loading")
    return [1, 2]


@step
def train(data):
    raise ValueError("no convergence")


@map_task(inputs=["data"], outputs=["doubled"])
def double(item: int):
    return 2 * item


@pytest.fixture(autouse=True)
def _a_terminal_that_can_draw(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")  # of CI's, some say that they are dumb


@pytest.fixture
def clock(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("flowyml.engine.drawing.time.monotonic", lambda: now[0])
    return now


@pytest.fixture
def reporter(clock):
    """A reporter of a run of 20 steps, on a terminal that nobody sees."""
    made = RichReporter(Console(file=io.StringIO(), force_terminal=True, width=60))
    made.run_started(head(), [f"s{n}" for n in range(20)])
    yield made
    made.stop()


def lines(reporter):
    console = Console(file=io.StringIO(), width=60, no_color=True)
    console.print(reporter.drawn())
    return [line.split() for line in console.file.getvalue().splitlines()]


def bars(reporter):
    return [[word for word in line if word.strip("━╺╸")] for line in lines(reporter)]


def test_the_run_and_what_runs(reporter, clock):
    reporter.step_started("s0")
    clock[0] += 61
    reporter.step_started("s1")
    reporter.items_finished("s1", 3, 12)
    assert bars(reporter) == [
        ["p", "0/20", "0:01:01"],
        ["s0", "0:01:01"],
        ["s1", "3/12", "0:00:00"],
    ]


def test_what_is_done_is_counted(reporter):
    reporter.step_started("s0")
    reporter.step_finished(StepRecord(name="s0", state="SUCCEEDED"))
    reporter.step_finished(StepRecord(name="s1", state="SKIPPED"))
    reporter.items_finished("s0", 1, 1)  # a thread that the step left behind
    assert bars(reporter) == [["p", "2/20", "0:00:00"]]


def test_no_more_than_fits_is_drawn(reporter):
    for n in range(11):
        reporter.step_started(f"s{n}")
    found = bars(reporter)
    assert [line[0] for line in found[1:9]] == [f"s{n}" for n in range(8)]
    assert found[9:] == [["…", "and", "3", "more"]]


def drawn_by(pipeline, stack):
    file = io.StringIO()
    console = Console(file=file, force_terminal=True, width=80)
    run_pipeline(pipeline, stack=stack, reporter=RichReporter(console))
    return file.getvalue()


def test_failures_stand_above_the_bar(stack, capsys):
    drawn = drawn_by(Pipeline("p").add_steps([load, train]), stack)
    assert "\x1b[?25l" in drawn, "the cursor is hidden while the bar is drawn"
    assert "\x1b[?25h" in drawn, "and shown again"
    assert "load SUCCEEDED in" not in drawn
    assert "train FAILED in" in drawn
    assert "ValueError: no convergence" in drawn
    assert drawn.rstrip().endswith("1 SUCCEEDED, 1 FAILED")
    assert capsys.readouterr().out == "[load] loading\n", "stdout is no terminal here"


def test_items_are_reported_to_the_reporter(stack):
    told = []

    class Listening(RichReporter):
        def items_finished(self, step, done, total):
            told.append((step, done, total))
            super().items_finished(step, done, total)

    console = Console(file=io.StringIO(), force_terminal=True, width=80)
    pipeline = Pipeline("p").add_steps([load, double])
    assert run_pipeline(pipeline, stack=stack, reporter=Listening(console)).success
    assert told == [("double", 1, 2), ("double", 2, 2)]
