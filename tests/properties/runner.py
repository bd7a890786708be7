"""Run generated pipelines here; as a program, run the first so many and print what they did."""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

from flowyml import Pipeline
from flowyml.engine import execute
from flowyml.frontend.trace import functions
from flowyml.ir import to_json
from flowyml.runtime import Cache
from flowyml.storage import ArtifactStore
from tests.properties.generated import Generated
from tests.properties.model import Ended
from tests.properties.strategy import cases


class Runner:
    """Runs pipelines, each with a store and a folder for its counts of attempts."""

    def __init__(self, folder: Path) -> None:
        self._folders = (folder / str(number) for number in itertools.count())

    def run(
        self,
        generated: Generated,
        *,
        workers: int = 3,
        pipeline: Pipeline | None = None,
        store: ArtifactStore | None = None,
        cache: Cache | None = None,
    ) -> dict[str, Ended]:
        """Run a pipeline, made here if it is not given, and say what became of its steps."""
        folder = next(self._folders)
        folder.mkdir()
        pipeline = pipeline or generated.to_pipeline()
        store = store or ArtifactStore(folder / "artifacts")
        run = execute(
            pipeline.build(),
            functions(pipeline),
            store=store,
            context=generated.context(folder),
            workers=workers,
            cache=cache,
        )
        steps = {
            name: Ended(
                step.state,
                step.attempts,
                step.recovered,
                step.items,
                {asset: store.load(reference) for asset, reference in step.outputs.items()},
            )
            for name, step in run.steps.items()
        }
        bad = {"FAILED", "UPSTREAM_FAILED"} & {step.state for step in steps.values()}
        assert run.state == ("FAILED" if bad else "SUCCEEDED")
        return steps


def main(count: int, folder: Path) -> None:
    runner = Runner(folder)
    for case in cases(count):
        print(to_json(case.to_pipeline().build()))
        print(runner.run(case, workers=1))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
