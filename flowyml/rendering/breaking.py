"""Long lines, broken where black breaks them, before it sees them.

Black formats once more whatever it had to change, so text in its style costs half. It has the last
word, but for statements of which it is certain what it would make: those it need not see.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

LINE_LENGTH = 100
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'')
_CALL = re.compile(r"[a-z_]\w* = \w+(\.\w+\([^\n]*\))?\([^\n]*\)|\w+ >> \w+", re.ASCII)
_REMARK = re.compile(r"# [\w./-]+: [\w.<>]+(?: \([\w ]+\))?", re.ASCII)
_SPECIAL = re.compile(r"# (fmt|yapf|type)\b")  # comments that tools obey
_SUBSCRIPT = re.compile(r"[\w)\]]\[$")
_EXPONENT = re.compile(r"\de\+\d", re.ASCII)


def broken(line: str) -> Iterator[str]:
    """Break a statement, or a part of one, at its last brackets, and within them at the commas.

    The items of lists and dicts get a line each; arguments do so only if one line is too short.
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
    if commas and (len(body) > LINE_LENGTH or line[start - 1] in "[{"):
        for begin, stop in zip([start, *(at + 1 for at in commas)], [*commas, end], strict=True):
            yield from broken(f"{indent}{line[begin:stop].strip()},")
    else:
        yield from broken(body)
    yield indent[4:] + line[end:]


def is_settled(line: str, lines: list[str]) -> bool:
    """Tell whether black is certain to make of a line what it was broken into.

    It is of a comment, of `a >> b`, and of a variable that is set to a call or to a call of a
    method's result, whose brackets it breaks from the last to the first; unless something is left
    that is too long, for which it looks for other ways. Nothing is certain of escapes, whose
    quotes it may change, of `1e+16`, and of a comment that tools obey.

    Args:
        line: a statement or comment, in quotes and with spaces as black has them.
        lines: what `broken` makes of it.
    """
    bare = line.strip()
    if bare.startswith("#"):
        return bool(_REMARK.fullmatch(bare)) and not _SPECIAL.match(bare)
    code = _bare(bare)
    return (
        line.isascii()
        and "\\" not in line
        and bool(_CALL.fullmatch(code))
        and not _EXPONENT.search(code)
        and all(len(each) <= LINE_LENGTH and not _SUBSCRIPT.search(each) for each in lines)
    )


def _bare(line: str) -> str:
    """Give a line with nothing in its strings."""
    return _STRING.sub(lambda text: "_" * len(text[0]), line)


def _last_brackets(line: str) -> tuple[int, int, list[int]] | None:
    """Find what stands within the last brackets, and the commas in it that no others enclose."""
    bare = _bare(line)
    end = max(map(bare.rfind, ")]}"))
    depth, commas = 0, list[int]()
    for at in range(end, -1, -1):
        depth += (bare[at] in ")]}") - (bare[at] in "([{")
        if depth == 0:
            return (at + 1, end, commas[::-1]) if at + 1 < end else None
        if depth == 1 and bare[at] == ",":
            commas.append(at)
    return None
