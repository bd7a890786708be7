"""Diagnostics as text for people, and as JSON, GitHub annotations and SARIF for machines."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from flowyml.diagnostics.codes import CODES
from flowyml.diagnostics.diagnostic import Diagnostic, Severity

_COLOURS: dict[Severity, str] = {"error": "red", "warning": "yellow", "advice": "cyan"}
_GITHUB: dict[Severity, str] = {"error": "error", "warning": "warning", "advice": "notice"}
_SARIF: dict[Severity, str] = {"error": "error", "warning": "warning", "advice": "note"}
_SARIF_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)


def text(diagnostics: Sequence[Diagnostic], *, colour: bool = False) -> str:
    """Give each diagnostic as where, what, why, what next, and last a line that counts them.

    Args:
        diagnostics: printed in the order given; what several targets say alike, once.
        colour: whether to add ANSI colours.
    """
    told = _at_once(diagnostics)
    blocks = [_coloured(d) if colour else str(d) for d in told]
    return "\n".join([*blocks, count(told)])


def count(diagnostics: Sequence[Diagnostic]) -> str:
    """Count by severity: `2 errors, 1 warning`, or `no problems found`."""
    kinds: list[tuple[Severity, str]] = [
        ("error", "errors"),
        ("warning", "warnings"),
        ("advice", "pieces of advice"),
    ]
    found = [(sum(d.severity == kind for d in diagnostics), kind, many) for kind, many in kinds]
    parts = [f"{n} {kind if n == 1 else many}" for n, kind, many in found if n]
    return ", ".join(parts) or "no problems found"


def as_json(diagnostics: Sequence[Diagnostic]) -> str:
    """Give a JSON object: `diagnostics`, each with the fields that are set, and `errors`."""
    data = {
        "diagnostics": [d.to_dict() for d in diagnostics],
        "errors": sum(d.severity == "error" for d in diagnostics),
    }
    return json.dumps(data, indent=2, ensure_ascii=False)


def github(diagnostics: Sequence[Diagnostic], *, prefix: str = "") -> str:
    """Give workflow commands that GitHub Actions shows beside the lines of a change.

    Args:
        diagnostics: one line each, but for what several targets say alike; none gives no text.
        prefix: the project's folder relative to the repository, with a final `/`, or empty.
    """
    return "\n".join(_annotation(d, prefix) for d in _at_once(diagnostics))


def sarif(diagnostics: Sequence[Diagnostic], *, prefix: str = "") -> str:
    """Give a SARIF 2.1.0 log, as code scanners read it, each for its target; else as `github`."""
    import flowyml

    codes = sorted({d.code for d in diagnostics})
    rules = [{"id": code, "shortDescription": {"text": CODES[code]}} for code in codes]
    driver = {"name": "flowyml", "version": flowyml.__version__, "rules": rules}
    results = [_result(d, codes.index(d.code), prefix) for d in diagnostics]
    run = {"tool": {"driver": driver}, "results": results, "columnKind": "unicodeCodePoints"}
    log = {"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False)


def _at_once(diagnostics: Sequence[Diagnostic]) -> list[Diagnostic]:
    """Let one diagnostic name all the targets that it holds for."""
    targets: dict[Diagnostic, list[str]] = {}
    for each in diagnostics:
        found = targets.setdefault(dataclasses.replace(each, target=None), [])
        found.extend([each.target] if each.target else [])
    return [dataclasses.replace(d, target=", ".join(of) or None) for d, of in targets.items()]


def _coloured(diagnostic: Diagnostic) -> str:
    from click import style

    title = f"{diagnostic.severity}[{diagnostic.code}]"
    rest = str(diagnostic).removeprefix(title)
    marked = re.sub(r"(?m)^  (?:-->|help:)", lambda m: style(m[0], fg="blue", bold=True), rest)
    return style(title, fg=_COLOURS[diagnostic.severity], bold=True) + marked


def _annotation(diagnostic: Diagnostic, prefix: str) -> str:
    place = {"file": prefix + diagnostic.file} if diagnostic.file else {}
    line = {"line": str(diagnostic.line)} if place and diagnostic.line else {}
    title = f"{diagnostic.code} {diagnostic.target or ''}".rstrip()
    properties = ",".join(
        f"{key}={_escaped(value, ':,')}" for key, value in {**place, **line, "title": title}.items()
    )
    return f"::{_GITHUB[diagnostic.severity]} {properties}::{_escaped(_message(diagnostic))}"


def _escaped(value: str, more: str = "") -> str:
    """Escape as GitHub's workflow commands ask for; `%` first, for it starts the escapes."""
    for character in "%\r\n" + more:
        value = value.replace(character, f"%{ord(character):02X}")
    return value


def _result(diagnostic: Diagnostic, rule: int, prefix: str) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "ruleIndex": rule,
        "level": _SARIF[diagnostic.severity],
        "message": {"text": _message(diagnostic)},
    }
    if diagnostic.file:
        where = {"uri": quote(prefix + diagnostic.file), "uriBaseId": "%SRCROOT%"}
        place: dict[str, Any] = {"artifactLocation": where}
        if diagnostic.line:
            place["region"] = {"startLine": diagnostic.line}
        result["locations"] = [{"physicalLocation": place}]
    if diagnostic.target:
        result["properties"] = {"target": diagnostic.target}
    return result


def _message(diagnostic: Diagnostic) -> str:
    hint = f"\nhelp: {diagnostic.help}" if diagnostic.help else ""
    return diagnostic.message + hint
