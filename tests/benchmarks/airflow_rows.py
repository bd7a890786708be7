"""What compiling for Airflow costs, and what the compiled files cost Airflow.

Processes are as somebody starts them: `flowyml compile FILE`. Files are read and run by a real
Airflow, beside files that a hand wrote for the same tasks, in turns. All figures are processor
time, so that whatever else the machine does counts little.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from statistics import median

from tests.benchmarks.kubeflow import seconds
from tests.benchmarks.kubeflow_sources import Chain, ours
from tests.benchmarks.row import Row

PARSED, RUN = 1_000, 30  # tasks


def on_airflow() -> Iterator[Row]:
    """Give the rows; those of a real Airflow are left out where there is none."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        usual = median(compiling(folder, 1_000) for _ in range(3))
        yield Row("compiling 1,000 steps for Airflow, cold", usual, "s", 3.0)
        yield Row(
            "  a step of 5,000, to one of 1,000", compiling(folder, 5_000) / usual / 5, "x", 1.0
        )
        if find_spec("airflow") is None:
            print("Airflow is not installed: what it takes is left out", file=sys.stderr)
            return
        pairs = beside(folder, "parse", emitted(folder, PARSED), rounds=11)
        yield Row("parsing 1,000 tasks, to a file by hand", ratio(pairs), "x", 1.15)
        files = emitted(folder, RUN)
        yield from own(folder, files)
        added = [(mine - bare) / RUN for mine, bare in beside(folder, "run", files, rounds=9)]
        yield Row("  all that is different to a task by hand", 1000 * median(added), "ms")


def own(folder: Path, files: list[str]) -> Iterator[Row]:
    """Give flowyml's own time in tasks, each time in a process that starts for it.

    Airflow's workers do so for every task. The first process writes bytecode, that of the user's
    module too, and what the digests of the steps went by; the others find both.
    """
    firsts, others = zip(*(beside(folder, "own", files, rounds=1) for _ in range(8)), strict=True)
    alone = [1000 * first for (first,) in firsts]
    every = [1000 * taken for each in others for taken in each]
    yield Row("flowyml's own time in a task on Airflow", median(every), "ms", 15.0)
    yield Row("  in the first one of a process", median(alone[1:]), "ms", 15.0)
    yield Row("  in the first one after a deployment", alone[0], "ms")


def ratio(pairs: list[list[float]]) -> float:
    """Compare within rounds: what slows the machine down for a while slows both sides down."""
    return median(mine / bare for mine, bare in pairs)


def compiling(folder: Path, steps: int) -> float:
    """Give the processor time of a command that compiles a chain, its start included."""
    return seconds([*command(folder, Chain.distinct(steps)), ""])


def command(folder: Path, chain: Chain) -> list[str]:
    """Write a pipeline, and give the command that compiles it into its folder."""
    project = folder / chain.name
    project.mkdir(exist_ok=True)
    (project / "flowyml.yaml").touch()
    source = project / "chained.py"
    source.write_text(ours(chain))
    flowyml = str(Path(sys.executable).with_name("flowyml"))
    return [flowyml, "compile", str(source), "--target", "airflow==3.3", "-o", str(project)]


def emitted(folder: Path, steps: int) -> list[str]:
    """Compile a chain, and write the same by hand beside it; gives both files."""
    compiling(folder, steps)
    project = folder / Chain.distinct(steps).name
    by_hand = project / "by_hand.py"
    by_hand.write_text(hand_written(steps))
    return [str(project / "chain.airflow.py"), str(by_hand)]


def beside(folder: Path, what: str, files: list[str], *, rounds: int) -> list[list[float]]:
    """Give what `airflow_side` prints of the emitted file and of the one by hand."""
    script = str(Path(__file__).with_name("airflow_side.py"))
    run = subprocess.run(
        [sys.executable, script, what, *files, str(rounds)],
        env=os.environ | settings(folder, Path(files[0]).parent, what),
        check=True,
        capture_output=True,
        text=True,
    )
    found: list[list[float]] = json.loads(run.stdout.splitlines()[-1])
    return found


def settings(folder: Path, project: Path, what: str) -> dict[str, str]:
    """Give Airflow a home of its own, in which the project is found."""
    home = folder / f"airflow-{what}"
    home.mkdir(exist_ok=True)
    return {
        "PYTHONDONTWRITEBYTECODE": "",
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(project),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/airflow.db",
        "FLOWYML_ARTIFACT_STORE": str(folder / "artifacts"),
        "PYTHONPATH": os.pathsep.join([str(project), *sys.path]),
    }


def hand_written(steps: int) -> str:
    """Write what one would write for Airflow alone: a task for each function, called in order."""
    lines = [
        '"""A chain of tasks."""',
        "",
        "from airflow.sdk import DAG, Param, task",
        "",
        'rows = Param(3, type="integer")',
        'with DAG(dag_id="by_hand", schedule=None, catchup=False, params={"rows": rows}):',
        "",
        "    @task(retries=0)",
        "    def step_0(params=None):",
        '        return params["rows"]',
        "",
    ]
    for i in range(1, steps):
        lines += ["    @task(retries=0)", f"    def step_{i}(value):"]
        lines += [f"        return value + len('step_{i}')", ""]
    lines += ["    value_0 = step_0()"]
    lines += [f"    value_{i} = step_{i}(value_{i - 1})" for i in range(1, steps)]
    return "\n".join([*lines, ""])
