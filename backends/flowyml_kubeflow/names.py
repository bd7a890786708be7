"""Names that Kubeflow takes, from names that users give.

Each rule maps different names to different names, and looks at one name alone, so that adding a
step renames no other. A name that has to be changed beyond reading carries a hash of the original
behind `--`; a name that holds `--` itself counts as one that has to be changed.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Iterable

RUN_DATE_TASK = "flowyml-run-date"
"""The task that settles the date of a run (see `lowering`)."""
RUN_DATE = "flowyml_run_date"
"""The root parameter, and the parameters of tasks, that hold that date."""
TASK = "flowyml_task"
"""The parameter that holds the description of the step."""
WANTED = "flowyml_wanted"
"""The verdict of a gate task, and the parameter of the step that it decides on (see `plan`)."""
WORKSPACE = "flowyml_workspace"
"""The parameter that holds the folder of the run's workspace, and makes the backend mount it."""
ITEMS, RANGES = "flowyml_items", "flowyml_ranges"
RANGE, RESULTS = "flowyml_range", "flowyml_results"
"""What the parts of a map task hand over: artifacts, and parameters that tell of them."""
OUTPUT = "output"
"""What the only output of a step is called, so that steps that are alike share a component."""
GIVEN = "given"
"""What a run gives for a value that a task settles: the date, or a large default."""
WHEN, SPLIT, EACH, WORK = "--when", "--split", "--each", "--work"
"""What the names of a step's further tasks end with."""
VALUE = "--value"
"""What the name of the task ends with that writes a large default (see `promote`)."""

LONGEST = 40
"""Kubeflow puts the names of pipeline, task and its own templates into one pod name of 63."""
_LONGEST_KEY = 60
_HASH = 8  # hex digits

# Snake case, the usual case: it stays readable. A name with a dash of its own does not match, so
# that `a-b` and `a_b` never meet.
_SNAKE = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)*")
_KEBAB = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_TAKEN = (TASK, RUN_DATE, WANTED, WORKSPACE, RANGES, RANGE, ITEMS, RESULTS)
_KEY = re.compile(r"[A-Za-z0-9_]+(?:-[A-Za-z0-9_]+)*")


@functools.lru_cache(maxsize=4096)
def task_name(step: str) -> str:
    """Name the task of a step: at most 40 of `[a-z0-9-]`, letter or digit at both ends.

    Example:
        >>> task_name("load_data"), task_name("load-data")
        ('load-data', 'load-data--ee8864f3')
    """
    name = step.replace("_", "-")
    taken = name == RUN_DATE_TASK or name.endswith("-driver")  # Kubeflow adds `x-driver` beside x
    if _SNAKE.fullmatch(step) and len(step) <= LONGEST and not taken:
        return name
    return _hashed(step, LONGEST)


def part_name(step: str, part: str) -> str:
    """Name a further task of a step. No step's task ends like that: after `--` stands a hash there.

    Example:
        >>> part_name("train_model", WHEN)
        'train-model--when'
    """
    name = f"{task_name(step)}{part}"
    return name if len(name) <= LONGEST else f"{_hashed(step, LONGEST - len(part))}{part}"


def channel_name(task: str, key: str) -> str:
    """Name what crosses the border of a graph: an output of a task inside or outside of it.

    Example:
        >>> channel_name("load-data", "rows")
        'load-data--rows'
    """
    name = f"{task}--{key}"
    return name if len(name) <= _LONGEST_KEY else _hashed(name, _LONGEST_KEY)


def other_key(name: str) -> str:
    """Name the second input of a parameter that takes what either of two steps makes.

    Example:
        >>> other_key("data")
        'data-otherwise--a817be73'
    """
    return _hashed(f"{name} otherwise", _LONGEST_KEY)


def pipeline_name(pipeline: str) -> str:
    """Name the pipeline: at most 40 of `[a-z0-9-]`. Here alone `a-b` and `a_b` are one name."""
    if _KEBAB.fullmatch(pipeline) and len(pipeline) <= LONGEST:
        return pipeline.replace("_", "-")
    return _hashed(pipeline, LONGEST)


def key_name(name: str) -> str:
    """Name a parameter or artifact in an interface: at most 60 of `[A-Za-z0-9_-]`."""
    if _KEY.fullmatch(name) and len(name) <= _LONGEST_KEY and name not in _TAKEN:
        return name
    return _hashed(name, _LONGEST_KEY)


def output_keys(names: Iterable[str]) -> dict[str, str]:
    """Name the outputs of a step in its interface: a single one, of whatever name, is `output`.

    Example:
        >>> output_keys(["model"]), output_keys(["X_train", "X_test"])
        ({'model': 'output'}, {'X_train': 'X_train', 'X_test': 'X_test'})
    """
    keys = {name: key_name(name) for name in names}
    return dict.fromkeys(keys, OUTPUT) if len(keys) == 1 else keys


def component_name(base: str, content: str = "") -> str:
    """Name a component: of a graph after its task, any other after its function and its content.

    The content decides which tasks share one, and no other step changes its name.

    Example:
        >>> component_name("load-data"), component_name("load_data", "{}")
        ('comp-load-data', 'comp-load-data--44136fa3')
    """
    if not content:
        return f"comp-{base}"
    readable = _readable(base)[: LONGEST - _HASH - 2].strip("-")
    return f"comp-{readable or 'x'}--{_digest(content)}"


def _hashed(name: str, longest: int) -> str:
    suffix = f"--{_digest(name)}"
    readable = _readable(name)[: longest - len(suffix)].strip("-")
    return f"{readable or 'x'}{suffix}"


def _readable(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower())


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_HASH]
