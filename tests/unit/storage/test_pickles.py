from __future__ import annotations

import dataclasses
import enum
import io
import subprocess
import sys
import textwrap
import threading

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier

from flowyml.storage import UnloadableError, UnserializableError, equal
from flowyml.storage.pickles import PickleSerializer

LOCK = threading.Lock()
HERE = f"{sys.version_info.major}.{sys.version_info.minor}"


@dataclasses.dataclass
class Config:
    rate: float
    layers: tuple[int, ...] = ()


class Colour(enum.Enum):
    RED = "red"


class Holder:
    def __init__(self, **parts):
        self.__dict__.update(parts)


def dumped(value):
    file = io.BytesIO()
    PickleSerializer().dump(value, file)
    return file.getvalue()


def loaded(data):
    return PickleSerializer().load(io.BytesIO(data))


def test_types_are_kept(through):
    for value in (Config(0.1, (1, 2)), np.float32(0.5), np.int64(2**62), {"a": {(1, 2)}}, range(3)):
        assert type(through(value)) is type(value)
        assert through(value) == value
    assert through(Colour.RED) is Colour.RED
    assert through(Config) is Config


def test_a_model_predicts_as_before(through):
    x = np.arange(40.0).reshape(20, 2)
    model = RandomForestClassifier(3, random_state=0).fit(x, np.arange(20) % 2)
    again = through(model)
    assert np.array_equal(again.predict(x), model.predict(x))
    assert equal(again, model)


def test_functions_without_a_name_are_kept_by_value(through):
    factor = 3
    assert through(lambda value: value * factor)(2) == 6


def test_the_first_line_says_which_python_wrote_it():
    assert dumped((1,)).startswith(f"flowyml-pickle/1 python={HERE}\n".encode())


def test_another_minor_version_is_refused_with_both_named():
    data = dumped([np.float64(1)]).replace(f"python={HERE}".encode(), b"python=3.7", 1)
    with pytest.raises(
        UnloadableError, match=rf"by Python 3\.7, with numpy .*this is Python {HERE}"
    ):
        loaded(data)


def test_the_distributions_of_what_is_inside_are_recorded():
    trailer = dumped({"model": RandomForestClassifier(), "here": Config(1.0)}).rpartition(b".{")[2]
    assert b'"scikit-learn": "' in trailer
    assert b"hypothesis" not in trailer


def test_basic_values_need_no_distribution():
    assert dumped((1, {2}, b"x", 1j)).endswith(b"{}\0\0\0\x02")


def test_a_missing_library_is_named_with_its_version(monkeypatch):
    data = dumped(RandomForestClassifier())
    for name in [name for name in sys.modules if name.split(".")[0] == "sklearn"]:
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(UnloadableError, match=r"cannot be rebuilt here .*sklearn"):
        loaded(data)


def test_a_distribution_that_is_not_here_is_to_be_installed():
    data = dumped(Holder(x=np.float64(1))).replace(b'"numpy"', b'"nunpy"')
    data = data.replace(Holder.__qualname__.encode(), b"Folder")
    with pytest.raises(UnloadableError, match=r"install nunpy \d.*, which it needs"):
        loaded(data)


def test_a_class_that_is_gone_is_named():
    data = dumped(Config(0.5)).replace(b"Config", b"Konfig")
    with pytest.raises(UnloadableError, match="Konfig"):
        loaded(data)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (threading.Lock(), r"value is a _thread\.lock"),
        ({"a": [1, threading.Lock()]}, r"value\['a'\]\[1\] is a _thread\.lock"),
        ((Holder(x=Holder(lock=threading.Lock())),), r"value\[0\]\.x\.lock is a _thread\.lock"),
        ([(n for n in ())], r"value\[0\] is a generator"),
        ({"log": sys.stdout.buffer}, r"value\['log'\] is a .*cannot"),
        (lambda lock=LOCK: lock, r"value is a function"),
    ],
    ids=["itself", "in containers", "in attributes", "generator", "file", "default"],
)
def test_what_cannot_be_stored_is_found_and_named(store, value, message):
    with pytest.raises(UnserializableError, match=f"output 'out' cannot be stored: {message}"):
        store.save("out", value)


