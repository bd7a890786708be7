"""The schedule: which step may start next, and what becomes of those that may not.

It knows the graph and the states, and nothing of threads, values or time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from heapq import heapify, heappop, heappush
from itertools import chain

from flowyml.ir import FromAsset, Parameter, PipelineIR, StepNode, dependents, needs
from flowyml.storage.records import State

_FAILED = frozenset({"FAILED", "UPSTREAM_FAILED"})
_GOOD = frozenset({"SUCCEEDED", "CACHED"})


class Schedule:
    """The progress of one run over the graph; each step costs its own edges and no more.

    Attributes:
        states: what has become of the steps that are decided.
        stopped: whether no more steps are started.
    """

    def __init__(self, ir: PipelineIR) -> None:
        self._steps = ir.steps
        self._rank = {step.name: number for number, step in enumerate(ir.steps)}
        self._users = dependents(ir)
        self._unmet = Counter(chain.from_iterable(self._users.values()))
        self._ready = [n for n, step in enumerate(ir.steps) if not self._unmet[step.name]]
        self._fail_fast = ir.fail_fast
        self.states: dict[str, State] = {}
        self.stopped = False
        self._well = True  # whether all that is decided is good

    @property
    def ready(self) -> int:
        """How many steps may start now."""
        return len(self._ready)

    @property
    def complete(self) -> bool:
        """Whether every step is decided."""
        return len(self.states) == len(self._steps)

    def take(self) -> StepNode | None:
        """Give the next step to start, the first in the pipeline's order, or None."""
        return self._steps[heappop(self._ready)] if self._ready else None

    def position(self, name: str) -> int:
        """Give a step's place in the pipeline's order."""
        return self._rank[name]

    def take_over(self, states: Mapping[str, State]) -> dict[str, State]:
        """Note what became of steps before the run began; gives what `finish` gives."""
        self.states.update(states)
        self._well = _GOOD.issuperset(states.values())
        decided: dict[str, State] = {}
        for name in states:
            decided.update(self._pass_on(name))
        self._ready = [n for n in self._ready if self._steps[n].name not in self.states]
        heapify(self._ready)
        return decided

    def finish(self, name: str, state: State) -> dict[str, State]:
        """Note what became of a step that was taken.

        Returns:
            The steps that are decided by it without being started, in order of the decision.
        """
        self.states[name] = state
        self._well = self._well and state in _GOOD
        decided = self._pass_on(name)
        if state == "FAILED" and self._fail_fast:
            self.stop()
        return decided

    def _pass_on(self, name: str) -> dict[str, State]:
        """Tell those that need a step; gives those that are decided by it without being started."""
        decided: dict[str, State] = {}
        news = [name]
        while news:
            for user in self._users[news.pop()]:
                self._unmet[user] -= 1
                if self._unmet[user] or user in self.states:
                    continue
                step = self._steps[self._rank[user]]
                verdict = None if self._well else unstarted(step, self.states)
                if verdict is not None:
                    self.states[user] = decided[user] = verdict
                    news.append(user)
                elif not self.stopped:
                    heappush(self._ready, self._rank[user])
        return decided

    def stop(self) -> None:
        """Start no more steps."""
        self.stopped = True
        self._ready.clear()

    def abandon(self) -> dict[str, State]:
        """Decide all that is still open, in the pipeline's order, once nothing runs any more."""
        decided: dict[str, State] = {}
        for step in self._steps:
            if step.name not in self.states:
                verdict = unstarted(step, self.states) or "NOT_RUN"
                self.states[step.name] = decided[step.name] = verdict
        return decided


def unstarted(step: StepNode, states: Mapping[str, State]) -> State | None:
    """Say what becomes of a step that its needs keep from starting; None lets it start.

    A failed need outranks a skipped one. A skipped producer skips its reader, but a skipped step
    in `after` lets its successor start (docs/semantics.md §1.6, §3).
    """
    needed = {states.get(name, "NOT_RUN") for name in needs(step)}
    if not _FAILED.isdisjoint(needed):
        return "UPSTREAM_FAILED"
    if "SKIPPED" in needed and any(_missing(parameter, states) for parameter in step.reads):
        return "SKIPPED"
    return None


def _missing(parameter: Parameter, states: Mapping[str, State]) -> bool:
    """Tell whether a parameter needs an asset of which every producer was skipped."""
    binding = parameter.binding
    if not isinstance(binding, FromAsset) or binding.optional:
        return False
    makers = (binding.step, binding.otherwise) if binding.otherwise else (binding.step,)
    return all(states.get(name) == "SKIPPED" for name in makers)
