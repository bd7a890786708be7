"""What the reporters say."""

from __future__ import annotations

import io
import logging

import pytest

from flowyml import Pipeline, step
from flowyml.engine import PlainReporter, SilentReporter, execute, run_pipeline
from flowyml.engine.progress import interrupted, summed, told
from flowyml.frontend.trace import functions
from flowyml.storage.records import RecordsError, StepRecord


@step(outputs=["data"])
def load():
    print("loading")
    return 1


@step
def train(data):
    raise ValueError("no convergence")


@step
def deploy(train):
    return train


def pipeline():
    return Pipeline("p").add_steps([load, train, deploy])


class Events(SilentReporter):
    """Keeps the names of the events."""

    def __init__(self):
        self.seen = []

    def run_started(self, run, steps):
        self.seen.append(("run", run.state, tuple(steps)))

    def step_started(self, step):
        self.seen.append(("start", step))

    def line_printed(self, step, line, stream):
        self.seen.append(("line", step, line, stream))

    def step_finished(self, step):
        self.seen.append(("end", step.name, step.state))

    def run_finished(self, run):
        self.seen.append(("done", run.state, tuple(run.steps)))


def test_events_come_in_order(stack):
    events = Events()
    run_pipeline(pipeline(), stack=stack, reporter=events)
    names = ("load", "train", "deploy")
    assert events.seen == [
        ("run", "RUNNING", names),
        ("start", "load"),
        ("line", "load", "loading", "stdout"),
        ("end", "load", "SUCCEEDED"),
        ("start", "train"),
        ("end", "train", "FAILED"),
        ("end", "deploy", "UPSTREAM_FAILED"),
        ("done", "FAILED", names),
    ]


def test_plain_lines(stack):
    file = io.StringIO()
    run_pipeline(pipeline(), stack=stack, reporter=PlainReporter(file))
    lines = file.getvalue().splitlines()
    assert lines[0].startswith("p: 3 steps, run ")
    assert lines[1].startswith("load SUCCEEDED in ")
    assert lines[2].startswith("train FAILED in ")
    assert lines[3].startswith("Traceback")
    assert "ValueError: no convergence" in lines
    assert lines[-2] == "deploy UPSTREAM_FAILED"
    assert lines[-1].startswith("p FAILED in ")
    assert lines[-1].endswith(": 1 SUCCEEDED, 1 FAILED, 1 UPSTREAM_FAILED")


def test_plain_lines_go_to_standard_error(stack, capsys):
    run_pipeline(pipeline(), stack=stack, reporter=PlainReporter())
    out, err = capsys.readouterr()
    assert out == "[load] loading\n"
    assert "p FAILED" in err


def test_the_python_api_logs_failures(stack, caplog, capsys):
    with caplog.at_level(logging.INFO, logger="flowyml"):
        pipeline().run(stack=stack)
    assert [(record.levelname, record.args[0]) for record in caplog.records] == [("ERROR", "train")]
    assert "ValueError: no convergence" in caplog.text
    assert capsys.readouterr().out == "[load] loading\n"


def test_a_success_is_silent(stack, caplog, capsys):
    @step
    def quiet():
        return 1

    Pipeline("p").add_step(quiet).run(stack=stack)
    assert (capsys.readouterr(), caplog.records) == (("", ""), [])


def test_attempts_are_told_if_there_was_more_than_one(stack):
    record = StepRecord(name="s", state="SUCCEEDED", attempts=3, duration_seconds=1.234)
    assert told(record) == "s SUCCEEDED"
    run = run_pipeline(pipeline(), stack=stack, reporter=SilentReporter())
    assert run.step_results["load"].attempts == 1
    started = StepRecord(
        name="s", state="FAILED", attempts=3, duration_seconds=1.234, started_at=run.start_time
    )
    assert told(started) == "s FAILED in 1.23 s after 3 attempts"


def test_an_interrupt_says_what_it_waits_for():
    assert interrupted([], 5) == "interrupted: no more steps are started"
    assert "up to 5 s for 'a', 'b' to finish" in interrupted(["a", "b"], 5.0)
    assert "threads cannot be killed" in interrupted(["a"], 5)


def test_a_run_is_summed_up_in_one_line(stack):
    class Last(SilentReporter):
        def run_finished(self, run):
            self.line = summed(run)

    last = Last()
    run_pipeline(pipeline(), stack=stack, reporter=last)
    assert last.line.startswith("p FAILED in ")


def test_a_run_that_cannot_be_recorded_does_not_begin(stack):
    def full(*_):
        raise RecordsError("the disk is full")

    events = Events()
    with stack.records() as records:
        records.start = full
        with pytest.raises(RecordsError, match="the disk is full"):
            execute(
                pipeline().build(),
                functions(pipeline()),
                store=stack.artifacts(),
                records=records,
                reporter=events,
            )
    assert events.seen == []


@pytest.mark.parametrize("broken", ["finish_steps", "finish"])
def test_the_end_is_told_even_if_it_cannot_be_recorded(stack, broken):
    def full(*_):
        raise RecordsError("the disk is full")

    events = Events()
    with stack.records() as records:
        setattr(records, broken, full)
        with pytest.raises(RecordsError, match="the disk is full"):
            execute(
                pipeline().build(),
                functions(pipeline()),
                store=stack.artifacts(),
                records=records,
                reporter=events,
            )
    assert events.seen[-1][0] == "done"
    assert [each[0] for each in events.seen].count("done") == 1
