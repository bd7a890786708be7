"""Errors as the command line shows them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flowyml import CompileError, FlowymlError, Pipeline, Schedule, UsageError, step
from flowyml.cli.errors import described, exit_code
from flowyml.diagnostics import Diagnostic
from flowyml.frontend.load_errors import users_traceback

PROBLEM = Diagnostic(code="FML111", message="the pipeline has no steps")


@pytest.mark.parametrize(
    ("error", "code"),
    [(FlowymlError("x"), 1), (UsageError("x"), 2), (CompileError([PROBLEM]), 3)],
)
def test_exit_codes(error, code):
    assert exit_code(error) == code


def test_a_plain_error_is_its_message():
    assert described(UsageError("no such file")) == "error: no such file"


def test_a_compile_error_is_its_diagnostics():
    assert described(CompileError([PROBLEM])) == (
        "error[FML111]: the pipeline has no steps\n1 error"
    )


def test_a_compile_error_that_the_users_code_caused_has_their_traceback():
    error = CompileError([PROBLEM])
    error.__cause__ = ValueError("their own")
    assert described(error).splitlines()[0] == "ValueError: their own"


def test_a_traceback_has_the_users_frames_alone():
    @step
    def fail():
        try:
            {}["key"]
        except KeyError as cause:
            raise ValueError("no key") from cause

    with pytest.raises(ValueError, match="no key") as caught:
        Pipeline("p").add_step(fail).run(debug=True)
    lines = users_traceback(caught.value).splitlines()
    frames = [line.split('"')[1] for line in lines if line.startswith('  File "')]
    assert frames == [__file__] * len(frames)
    assert "KeyError: 'key'" in lines
    assert lines[-1] == "ValueError: no key"


def test_nor_has_it_what_dataclasses_generate():
    with pytest.raises(ValueError, match="whole seconds") as caught:
        Schedule(every=timedelta(seconds=0.5))
    text = users_traceback(caught.value)
    assert "in test_nor_has_it_what_dataclasses_generate" in text
    assert "<string>" not in text
