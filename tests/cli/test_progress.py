"""Progress as the user sees it: drawn on a terminal, lines elsewhere, nothing with --quiet."""

from __future__ import annotations

import os
import pty
import struct
import subprocess
import termios
from fcntl import ioctl

import pytest

from tests.typed import SCRIPT

MAPPED = """
    from flowyml import Pipeline, context, map_task, step

    @step(outputs=["items"])
    def items(count: int):
        print("making", count)
        return list(range(count))

    @map_task(inputs=["items"], outputs=["squares"])
    def square(item: int):
        return item * item

    @step
    def total(squares: list, limit: int):
        if sum(squares) > limit:
            raise ValueError("over the limit")

    pipeline = Pipeline("mapped", context=context(count=3, limit=10)).add_steps(
        [items, square, total]
    )
"""


@pytest.fixture(autouse=True)
def _mapped(write):
    write("mapped.py", MAPPED)


def on_a_terminal(project, *words, columns=60, **environment):
    """Run a command on a pseudo-terminal; give its exit code and all that it wrote there."""
    ours, theirs = pty.openpty()
    ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "COLUMNS", "LINES")}
    with subprocess.Popen(
        [SCRIPT, *words],
        cwd=project,
        env={**kept, "TERM": "xterm", "PYTHONUTF8": "1", **environment},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        text = b"".join(iter(lambda: _read(ours), b""))
    os.close(ours)
    return process.returncode, text.decode()


def _read(descriptor):
    try:
        return os.read(descriptor, 65536)
    except OSError:  # on Linux the end of a terminal is an error
        return b""


def test_a_terminal_gets_a_drawing_and_then_the_summary(project):
    code, text = on_a_terminal(project, "run", "mapped.py")
    assert code == 0
    assert text.startswith("mapped: 3 steps, run ")
    drawing, shown, summary = text.partition("\x1b[?25h")
    assert "\x1b[?25l" in drawing
    assert shown
    assert "[items] making 3\r\n" in drawing
    assert "━" * 20 in drawing
    assert "3/3" in drawing, "all steps, at the last"
    assert "SUCCEEDED" not in drawing, "it is in the summary"
    assert "Pipeline 'mapped' SUCCEEDED" in summary
    assert "\x1b[9" in text, "in colour"


def test_no_color_is_honoured_on_a_terminal(project):
    code, text = on_a_terminal(project, "run", "mapped.py", NO_COLOR="1")
    assert (code, "\x1b[3" in text, "\x1b[9" in text) == (0, False, False)
    assert "━" in text


def test_a_dumb_terminal_gets_lines(project):
    code, text = on_a_terminal(project, "run", "mapped.py", TERM="dumb")
    assert (code, "\x1b" in text) == (0, False)
    assert "square SUCCEEDED in " in text


def test_a_failure_on_a_terminal(project):
    code, text = on_a_terminal(project, "run", "mapped.py", "-c", "limit=1")
    assert code == 1
    assert text.count("ValueError: over the limit") == 1
    assert text.index("total FAILED in ") < text.index("Pipeline 'mapped' FAILED")


def test_lines_elsewhere(flowyml):
    done = flowyml("run", "mapped.py")
    assert [line.split(" in ")[0] for line in done.err.splitlines()[1:]] == [
        "items SUCCEEDED",
        "square SUCCEEDED",
        "total SUCCEEDED",
        "mapped SUCCEEDED",
    ]


def test_quiet_leaves_what_the_steps_print(flowyml):
    for word in ("-q", "--quiet"):
        assert flowyml("run", "mapped.py", word) == (0, "[items] making 3\n", "")


def test_quiet_still_tells_of_a_failure(flowyml):
    done = flowyml("run", "mapped.py", "-q", "-c", "limit=1")
    assert (done.code, done.err) == (1, "")
    first, _, rest = done.out.partition("Step 'total' failed:\nTraceback")
    assert first.startswith("[items] making 3\nPipeline 'mapped' FAILED in ")
    told = rest.partition("ValueError: over the limit\n")[2].splitlines()
    assert told[1:4] == [
        "It was called with:",
        "  squares  MapTaskResult(results=[0, 1, 4], errors=[])",
        "  limit    1",
    ]
    assert told[-1].endswith(" --from total")


def test_quiet_and_json(flowyml):
    done = flowyml("run", "mapped.py", "-q", "--json")
    assert done.out.startswith("{")
    assert done.err == "[items] making 3\n"


@pytest.mark.parametrize(("cwd", "named"), [(".", ""), ("..", "project/mapped.py ")])
def test_the_command_to_go_on_with_works_from_here(flowyml, project, cwd, named):
    folder = (project / cwd).resolve()
    spec = named.strip() or "mapped.py"
    failed = flowyml("run", spec, "-q", "-c", "limit=1", cwd=folder)
    command = failed.out.rpartition("To go on from there: ")[2].split()
    assert " ".join(command[3:]) == f"{named}--from total"
    again = flowyml(*command[1:], "-c", "limit=10", cwd=folder)
    assert (again.code, "square  CACHED" in again.out) == (0, True), again.err
