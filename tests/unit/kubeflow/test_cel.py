"""The conditions of tasks, as the SDK writes them and as people do."""

from __future__ import annotations

import pytest

from flowyml_kubeflow.cel import CelError, evaluate, parse

VALUES = {"n": 5, "x": 2.5, "s": "it's", "ok": True, "items": [1, 2], "deep": {"a": ["b"]}}


def p(name):
    return f"inputs.parameter_values['{name}']"


@pytest.mark.parametrize(
    ("text", "truth"),
    [
        (f"int({p('n')}) > 3", True),
        (f"double(int({p('n')})) == 5.0", True),
        (f"{p('x')} >= double(1)", True),
        (f"{p('s')} == 'a'", False),
        (f"{p('s')} == 'it\\'s'", True),
        (f'{p("s")} == "it\'s"', True),
        (f"{p('ok')} == true", True),
        (f"!({p('ok')} == true) && {p('n')} > 1", False),
        (f"!({p('ok')} == false) && !(int({p('n')}) == 4)", True),
        (f"{p('n')} == 'five' || {p('n')} != 6", True),
        (f"{p('n')} + 1 == 6 && {p('n')} * 2 - 3 == 7 && -{p('n')} < 0", True),
        (f"int({p('n')}) / 2 == 2 && int({p('n')}) % 2 == 1", True),
        (f"2 in {p('items')} && size({p('items')}) == 2", True),
        (f"{p('deep')}.a[0] == 'b'", True),
        (f"({p('ok')} ? 1 : 2) == 1", True),
        (f"string({p('n')}) == '5' && string({p('ok')}) == 'true'", True),
        (f"{p('none')} == 1 || true", True),
        (f"{p('none')} == 1 && false", False),
        ("true == 1", False),
        ("1.5e1 == 15.0 && null == null", True),
    ],
)
def test_a_condition_has_the_value_that_cel_gives_it(text, truth):
    assert evaluate(text, VALUES) is truth


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"{p('s')} == 'it's'", "no condition: 's' at character"),
        ("1 ==", "ends too early"),
        ("", "ends too early"),
        ("nonsense", "'nonsense' at character 1"),
        ("inputs.parameter_values['n'] = 3", "'=' at character"),
        ("(1 == 1", "ends too early"),
        ("$x == 1", "at character 1"),
    ],
)
def test_text_that_is_no_condition_is_refused_with_the_place(text, message):
    with pytest.raises(CelError, match=message):
        parse(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (p("n"), "neither true nor false"),
        (p("none") + " == 1", "no such key: none"),
        (f"int({p('s')}) == 1", "cannot be converted"),
        (f"{p('s')} > 1", "have no order"),
        (f"{p('n')} && true", "neither true nor false"),
        (f"{p('n')} / 0 == 1", "division by zero"),
        (f"{p('s')} + 1 == 2", "numbers of a kind"),
        (f"-{p('s')} == 2", "is no number"),
        ("1 in 2", "takes a list"),
    ],
)
def test_a_condition_without_a_truth_fails_the_task(text, message):
    with pytest.raises(CelError, match=message):
        evaluate(text, VALUES)
