"""The semantic diff of two pipelines: what changed, in words of steps, and how much it matters.

Order of adding, places in files and layout are no changes. A rule of thumb for what is not known to
be harmless: it is breaking.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from typing import Any, cast

from flowyml.frozen import dataclass
from flowyml.ir import ContextParameter, PipelineIR, StepNode
from flowyml.review.diff_facets import (
    ORDER,
    PRESENT,
    Facet,
    Facets,
    of_parameter,
    of_pipeline,
    of_step,
    source,
)
from flowyml.review.diff_grades import GRADES, Grade, Kind, Subject, grade, grade_of_whole
from flowyml.review.diff_renames import renamed, renames

_SIGNS = {"added": "+", "removed": "-", "renamed": "~", "changed": "~"}
_UNTOLD = frozenset({"code", "description", "digest"})
_WIDTH = 80


@dataclass(frozen=True, kw_only=True)
class Change:
    """One thing that is not as it was.

    Attributes:
        subject: `pipeline`, `parameter` (of the context) or `step`; of a frozen pipeline also
            `dependency`.
        name: which one; of a renamed step the new name, of the pipeline nothing.
        kind: `added`, `removed`, `renamed` or `changed`.
        grade: `breaking`, `behaviour` or `cosmetic`.
        what: what of the subject changed, for example `retry attempts`; empty for all of it.
        old: how it was, as plain JSON; None if it was not there.
        new: how it is now; None if it is not there.
    """

    subject: Subject
    name: str
    kind: Kind
    grade: Grade
    what: str = ""
    old: Any = None
    new: Any = None

    def __str__(self) -> str:
        """Give one line: `~ step train: retry attempts: 1 → 3  [behaviour]`."""
        return f"{self._sign()} {self._text()}  [{self.grade}]"

    def to_dict(self) -> dict[str, Any]:
        """Give the change as plain JSON data."""
        return dataclasses.asdict(self)

    def _sign(self) -> str:
        return "~" if self.what else _SIGNS[self.kind]

    def _text(self) -> str:
        subject = f"{self.subject} {self.name}".rstrip()
        if self.kind == "renamed":
            return f"{self.subject} {self.old} → {self.new} (renamed)"
        if not self.what:
            return f"{subject}: {_words(self.new)}" if self.kind == "added" else subject
        if self.kind == "changed":
            silent = self.what.rpartition(" ")[2] in _UNTOLD
            return f"{subject}: {self.what}" + (
                "" if silent else f": {self._told(self.old)} → {self._told(self.new)}"
            )
        value = self.new if self.kind == "added" else None
        told = f": {self._told(value)}" if value not in (None, PRESENT) else ""
        return f"{subject}: {self.what} {self.kind}{told}"

    def _told(self, value: Any) -> str:
        """Write a default as data: in words `"1"` would be `1`, and a key `code` left out."""
        data = (self.subject, self.what) == ("parameter", "default")
        return _short(_json(value)) if data else _words(value)


@dataclass(frozen=True, kw_only=True)
class Diff:
    """Everything that differs between two pipelines.

    Attributes:
        old: what was compared: a pipeline's name and version, or what was typed.
        new: what it was compared with.
        changes: in the order of the new pipeline, removed steps last.
    """

    old: str
    new: str
    changes: tuple[Change, ...]

    @property
    def same(self) -> bool:
        """Whether nothing changed."""
        return not self.changes

    @property
    def grade(self) -> Grade | None:
        """The gravest grade of any change, None if there is none."""
        found = {change.grade for change in self.changes}
        return next((grade for grade in GRADES if grade in found), None)

    def graver(self, least: Grade) -> tuple[Change, ...]:
        """Give the changes of a grade or a graver one."""
        rank = GRADES.index(least)
        return tuple(c for c in self.changes if GRADES.index(c.grade) <= rank)

    def __str__(self) -> str:
        """Give a line for what was compared, one for each change, and a summary."""
        return "\n".join([f"{self.old} → {self.new}", *map(str, self.changes), self.summary()])

    def summary(self) -> str:
        """Count the changes in one line."""
        if self.same:
            return "no differences"
        counts = {grade: sum(c.grade == grade for c in self.changes) for grade in GRADES}
        told = ", ".join(f"{count} {grade}" for grade, count in counts.items() if count)
        return f"{len(self.changes)} difference{'s' * (len(self.changes) > 1)}: {told}"

    def to_dict(self) -> dict[str, Any]:
        """Give the diff as plain JSON data."""
        return {
            "old": self.old,
            "new": self.new,
            "same": self.same,
            "grade": self.grade,
            "changes": [change.to_dict() for change in self.changes],
        }


def diff(
    old: PipelineIR, new: PipelineIR, *, old_name: str | None = None, new_name: str | None = None
) -> Diff:
    """Compare two checked IRs.

    Args:
        old: what was.
        new: what is.
        old_name: what to call the old one; default: its name and version.
        new_name: what to call the new one.
    """
    names = renames(old, new)
    before = renamed(old, names, new)
    changes = [
        *_facets("pipeline", "", of_pipeline(before), of_pipeline(new)),
        *_parameters(before, new),
        *_steps(before, new, {new: old for old, new in names.items()}),
    ]
    labels = old_name or label(old), new_name or label(new)
    return Diff(old=labels[0], new=labels[1], changes=tuple(changes))


def label(ir: PipelineIR) -> str:
    """Name a pipeline, with its version if it has one."""
    return f"{ir.name} {ir.version}" if ir.version else ir.name


def _parameters(old: PipelineIR, new: PipelineIR) -> Iterator[Change]:
    before, after = ({p.key: p for p in ir.parameters} for ir in (old, new))
    for key, parameter in after.items():
        facets = of_parameter(parameter)
        if key in before:
            yield from _facets("parameter", key, of_parameter(before[key]), facets)
        else:
            yield _whole("parameter", key, "added", facets, _told(parameter))
    for key, parameter in before.items():
        if key not in after:
            yield _whole("parameter", key, "removed", of_parameter(parameter), None)


def _steps(old: PipelineIR, new: PipelineIR, former: Mapping[str, str]) -> Iterator[Change]:
    before, after = ({step.name: step for step in ir.steps} for ir in (old, new))
    for name, step in after.items():
        if name in former:
            yield Change(
                subject="step", name=name, kind="renamed", grade="breaking",
                old=former[name], new=name,
            )  # fmt: skip
        if name in before:
            yield from _facets("step", name, of_step(before[name]), of_step(step))
        else:
            yield _whole("step", name, "added", of_step(step), _read_and_made(step))
    for name, step in before.items():
        if name not in after:
            yield _whole("step", name, "removed", of_step(step), None)


def _whole(subject: Subject, name: str, kind: Kind, facets: Facets, new: str | None) -> Change:
    graded = grade_of_whole(kind, facets)
    return Change(subject=subject, name=name, kind=kind, grade=graded, new=new)


def _facets(subject: Subject, name: str, old: Facets, new: Facets) -> Iterator[Change]:
    """Compare facet by facet; a facet that is there on one side alone speaks for its parts."""
    for facet in dict.fromkeys((*new, *old)):
        there = facet in old, facet in new
        if facet.part and (facet.whole in old) != (facet.whole in new):
            continue
        before, after = old.get(facet), new.get(facet)
        if there == (True, True) and (_same(before, after) or _moot(facet, before, after)):
            continue
        kind: Kind = "changed" if all(there) else "added" if there[1] else "removed"
        yield Change(
            subject=subject,
            name=name,
            kind=kind,
            grade=grade(subject, kind, facet, before, after),
            what=str(facet),
            old=_with_parts(facet, old) if kind == "removed" else before,
            new=_with_parts(facet, new) if kind == "added" else after,
        )


def _same(old: Any, new: Any) -> bool:
    """Compare as JSON, where 1 is neither 1.0 nor true."""
    return json.dumps(old, sort_keys=True) == json.dumps(new, sort_keys=True)


def _moot(facet: Facet, old: Any, new: Any) -> bool:
    """Tell whether the order of two lists says nothing because they hold different things."""
    return facet.aspect.startswith(ORDER) and sorted(old) != sorted(new)


def _with_parts(facet: Facet, facets: Facets) -> Any:
    parts = {f.part: v for f, v in facets.items() if f.part and f.whole == facet}
    return parts if facets[facet] == PRESENT and parts else facets[facet]


def _told(parameter: ContextParameter) -> str:
    if parameter.has_default:
        return f"{parameter.type} = {_json(parameter.default)}"
    return f"{parameter.type}, required" if parameter.required else parameter.type


def _read_and_made(step: StepNode) -> str:
    reads = ", ".join(f"{p.name} from {source(p.binding)}" for p in step.parameters)
    made = ", ".join(output.name for output in step.outputs) or "nothing"
    return f"reads {reads}; makes {made}" if reads else f"makes {made}"


def _words(value: Any) -> str:
    if isinstance(value, dict):
        parts: dict[str, Any] = cast("Any", value)
        return _short(", ".join(f"{k} {_words(v)}" for k, v in parts.items() if k not in _UNTOLD))
    if isinstance(value, list | tuple):
        items: list[Any] = list(cast("Any", value))
        return ", ".join(map(_words, items)) or "nothing"
    return _short(value if isinstance(value, str) else _json(value))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _WIDTH else f"{line[: _WIDTH - 1]}…"
