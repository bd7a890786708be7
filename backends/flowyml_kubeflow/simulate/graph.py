"""The order in which Argo starts the tasks of one graph."""

from __future__ import annotations

import heapq
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
        edges: for each task, the tasks that it waits for; of those that may start, the first here
            does.
        execute: runs one task and says how it ended.
        workers: as many tasks run at once.

    Returns:
        The state of each task, in topological order.
    """
    order = topological([*edges], edges)
    states: dict[str, State] = {}
    running: dict[Future[State], str] = {}
    failed = False
    queue = _Queue(order, edges)
    with ThreadPoolExecutor(max_workers=workers) as pool:
        while True:
            if not failed:
                while len(running) < workers and (name := queue.next()) is not None:
                    running[pool.submit(execute, name)] = name
            if not running:
                break
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                name = running.pop(future)
                states[name] = future.result()
                queue.ended(name, states[name])
                failed = failed or states[name] == "FAILED"
    for name in order:
        if name not in states:
            states[name] = _unstarted(edges[name], states)
    return {name: states[name] for name in order}


class _Queue:
    """The tasks that may start, the first in order first; each edge is looked at once."""

    def __init__(self, order: Sequence[str], edges: Mapping[str, Sequence[str]]) -> None:
        self._place = {name: number for number, name in enumerate(order)}
        self._order = order
        self._left = {name: len(set(needs)) for name, needs in edges.items()}
        self._readers: dict[str, list[str]] = {}
        for name, needs in edges.items():
            for need in set(needs):
                self._readers.setdefault(need, []).append(name)
        self._ready = [self._place[name] for name in order if not self._left[name]]

    def next(self) -> str | None:
        """Give a task to start, if there is one."""
        return self._order[heapq.heappop(self._ready)] if self._ready else None

    def ended(self, name: str, state: State) -> None:
        """Let those go on that wait for a task, if it succeeded."""
        for reader in self._readers.get(name, ()) if state == "SUCCEEDED" else ():
            self._left[reader] -= 1
            if not self._left[reader]:
                heapq.heappush(self._ready, self._place[reader])


def _unstarted(needs: Sequence[str], states: Mapping[str, State]) -> State:
    """Tell a task that could not start any more from one that the graph did not get to."""
    return "NOT_RUN" if {states[n] for n in needs} <= {"SUCCEEDED", "NOT_RUN"} else "OMITTED"
