"""The task description: all that a worker is told about one step.

It is the same on every backend. The local engine makes it from the IR and hands it over; compilers
make it from the IR and write it into the emitted text; workers read it back.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol, cast

from flowyml.frozen import dataclass

if TYPE_CHECKING:
    from flowyml.runtime.mapping import MapPolicy
    from flowyml.storage import Reference

STORE = "FLOWYML_ARTIFACT_STORE"
"""Names the artifact store: a folder, or an fsspec URL."""

CACHE = "FLOWYML_CACHE"
"""Names the cache of step results; without it a worker has none."""

CACHE_ALWAYS, CACHE_NEVER = "always", "never"

_SEQUENCES = frozenset({"outputs", "assets", "run_date", "positional", "condition_only", "results"})


@dataclass(frozen=True, kw_only=True)
class RetryPolicy:
    """Attempts in all, and the waits between them in seconds (semantics §3)."""

    attempts: int
    delay: float = 1.0
    backoff: float = 1.0
    max_delay: float | None = None

    def wait(self, attempt: int) -> float:
        """Seconds to wait after the given attempt (1-based) failed."""
        seconds = self.delay * self.backoff ** (attempt - 1)
        return seconds if self.max_delay is None else min(seconds, self.max_delay)


@dataclass(frozen=True, kw_only=True)
class Guard:
    """One condition: the digest of its predicate, and the name that complementary steps share."""

    digest: str
    negate: bool = False
    shared: str = ""


@dataclass(frozen=True, kw_only=True)
class Task:
    """One step, described for a worker.

    Attributes:
        step: the entrypoint, `module:qualname`.
        digest: the first 16 hex digits of the source digest; workers refuse other source.
        outputs: names of the assets, at least one; several are the parts of what is returned.
        params: context parameters that the step reads, with their JSON type; `integer?` takes
            None too.
        limits: for context parameters, by the step's name, what a value has to keep besides its
            type; empty where something else has checked it.
        aliases: the context parameters that are called otherwise than the step's parameters.
        assets: parameters that want the asset itself rather than the data in it.
        run_date: parameters that get the date of the run.
        positional: parameters passed by position, in order; the rest goes by keyword.
        when: the step's conditions, in the order in which they are read.
        condition_only: names that its conditions read and the step does not.
        results: parameters that want the list of a map task's results.
        map: how the items of the first parameter are worked on, if it is a map task.
        fallback: the digest of the fallback, empty if there is none.
        timeout: seconds that one attempt may take.
        retry: how often to try; None on a backend that retries by its own means.
        cache: `always`, `never`, or the digest of the function that supplies a part of the cache
            key; empty leaves it to the runtime (docs/semantics.md §4.2).
        name: the step's name in the pipeline, if it is not the function's.
    """

    step: str
    digest: str
    outputs: tuple[str, ...]
    params: Mapping[str, str] = dataclasses.field(default_factory=dict[str, str])
    aliases: Mapping[str, str] = dataclasses.field(default_factory=dict[str, str])
    limits: Mapping[str, Mapping[str, Any]] = dataclasses.field(
        default_factory=dict[str, Mapping[str, Any]]
    )
    assets: tuple[str, ...] = ()
    run_date: tuple[str, ...] = ()
    positional: tuple[str, ...] = ()
    when: tuple[Guard, ...] = ()
    condition_only: tuple[str, ...] = ()
    results: tuple[str, ...] = ()
    map: MapPolicy | None = None
    fallback: str = ""
    timeout: float | None = None
    retry: RetryPolicy | None = None
    cache: str = ""
    name: str = ""

    def __post_init__(self) -> None:
        if not self.name:
            object.__setattr__(self, "name", self.step.rpartition(":")[2])

    def to_dict(self) -> dict[str, Any]:
        """Give the description as plain JSON data, without what is empty."""
        data = {k: _plain(v) for k, v in vars(self).items() if v}
        if data["name"] == self.step.rpartition(":")[2]:
            del data["name"]
        if self.when:
            data["when"] = [{k: v for k, v in _plain(each).items() if v} for each in self.when]
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Task:
        """Read a description.

        Raises:
            ValueError: a key that a task does not have: it is of another version of flowyml.
        """
        if unknown := sorted(data.keys() - cls.__annotations__.keys()):
            raise ValueError(
                f"the description of this task was compiled by another version of flowyml: it "
                f"says {', '.join(unknown)}, which this one does not know; compile it again with "
                "the version that the workers have"
            )
        plain: dict[str, Any] = {k: tuple(v) if k in _SEQUENCES else v for k, v in data.items()}
        plain["when"] = tuple(Guard(**guard) for guard in data.get("when", ()))
        if policy := data.get("map"):
            from flowyml.runtime.mapping import MapPolicy

            plain["map"] = MapPolicy(**policy)
        if retry := data.get("retry"):
            plain["retry"] = RetryPolicy(**retry)
        return cls(**plain)


def _plain(value: Any) -> Any:
    """Copy one field; `dataclasses.asdict` takes several times as long for a whole task."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if isinstance(value, tuple):
        items: tuple[Any, ...] = cast("Any", value)
        return list(items)
    return dict(cast("Mapping[str, Any]", value)) if isinstance(value, Mapping) else value


class ValueStore(Protocol):
    """Where a worker's values come from and go to: the artifact store, or the files of a pod."""

    def save(self, name: str, value: Any) -> Reference:
        """Store the value of the output called `name`."""
        ...

    def load(self, reference: Reference) -> Any:
        """Give the data behind a reference, verified against its digest."""
        ...
