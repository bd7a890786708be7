"""Lines that are broken before black sees them: never another text, and mostly black's own."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flowyml.rendering import broken, format_python, py

WORDS = st.text("abc \"'\\,()[]{}#é", max_size=30)
VALUES = st.recursive(
    WORDS | st.integers() | st.none(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(WORDS, inner, max_size=5),
    max_leaves=30,
)


@given(st.lists(VALUES, max_size=3), st.sampled_from(["{}", "with {}:\n    pass", "{} = x"]))
@example(["(" * 200], "{}")
@example([{"a,": "b" * 100, "c": [1] * 60}, "d" * 100], "{}")
def test_black_makes_the_same_of_a_broken_line(values, around):
    call = f"step.override(task_id={py('t' * 20)})({', '.join(map(py, values))})"
    line, *rest = around.format(call if "=" not in around else f"named[{call}]").split("\n")

    assert format_python("\n".join([*broken(line), *rest])) == format_python(
        "\n".join([line, *rest])
    )


@pytest.mark.parametrize(
    "line",
    [
        f"first = step.override(task_id='first', retries=0)({{'a': '{'x' * 80}'}}, {{'b': 1}})",
        f"first = step({{'a': '{'x' * 50}', 'b': ['{'y' * 50}']}})",
        f"with DAG(dag_id='{'d' * 60}', params={{'n': Param(1, type='integer')}}, tags=['a']):",
    ],
)
def test_what_is_written_for_a_task_is_left_alone_by_black(line):
    text = (
        "\n".join([*broken(line.replace("'", '"')), *["    pass"] * line.startswith("with")]) + "\n"
    )

    assert text.count("\n") > 2
    assert format_python(text) == text


def test_comments_and_short_lines_stay():
    for line in ("short(1, 2)", "# " + "f(a, b) " * 20, "x = " + "1 + " * 50 + "1"):
        assert list(broken(line)) == [line]
