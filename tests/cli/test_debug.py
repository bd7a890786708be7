"""`flowyml run --debug`: a debugger on the terminal, and the user's traceback."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

import pytest

from tests.typed import SCRIPT

STOPS = """
from flowyml import Pipeline, context, step

@step(outputs=["half"])
def halve(n: int):
    half = n / 2
    breakpoint()
    return half

@step(inputs=["half"])
def check(half):
    raise ValueError(f"half is {half}")

pipeline = Pipeline("stops", context=context(n=6)).add_steps([halve, check])

if __name__ == "__main__":
    pipeline.run(debug=True)
"""


def session(command, cwd, *answers):
    """Type answers at a terminal, each at a prompt of the debugger; gives all that it showed."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "NO_COLOR": "1", "PYTHON_COLORS": "0"}
    child = subprocess.Popen(
        command, cwd=cwd, env=environment, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    shown, left = b"", list(answers)
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:  # the other side of a terminal is closed
            part = b""
        if not part:
            break
        shown += part
        if left and shown.endswith(b"(Pdb) "):
            shown += b"\n"
            os.write(ours, f"{left.pop(0)}\n".encode())
    os.close(ours)
    return child.wait(timeout=600), shown.decode().replace("\r", "")


@pytest.mark.parametrize(
    "command", [[SCRIPT, "run", "stops.py", "--debug"], [sys.executable, "stops.py"]]
)
def test_breakpoint_stops_in_the_step(project, write, command):
    write("stops.py", STOPS)
    code, shown = session(command, project, "p half * 100", "where", "continue")
    assert code == 1
    assert "300.0" in shown
    assert "stops.py" in shown
    assert 'raise ValueError(f"half is {half}")' in shown
    assert "ValueError: half is 3.0" in shown


def test_the_users_traceback_comes_first_and_is_all(flowyml, write):
    write("stops.py", STOPS.replace("breakpoint()", "pass"))
    done = flowyml("run", "stops.py", "--debug")
    assert done.code == 1
    assert "Traceback (most recent call last):\n" in done.err
    assert 'stops.py", line 12, in check\n' in done.err
    assert done.err.rstrip().endswith("ValueError: half is 3.0")
    assert "flowyml/" not in done.err
