"""What a cache key is made of, and when there is none."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from flowyml.runtime import Task
from flowyml.runtime.cache_key import Bound, Key, NoKey, make_key
from flowyml.runtime.code import Code
from flowyml.runtime.texts import stored_texts, texts_in
from flowyml.storage import ArtifactStore, Reference

DATE = datetime(2026, 1, 2, tzinfo=timezone.utc)


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def function(*values: Any, **named: Any) -> None:
    """Whatever a step is."""


def key(
    *,
    inputs: dict[str, Any] | None = None,
    context: dict[str, Any] | None = None,
    date: datetime = DATE,
    cache_key: Any = None,
    **fields: Any,
) -> Key | NoKey:
    store = ArtifactStore("store")
    task = Task(step="m:f", **{"digest": "0" * 16, "outputs": ("out",), **fields})
    return make_key(
        Bound(
            task=task,
            code=Code(function=function, cache_key=cache_key),
            inputs={n: store.save(n, value) for n, value in (inputs or {}).items()},
            context=context or {},
            run_date=date,
            ask=lambda asked: asked(),
        )
    )


def parts(**given: Any) -> dict[str, Any]:
    found = key(**{"inputs": {"x": 1}, **given})
    assert isinstance(found, Key), found
    return dict(found.parts)


def test_empty_parts_are_left_out() -> None:
    assert parts().keys() == {"code", "environment", "inputs", "outputs"}


@pytest.mark.parametrize(
    "other",
    [
        {"inputs": {"x": 2}},
        {"inputs": {"x": 1, "y": 1}},
        {"inputs": {"x": 1.0}},
        {"digest": "1" * 16},
        {"outputs": ("other",)},
        {"outputs": ("out", "second")},
        {"params": {"n": "integer"}, "context": {"n": 1}},
        {"run_date": ("day",)},
        {"positional": ("x",)},
        {"cache": "abc", "cache_key": lambda: 1},
    ],
)
def test_each_part_makes_another_key(other: dict[str, Any]) -> None:
    first, second = key(inputs={"x": 1}), key(**{"inputs": {"x": 1}, **other})
    assert isinstance(first, Key)
    assert isinstance(second, Key)
    assert first.digest != second.digest


def test_parameters_are_as_the_step_gets_them() -> None:
    number = {"params": {"rate": "number"}}
    assert parts(context={"rate": 1}, **number) == parts(context={"rate": "1.0"}, **number)
    assert parts(context={"rate": 1, "unread": 2}, **number) == parts(context={"rate": 1}, **number)


def test_what_only_conditions_read_is_left_out() -> None:
    both = {"x": 1, "gauge": 5}
    found = parts(inputs=both, condition_only=("gauge",))
    assert found["inputs"].keys() == {"x"}


def test_the_date_counts_if_it_is_read() -> None:
    later = DATE + timedelta(days=1)
    assert parts(date=later) == parts()
    assert parts(date=later, run_date=("day",)) != parts(run_date=("day",))


def test_arrays_bring_their_library_along() -> None:
    import numpy as np

    assert parts()["environment"].keys() == {"python"}
    assert parts(inputs={"x": np.zeros(2)})["environment"]["numpy"] == np.__version__


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"inputs": {}}, "it reads no asset, and no parameter names a file"),
        ({"cache": "never"}, "cache=False"),
        ({"context": {"n": "x"}, "params": {"n": "integer"}}, "cannot be called"),
        ({"context": {"n": "."}, "params": {"n": "string"}}, "'.', which is a folder"),
        ({"context": {"n": "/dev/null"}, "params": {"n": "string"}}, "which is no plain file"),
        ({"context": {"n": "odd://x"}, "params": {"n": "string"}}, "odd://x, which has no etag"),
        ({"context": {"n": {"a": ["."]}}, "params": {"n": "object"}}, "which is a folder"),
    ],
)
def test_when_unsure_there_is_no_key(given: dict[str, Any], reason: str) -> None:
    found = key(**{"inputs": {"x": 1}, **given})
    assert isinstance(found, NoKey)
    assert reason in found.reason


def test_asking_for_it_makes_a_key_of_what_is_sure() -> None:
    assert isinstance(key(cache="always"), Key)
    named = {"context": {"n": "."}, "params": {"n": "string"}}
    assert isinstance(key(cache="always", **named), Key)


def test_files_are_named_by_the_parameter_and_not_by_their_path() -> None:
    Path("a.txt").write_text("same")
    Path("b.txt").write_text("same")
    many = {"context": {"files": ["a.txt", {"b": "b.txt"}]}, "params": {"files": "any"}}
    (digests,) = parts(**many)["files"].values()
    assert len(digests) == 2
    assert digests[0] == digests[1]


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        ("a.txt", ("a.txt",)),
        (["a", {"k": ("b", {"c"})}], ("a", "k", "b", "c")),
        (Path("folder") / "a.txt", (str(Path("folder") / "a.txt"),)),
        ({"path": Path("x")}, ("path", "x")),
        (["", "x" * 5000, 1, None, b"bytes"], ()),
    ],
)
def test_texts_are_found_live_and_stored(value: Any, texts: tuple[str, ...]) -> None:
    assert texts_in(value) == texts
    assert stored_texts(ArtifactStore("store").save("value", value)) == texts


class Loud:
    """Says that it was loaded."""

    def __reduce__(self) -> Any:
        return print, ("loaded",)


def test_nothing_of_the_users_is_loaded_to_look_for_texts(capsys: Any) -> None:
    assert stored_texts(ArtifactStore("store").save("value", [Loud(), "a.txt"])) == ()
    assert capsys.readouterr().out == ""


def test_a_large_or_missing_value_has_no_texts() -> None:
    assert stored_texts(ArtifactStore("store").save("value", ["a.txt"] * 20_000)) == ()
    gone = Reference(uri="nowhere", digest="0", format="json", size=3)
    assert stored_texts(gone) == ()


def test_a_value_that_holds_itself_ends() -> None:
    value: list[Any] = ["a.txt"]
    value.append(value)
    assert set(texts_in(value)) == {"a.txt"}
