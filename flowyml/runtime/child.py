"""The child's side of `flowyml.runtime.supervise`: `python -m flowyml.runtime.child CALL ANSWER`."""

from __future__ import annotations

import os
import pickle
import sys
from pathlib import Path

import cloudpickle


def prepare() -> None:
    """Let this process import users' modules without running their pipelines, for good."""
    from flowyml.frontend.import_hook import ending_runs

    ending_runs().__enter__()


def main(call: str, answer: str) -> None:
    """Make the call that a file describes, and leave what became of it in another."""
    path, made = pickle.loads(Path(call).read_bytes())  # noqa: S301 - our parent wrote it
    sys.path[:] = path
    prepare()
    from flowyml.runtime.call import finish

    function, args, kwargs = cloudpickle.loads(made)
    try:
        value = finish(function(*args, **kwargs))
        result = cloudpickle.dumps((False, value))
    except Exception as error:
        result = cloudpickle.dumps((True, error))
    unfinished = Path(f"{answer}.part")
    unfinished.write_bytes(result)
    unfinished.replace(answer)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)  # threads and children that the step left running must not keep it alive


if __name__ == "__main__":
    main(*sys.argv[1:])
