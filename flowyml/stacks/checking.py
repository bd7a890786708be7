"""Every mistake in a `flowyml.yaml`, and the stacks that it holds."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from flowyml.backend import UsesStore
from flowyml.constructs import CONSTRUCTS
from flowyml.diagnostics import CODES, UsageError, near
from flowyml.registry import compilers, load_backend
from flowyml.stacks.document import Document, Problem, Where, stack_of
from flowyml.stacks.schema import FileSection, file_model
from flowyml.stacks.sections import drop, laid, plain, read, references, settings_models
from flowyml.stacks.stack import LOCAL, Secret, Stack, unusable_store

_STORE = "artifact_store"
_ONLY_HERE = (_STORE,)
_PLACES = (*_ONLY_HERE, "metadata_path")
_ONLY_COMPILED = ("orchestrator.version", "orchestrator.allow", "image", "code")
_TYPE = "orchestrator.type"


@dataclasses.dataclass(frozen=True)
class Setting:
    """A value, and the place where it was written; `known` if that could be read."""

    value: Any
    where: Where
    known: bool = True


@dataclasses.dataclass(frozen=True)
class Checked:
    """What a file holds, and what is wrong with it.

    Attributes:
        active: the stack to use where none is asked for.
        stacks: by name; without what is wrong in them.
        bases: for each stack, itself and those that it extends.
        problems: every mistake, in order of lines.
        lines: where the artifact store of each stack is written, else the stack.
    """

    active: str | None
    stacks: Mapping[str, Stack]
    bases: Mapping[str, tuple[str, ...]]
    problems: tuple[Problem, ...]
    lines: Mapping[str, int]

    def missing_secrets(self, names: Iterable[str]) -> list[Problem]:
        """Find the secrets of stacks that cannot be had here, and are needed here."""
        found: list[Problem] = []
        models = settings_models()
        for name in names:
            stack = self.stacks[name]
            try:
                if stack.orchestrator == LOCAL:
                    stack.local()
            except UsageError as error:
                found.append(Problem(self.lines[name], str(error), name))
            for target in stack.sections.keys() & {stack.orchestrator}:
                found += _missing_references(stack, target, references(models[target]))
        return found


def checked(document: Document, folder: Path) -> Checked:
    """Check a file against the schema, and against what is installed.

    Args:
        document: the file.
        folder: where it is.
    """
    found = _Check(document)
    merged = {name: found.merged(name) for name in found.file.stacks}
    stacks = {name: found.stack(name, settings, folder) for name, settings in merged.items()}
    store = {name: each.get(_STORE) for name, each in merged.items()}
    lines = {
        name: document.lines[each.where if each else ("stacks", name)]
        for name, each in store.items()
    }
    bases = {name: found.chain(name) for name in stacks}
    found.everything()
    problems = tuple(sorted({*document.problems, *found.problems}))
    return Checked(found.file.active_stack, stacks, bases, problems, lines)


class _Check:
    """One check of one file."""

    def __init__(self, document: Document) -> None:
        self._lines = document.lines
        self._models = settings_models() if document.value else {}
        self.problems: list[Problem] = []
        self._dropped = set(document.unset)
        self.file = self._read({} if document.value is None else document.value)

    def everything(self) -> None:
        """Find what the schema cannot know."""
        names = {str(where[1]) for where in self._lines if where[:1] == ("stacks",) and where[1:]}
        known = {*names, LOCAL}
        active = self.file.active_stack
        if active is not None and active not in known:
            self._wrong(("active_stack",), f"there is no stack '{active}'; {near(active, known)}")
        for name, section in self.file.stacks.items():
            base = section.extends
            if base is not None and base not in names:
                hint = near(base, names - {name}) or "and no other one"
                self._extends(name, f"there is no stack '{base}' in this file; {hint}")
            elif base is not None and name in self.chain(base):
                way = " -> ".join((*self.chain(name), name))
                self._extends(name, f"'{name}' extends itself: {way}")
            self._stack(name, self.merged(name))
            if not name.isprintable() or name != name.strip() or not name:
                self._wrong(("stacks", name), f"{name!r} is no name that can be typed")

    def chain(self, name: str) -> tuple[str, ...]:
        """Name a stack and those that it extends, the nearest first."""
        found: list[str] = []
        following: str | None = name
        while following in self.file.stacks and following not in found:
            found.append(following)
            following = self.file.stacks[following].extends
        return tuple(found)

    def merged(self, name: str) -> dict[str, Setting]:
        """Give a stack's settings, those that it extends included."""
        chain = self.chain(name)
        found: dict[str, Setting] = {}
        if self.file.stacks[chain[-1]].extends is not None:  # what it extends cannot be known
            found[_TYPE] = Setting(None, (), known=False)
        for each in reversed(chain):
            for key, setting in self._own(each):
                if key in self._models and key in found and setting.known:
                    merged = laid(self._models[key], found[key].value or {}, setting.value)
                    setting = dataclasses.replace(setting, value=merged)
                found[key] = setting
        return found

    def stack(self, name: str, settings: Mapping[str, Setting], folder: Path) -> Stack:
        """Give a stack, without what is wrong in it."""
        values = {key: each.value for key, each in settings.items() if each.known}
        store = values.get(_STORE)
        if isinstance(store, str):
            store = None if unusable_store(store) else store
        elif store is not None:
            store = store.secret
        return Stack(
            name=name,
            orchestrator=values.get(_TYPE, LOCAL),
            version=values.get("orchestrator.version"),
            allow=values.get("orchestrator.allow") or (),
            artifact_store=store,
            metadata_path=values.get("metadata_path"),
            folder=folder,
            image=values.get("image"),
            code=values.get("code"),
            sections={key: values[key] for key in self._models if values.get(key)},
            lines=self._lines_of_settings(name),
        )

    def _lines_of_settings(self, name: str) -> dict[str, int]:
        """Say where settings, and those of single steps, stand; of several stacks, the nearest."""
        found = (
            (base, where)
            for base in reversed(self.chain(name))
            for where in self._lines
            if where[:2] == ("stacks", base)
            and len(where) == (5 if where[3:4] == ("steps",) else 4)
        )
        return {".".join(map(str, where[2:])): self._lines[where] for _, where in found}

    def _own(self, name: str) -> Iterator[tuple[str, Setting]]:
        section = self.file.stacks[name]
        at: Where = ("stacks", name)
        for key in section.model_fields_set - {"orchestrator", "extends"}:
            value = getattr(section, key)
            if key in self._models:
                value = {} if value is None else plain(value)
            yield key, Setting(value, (*at, key))
        for key in section.orchestrator.model_fields_set:
            inner = (*at, "orchestrator", key)
            yield f"orchestrator.{key}", Setting(getattr(section.orchestrator, key), inner)
        for where in self._dropped:
            if where[:2] == at and len(where) > 2:
                key = ".".join(map(str, where[2:4]))
                yield key, Setting(None, where, known=False)
                yield from [(_TYPE, Setting(None, where, known=False))] * (key == "orchestrator")

    def _stack(self, name: str, settings: Mapping[str, Setting]) -> None:
        kind = settings.get(_TYPE, Setting(LOCAL, ("stacks", name)))
        own = {key: each for key, each in settings.items() if each.known and each.where[1] == name}
        if kind.known:
            self._kind(kind, own, settings)
        for allowed in own.get("orchestrator.allow", Setting((), ())).value or ():
            known = {*CODES, *CONSTRUCTS}
            if allowed not in known:
                hint = f"allow knows no code or construct '{allowed}'; {near(allowed, known)}"
                self._wrong(own["orchestrator.allow"].where, hint)
        for key in own.keys() & {*_PLACES}:
            value = own[key].value
            url = value if isinstance(value, str) else "a secret"
            why = unusable_store(url) if key == _STORE else _unusable_path(url)
            if why:
                self._wrong(own[key].where, f"{key}: {why}")

    def _kind(
        self, kind: Setting, own: Mapping[str, Setting], settings: Mapping[str, Setting]
    ) -> None:
        """Check what depends on the orchestrator."""
        types = orchestrators()
        if kind.value not in types:
            if _TYPE in own:
                hint = near(str(kind.value), types)
                self._wrong(kind.where, f"there is no orchestrator '{kind.value}'; {hint}")
            return
        backend = None if kind.value == LOCAL else load_backend(kind.value)
        vain = [*(_ONLY_COMPILED if backend is None else ())]
        vain += [name for name in self._models if name != kind.value]
        if isinstance(backend, UsesStore):
            self._shared_store(backend, own, settings)
        elif backend is not None:
            vain += _ONLY_HERE
        for key in vain:
            if key in settings and (key in own or _TYPE in own):
                place = own.get(key, own.get(_TYPE, settings[key])).where
                self._wrong(place, f"{key} has no effect on {kind.value}{_instead(key)}")
        version = own.get("orchestrator.version")
        if backend is not None and version is not None and version.value not in backend.versions:
            hint = f"{kind.value} has no version '{version.value}'; "
            self._wrong(version.where, hint + near(str(version.value), backend.versions))

    def _shared_store(
        self, backend: UsesStore, own: Mapping[str, Setting], settings: Mapping[str, Setting]
    ) -> None:
        """Check a store that the workers of a target are told of; an inherited one, too."""
        store = settings.get(_STORE)
        if store is None or store.value is None or not {_STORE, _TYPE} & own.keys():
            return
        url = store.value if isinstance(store.value, str) else str(store.value.secret)
        if why := backend.unusable_store(url):
            self._wrong(own.get(_STORE, own.get(_TYPE, store)).where, f"{_STORE}: {why}")

    def _read(self, value: Any) -> FileSection:
        """Validate; what is wrong is noted and left out, so that the rest is checked too."""
        left = copy.deepcopy(value)
        for where in self._dropped:
            drop(left, where)
        model = file_model(self._models)
        found, refusals = read(model, left)
        for each in refusals:
            self._wrong(each.where, each.message)
        self._dropped |= {each.where for each in refusals}
        return found

    def _extends(self, name: str, message: str) -> None:
        self._wrong(("stacks", name, "extends"), message)

    def _wrong(self, where: Where, message: str) -> None:
        self.problems.append(Problem(self._lines[where], message, stack_of(where)))


def _missing_references(stack: Stack, target: str, keys: Iterable[str]) -> Iterator[Problem]:
    """Find the secrets in the settings of a target that cannot be had here."""
    settings = stack.section(target)
    for key in settings.keys() & keys:
        reference: Mapping[str, str] = settings[key] or {}  # null takes that of the base away
        for source, place in reference.items():
            try:
                Secret(source, place).reveal(stack.folder)
            except UsageError as error:
                line = stack.lines[f"{target}.{key}"]
                yield Problem(line, f"{key}: {error}", stack.name)


def _unusable_path(path: str) -> str:
    if "://" in path:
        return "records are an SQLite file, which cannot be at a URL"
    return "" if path else "it must not be empty"


def orchestrators() -> tuple[str, ...]:
    """Name what `type:` takes: this machine, and every compile target that is installed."""
    return (LOCAL, *compilers())


def _instead(key: str) -> str:
    if key == _STORE:
        return ", which keeps artifacts elsewhere"
    return ": nothing is compiled" if key in _ONLY_COMPILED else ""
