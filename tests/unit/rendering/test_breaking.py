"""Lines that are broken before black sees them: never another text, and mostly black's own."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flowyml.rendering import broken, format_python, is_settled, py

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


STATEMENTS = st.sampled_from(
    [
        "task = step.override(task_id={0}, retries=0)({1})",
        "task = step.override(task_id={0}, retries=0)({1}, {{'value': other[{0}]}})",
        "task = {2}.override(task_id={0}, pool={0}, queue={0})({1}, wanted=other.output[{0}])",
        "task = Operator(task_id={0}, environment={1}, image={0}, mounts=[Mount({0}, kind={1})])",
        "task = step({1}, {0})",
        "{2} = step({1})",
        "{2} >> task",
        "# {2}.py: {2}",
    ]
)
NAMES = st.from_regex(r"[a-z]_[a-z0-9_]{1,60}", fullmatch=True)


@given(STATEMENTS, WORDS, VALUES, NAMES, st.integers(1, 3))
@example("task = step({1})", "", {"a": "b" * 80, "c": 1}, "a_b", 1)
@example("task = step({1})", "", [1e16, "b" * 80], "a_b", 1)
def test_black_leaves_what_is_settled(statement, text, value, name, depth):
    line = "    " * depth + statement.replace("'value'", '"value"').format(
        py(text), py(value), name
    )
    lines = list(broken(line))
    if is_settled(line, lines):
        above = "".join(f"{'    ' * n}with a:\n" for n in range(depth))
        whole = "\n".join([*lines, "    " * depth + "last"])

        assert format_python(f"{above}{line}\n{'    ' * depth}last\n") == f"{above}{whole}\n"


@pytest.mark.parametrize(
    "line",
    [
        "task = step.override(task_id=1, retries=0)({0}, {0}, {0})".format('{"a": [1, "b"]}'),
        f'task = Operator(task_id="{"t" * 80}", command=["a", "b"])',
        "one >> other",
        "# pipelines/train.py: train",
        "# train.py: train (its items)",
    ],
)
def test_what_a_dag_file_is_made_of_is_settled(line):
    assert is_settled(line, list(broken(line)))


@pytest.mark.parametrize(
    "line",
    [
        f'task = step("{"a" * 100}")',
        f'task = step({{"a": other["{"b" * 90}"]}})',
        "task = step(1e+16)",
        'task = step("\\n")',
        'task = step("é")',
        'task = step.override(task_id="a").partial(b=1).expand(c=2)',
        "with DAG(1):",
        "# fmt: off",
        "# type: ignore",
        "# pragma",
    ],
)
def test_what_black_may_lay_out_in_another_way_is_not_settled(line):
    assert not is_settled(line, list(broken(line)))
