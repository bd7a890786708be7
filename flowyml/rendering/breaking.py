"""Long lines, broken where black breaks them, before it sees them.

Black formats once more whatever it had to change, so text in its style costs half. It has the last
word: a line that is broken otherwise here costs time, and the text is the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

LINE_LENGTH = 100
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'')


def broken(line: str) -> Iterator[str]:
    """Break a statement, or a part of one, at its last brackets, and within them at the commas.

    What is no ASCII is left as it is: only black knows how wide it is.
    """
    if len(line) <= LINE_LENGTH or not line.isascii() or line.lstrip().startswith("#"):
        yield line
        return
    found = _last_brackets(line)
    if found is None:
        yield line
        return
    start, end, commas = found
    indent = line[: len(line) - len(line.lstrip())] + "    "
    body = indent + line[start:end]
    yield line[:start]
    if len(body) > LINE_LENGTH and commas:
        for begin, stop in zip([start, *(at + 1 for at in commas)], [*commas, end], strict=True):
            yield from broken(f"{indent}{line[begin:stop].strip()},")
    else:
        yield from broken(body)
    yield indent[4:] + line[end:]


def _last_brackets(line: str) -> tuple[int, int, list[int]] | None:
    """Find what stands within the last brackets, and the commas in it that no others enclose."""
    bare = _STRING.sub(lambda text: "_" * len(text[0]), line)
    end = max(map(bare.rfind, ")]}"))
    depth, commas = 0, list[int]()
    for at in range(end, -1, -1):
        depth += (bare[at] in ")]}") - (bare[at] in "([{")
        if depth == 0:
            return (at + 1, end, commas[::-1]) if at + 1 < end else None
        if depth == 1 and bare[at] == ",":
            commas.append(at)
    return None
