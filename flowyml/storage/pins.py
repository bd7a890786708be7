"""Installed distributions as requirements that install the same again, with all that they need."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable, Iterator
from importlib import metadata

from flowyml.frozen import dataclass

_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9._-]+)\s*(?:\[([^\]]*)\])?[^;]*(?:;(.*))?", re.DOTALL)
_EXTRA = re.compile(r"""extra\s*==\s*["']([^"']+)["']""")


@dataclass(frozen=True, kw_only=True)
class Pin:
    """One installed distribution.

    Attributes:
        name: normalised (PEP 503).
        version: the one that is installed.
        origin: where it was installed from, if not from an index (PEP 610): what pip takes.
        here: whether that is a folder or file of this machine, which no other one has.
    """

    name: str
    version: str
    origin: str | None = None
    here: bool = False

    def __str__(self) -> str:
        """Write the requirement as a word of a shell command."""
        return shlex.quote(f"{self.name} @ {self.origin}" if self.origin else self.exact)

    @property
    def exact(self) -> str:
        """The requirement by version."""
        return f"{self.name}=={self.version}"


def pins(names: Iterable[str]) -> tuple[Pin, ...]:
    """Pin distributions and all that they need, as far as it is installed here, sorted.

    What a requirement's marker leaves out is not installed, so markers need no evaluation; but a
    requirement of an extra counts only where that extra is asked for.

    Args:
        names: distributions that are installed here.
    """
    waiting = [(normal(name), frozenset[str]()) for name in names]
    seen, found = set(waiting), dict[str, Pin]()
    while waiting:
        name, extras = waiting.pop()
        try:
            distribution = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue
        found[name] = _pin(name, distribution)
        new = set(_required(distribution.requires or (), extras)) - seen
        seen |= new
        waiting += new
    return tuple(found[name] for name in sorted(found))


def normal(name: str) -> str:
    """Spell a distribution's name as PEP 503 does."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _required(
    requirements: Iterable[str], extras: frozenset[str]
) -> Iterator[tuple[str, frozenset[str]]]:
    for requirement in requirements:
        match = _REQUIREMENT.match(requirement)
        if match is None:
            continue
        name, own, marker = match.groups()
        asked = {normal(each) for each in _EXTRA.findall(marker or "")}
        if not asked or asked & extras:
            yield normal(name), frozenset(normal(e) for e in (own or "").split(",") if e.strip())


def _pin(name: str, distribution: metadata.Distribution) -> Pin:
    found = json.loads(distribution.read_text("direct_url.json") or "{}")
    url = found.get("url")
    here = bool(url) and url.startswith("file:")
    if url and not here and (vcs := found.get("vcs_info")):
        url = f"{vcs['vcs']}+{url}@{vcs['commit_id']}"
    return Pin(
        name=name, version=distribution.version, origin=None if here else url or None, here=here
    )
