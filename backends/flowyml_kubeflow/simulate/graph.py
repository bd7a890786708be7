"""The order in which Argo starts the tasks of one graph."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from flowyml.ir import topological
from flowyml_kubeflow.simulate.model import State


def run_graph(
    edges: Mapping[str, Sequence[str]], execute: Callable[[str], State], workers: int
) -> dict[str, State]:
    """Run each task once all that it waits for has succeeded.

    Once a task has failed no further one starts; those that run come to their end (Argo's
    `failFast`, which Kubeflow never turns off).

    Args:
        edges: for each task, the tasks that it waits for.
        execute: runs one task and says how it ended.
        workers: as many tasks run at once.

    Returns:
        The state of each task, in topological order.
    """
    order = topological(sorted(edges), edges)
    states: dict[str, State] = {}
    running: dict[Future[State], str] = {}
    waiting = list(order)
    with ThreadPoolExecutor(max_workers=workers) as pool:
        while True:
            if "FAILED" not in states.values():
                for name in _ready(waiting, edges, states, workers - len(running)):
                    waiting.remove(name)
                    running[pool.submit(execute, name)] = name
            if not running:
                break
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                states[running.pop(future)] = future.result()
    for name in waiting:
        states[name] = _unstarted(edges[name], states)
    return {name: states[name] for name in order}


def _ready(
    waiting: Sequence[str],
    edges: Mapping[str, Sequence[str]],
    states: Mapping[str, State],
    most: int,
) -> list[str]:
    ready = [n for n in waiting if all(states.get(need) == "SUCCEEDED" for need in edges[n])]
    return ready[:most]


def _unstarted(needs: Sequence[str], states: Mapping[str, State]) -> State:
    """Tell a task that could not start any more from one that the graph did not get to."""
    return "NOT_RUN" if {states[n] for n in needs} <= {"SUCCEEDED", "NOT_RUN"} else "OMITTED"
