from __future__ import annotations

import json
import math

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from flowyml.rendering.yaml import YamlError, comment, document, dump, load

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT
    | st.sampled_from(["yes", "No", "1e3", "0x1f", "12:30", "2026-01-01", "- a", "a: b", "#", "~"]),
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=20,
)


def exactly(value):
    """Tell 1 from 1.0 and True, which Python's == does not."""
    return json.dumps(value, sort_keys=True)


@given(JSON)
def test_both_readers_give_back_what_was_written(value):
    text = dump(value)

    assert exactly(yaml.load(text, yaml.SafeLoader)) == exactly(value)
    assert exactly(yaml.load(text, yaml.CSafeLoader)) == exactly(value)
    assert exactly(load(text)) == exactly(value)


@given(st.dictionaries(TEXT, JSON, min_size=1))
def test_each_key_stands_on_the_line_that_is_stated(value):
    written = document(value)
    lines = written.text.split("\n")

    for key in value:
        line = lines[written.lines[(key,)] - 1]
        assert line.startswith(dump({key: 1}).split(": ")[0].rstrip("1").rstrip())


@pytest.mark.parametrize("text", ["plain", "a b", "load-data", "localhost/x:dev", "a/b.py", "_x"])
def test_words_stay_bare(text):
    assert dump({"k": text}) == f"k: {text}\n"


@pytest.mark.parametrize("text", ["no", "Y", "1", "1.0", "0o7", "null", "a: b", "a #b", "-m", ""])
def test_text_that_looks_like_something_else_is_quoted(text):
    assert dump({"k": text}) == f"k: '{text}'\n"


def test_text_keeps_its_letters_and_escapes_what_cannot_be_seen():
    assert dump("grün 漢字 😀 'q'") == "'grün 漢字 😀 ''q'''\n"
    assert dump("a\nb\u2028\x85\ufeff") == '"a\\nb\\u2028\\u0085\\ufeff"\n'


def test_layout():
    data = {"b": [1, {"z": 2, "x": [True, None]}, [], {}], "a": {"p": 1e16, "m": -0.5}}

    assert dump(data) == (
        "a:\n  m: -0.5\n  p: 1.0e+16\nb:\n- 1\n- x:\n  - true\n  - null\n  z: 2\n- []\n- {}\n"
    )


def test_a_comment_stands_above_its_key_and_within_one_line():
    written = document({"a": {"b": 1, "c": 2}}, {("a", "c"): "first\nsecond"})

    assert written.text == "a:\n  b: 1\n  # first\\u000asecond\n  c: 2\n"
    assert written.lines[("a", "c")] == 4
    assert comment("x\ry") == "# x\\u000dy"


@pytest.mark.parametrize(
    "value", [math.nan, math.inf, {1: 2}, {"a": object()}, b"bytes", "\ud800", {"k" * 1100: 1}]
)
def test_what_yaml_cannot_hold_is_refused(value):
    with pytest.raises(YamlError):
        dump(value)


UNUSUAL = (
    "{a: 1, 2: [x, 1.5, null, true]}",
    "[[a]: 1]",
    "{? {a: 1} : 2}",
    "a: !!set {x}",
    "!!str {a: 1}",
    "--- a\n--- b",
    "",
    "a: &x {b: 1}\nc: {<<: *x}",
    "a: 2020-01-31",
    "{a: 1, a: 2}",
    "a: *b",
    "*b",
    "a: =",
    "[a",
    "",
    "a: 1_0\nb: ~\nc:\nd: 'x'\ne: 0x1F\nf: 1e3\ng: .inf\n1: x\nh: {}",
    "--- a\n...\n",
    "- 1\n- [a, b]\n",
)


@pytest.mark.parametrize("text", UNUSUAL)
def test_text_of_others_is_read_as_pyyaml_reads_it(text):
    def read(how):
        try:
            return how(text)
        except yaml.YAMLError as error:
            return type(error)

    assert read(load) == read(yaml.safe_load)
