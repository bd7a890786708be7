"""Where steps are carried out changes nothing about what they mean (docs/how-to/executors.md)."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path

import pytest

from flowyml import (
    Dataset,
    Pipeline,
    RunDate,
    context,
    map_task,
    on_failure,
    retry,
    step,
    unless,
    when,
)


def _spawning(workers):
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))


def _loky(workers):
    from loky import ProcessPoolExecutor as Loky

    return Loky(workers)


EXECUTORS = {
    "processes of our own": lambda: nullcontext("process"),
    "threads of theirs": lambda: ThreadPoolExecutor(2),
    "processes of theirs": lambda: _spawning(2),
    "loky": lambda: _loky(2),
}
everywhere = pytest.mark.parametrize("make", EXECUTORS.values(), ids=EXECUTORS)
in_processes = pytest.mark.parametrize(
    "make", [make for name, make in EXECUTORS.items() if "threads" not in name]
)


class Awkward(Exception):
    """Cannot be loaded from its own pickle."""

    def __init__(self, place, reason):
        super().__init__(f"{reason} at {place}")


def told(result):
    """What must be the same everywhere."""
    steps = {name: (s.state, s.attempts, s.recovered) for name, s in result.step_results.items()}
    outputs = {name: result.outputs[name] for name in sorted(result.outputs)}
    return steps, {n: v.data if isinstance(v, Dataset) else v for n, v in outputs.items()}


def everything(executor=None):
    """A pipeline of closures, with every construct that calls code of the user's."""
    asked = Path("asked")

    def large(numbers):
        asked.write_text(f"{asked.read_text() if asked.exists() else ''}x")
        return len(numbers) > 2

    @step(outputs=["numbers"])
    def make(count: int, day: RunDate) -> Dataset:
        assert day.tzinfo is not None
        return Dataset(list(range(count)), name="numbers")

    @step(inputs=["numbers"], outputs=["model"])
    @when(large)
    def train(numbers: list):
        numbers.append(0)  # its own copy
        return ("large", len(numbers))

    @step(inputs=["numbers"], outputs=["model"])
    @unless(large)
    def guess(numbers):
        return ("small", 0)

    @step(outputs=["flaky"])
    @retry(max_attempts=3, delay=0, on=Awkward)
    def flaky():
        tries = Path("tries")
        tries.write_text(f"{tries.read_text() if tries.exists() else ''}x")
        if len(tries.read_text()) < 3:
            raise Awkward("here", "broken")
        return len(tries.read_text())

    @step(outputs=["late"], timeout=600)
    @on_failure(lambda numbers, error: f"{type(error).__name__} of {numbers.name}")
    def late(numbers: Dataset):
        raise Awkward("there", "late")

    @map_task(inputs=["numbers"], outputs=["halves"], min_success_ratio=0.5)
    def half(n):
        return 1 / n

    @step
    def after(model, halves: list):
        return model, halves

    return Pipeline("everything", context=context(count=3), executor=executor).add_steps(
        [make, train, guess, flaky, late, half, after]
    )


@everywhere
def test_all_constructs_mean_the_same(make, tmp_path, monkeypatch):
    expected = told(everything().run())
    assert expected[1]["after"] == (("large", 4), [None, 1.0, 0.5])
    (tmp_path / "there").mkdir()
    monkeypatch.chdir(tmp_path / "there")
    with make() as executor:
        assert told(everything(executor).run()) == expected
    assert Path("asked").read_text() == "x"  # shared by two steps, evaluated once per run


@pytest.mark.parametrize("name", ["threads of theirs", "processes of theirs"])
def test_an_executor_of_the_users_is_left_open(name):
    @step(cache=False)
    def one():
        return 1

    with EXECUTORS[name]() as executor:
        for _ in range(2):
            assert Pipeline("p", executor=executor).add_step(one).run()["one"] == 1
        assert executor.submit(abs, -2).result() == 2


def test_a_run_is_gone_on_from():
    """The engine decides that, so nobody is asked for what is there."""

    @step(outputs=["one"])
    def make():
        return 1

    @step(cache=False)
    def fails(one):
        assert Path("mended").exists()

    pipeline = Pipeline("p", executor="process").add_steps([make, fails])
    first = pipeline.run()
    assert first.step_results["fails"].state == "FAILED"
    Path("mended").touch()
    again = pipeline.rerun(first.run_id)
    assert [found.state for found in again.step_results.values()] == ["CACHED", "SUCCEEDED"]


@in_processes
def test_steps_run_in_other_processes_and_what_they_print_is_theirs(make, capsys):
    @step
    def where():
        print("here")
        print("there", file=sys.stderr)
        return os.getpid()

    with make() as executor:
        result = Pipeline("p", executor=executor).add_step(where).run()
    assert result["where"] != os.getpid()
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("[where] here\n", "[where] there\n")


