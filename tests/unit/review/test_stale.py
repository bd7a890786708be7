"""How files on disk differ from what would be compiled now, step by step."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flowyml import UsageError
from flowyml.backend import Artifact
from flowyml.rendering.ir_target import IrBackend
from flowyml.review.compile import Compiled, texts
from flowyml.review.files import write_files
from flowyml.review.stale import OUTSIDE, stale
from flowyml.review.targets import Target

HEADER = "# header"
LOAD = ["    # a.py: load", "    load = step(", "        1", "    )"]
TRAIN = ["    # a.py: train", "    train = step(load)"]
FOOTER = "# footer"


def compiled(*blocks: tuple[str, list[str]], header: str = HEADER) -> Compiled:
    """What a compiler makes of some steps, with its source map."""
    rows, lines = [header], {}
    for step, block in blocks:
        lines[step] = len(rows) + 1
        rows += block
    text = "\n".join([*rows, FOOTER]) + "\n"
    steps = {step: {"file": "p.t.py", "line": line} for step, line in lines.items()}
    sidecar = Artifact(path="p.t.flowyml.json", text=json.dumps({"files": {}, "steps": steps}))
    artifact = Artifact(path="p.t.py", text=text, lines=lines)
    return Compiled(Target(IrBackend(), "v1"), (artifact,), sidecar)


def found(tmp_path: Path, old: Compiled, new: Compiled):
    write_files(texts([old]), tmp_path)
    (result,) = stale([new], tmp_path)
    return result


def test_files_as_they_would_be_compiled_are_not_stale(tmp_path):
    write_files(texts([compiled(("load", LOAD))]), tmp_path)
    assert stale([compiled(("load", LOAD))], tmp_path) == ()


def test_moved_lines_in_the_users_file_are_no_difference(tmp_path):
    """The sidecar holds line numbers, and is not compared."""
    new = compiled(("load", LOAD))
    write_files(texts([new]) | {"p.t.flowyml.json": "{}"}, tmp_path)
    assert stale([new], tmp_path) == ()


def test_a_file_that_is_not_there(tmp_path):
    (result,) = stale([compiled(("load", LOAD))], tmp_path)
    assert str(result) == f"{tmp_path}/p.t.py is not there"


def test_a_changed_step_is_named_with_its_lines(tmp_path):
    result = found(
        tmp_path,
        compiled(("load", LOAD), ("train", TRAIN)),
        compiled(("load", [*LOAD[:2], "        2", LOAD[3]]), ("train", TRAIN)),
    )
    assert dict(result.changed) == {"load": ("-        1", "+        2")}
    assert (result.added, result.removed) == ((), ())
    assert "step 'load' changed" in str(result)


def test_new_and_removed_steps_are_named(tmp_path):
    old, new = compiled(("load", LOAD)), compiled(("train", TRAIN))
    result = found(tmp_path, old, new)
    assert (result.added, result.removed, dict(result.changed)) == (("train",), ("load",), {})


def test_lines_of_no_step_are_kept_apart(tmp_path):
    old, new = compiled(("load", LOAD)), compiled(("load", LOAD), header="# other")
    result = found(tmp_path, old, new)
    assert dict(result.changed) == {OUTSIDE: ("-# header", "+# other")}
    assert "outside the steps" in str(result)


def test_the_last_step_ends_where_the_text_is_indented_less(tmp_path):
    old, new = compiled(("load", LOAD)), compiled(("load", LOAD))
    footer = new.artifacts[0].text.replace(FOOTER, "# another footer")
    changed = Artifact(path="p.t.py", text=footer, lines=new.artifacts[0].lines)
    result = found(tmp_path, old, Compiled(new.target, (changed,), new.sidecar))
    assert list(result.changed) == [OUTSIDE]


@pytest.mark.parametrize("sidecar", [None, "rubbish", "[]", '{"steps": {"load": {"line": "x"}}}'])
def test_without_a_usable_sidecar_everything_is_outside(tmp_path, sidecar):
    new = compiled(("load", LOAD))
    (tmp_path / "p.t.py").write_text("something else\n")
    if sidecar is not None:
        (tmp_path / "p.t.flowyml.json").write_text(sidecar)
    (result,) = stale([new], tmp_path)
    assert result.added == ("load",)
    assert result.edited
    assert "edited by hand" in str(result)


def test_a_folder_in_a_files_place_is_an_error(tmp_path):
    (tmp_path / "p.t.py").mkdir()
    with pytest.raises(UsageError, match="Is a directory"):
        stale([compiled(("load", LOAD))], tmp_path)
