"""The container's side of a map task in parts: split its items, work on a range, collect.

Each part is a pod of its own. The items are one artifact, a folder with a file for each range, and
what tells of the ranges is a parameter; what came of a range is an artifact of its iteration.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flowyml.runtime import Outcome, Task
from flowyml.runtime.map_parts import MapPart, MapRange, collect_map, split_map, work_on
from flowyml.runtime.mapping import MapTaskError, MapTaskResult
from flowyml.runtime.tracebacks import user_traceback
from flowyml.storage import Reference
from flowyml_kubeflow.names import ITEMS, RANGE, RANGES, RESULTS
from flowyml_kubeflow.pod import (
    ExecutorInput,
    PodStore,
    artifact_output,
    local_path,
    reference,
    skip_markers,
    was_skipped,
)

_NOTHING: Mapping[str, Any] = {"start": 0, "stop": 0}
"""The range of an empty collection: the backend cannot collect from a loop of no iterations."""


def split_items(given: ExecutorInput, task: Task, most: int, handed: Mapping[str, Any]) -> Outcome:
    """Store the items of a map task in ranges, and say which there are."""
    store = _Folder(given.outputs[ITEMS]["uri"])
    arguments: dict[str, Any] = {**handed, "store": store}
    try:
        ranges = split_map(task, **arguments, most=most)
    except Exception as error:
        return _failed(error)
    if ranges is None:
        return skip_items(given)
    if not ranges:
        store.save(ITEMS, [])  # so that the launcher has something to upload
    said = [_told_of(each) for each in ranges]
    _say(given, said or [dict(_NOTHING)])
    return Outcome(state="SUCCEEDED", attempts=0)


def skip_items(given: ExecutorInput) -> Outcome:
    """Let the parts that follow know that the step is skipped: they come to their ends."""
    given.write_output(skip_markers(given))
    _say(given, [dict(_NOTHING)])
    return Outcome(state="SKIPPED", attempts=0)


def work(given: ExecutorInput, task: Task, handed: Mapping[str, Any]) -> Outcome:
    """Work on one range, and leave what came of it."""
    items = given.artifacts[ITEMS]
    if was_skipped(items):
        given.write_output(skip_markers(given))
        return Outcome(state="SKIPPED", attempts=0)
    told: Mapping[str, Any] = given.parameters[RANGE]
    part, error = _worked(task, told, str(items["uri"]), given, handed)
    if part.result is None:
        print(part.error, file=sys.stderr)
        return Outcome(state="FAILED", error=part.error)
    if error is not None and task.map is not None and task.map.fail_fast:
        return _failed(error)
    said = artifact_output(given, RESULTS, part.result, start=part.start, stop=part.stop)
    given.write_output(said)
    return Outcome(state="SUCCEEDED", attempts=0)


def collect(given: ExecutorInput, task: Task, store: PodStore) -> Outcome:
    """Put together what came of all ranges, as the step's output."""
    if was_skipped(given.artifacts[ITEMS]):
        return Outcome(state="SKIPPED", attempts=0)
    parts = [
        MapPart(
            start=int(each["metadata"]["start"]),
            stop=int(each["metadata"]["stop"]),
            result=reference(RESULTS, each),
        )
        for each in given.listed(RESULTS)
    ]
    total = max(int(each["stop"]) for each in given.parameters[RANGES])
    try:
        return collect_map(task, parts, total=total, store=store)
    except Exception as error:
        return _failed(error)


def _worked(
    task: Task,
    told: Mapping[str, Any],
    uri: str,
    given: ExecutorInput,
    handed: Mapping[str, Any],
) -> tuple[MapPart, Exception | None]:
    start, stop = int(told["start"]), int(told["stop"])
    store = PodStore(given.outputs, everything=RESULTS)
    if start == stop:
        made = store.save(RESULTS, MapTaskResult(results=[]))
        return MapPart(start=start, stop=stop, result=made), None
    items = Reference(
        uri=str(Path(local_path(uri), told["file"])),
        digest=told["digest"],
        format=told["format"],
        size=int(told["size"]),
    )
    arguments: dict[str, Any] = {**handed, "store": store}
    done = work_on(task, MapRange(start=start, stop=stop, items=items), **arguments)
    return done.part, done.error


class _Folder:
    """Saves each value in a file of its own, in the folder that is one artifact."""

    def __init__(self, uri: str) -> None:
        self._folder = Path(local_path(uri))
        self._saved = 0

    def save(self, name: str, value: Any) -> Reference:
        """Write a value to the next file."""
        from flowyml.storage import write_value

        self._folder.mkdir(parents=True, exist_ok=True)
        made = write_value(value, str(self._folder / f"{name}-{self._saved}"))
        self._saved += 1
        return made

    def load(self, reference: Reference) -> Any:
        """Read a value that the launcher fetched."""
        from flowyml.storage import load_value

        return load_value(reference)


def _told_of(each: MapRange) -> dict[str, Any]:
    items = each.items
    known = {"digest": items.digest, "format": items.format, "size": items.size}
    return {"start": each.start, "stop": each.stop, "file": Path(items.uri).name, **known}


def _say(given: ExecutorInput, ranges: list[dict[str, Any]]) -> None:
    given.parameter_file(RANGES).write_text(json.dumps(ranges), encoding="utf-8")


def _failed(error: Exception) -> Outcome:
    text = user_traceback(error)
    print(text, file=sys.stderr)
    items = error.items if isinstance(error, MapTaskError) else None
    return Outcome(state="FAILED", error=text, exception=error, items=items)