def test_what_a_step_prints_in_a_process_of_ours_is_seen_while_it_runs(capsys):
    @step
    def talks():
        print("begun")
        while not Path("go").exists():
            threading.Event().wait(0.01)

    class Seen(threading.Thread):
        def run(self):
            while "begun" not in capsys.readouterr().out:
                threading.Event().wait(0.01)
            Path("go").touch()

    seen = Seen()
    seen.start()
    assert Pipeline("p", executor="process").add_step(talks).run().success
    seen.join()


@everywhere
def test_a_failure_shows_the_users_lines_and_none_of_ours(make):
    @step
    def divide():
        return 1 / 0

    with make() as executor:
        result = Pipeline("p", executor=executor).add_step(divide).run()
    error = result.step_results["divide"].error
    assert error.startswith("Traceback (most recent call last):\n  File")
    assert "return 1 / 0" in error
    assert error.endswith("ZeroDivisionError: division by zero")
    assert "flowyml" not in error
    with pytest.raises(ZeroDivisionError):
        result["divide"]


@step
@retry(max_attempts=2, delay=0)
def dies():
    os._exit(7)


def test_a_process_that_dies_is_a_failed_attempt_of_its_step_alone():
    @step
    def lives():
        while not Path("dead").exists():
            threading.Event().wait(0.01)
        return "unharmed"

    @step
    @on_failure(lambda error: Path("dead").write_text(str(error)))
    def recovers():
        os._exit(7)

    result = Pipeline("p", executor="process").add_steps([dies, recovers, lives]).run()
    failed = result.step_results["dies"]
    assert (failed.state, failed.attempts) == ("FAILED", 2)
    assert failed.error.endswith(
        "ChildDiedError: the process of step 'dies' ended with exit code 7 without a result"
    )
    assert "Traceback" not in failed.error
    assert result.step_results["recovers"].recovered
    assert "the process of step 'recovers' ended with exit code 7" in Path("dead").read_text()
    assert result["lives"] == "unharmed"


@pytest.mark.parametrize("make", [EXECUTORS["processes of theirs"], EXECUTORS["loky"]])
def test_a_pool_that_broke_fails_its_steps_and_the_run_ends(make):
    @step
    def needs(dies):
        return dies

    with make() as executor:
        result = Pipeline("p", executor=executor).add_steps([dies, needs]).run()
    failed = result.step_results["dies"]
    assert (failed.state, failed.attempts) == ("FAILED", 2)
    assert "the executor has no answer of step 'dies': " in failed.error
    assert "Traceback" not in failed.error
    assert result.step_results["needs"].state == "UPSTREAM_FAILED"


def test_an_executor_that_is_shut_down():
    executor = ThreadPoolExecutor()
    executor.shutdown()
    result = Pipeline("p", executor=executor).add_step(dies).run()
    assert "cannot schedule new futures after shutdown" in result.step_results["dies"].error


@in_processes
def test_what_cannot_be_sent_says_so_and_is_not_tried_again(make):
    lock = threading.Lock()

    @step(retry=5)
    def locked():
        return lock.locked()

    with make() as executor:
        found = Pipeline("p", executor=executor).add_step(locked).run().step_results["locked"]
    assert (found.state, found.attempts) == ("FAILED", 1)
    assert found.error.startswith(
        "flowyml.runtime.UnsendableError: step 'locked' cannot be sent to another process: "
    )
    assert "<closure> is of type lock" in found.error


SCRIPT = """
from flowyml import Pipeline, step

class Row:
    def __init__(self, n):
        self.n = n

def main():
    offset = 1

    @step(inputs=["row"], outputs=["sum"])
    def inner(row):
        assert type(row) is Row
        return Row(row.n + offset)

    return Pipeline("p", executor="process").add_steps([make, inner])

@step(outputs=["row"])
def make():
    return Row(1)

if __name__ == "__main__":
    found = main().run().outputs["sum"]
    assert type(found) is Row
    print(found.n)

    @step
    def late():
        return Row(3).n

    print(Pipeline("p", executor="process").add_step(late).run()["late"])
"""


def test_a_script_and_what_it_defines_in_functions():
    Path("script.py").write_text(SCRIPT)
    done = subprocess.run(
        [sys.executable, "script.py"], capture_output=True, text=True, check=False, timeout=600
    )
    assert (done.stdout, done.stderr) == ("2\n3\n", "")


def test_a_prompt():
    prompt = (
        "from flowyml import Pipeline, step\n"
        "k = 2\n"
        "one = step(lambda: k, name='one')\n"
        "print(Pipeline('p', executor='process').add_step(one).run()['one'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", prompt], capture_output=True, text=True, check=False, timeout=600
    )
    assert (done.stdout, done.stderr) == ("2\n", "")


@pytest.mark.parametrize(
    ("executor", "error", "says"),
    [
        ("proces", ValueError, "unknown executor 'proces'; did you mean 'process'?"),
        (ThreadPoolExecutor, TypeError, "not its class: write ThreadPoolExecutor(…)"),
        (4, TypeError, "executor= takes 'thread', 'process' or a concurrent.futures.Executor"),
    ],
)
def test_what_is_no_executor(executor, error, says):
    with pytest.raises(error) as caught:
        Pipeline("p", executor=executor)
    assert says in str(caught.value)
