"""Steps that do not depend on each other run at the same time; a chain stays on one thread."""

from __future__ import annotations

import contextvars
import subprocess
import sys
import threading

import pytest

from flowyml import Pipeline, Step, UsageError, step
from flowyml.engine import LogReporter, execute, run_pipeline
from flowyml.frontend.trace import functions
from flowyml.storage import ArtifactStore


def test_independent_steps_meet(stack):
    barrier = threading.Barrier(4)

    def meet():
        return barrier.wait(timeout=600) < 4

    pipeline = Pipeline("p").add_steps(Step(meet, name=f"s{n}") for n in range(4))
    result = run_pipeline(pipeline, stack=stack, workers=4)
    assert dict(result.outputs) == {f"s{n}": True for n in range(4)}


def test_a_step_starts_as_soon_as_its_own_needs_are_met(stack):
    early_done = threading.Event()

    @step(outputs=["slow"])
    def slow():
        assert early_done.wait(timeout=600)

    @step(outputs=["quick"])
    def quick():
        return 1

    @step
    def after_quick(quick):
        early_done.set()

    result = run_pipeline(
        Pipeline("p").add_steps([slow, quick, after_quick]), stack=stack, workers=2
    )
    assert result.success


def test_no_more_steps_run_at_once_than_there_are_workers(stack):
    now, most, lock = 0, 0, threading.Lock()
    pair = threading.Barrier(2)

    def count():
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        pair.wait(timeout=600)
        with lock:
            now -= 1

    pipeline = Pipeline("p").add_steps(Step(count, name=f"s{n}") for n in range(10))
    assert run_pipeline(pipeline, stack=stack, workers=2).success
    assert most == 2


def test_one_worker_goes_by_the_pipelines_order(stack):
    seen = []
    pipeline = Pipeline("p").add_steps(
        Step(lambda n=n: seen.append(n), name=f"s{n}") for n in (3, 1, 2)
    )
    run_pipeline(pipeline, stack=stack, workers=1)
    assert seen == [3, 1, 2]


def test_a_chain_stays_on_one_thread(stack):
    def where(before):
        return [*before, threading.get_ident()]

    pipeline = Pipeline("p").add_step(Step(list, name="s0", outputs=["a0"]))
    for n in range(1, 20):
        pipeline.add_step(Step(where, name=f"s{n}", inputs=[f"a{n - 1}"], outputs=[f"a{n}"]))
    idents = pipeline.run(stack=stack).outputs["a19"]
    assert len(idents) == 19
    assert len(set(idents)) == 1
    assert threading.get_ident() not in idents


def test_threads_are_gone_after_the_run(stack):
    Pipeline("p").add_steps(Step(lambda: None, name=f"s{n}") for n in range(20)).run(stack=stack)
    assert [thread for thread in threading.enumerate() if thread.name == "flowyml"] == []


def test_steps_see_the_callers_context_variables(stack):
    colour = contextvars.ContextVar("colour", default="none")

    @step
    def see():
        found = colour.get()
        colour.set("changed in the step")
        return found

    @step
    def see_again(see):
        return colour.get()

    colour.set("red")
    result = Pipeline("p").add_steps([see, see_again]).run(stack=stack)
    assert dict(result.outputs) == {"see": "red", "see_again": "red"}
    assert colour.get() == "red"


def test_an_async_step_is_awaited(stack):
    @step
    async def later():
        return "awaited"

    assert Pipeline("p").add_step(later).run(stack=stack)["later"] == "awaited"


@pytest.mark.parametrize("workers", [0, -1])
def test_fewer_than_one_worker_is_refused(stack, workers):
    with pytest.raises(UsageError, match="at least one"):
        run_pipeline(
            Pipeline("p").add_step(Step(lambda: 1, name="s")), stack=stack, workers=workers
        )


class Broken(LogReporter):
    """Fails when the first step ends, as a full disk under the records would."""

    def step_finished(self, step):
        raise RuntimeError("no room left")


def test_an_error_of_the_engine_ends_the_run_and_is_raised():
    ran = []
    pipeline = Pipeline("p").add_steps(
        [
            Step(lambda: ran.append("a"), name="a"),
            Step(lambda a: ran.append("b"), name="b", inputs=["a"]),
        ]
    )
    with pytest.raises(RuntimeError, match="no room left"):
        execute(
            pipeline.build(),
            functions(pipeline),
            store=ArtifactStore("memory://broken"),
            reporter=Broken(),
        )
    assert ran == ["a"]


def test_a_run_within_an_import_does_not_wait_for_that_import(tmp_path):
    (tmp_path / "library.py").write_text(
        "from flowyml import Pipeline, step\n"
        "class Row: pass\n"
        "@step\ndef make(): return Row()\n"
        "result = Pipeline('p').add_step(make).run()\n"
    )
    code = "import library; assert type(library.result['make']) is library.Row"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=False, timeout=600)
    assert done.returncode == 0
