"""The cache, as a pipeline's author meets it (docs/semantics.md §4)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from flowyml import LocalStack, Pipeline, context, map_task, on_failure, retry, step, when
from flowyml.runtime.mapping import MapTaskResult
from flowyml.storage.cache import Entry


def note(name: str) -> None:
    """Write down that a step ran."""
    with Path("ran").open("a") as file:
        file.write(f"{name}\n")


def ran() -> list[str]:
    """Name the steps that ran since the last time, in order."""
    path = Path("ran")
    names = path.read_text().split() if path.exists() else []
    path.unlink(missing_ok=True)
    return names


def run(*steps: Any, name: str = "p", **values: Any) -> Any:
    return Pipeline.from_steps(*steps, name=name, context=context(**values)).run()


@step(outputs=["data"])
def load(path: str) -> list[str]:
    note("load")
    return Path(path).read_text().split()


@step(inputs=["data"], outputs=["count"])
def count(data: list[str]) -> int:
    note("count")
    return len(data)


@step(inputs=["count"], outputs=["scaled"])
def scale(count: int, factor: int = 2) -> int:
    note("scale")
    return count * factor


STEPS = (load, count, scale)


@pytest.fixture
def csv() -> Path:
    path = Path("data.csv")
    path.write_text("a b c")
    return path


def test_nothing_runs_twice(csv: Path) -> None:
    first, second = run(*STEPS, path="data.csv"), run(*STEPS, path="data.csv")
    assert ran() == ["load", "count", "scale"]
    assert [s.state for s in second.step_results.values()] == ["CACHED"] * 3
    assert all(s.cached and s.success and s.attempts == 0 for s in second.step_results.values())
    assert (
        dict(second.outputs) == dict(first.outputs) == {"data": [*"abc"], "count": 3, "scaled": 6}
    )
    assert second.state == "SUCCEEDED"


def test_what_stands_in_the_file_counts_and_not_when_it_was_written(csv: Path) -> None:
    run(*STEPS, path="data.csv")
    status = csv.stat()
    csv.write_text("d e f")  # as long as before
    os.utime(csv, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert run(*STEPS, path="data.csv").outputs["data"] == [*"def"]
    assert ran() == ["load", "count", "scale", "load", "count"]  # as many words as before
    csv.write_text("d e f")
    run(*STEPS, path="data.csv")
    assert ran() == []


def test_a_parameter_reruns_those_that_read_it(csv: Path) -> None:
    run(*STEPS, path="data.csv", factor=2)
    ran()
    assert run(*STEPS, path="data.csv", factor=3).outputs["scaled"] == 9
    assert ran() == ["scale"]


def test_parameters_count_with_their_types() -> None:
    @step(outputs=["shown"], cache=True)
    def show(value: Any) -> str:
        return repr(value)

    values = [1, 1.0, True, "1", [1], None, {"a": 1}, {"a": "1"}]
    assert [run(show, value=v).outputs["shown"] for v in values] == [repr(v) for v in values]
    assert [run(show, value=v).step_results["show"].cached for v in values] == [True] * len(values)


def test_names_of_pipelines_and_stores_do_not_count(csv: Path) -> None:
    run(*STEPS, path="data.csv", name="one")
    assert [s.state for s in run(*STEPS, path="data.csv", name="two").step_results.values()] == [
        "CACHED"
    ] * 3


def test_a_step_that_reads_nothing_runs_every_time() -> None:
    @step(outputs=["now"])
    def ask() -> str:
        note("ask")
        return "same"

    @step(inputs=["now"], outputs=["known"])
    def use(now: str) -> str:
        note("use")
        return now

    run(ask, use)
    run(ask, use)
    assert ran() == ["ask", "use", "ask"]


def test_a_folder_is_no_fingerprint() -> None:
    Path("folder").mkdir()
    Path("file").write_text("")

    @step(outputs=["names"])
    def walk(folder: str, file: str) -> list[str]:
        note("walk")
        return sorted(path.name for path in Path(folder).iterdir())

    for _ in range(2):
        run(walk, folder="folder", file="file")
    assert ran() == ["walk", "walk"]


def test_files_named_by_an_asset_count_too() -> None:
    @step(outputs=["files"], cache=True)
    def choose() -> list[Path]:
        return [Path("a.txt"), Path("b.txt")]

    @map_task(inputs=["files"], outputs=["texts"])
    def read(file: Path) -> str:
        return file.read_text()

    for name in ("a.txt", "b.txt"):
        Path(name).write_text(name)
    run(choose, read)
    assert run(choose, read).step_results["read"].cached
    Path("b.txt").write_text("new")
    again = run(choose, read)
    assert [s.state for s in again.step_results.values()] == ["CACHED", "SUCCEEDED"]
    assert again.outputs["texts"].results == ["a.txt", "new"]


def test_a_file_that_changes_under_a_step_is_not_cached(csv: Path) -> None:
    @step(outputs=["text"])
    def append(path: str) -> str:
        with Path(path).open("a") as file:
            file.write("x")
        return Path(path).read_text()

    assert [run(append, path="data.csv").outputs["text"] for _ in range(2)] == ["a b cx", "a b cxx"]
    csv.write_text("a b c")
    assert run(append, path="data.csv").outputs["text"] == "a b cx"
    assert csv.read_text() == "a b cx"


def test_an_object_in_memory_counts_by_its_content() -> None:
    import fsspec

    files = fsspec.filesystem("memory")

    @step(outputs=["text"])
    def fetch(url: str) -> str:
        return str(files.cat_file(url).decode())

    states = []
    for text in ("one", "one", "two"):
        files.pipe_file("memory://caching/object", text.encode())
        result = run(fetch, url="memory://caching/object")
        states.append((result.outputs["text"], result.step_results["fetch"].cached))
    assert states == [("one", False), ("one", True), ("two", False)]


@pytest.mark.parametrize(("cache", "times"), [(True, 1), (None, 2), (False, 2)])
def test_the_author_decides_for_a_source(cache: bool | None, times: int) -> None:
    @step(outputs=["value"], cache=cache)
    def ask() -> int:
        note("ask")
        return 1

    run(ask)
    run(ask)
    assert len(ran()) == times


def test_never_is_never(csv: Path) -> None:
    never = step(count.function, inputs=["data"], outputs=["count"], cache=False)
    run(load, never, path="data.csv")
    run(load, never, path="data.csv")
    assert ran() == ["load", "count", "count"]


def test_a_function_supplies_a_part_of_the_key() -> None:
    @step(outputs=["rows"], cache=lambda table: Path(f"{table}.version").read_text())
    def query(table: str) -> str:
        note("query")
        return table

    for version in ("1", "1", "2", "1"):
        Path("users.version").write_text(version)
        run(query, table="users")
    assert len(ran()) == 2


def test_a_function_of_the_key_that_raises_fails_the_step() -> None:
    def broken() -> str:
        raise RuntimeError("no version to be had")

    @step(outputs=["rows"], cache=broken)
    def query() -> int:
        return 1

    result = run(query)
    assert result.step_results["query"].state == "FAILED"
    assert "no version to be had" in str(result.step_results["query"].error)


def test_a_step_that_gives_nothing_runs_every_time(csv: Path) -> None:
    @step(inputs=["data"])
    def publish(data: list[str]) -> None:
        note("publish")

    @step(inputs=["data"], cache=True)
    def check(data: list[str]) -> None:
        note("check")

    run(load, publish, check, path="data.csv")
    run(load, publish, check, path="data.csv")
    assert sorted(ran()) == ["check", "load", "publish", "publish"]


def test_a_false_condition_caches_nothing(csv: Path) -> None:
    @step(inputs=["data"], outputs=["model"])
    @when(lambda data: Path("wanted").exists())
    def train(data: list[str]) -> str:
        note("train")
        return "model"

    @step(inputs=["model"], outputs=["score"])
    def score(model: str) -> str:
        return f"score of {model}"

    def states() -> list[str]:
        result = run(load, train, score, path="data.csv")
        return [result.step_results[name].state for name in ("train", "score")]

    assert states() == ["SKIPPED", "SKIPPED"]
    Path("wanted").touch()
    assert [states(), states()] == [["SUCCEEDED", "SUCCEEDED"], ["CACHED", "CACHED"]]
    Path("wanted").unlink()
    assert states() == ["SKIPPED", "SKIPPED"]


def test_what_failed_or_was_recovered_is_not_cached(csv: Path) -> None:
    @step(inputs=["data"], outputs=["model"])
    @on_failure(lambda data: "instead")
    def train(data: list[str]) -> str:
        note("train")
        raise ValueError

    @step(inputs=["data"], outputs=["other"])
    @retry(max_attempts=2, delay=0)
    def flaky(data: list[str]) -> str:
        note("flaky")
        raise ValueError

    for _ in range(2):
        result = run(load, train, flaky, path="data.csv")
        assert result.step_results["train"].recovered
    assert sorted(ran()) == ["flaky"] * 4 + ["load"] + ["train"] * 2


def test_what_succeeded_late_is_cached(csv: Path) -> None:
    @step(inputs=["data"], outputs=["model"])
    @retry(max_attempts=2, delay=0)
    def train(data: list[str]) -> str:
        note("train")
        if not Path("second").exists():
            Path("second").touch()
            raise ValueError
        return "model"

    run(load, train, path="data.csv")
    assert run(load, train, path="data.csv").step_results["train"].cached
    assert ran() == ["load", "train", "train"]


def test_a_map_is_cached_only_if_every_item_succeeded() -> None:
    @step(outputs=["items"], cache=True)
    def items() -> list[int]:
        return [1, 2]

    @map_task(inputs=["items"], outputs=["halves"], min_success_ratio=0.5)
    def halve(x: int) -> int:
        note("halve")
        if x % 2 and not Path("lenient").exists():
            raise ValueError(x)
        return x // 2

    run(items, halve)
    run(items, halve)
    assert len(ran()) == 4
    Path("lenient").touch()
    whole = run(items, halve)
    again = run(items, halve)
    assert len(ran()) == 2
    assert again.step_results["halve"].cached
    assert whole.outputs["halves"] == again.outputs["halves"] == MapTaskResult(results=[0, 1])


def test_a_map_and_a_step_of_one_function_are_two(csv: Path) -> None:
    def size(data: Any) -> int:
        return len(data)

    plain = step(size, name="plain", inputs=["data"], outputs=["a"])
    run(load, plain, path="data.csv")
    mapped = map_task(size, name="mapped", inputs=["data"], outputs=["a"])
    assert run(load, mapped, path="data.csv").outputs["a"].results == [1, 1, 1]


def test_off_is_off(csv: Path) -> None:
    pipeline = Pipeline.from_steps(*STEPS, name="p", context=context(path="data.csv"))
    off = Pipeline.from_steps(
        *STEPS, name="p", context=context(path="data.csv"), enable_cache=False
    )
    off.run()
    assert not Path(".flowyml/cache").exists()
    pipeline.run()
    ran()
    for keywords in ({"enable_cache": False}, {"debug": True}):
        assert not any(s.cached for s in pipeline.run(**keywords).step_results.values())
        assert ran() == ["load", "count", "scale"]
    assert off.run(enable_cache=True).step_results["load"].cached


def test_the_cache_is_where_it_is_said_to_be(csv: Path) -> None:
    def cached(place: Any) -> bool:
        keywords: dict[str, Any] = {"context": context(path="data.csv"), "cache_dir": place}
        result = Pipeline.from_steps(load, name="p", **keywords).run()
        return bool(result.step_results["load"].cached)

    places = ["./mine", Path("other"), "memory://a-cache"]
    assert [cached(place) for place in places] == [False] * 3
    assert [cached(place) for place in places] == [True] * 3
    assert not Path(".flowyml/cache").exists()


def test_an_entry_is_no_use_in_another_store(csv: Path) -> None:
    pipeline = Pipeline.from_steps(*STEPS, name="p", context=context(path="data.csv"))
    pipeline.run()
    other = LocalStack("elsewhere")
    assert not pipeline.run(stack=other).step_results["load"].cached
    assert pipeline.run(stack=other).step_results["load"].cached


def test_no_path_of_this_machine_is_in_an_entry(csv: Path) -> None:
    run(*STEPS, path="data.csv")
    entries = list(Path(".flowyml/cache").glob("*/*.json"))
    assert len(entries) == 3
    for entry in entries:
        assert entry.parent.name == entry.name[:2]
        assert str(Path.cwd()) not in entry.read_text()
        assert Entry.from_json(entry.read_bytes())
