"""What containers call: `python -m flowyml.runtime ADAPTER ARGUMENTS…`.

The adapter is an entry point of the group `flowyml.workers`: a target's own words are turned into
a task description by the target's package, and run by this one.
"""

from __future__ import annotations

import sys
from importlib.metadata import entry_points

from flowyml.diagnostics import near

GROUP = "flowyml.workers"


def main(arguments: list[str]) -> int:
    """Hand the arguments to an adapter.

    Returns:
        The exit code: the adapter's, or 2 if there is no such adapter.
    """
    adapters = {point.name: point for point in entry_points(group=GROUP)}
    name = arguments[0] if arguments else ""
    if name not in adapters:
        print(f"no worker adapter '{name}'; {near(name, adapters)}", file=sys.stderr)
        return 2
    return int(adapters[name].load()(arguments[1:]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
