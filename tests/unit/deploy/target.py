"""A target of a few lines: it keeps what is delivered, and runs as it is told to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from flowyml.backend import Delivery, Deployed, RunRequest, Sighting
from flowyml.deploy import TargetError
from flowyml.registry import load_backend
from flowyml.storage import ArtifactStore
from flowyml.storage.records import StepRecord

DATE = datetime(2025, 1, 31, tzinfo=timezone.utc)


class Run:
    """A run that shows, look after look, what it was given; an exception is raised."""

    handle, url, run_date = "there/1", "https://target.example/runs/1", DATE
    context: Mapping[str, Any] = {"start": 5, "not_ours": 1}

    def __init__(self, looks: Iterable[Sighting | BaseException]) -> None:
        self._looks = list(looks)

    def look(self) -> Sighting:
        seen = self._looks.pop(0)
        if isinstance(seen, BaseException):
            raise seen
        return seen


class Target:
    """Compiles as `ir` does."""

    name = "far"
    versions = ("1",)

    def __init__(self, looks: Iterable[Sighting | BaseException] = ()) -> None:
        self.looks = looks
        self.delivered: list[Delivery] = []
        self.asked: list[RunRequest] = []
        self._ir: Any = load_backend("ir")

    def capabilities(self, version: str) -> Any:
        return self._ir.capabilities(self._ir.versions[0])

    def diagnose(self, ir: Any, options: Any) -> Any:
        return self._ir.diagnose(ir, options)

    def compile(self, ir: Any, options: Any) -> Any:
        return self._ir.compile(ir, options)

    def deploy(self, delivery: Delivery) -> Deployed:
        self.delivered.append(delivery)
        delivery.say("handing it over")
        return Deployed(name="far_sums", version="7", changed=True, url="https://target.example/7")

    def start(self, delivery: Delivery, run: RunRequest) -> Run:
        self.asked.append(run)
        return Run(self.looks)

    def attach(self, delivery: Delivery, handle: str) -> Run:
        if handle != Run.handle:
            raise TargetError(f"there is no run '{handle}'")
        return Run(self.looks)


def made(name: str, value: Any, folder: Path, **facts: Any) -> StepRecord:
    """Give the record of a step that gave a value."""
    reference = ArtifactStore(str(folder / "store")).save(name, value)
    outputs = {{"make": "number", "twice": "double"}[name]: reference}
    return StepRecord(
        name=name, state="SUCCEEDED", attempts=1, outputs=outputs, started_at=DATE, **facts
    )