def test_a_captured_variable_is_found(store):
    lock = threading.Lock()
    with pytest.raises(UnserializableError, match=r"value\.<closure> is a _thread\.lock"):
        store.save("out", lambda: lock)


def test_the_error_says_what_to_do(store):
    with pytest.raises(TypeError, match=r"return the data in it instead.*register_serializer"):
        store.save("out", threading.Lock())


def test_an_error_in_the_values_own_code_is_shown(store):
    class Stubborn:
        def __getstate__(self):
            raise ValueError("no state today")

    with pytest.raises(UnserializableError, match=r"Stubborn.*no state today"):
        store.save("out", Stubborn())


MODULE = """
    import dataclasses, enum, sys
    from flowyml.storage import ArtifactStore, load_value

    class Model:
        def __init__(self, weight):
            self.weight = weight

        def double(self):
            return self.weight * 2

        class Part:
            pass

    class Kind(enum.Enum):
        BIG = 1

    def score(value):
        return value + 1

    def make_local():
        class Local(Model):
            pass
        return Local(4)

    if __name__ == "__main__":
        store = ArtifactStore(sys.argv[1])
        value = [Model(2), Model.Part(), Kind.BIG, score, make_local()]
        reference = store.save("value", value)
        again = load_value(reference)
        assert [type(a) is type(b) for a, b in zip(value, again)] == [True] * 5
        assert again[2] is Kind.BIG and again[3](1) == 2
        print(reference.uri, reference.digest, reference.size)
"""

READER = """
    import sys
    from flowyml.storage import Reference, load_value

    uri, digest, size = sys.argv[1:]
    model, part, kind, score, local = load_value(
        Reference(uri=uri, digest=digest, format="pickle", size=int(size))
    )
    print(type(model).__module__, type(part).__name__, kind, score(1))
    print(model.double(), local.double())
"""


@pytest.fixture
def project(tmp_path):
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "steps").mkdir()
    (tmp_path / "steps" / "__init__.py").write_text("")
    (tmp_path / "steps" / "train.py").write_text(textwrap.dedent(MODULE))
    return tmp_path


def run(*command, cwd):
    done = subprocess.run(
        [sys.executable, *map(str, command)], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.mark.parametrize("how", [["steps/train.py"], ["-m", "steps.train"]], ids=["file", "module"])
def test_classes_of_main_are_stored_under_their_modules_name(project, how):
    reference = run(*how, "store", cwd=project)
    found = run("-c", textwrap.dedent(READER), *reference, cwd=project)
    assert found == ["steps.train", "Part", "Kind.BIG", "2", "4", "8"]


AGAIN = """
        uri, digest, size = sys.argv[1:]
        model, _, kind, function, _ = load_value(
            Reference(uri=uri, digest=digest, format="pickle", size=int(size))
        )
        print(type(model) is Model, kind is Kind.BIG, function is score)
"""


def test_loading_in_main_itself_finds_the_same_classes(project):
    reference = run("steps/train.py", "store", cwd=project)
    top = MODULE.partition("        store =")[0].replace("ArtifactStore", "Reference")
    (project / "steps" / "train.py").write_text(textwrap.dedent(top + AGAIN))
    assert run("steps/train.py", *reference, cwd=project) == ["True", "True", "True"]


def test_loading_does_not_run_the_users_script(project):
    """A tutorial's script ends in an unguarded run(); finding a class in it must not run it."""
    reference = run("steps/train.py", "store", cwd=project)
    script = textwrap.dedent(MODULE) + textwrap.dedent("""
        from flowyml import Pipeline, step

        @step
        def show():
            print("the pipeline ran")

        Pipeline("p").add_step(show).run()
    """)
    (project / "steps" / "train.py").write_text(script)
    found = run("-c", textwrap.dedent(READER), *reference, cwd=project)
    assert found == ["steps.train", "Part", "Kind.BIG", "2", "4", "8"]


def test_classes_of_a_prompt_are_stored_by_value(tmp_path):
    code = textwrap.dedent(MODULE)
    reference = run("-c", code, "store", cwd=tmp_path)
    found = run("-c", textwrap.dedent(READER), *reference, cwd=tmp_path)
    assert found == ["__main__", "Part", "Kind.BIG", "2", "4", "8"]
