"""What steps print is attributed to them; nothing else is touched."""

from __future__ import annotations

import asyncio
import io
import sys
import threading

import pytest

from flowyml import Pipeline, Step, step
from flowyml.engine import SilentReporter, run_pipeline
from flowyml.runtime.output import Printer, routed


@step
def talks():
    print("epoch 1")
    print("epoch 2\nepoch 3")
    print("to err", file=sys.stderr)
    print("no end", end="")


def test_lines_carry_the_steps_name_and_keep_their_stream(stack, capsys):
    Pipeline("p").add_step(talks).run(stack=stack)
    out, err = capsys.readouterr()
    assert out == "[talks] epoch 1\n[talks] epoch 2\n[talks] epoch 3\n[talks] no end\n"
    assert err == "[talks] to err\n"


def test_lines_of_steps_that_run_at_once_are_not_mixed(stack, capsys):
    barrier = threading.Barrier(2)

    def chat():
        for word in ("a", "b", "c"):
            barrier.wait(timeout=600)
            print(word, end=" ")
        print()

    Pipeline("p").add_steps([Step(chat, name="one"), Step(chat, name="two")]).run(stack=stack)
    assert sorted(capsys.readouterr().out.splitlines()) == ["[one] a b c ", "[two] a b c "]


def test_a_line_that_another_steps_thread_passes_on_is_still_its_own(stack, capsys):
    starting, printed = threading.Event(), threading.Event()

    @step
    def one():
        assert starting.wait(timeout=600)
        print("late")  # the reporter talks to the other step's thread, which has to pass this on
        printed.set()

    @step
    def two():
        print("mine")

    class Slow(SilentReporter):
        def step_started(self, step):
            if step == "two":
                starting.set()
                assert printed.wait(timeout=600)

    pipeline = Pipeline("p").add_steps([one, two])
    run_pipeline(pipeline, stack=stack, reporter=Slow())
    assert sorted(capsys.readouterr().out.splitlines()) == ["[one] late", "[two] mine"]


def test_a_failed_steps_last_words_are_kept(stack, capsys):
    @step
    def dies():
        print("before", end="")
        raise ValueError("dead")

    Pipeline("p").add_step(dies).run(stack=stack)
    assert capsys.readouterr().out == "[dies] before\n"


def test_prints_outside_of_steps_are_untouched(stack, capsys):
    inside, printed = threading.Event(), threading.Event()

    @step
    def waits():
        inside.set()
        assert printed.wait(timeout=600)
        print("in")

    def outside():
        assert inside.wait(timeout=600)
        print("out")
        printed.set()

    thread = threading.Thread(target=outside)
    thread.start()
    Pipeline("p").add_step(waits).run(stack=stack)
    thread.join()
    assert capsys.readouterr().out == "out\n[waits] in\n"


def test_the_streams_are_given_back(stack):
    before = sys.stdout, sys.stderr
    Pipeline("p").add_step(talks).run(stack=stack)
    assert (sys.stdout, sys.stderr) == before


def test_a_stream_that_someone_put_there_meanwhile_stays():
    mine, before = io.StringIO(), sys.stdout
    try:
        with routed():
            sys.stdout = mine
        assert sys.stdout is mine
    finally:
        sys.stdout = before


def test_tasks_and_to_thread_belong_to_their_step(stack, capsys):
    @step
    async def spreads():
        await asyncio.to_thread(print, "from a thread")

    Pipeline("p").add_step(spreads).run(stack=stack)
    assert capsys.readouterr().out == "[spreads] from a thread\n"


def test_a_pipeline_run_inside_a_step_is_attributed_to_both(stack, capsys):
    @step
    def outer():
        return Pipeline("inner").add_step(talks).run(stack=stack).success

    assert Pipeline("p").add_step(outer).run(stack=stack)["outer"] is True
    assert capsys.readouterr().out.splitlines()[0] == "[outer] [talks] epoch 1"


@pytest.mark.parametrize(
    ("written", "lines"),
    [
        (["a\nb\n"], ["a", "b"]),
        (["a", "b\n", "c"], ["ab", "c"]),
        (["10%\r", "50%\r", "100%\n"], ["100%"]),
        (["one\r\ntwo\r\n"], ["one", "two"]),
        (["\n\n"], ["", ""]),
        ([], []),
    ],
)
def test_text_is_cut_into_lines(written, lines):
    got = []
    with routed(), Printer(lambda line, stream: got.append((line, stream))):
        for text in written:
            sys.stdout.write(text)
    assert got == [(line, "stdout") for line in lines]


def test_the_stream_is_a_text_stream_to_the_step():
    with routed(), Printer(lambda line, stream: None):
        assert sys.stdout.isatty() is False
        assert sys.stdout.writable()
        sys.stdout.writelines(["a", "b"])
        assert sys.stdout.encoding == sys.stdout.real.encoding
        assert sys.stdout.errors == sys.stdout.real.errors
        sys.stdout.flush()
        sys.stdout.close()
        with pytest.raises(TypeError):
            sys.stdout.write(b"bytes")
        assert print("still open") is None


def test_no_streams_at_all(monkeypatch, stack):
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    result = Pipeline("p").add_step(Step(lambda: print("x"), name="s")).run(stack=stack)
    assert result.success
    assert sys.stdout is None
