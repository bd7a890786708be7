"""Progress on a terminal: a bar for the run, and what runs now below it."""

from __future__ import annotations

import dataclasses
import sys
import threading
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from flowyml.diagnostics.missing import Needs
from flowyml.engine.progress import PlainReporter
from flowyml.storage.records import RunHead, RunRecord, StepRecord

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.live import Live
    from rich.table import Table

    from flowyml.runtime.output import Stream

_ROWS = 8  # steps drawn as running, so that the drawing fits on any terminal
_WIDTH = 20
_PER_SECOND = 8


@dataclasses.dataclass
class _Bar:
    """Something that goes on: since when, and how far it is, if that is known."""

    began: float
    done: int = 0
    total: int | None = None


class RichReporter(PlainReporter):
    """Draws progress on a terminal: the run, and below it the steps and map items that run.

    Nothing is drawn for a step that is done; what failed, and what steps print, stands above. The
    terminal is drawn anew some times a second, however many steps begin and end in between.

    Args:
        console: the rich console to draw on; default: standard error.
    """

    def __init__(self, console: Console | None = None) -> None:
        super().__init__()
        with Needs("rich"):
            from rich.console import Console
        self._console = console or Console(stderr=True, highlight=False)
        self._name = ""
        self._whole = _Bar(0)
        self._running: dict[str, _Bar] = {}
        self._live: Live | None = None
        self._lock = threading.Lock()  # the terminal is drawn by a thread of rich's

    def run_started(self, run: RunHead, steps: Sequence[str]) -> None:
        """Name the run and begin to draw."""
        from rich.live import Live

        super().run_started(run, steps)
        self._name, self._whole = run.pipeline, _Bar(time.monotonic(), total=len(steps))
        self._live = Live(
            get_renderable=self.drawn,
            console=self._console,
            refresh_per_second=_PER_SECOND,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._live.start()

    def step_started(self, step: str) -> None:
        """Draw the step as running."""
        with self._lock:
            self._running[step] = _Bar(time.monotonic())

    def items_finished(self, step: str, done: int, total: int) -> None:
        """Draw how far a map task is."""
        with self._lock:
            if bar := self._running.get(step):
                bar.done, bar.total = done, total

    def line_printed(self, step: str, line: str, stream: Stream) -> None:
        """Show the line above the bar, unless its stream goes somewhere else than a terminal."""
        file = getattr(sys, stream)
        if file is not None and file.isatty():
            self._say(f"[{step}] {line}")
        else:
            super().line_printed(step, line, stream)

    def step_finished(self, step: StepRecord) -> None:
        """Count the step; say so if it failed."""
        with self._lock:
            self._running.pop(step.name, None)
            self._whole.done += 1
        if step.state == "FAILED":
            super().step_finished(step)

    def run_finished(self, run: RunRecord) -> None:
        """Stop drawing and sum the run up."""
        self.stop()
        super().run_finished(run)

    def stop(self) -> None:
        """Stop drawing; nothing of what was drawn is left."""
        if self._live is not None:
            self._live.stop()
            self._live = None

    def drawn(self) -> Table:
        """Draw where the run is now."""
        from rich.table import Table

        with self._lock:
            running = list(self._running.items())
            table = Table.grid(padding=(0, 1))
            table.add_row(*_row(self._name, self._whole))
            for name, bar in running[:_ROWS]:
                table.add_row(*_row(f"  {name}", bar))
            if len(running) > _ROWS:
                table.add_row(f"  … and {len(running) - _ROWS} more")
        return table

    def _say(self, text: str) -> None:
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)


def _row(name: str, bar: _Bar) -> tuple[RenderableType, ...]:
    from rich.progress_bar import ProgressBar
    from rich.text import Text

    elapsed = str(timedelta(seconds=int(time.monotonic() - bar.began)))
    if bar.total is None:
        return Text(name), "", "", elapsed
    drawn = ProgressBar(total=bar.total, completed=bar.done, width=_WIDTH)
    return Text(name), drawn, f"{bar.done}/{bar.total}", elapsed
