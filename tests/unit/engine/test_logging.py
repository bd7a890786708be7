"""What steps log is attributed to them, as what they print is."""

from __future__ import annotations

import logging
import sys
import threading
from contextlib import contextmanager

from flowyml import Pipeline, Step, step
from flowyml.engine import SilentReporter, run_pipeline
from flowyml.runtime.output import routed

_log = logging.getLogger("tests.flowyml.steps")
_log.propagate = False  # what else is set up in this process, by Airflow for one, is not ours


@step
def talks():
    _log.warning("from the step")


@contextmanager
def handled(made):
    """Set logging up as somebody did before the run."""
    _log.addHandler(made)
    try:
        yield
    finally:
        _log.removeHandler(made)


def test_a_handlers_lines_carry_the_steps_name(stack, capsys):
    made = logging.StreamHandler()
    made.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    with handled(made):
        Pipeline("p").add_step(talks).run(stack=stack)
    assert capsys.readouterr().err == "[talks] WARNING from the step\n"


def test_the_handler_gets_its_stream_back(stack):
    made = logging.StreamHandler()
    with handled(made):
        Pipeline("p").add_step(talks).run(stack=stack)
    assert made.stream is sys.stderr


def test_a_handler_made_in_a_run_outlives_it(stack, capsys):
    made = []

    @step
    def sets_up():
        made.append(logging.StreamHandler(sys.stdout))
        _log.addHandler(made[0])
        _log.warning("inside")

    Pipeline("p").add_step(sets_up).run(stack=stack)
    try:
        assert made[0].stream is sys.stdout
        _log.warning("outside")
    finally:
        _log.removeHandler(made[0])
    assert capsys.readouterr().out == "[sets_up] inside\noutside\n"


def test_a_handler_that_writes_elsewhere_is_left_alone(tmp_path):
    made = logging.FileHandler(tmp_path / "log")
    before = made.stream
    with handled(made), routed():
        assert made.stream is before
    made.close()


def test_a_reporter_that_logs_does_not_wait_for_a_step_that_logs(stack):
    """Each would hold what the other waits for: the handler's lock, and the reporter."""
    in_handler, in_reporter = threading.Event(), threading.Event()
    seen = []

    class Slow(logging.Handler):
        def emit(self, record):
            if record.getMessage() == "from the step":
                in_handler.set()
                assert in_reporter.wait(timeout=600)
                sys.stderr.write("logged by the step\n")

    class Logging(SilentReporter):
        def line_printed(self, step, line, stream):
            seen.append((step, line))

        def step_finished(self, step):
            seen.append(step.name)
            if step.name == "other":
                in_reporter.set()
                _log.warning("from the reporter")

    def other():
        assert in_handler.wait(timeout=600)

    with handled(Slow()):
        pipeline = Pipeline("p").add_steps([talks, Step(other, name="other")])
        run = threading.Thread(
            target=run_pipeline, args=(pipeline,), kwargs={"stack": stack, "reporter": Logging()},
            daemon=True,
        )  # fmt: skip
        run.start()
        run.join(timeout=600)
        assert not run.is_alive()
    assert seen == ["other", ("talks", "logged by the step"), "talks"]
