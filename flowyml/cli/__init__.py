"""The command line: `flowyml`."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit.

    Exit codes: 0 what was asked for is so, 1 it is not (a failed run, stale output, a difference),
    2 wrong use, 3 the pipeline itself is wrong.

    Args:
        arguments: default: those of this process.
    """
    from flowyml.cli.group import flowyml

    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:  # a locale that lacks a letter is no reason to fail
        reconfigure(errors="backslashreplace")
    flowyml.main(args=arguments, prog_name="flowyml")
