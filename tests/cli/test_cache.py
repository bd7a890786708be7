"""`flowyml cache`, `run --plan` and `run --no-cache`."""

from __future__ import annotations

import json

import pytest

FLOW = """
from pathlib import Path
from flowyml import Pipeline, context, step, unless, when

@step(outputs=["words"])
def load(path: str):
    print("loading")
    return Path(path).read_text().split()

@step(inputs=["words"], outputs=["kept"])
def filter_words(words, longest: int = 9):
    print("filtering")
    return [word for word in words if len(word) <= longest]

@step(inputs=["kept"], outputs=["report"])
@when(lambda kept: kept)
def report(kept):
    return " ".join(kept)

@step(inputs=["report"], outputs=["sent"])
def send(report):
    return len(report)

pipeline = Pipeline("words", context=context(path="words.txt"))
pipeline.add_steps([load, filter_words, report, send])
"""


@pytest.fixture
def flow(project, write):
    write("flow.py", FLOW)
    (project / "words.txt").write_text("one three eleven")
    return project


@pytest.fixture
def plan(flowyml, flow):
    """Give each step's decision and reason."""

    def read(*arguments):
        done = flowyml("run", "flow.py", "--plan", "--json", *arguments)
        assert done.code == 0, done.err
        assert "loading" not in done.err
        steps = json.loads(done.out)["steps"]
        return {s["name"]: (s["decision"], s["reason"]) for s in steps}

    return read


def reasons(found):
    return {name: reason for name, (decision, reason) in found.items() if decision == "run"}


def test_a_plan_runs_and_writes_nothing(flowyml, flow):
    done = flowyml("run", "flow.py", "--plan")
    assert done.code == 0
    assert done.out.splitlines() == [
        "Pipeline 'words' would run 4 of 4 steps",
        "  load          run: nothing is kept of it",
        "  filter_words  run: 'load' runs, and may give another 'words'",
        "  report        run unless skipped: 'filter_words' runs, and may give another 'kept'",
        "  send          run unless skipped: 'report' runs, and may give another 'report'",
    ]
    assert not (flow / ".flowyml").exists()


def test_a_plan_keeps_its_word(flowyml, flow, plan):
    assert flowyml("run", "flow.py").code == 0
    assert set(plan().values()) == {("cached", "")}
    planned = {name for name, (decision, _) in plan("-c", "longest=3").items() if decision == "run"}
    done = flowyml("run", "flow.py", "-c", "longest=3", "--json")
    steps = json.loads(done.out)["steps"]
    ran = {name for name, found in steps.items() if found["state"] == "SUCCEEDED"}
    assert planned == ran == {"filter_words", "report", "send"}


def test_a_plan_says_what_is_new(flowyml, flow, plan, write):
    assert flowyml("run", "flow.py").code == 0
    assert plan("-c", "longest=3")["filter_words"] == ("run", "parameter 'longest' is 3, was 9")
    (flow / "words.txt").write_text("two four")
    assert plan()["load"] == ("run", "the file that parameter 'path' names is another one")
    (flow / "words.txt").write_text("one three eleven")
    write("flow.py", FLOW.replace("<= longest", "< longest"))
    assert plan()["filter_words"] == ("run", "its code changed")
    both = plan("-c", "longest=3")["filter_words"][1]
    assert both == "its code changed; parameter 'longest' is 3, was 9"
    write("flow.py", FLOW.replace('outputs=["sent"]', 'outputs=["sent"], cache=False'))
    assert reasons(plan()) == {"send": "cache=False"}
    for blob in (flow / ".flowyml" / "artifacts").rglob("*.json"):
        if blob.read_text().startswith('["one"'):
            blob.unlink()
    assert plan()["load"] == ("run", "what it gave is gone from the store, or broken")


def test_a_plan_compares_with_what_is_nearest(flowyml, flow, plan):
    for longest in ("3", "4"):
        assert flowyml("run", "flow.py", "-c", f"longest={longest}").code == 0
    (flow / "words.txt").write_text("two")
    assert flowyml("run", "flow.py", "-c", "longest=5").code == 0
    (flow / "words.txt").write_text("one three eleven")
    assert plan("-c", "longest=6")["filter_words"][1] == "parameter 'longest' is 6, was 4"


def test_a_plan_needs_this_process(flowyml, flow):
    done = flowyml("run", "flow.py", "--plan", "--simulate", "kubeflow")
    assert done.code == 2
    assert "--plan works in this process" in done.err


@pytest.mark.parametrize("flag", ["--debug", "--quiet"])
def test_a_plan_takes_nothing_that_is_about_running(flowyml, flow, flag):
    done = flowyml("run", "flow.py", "--plan", flag)
    assert (done.code, done.out) == (2, "")
    assert f"--plan runs nothing, so {flag} means nothing with it" in done.err


def test_no_cache_runs_all_and_keeps_nothing(flowyml, flow, plan):
    for _ in range(2):
        assert "[load] loading" in flowyml("run", "flow.py", "--no-cache").out
    assert not (flow / ".flowyml" / "cache").exists()
    assert set(plan("--no-cache").values()) == {("run", "the cache is off")}


def test_stats_and_clear(flowyml, flow):
    empty = flowyml("cache", "stats")
    assert (empty.code, empty.out.split(" in ")[0]) == (0, "0 entries of 0 bytes")
    flowyml("run", "flow.py")
    done = flowyml("cache", "stats")
    assert done.out.splitlines()[1:] == [
        "  filter_words  1",
        "  load  1",
        "  report  1",
        "  send  1",
    ]
    assert str(flow / ".flowyml" / "cache") in done.out
    data = json.loads(flowyml("cache", "stats", "--json", cwd=flow).out)
    assert data["entries"] == 4
    assert data["steps"] == {"filter_words": 1, "load": 1, "report": 1, "send": 1}
    assert flowyml("cache", "clear", "--step", "load").out == "removed 1 entry\n"
    again = flowyml("run", "flow.py").out
    assert "[load] loading" in again
    assert "[filter_words]" not in again
    assert flowyml("cache", "clear").out == "removed 4 entries\n"
    assert flowyml("cache", "clear").out == "removed 0 entries\n"


def test_a_step_that_is_not_there_is_an_error(flowyml, flow):
    none = flowyml("cache", "clear", "--step", "load")
    assert (none.code, none.err) == (
        2,
        "error: nothing is kept of a step 'load'; the cache is empty\n",
    )
    flowyml("run", "flow.py")
    done = flowyml("cache", "clear", "--step", "laod")
    assert done.code == 2
    assert "did you mean 'load'" in done.err


def test_another_place(flowyml, flow, write):
    write("flow.py", FLOW.replace('path="words.txt")', 'path="words.txt"), cache_dir="mine"'))
    flowyml("run", "flow.py")
    assert (
        json.loads(flowyml("cache", "stats", "--cache-dir", "mine", "--json").out)["entries"] == 4
    )
    assert json.loads(flowyml("cache", "stats", "--json").out)["entries"] == 0
