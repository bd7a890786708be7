"""What a simulated run is made of."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeAlias

from flowyml.frozen import dataclass

State: TypeAlias = Literal["SUCCEEDED", "FAILED", "SKIPPED", "OMITTED", "NOT_RUN", "RUNNING"]
"""SKIPPED: its condition was false. OMITTED: something that the task waits for did not succeed.
NOT_RUN: the graph stopped first. RUNNING is never how a task ended."""

Artifact: TypeAlias = dict[str, Any]
"""A `RuntimeArtifact` as JSON data: name, type, uri, metadata."""


class TaskError(Exception):
    """The driver or the launcher fails a task; the message is what a person would read there."""


@dataclass(frozen=True, kw_only=True)
class Values:
    """Parameters and artifacts by name: what a component gets, or what it makes.

    A name stands for a list of artifacts: of one, but for what the iterations of a loop made.
    """

    parameters: Mapping[str, Any] = dataclasses.field(default_factory=dict[str, Any])
    artifacts: Mapping[str, list[Artifact]] = dataclasses.field(
        default_factory=dict[str, list[Artifact]]
    )


@dataclass(frozen=True, kw_only=True)
class TaskRun:
    """What became of one task.

    Attributes:
        name: the task's key; a task of a nested graph as `outer/inner`, one of a loop's iteration
            as `loop/0/inner`.
        state: how it ended.
        attempts: how often a process was started for it.
        exit_code: the process's; None if none was started.
        error: why it failed, in one line.
        log: what the process printed.
        outputs: what it made.
        folder: its files: the log, `executor_output.json`, output parameters.
        inner: the tasks of a graph, in topological order, or the iterations of a loop.
    """

    name: str
    state: State
    attempts: int = 0
    exit_code: int | None = None
    error: str | None = None
    log: str = ""
    outputs: Values = dataclasses.field(default_factory=Values)
    folder: Path | None = None
    inner: tuple[TaskRun, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SpecRun:
    """What became of a run.

    Attributes:
        state: SUCCEEDED or FAILED.
        tasks: all by name, in topological order; those of a graph before the graph.
        outputs: what the pipeline as a whole gives.
    """

    state: State
    tasks: Mapping[str, TaskRun]
    outputs: Values


@dataclass(frozen=True, kw_only=True)
class Machine:
    """Where and how the processes of a run start.

    Attributes:
        workdir: an absolute folder for the run's files.
        cwd: the processes' working directory, for a container its WORKDIR.
        env: what is added to this process's environment.
        python: what runs commands that start with `python`.
        docker: whether each container runs in its image, with what is in there alone.
        pods: by executor, what the second document says of its pods.
        task_env: by task name and folder, what is added for that task.
        scheduled: what a backend from 2.17 on knows as the scheduled time; None is 2.5.
        workspace: the folder that all processes share, if the run has one.
        pace: seconds that pass for each second of a retry policy's waits.
        told: of each task, once before it begins as `RUNNING`, and once it ended.
        slots: as many processes run at once.
        workers: that number.
    """

    workdir: Path
    cwd: Path
    env: Mapping[str, str]
    python: str
    docker: bool
    pods: Mapping[str, Mapping[str, Any]]
    task_env: Callable[[str, Path], Mapping[str, str]]
    scheduled: datetime | None
    workspace: Path | None
    pace: float
    told: Callable[[TaskRun], object]
    slots: threading.Semaphore
    workers: int
