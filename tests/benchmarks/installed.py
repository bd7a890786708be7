"""How much room a distribution and all that it needs take on disk: `python installed.py NAME`.

Run by the interpreter whose environment is asked. Whole blocks count, as `du` counts them; compiled
bytecode does not, for not every installer makes it.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

_BLOCK = 512
"""Bytes of a block as `stat` counts them."""


def needed(name: str, found: set[str]) -> None:
    """Collect a distribution and what it requires, extras left out."""
    key = re.sub(r"[-_.]+", "-", name).lower()
    try:
        requirements = distribution(key).requires or ()
    except PackageNotFoundError:  # for another platform or Python
        return
    if key not in found:
        found.add(key)
        for requirement in requirements:
            if "extra ==" not in requirement:
                needed(re.split(r"[^\w.-]", requirement)[0], found)


def files(name: str) -> Iterator[Path]:
    """Give the files of a distribution, without bytecode."""
    found = (Path(str(each.locate())) for each in distribution(name).files or ())
    return (file for file in found if file.suffix != ".pyc")


def room(found: Iterator[Path]) -> int:
    """Give the bytes that files take on disk, each counted once."""
    return sum(file.stat().st_blocks * _BLOCK for file in set(found) if file.is_file())


def main(name: str) -> None:
    """Print the bytes of what is named."""
    found: set[str] = set()
    needed(name, found)
    print(json.dumps(room(file for name in found for file in files(name))))


if __name__ == "__main__":
    main(sys.argv[1])
