"""How files on disk differ from what would be compiled now."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from flowyml import UsageError
from flowyml.backend import Artifact
from flowyml.ir import Function, PipelineIR, Source, StepNode
from flowyml.rendering import sidecar
from flowyml.rendering.ir_target import IrBackend
from flowyml.review.compile import Compiled, contents
from flowyml.review.files import write_files
from flowyml.review.stale import OUTSIDE, stale
from flowyml.review.targets import Target

HEADER = "# header"
LOAD = ["    # a.py: load", "    load = step(", "        1", "    )"]
TRAIN = ["    # a.py: train", "    train = step(load)"]
FOOTER = "# footer"


def pipeline(*blocks: tuple[str, list[str]], fail_fast: bool = False) -> PipelineIR:
    """An IR that says of each step what its lines say."""
    steps = [
        StepNode(name=n, function=Function(entrypoint=f"a:{n}", digest="".join(b)))
        for n, b in blocks
    ]
    source = Source(module="a")
    return PipelineIR(name="p", source=source, steps=tuple(steps), fail_fast=fail_fast)


def compiled(*blocks: tuple[str, list[str]], header: str = HEADER) -> tuple[PipelineIR, Compiled]:
    """A pipeline, and what a compiler makes of it, with its source map."""
    rows, lines = [header], {}
    for step, block in blocks:
        lines[step] = len(rows) + 1
        rows += block
    artifact = Artifact(path="p.ir.py", text="\n".join([*rows, FOOTER]) + "\n", lines=lines)
    ir = pipeline(*blocks, fail_fast=header != HEADER)
    return ir, Compiled(Target(IrBackend(), "v1"), (artifact,), sidecar(ir, "ir", (artifact,)))


def found(tmp_path: Path, old: tuple[PipelineIR, Compiled], new: tuple[PipelineIR, Compiled]):
    write_files(contents([old[1]]), tmp_path)
    (result,) = stale(new[0], [new[1]], tmp_path)
    return result


def changes(result) -> list[str]:
    return [str(change) for change in result.diff.changes]


def test_files_as_they_would_be_compiled_are_not_stale(tmp_path):
    ir, made = compiled(("load", LOAD))
    write_files(contents([made]), tmp_path)
    assert stale(ir, [made], tmp_path) == ()


def test_moved_lines_in_the_users_file_are_no_difference(tmp_path):
    """The sidecar holds line numbers, and is not compared."""
    ir, made = compiled(("load", LOAD))
    write_files(contents([made]) | {"p.ir.flowyml.json": "{}"}, tmp_path)
    assert stale(ir, [made], tmp_path) == ()


def test_a_file_that_is_not_there(tmp_path):
    ir, made = compiled(("load", LOAD))
    (result,) = stale(ir, [made], tmp_path)
    assert str(result) == f"{tmp_path}/p.ir.py is not there"


def test_a_change_of_the_pipeline_is_told_in_its_own_words(tmp_path):
    """The lines that it changed say nothing more."""
    result = found(
        tmp_path,
        compiled(("load", LOAD), ("train", TRAIN)),
        compiled(("load", [*LOAD[:2], "        2", LOAD[3]]), ("train", TRAIN)),
    )
    assert changes(result) == ["~ step load: code  [behaviour]"]
    assert (result.lines, result.edited) == ({}, False)
    assert str(result).splitlines() == [
        f"{tmp_path}/p.ir.py is stale",
        "  ~ step load: code  [behaviour]",
    ]


def test_new_and_removed_steps_are_named(tmp_path):
    result = found(tmp_path, compiled(("load", LOAD)), compiled(("train", TRAIN)))
    assert changes(result) == [
        "+ step train: makes nothing  [behaviour]",
        "- step load  [breaking]",
    ]
    assert result.lines == {}


def test_lines_of_no_step_belong_to_the_pipeline(tmp_path):
    result = found(tmp_path, compiled(("load", LOAD)), compiled(("load", LOAD), header="# other"))
    assert changes(result) == ["~ pipeline: fail_fast: false → true  [behaviour]"]
    assert result.lines == {}


def test_what_no_change_explains_is_shown_line_by_line(tmp_path):
    """Another version of the compiler writes another text."""
    ir, old = compiled(("load", LOAD), ("train", TRAIN))
    text = old.artifacts[0].text.replace("step(load)", "step(  load)").replace(HEADER, "# newer")
    artifact = dataclasses.replace(old.artifacts[0], text=text)
    new = dataclasses.replace(old, artifacts=(artifact,))
    result = found(tmp_path, (ir, old), (ir, new))
    assert result.diff.same
    assert result.lines == {
        OUTSIDE: ("-# header", "+# newer"),
        "train": ("-    train = step(load)", "+    train = step(  load)"),
    }
    assert "  lines of no step:\n    -# header" in str(result)
    assert "  lines of step 'train':\n" in str(result)


def test_the_last_step_ends_where_the_text_is_indented_less(tmp_path):
    ir, old = compiled(("load", LOAD))
    text = old.artifacts[0].text.replace(FOOTER, "# another footer")
    new = dataclasses.replace(old, artifacts=(dataclasses.replace(old.artifacts[0], text=text),))
    assert list(found(tmp_path, (ir, old), (ir, new)).lines) == [OUTSIDE]


@pytest.mark.parametrize("sidecar", [None, "rubbish", "[]", '{"steps": {"load": {"line": "x"}}}'])
def test_without_a_usable_sidecar_everything_is_shown(tmp_path, sidecar):
    ir, new = compiled(("load", LOAD))
    (tmp_path / "p.ir.py").write_text("something else\n")
    if sidecar is not None:
        (tmp_path / "p.ir.flowyml.json").write_text(sidecar)
    (result,) = stale(ir, [new], tmp_path)
    assert result.diff is None
    assert result.edited
    assert result.lines["load"] == tuple(f"+{line}" for line in LOAD)
    assert "-something else" in result.lines[OUTSIDE]
    assert "edited by hand" in str(result)


def test_a_folder_in_a_files_place_is_an_error(tmp_path):
    (tmp_path / "p.ir.py").mkdir()
    ir, made = compiled(("load", LOAD))
    with pytest.raises(UsageError, match="Is a directory"):
        stale(ir, [made], tmp_path)
