"""What compiling for Kubeflow costs, beside Kubeflow's own SDK.

Both are whole processes as somebody starts them: `flowyml compile FILE`, and a script that ends in
the SDK's compiler. Their processor time is compared, in turns; the SDK has a peer's environment.
"""

from __future__ import annotations

import difflib
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from tests.benchmarks.installed import room
from tests.benchmarks.kubeflow_sources import Chain, ours, theirs
from tests.benchmarks.row import Row

ROOT = Path(__file__).parents[2]
PACKAGES = ("flowyml", "backends", "templates")
SKINNY = "flowyml-skinny"
WARM = """
import json, sys, time
from flowyml.frontend.loader import load_file
from flowyml.review.compile import compile_pipeline
pipeline = load_file(sys.argv[1]).module.pipeline
compile_pipeline(pipeline, "ir")
taken = []
for _ in range(2):
    began = time.process_time()
    compile_pipeline(pipeline, "kubeflow")
    taken.append(1000 * (time.process_time() - began))
print(json.dumps(taken[0] - taken[1]))
"""


def compiling(environments: Path) -> Iterator[Row]:
    """Give the rows; those that compare are left out where the SDK is not installed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        yield Row("imports that compiling for Kubeflow adds", imports(folder), "ms", 60)
        chains = [Chain.distinct(steps) for steps in (1_000, 10_000)]
        pairs = [[seconds(flowyml(folder, chain)) for chain in chains] for _ in range(3)]
        growth = median(long / short / 10 for short, long in pairs)
        yield Row("compiling a step of 10,000, to one of 1,000", growth, "x", 1.0)
        sdk = environments / "kfp" / "bin" / "python"
        if sdk.exists():
            yield from beside(folder, sdk)
            yield from footprint(sdk, environments / SKINNY / "bin" / "python")
        else:
            print(f"kfp is not installed in {environments}: left out", file=sys.stderr)


def beside(folder: Path, sdk: Path) -> Iterator[Row]:
    """Compare time, bytes and changed lines with those of the SDK."""
    chain = Chain.distinct(1_000)
    pairs = [(seconds(flowyml(folder, chain)), seconds(kfp(folder, chain, sdk))) for _ in range(3)]
    mine, peers = (median(side) for side in zip(*pairs, strict=True))
    yield Row("compiling 1,000 distinct steps", mine, "s")
    yield Row("compiling 1,000 distinct steps, kfp", peers, "s")
    yield Row("compiling 1,000 distinct steps, to kfp", mine / peers, "x", 1 / 4)
    for what, most, one in (
        ("1,000 distinct steps", None, chain),
        ("1,000 steps of one function", 1 / 2, Chain.alike(1_000)),
    ):
        ratio = len(compiled(flowyml(folder, one))) / len(compiled(kfp(folder, one, sdk)))
        yield Row(f"bytes of {what}, to kfp", ratio, "x", most)
    for what, before in (("distinct", Chain.distinct(50)), ("alike", Chain.alike(50))):
        after = before.inserted(25)
        mine = changes(flowyml(folder, before), flowyml(folder, after))
        peers = changes(kfp(folder, before, sdk), kfp(folder, after, sdk))
        yield Row(f"lines that a step changes in 50 {what}", mine, "")
        yield Row(f"lines that a step changes in 50 {what}, kfp", peers, "")


def flowyml(folder: Path, chain: Chain) -> list[str]:
    """Write a pipeline, and give the command that compiles it, with the file that it writes."""
    project = folder / f"ours-{chain.name}"
    project.mkdir(exist_ok=True)
    (project / "flowyml.yaml").touch()
    source = project / "chained.py"
    source.write_text(ours(chain))
    command = Path(sys.executable).with_name("flowyml")
    options = ("--target", "kubeflow", "--allow", "FML308", "-o", str(project))
    return [str(command), "compile", str(source), *options, str(project / "chain.kubeflow.yaml")]


def kfp(folder: Path, chain: Chain, python: Path) -> list[str]:
    """As `flowyml`, for the SDK."""
    source, made = folder / f"{chain.name}-kfp.py", folder / f"{chain.name}-kfp.yaml"
    source.write_text(theirs(chain, made))
    return [str(python), str(source), str(made)]


def seconds(command: Sequence[str]) -> float:
    """Give the processor time of a command, its start included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command[:-1], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def compiled(command: Sequence[str]) -> bytes:
    """Run a command, and give what it wrote."""
    subprocess.run(command[:-1], check=True, capture_output=True)
    return Path(command[-1]).read_bytes()


def changes(one: Sequence[str], other: Sequence[str]) -> int:
    """Count the lines that differ between what two commands write: those gone, and those come."""
    before, after = (compiled(command).decode().splitlines() for command in (one, other))
    found = difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return sum(b - a + d - c for kind, a, b, c, d in found if kind != "equal")


def imports(folder: Path) -> float:
    """Give the milliseconds that the first compilation in a process takes longer than the next."""
    source = Path(flowyml(folder, Chain.distinct(2))[2])
    command = [sys.executable, "-c", WARM, str(source)]
    runs = [subprocess.run(command, check=True, capture_output=True).stdout for _ in range(5)]
    return median(map(json.loads, runs))


def footprint(sdk: Path, skinny: Path) -> Iterator[Row]:
    """Compare what installing us brings, to compile or to run as well, with all of kfp's.

    Here flowyml is installed as its sources, which are counted by themselves.
    """
    theirs = installed(sdk, "kfp")
    if skinny.exists():
        yield Row("installed for compiling, to kfp", installed(skinny, SKINNY) / theirs, "x", 1 / 4)
    else:
        print(f"{SKINNY} is not installed in {skinny.parents[1]}: left out", file=sys.stderr)
    own = room(file for name in PACKAGES for file in (ROOT / name).rglob("*.py"))
    whole = installed(Path(sys.executable), "flowyml") + own
    yield Row("installed with all that runs, to kfp", whole / theirs, "x")


def installed(python: Path, name: str) -> int:
    """Give the bytes that a distribution and what it needs take in an environment."""
    script = Path(__file__).with_name("installed.py")
    return int(json.loads(subprocess.check_output([str(python), str(script), name])))
