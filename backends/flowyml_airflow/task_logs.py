"""What tasks print, and why they failed, from the logs that Airflow's REST API hands out."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any, NamedTuple

from flowyml.runtime.output import Stream
from flowyml_airflow.place import Place

_STREAMS: Mapping[str, Stream] = {"task.stdout": "stdout", "task.stderr": "stderr"}
_WORTH_TELLING = frozenset({"warning", "error", "critical"})
_AIRFLOWS = ("task", "airflow")
_CAUSE = "\nThe above exception was the direct cause of the following exception:\n\n"
_CONTEXT = "\nDuring handling of the above exception, another exception occurred:\n\n"


class Line(NamedTuple):
    """A line that a task printed, or a record that its own code logged as a warning or worse."""

    when: str
    text: str
    stream: Stream


class Tail:
    """The log of one task instance, of which only what is new is told.

    While an attempt goes on, its log is read on from where it was read to; when it is over, once
    as a whole: Airflow puts a growing log together from several places, not always in one order.

    Args:
        place: the Airflow.
        path: of the instance in REST v2, without its map index.
        map_index: which of a mapped task's; -1 if it is none.

    Attributes:
        error: the traceback of the last attempt that was read, if it failed, as text.
    """

    def __init__(self, place: Place, path: str, map_index: int) -> None:
        self._place = place
        self._path = path
        self._map_index = map_index
        self._begin(1)

    def _begin(self, attempt: int) -> None:
        self.error: str | None = None
        self._attempt = attempt
        self._token: str | None = None
        self._told: set[Line] = set()
        self._complete = False

    def read(self, attempt: int, *, ended: bool) -> Iterator[Line]:
        """Read what came since the last time, up to an attempt.

        Args:
            attempt: the number of the latest one, from 1.
            ended: whether it is over, so that its log is complete.
        """
        while self._attempt < attempt:
            yield from self._rest()
            self._begin(self._attempt + 1)
        yield from self._rest() if ended else self._more()

    def _rest(self) -> Iterator[Line]:
        """Read the whole log, page by page, and tell what is new in it."""
        if self._complete:
            return
        before: str | None = "none yet"
        self._token = None
        while before != self._token:
            before = self._token
            yield from self._more(whole=True)
        self._complete = True

    def _more(self, *, whole: bool = False) -> Iterator[Line]:
        found = self._place.find(
            f"{self._path}/logs/{self._attempt}", map_index=self._map_index, token=self._token
        )
        if found is None:  # there is none yet
            return
        self._token = found["continuation_token"] or self._token
        content: list[Any] = found["content"]
        for each in content:
            if isinstance(each, str):  # a log that Airflow cannot read as events
                yield from [Line("", each, "stdout")] * whole
                continue
            new = [line for line in _lines(each) if line not in self._told]
            self._told.update(new)
            yield from new
            if "error_detail" in each:
                self.error = told(each["error_detail"])


def _lines(event: Mapping[str, Any]) -> Iterator[Line]:
    """Give the line of an event, if it is the user's own."""
    logger, level = event.get("logger", ""), event.get("level", "")
    if stream := _STREAMS.get(logger):
        yield Line(event["timestamp"], event["event"], stream)
    elif logger.partition(".")[0] not in ("", *_AIRFLOWS) and level in _WORTH_TELLING:
        yield Line(event["timestamp"], event["event"], "stderr")


def told(errors: Sequence[Mapping[str, Any]]) -> str:
    """Write what Airflow says of an exception as Python does, the user's frames alone.

    Where the worker's files are here too, their lines are shown.

    Args:
        errors: the exception that left the task, and what it came from.
    """
    chain = list(errors)
    if len(chain) > 1 and chain[0]["exc_type"] == "AirflowFailException":
        del chain[0]  # it says that Airflow is not to try again, and no more
    if elsewhere := [each for each in chain if each["exc_type"] == "ChildTraceback"]:
        return str(elsewhere[0]["exc_value"]).strip()
    *causes, last = reversed(chain)
    joints = (_CAUSE if each.get("is_cause") else _CONTEXT for each in causes)
    before = "".join(f"{_one(each)}{joint}" for each, joint in zip(causes, joints, strict=True))
    return f"{before}{_one(last)}".rstrip("\n")


def _one(error: Mapping[str, Any]) -> str:
    frames = [
        traceback.FrameSummary(f["filename"], f["lineno"], f["name"])
        for f in _users(error.get("frames") or ())
    ]
    head = (
        ["Traceback (most recent call last):\n", *traceback.format_list(frames)] if frames else []
    )
    value = error["exc_value"]
    notes = "".join(f"{note}\n" for note in error.get("exc_notes") or ())
    said = f"{error['exc_type']}: {value}" if value else str(error["exc_type"])
    return f"{''.join(head)}{said}\n{notes}"


def _users(frames: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Leave out what stands above the user's code: Airflow's frames and ours."""
    every = list(frames)
    ours = [n for n, f in enumerate(every) if _is_ours(PurePath(f["filename"]).parts)]
    return every[ours[-1] + 1 :] if ours else every


def _is_ours(parts: Sequence[str]) -> bool:
    return parts[-3:-1] == ("flowyml", "runtime") or parts[-2:-1] == ("flowyml_airflow",)
