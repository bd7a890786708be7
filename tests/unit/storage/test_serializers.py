from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

from flowyml.diagnostics import UsageError
from flowyml.storage import (
    Serializer,
    register_serializer,
    serializer_for,
    serializer_named,
    serializers,
)


class Celsius:
    def __init__(self, degrees):
        self.degrees = degrees


class CelsiusSerializer(Serializer):
    name = "celsius"
    suffix = ".c"

    def accepts(self, value):
        return type(value) is Celsius

    def dump(self, value, file):
        file.write(str(value.degrees).encode())

    def load(self, file):
        return Celsius(int(file.read()))


class WarmSerializer(CelsiusSerializer):
    name = "warm"


@pytest.fixture(autouse=True)
def _only_for_this_test(monkeypatch):
    monkeypatch.setattr(serializers, "_registered", ())


def test_a_serializer_of_ones_own_takes_its_values(store):
    register_serializer(CelsiusSerializer())
    reference = store.save("t", Celsius(21))
    assert (reference.format, reference.uri[-2:], reference.size) == ("celsius", ".c", 2)
    assert store.load(reference).degrees == 21
    assert serializer_for([Celsius(21)]).name == "pickle"


def test_it_is_compared_and_hashed_without_more_code():
    serializer = CelsiusSerializer()
    assert serializer.equal(Celsius(1), Celsius(1))
    assert not serializer.equal(Celsius(1), Celsius(2))
    digests = [serializer.content_digest(Celsius(n)) for n in (1, 1, 2)]
    assert digests[0] == digests[1] != digests[2]


def test_the_newest_is_asked_first():
    register_serializer(CelsiusSerializer())
    register_serializer(WarmSerializer())
    assert serializer_for(Celsius(1)).name == "warm"
    assert serializer_named("celsius").name == "celsius"


def test_registering_a_class_again_replaces_it():
    first, second = CelsiusSerializer(), CelsiusSerializer()
    register_serializer(first)
    register_serializer(second)
    assert serializer_named("celsius") is second


def test_a_name_that_is_taken_is_refused():
    class Json(CelsiusSerializer):
        name = "json"

    with pytest.raises(UsageError, match=r"named 'json' exists.*Json another"):
        register_serializer(Json())


def test_an_unknown_name_is_refused_with_what_there_is():
    with pytest.raises(UsageError, match=r"unknown format 'celsius'.*register_serializer"):
        serializer_named("celsius")


HEAVY = {"numpy", "pandas", "pyarrow", "cloudpickle", "fsspec", "pydantic", "sqlalchemy"}


def loaded_after(code):
    """Name the heavy libraries that a fresh Python has loaded after some code."""
    check = f"import sys; print(sorted({HEAVY} & sys.modules.keys()))"
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code) + f"\n{check}"],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_reading_a_reference_loads_nothing_heavy():
    assert loaded_after("import flowyml.storage; flowyml.storage.Reference") == "[]"


def test_storing_a_plain_value_loads_nothing_heavy(tmp_path):
    code = f"""
        from flowyml.storage import ArtifactStore
        store = ArtifactStore({str(tmp_path)!r})
        store.load(store.save("x", {{"a": [1, 2.5, None]}}))
    """
    assert loaded_after(code) == "[]"


def test_pickling_basic_types_loads_only_cloudpickle(tmp_path):
    code = f"""
        from flowyml.storage import ArtifactStore
        store = ArtifactStore({str(tmp_path)!r})
        store.load(store.save("x", (1, {{2}}, b"x")))
    """
    assert "'cloudpickle'" in loaded_after(code)
    assert "numpy" not in loaded_after(code)


def test_unknown_names_of_the_package_are_attribute_errors():
    import flowyml.storage

    with pytest.raises(AttributeError, match="no attribute 'ArtefactStore'"):
        flowyml.storage.ArtefactStore  # noqa: B018
    assert set(flowyml.storage.__all__) == {
        name for name in flowyml.storage.__all__ if getattr(flowyml.storage, name) is not None
    }
