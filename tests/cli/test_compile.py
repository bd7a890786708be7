"""`flowyml compile`."""

from __future__ import annotations

import ast
import json

import pytest
import yaml

from flowyml.ir import from_json

ALL = ("--target", "airflow", "--target", "kubeflow", "--target", "ir")
FILES = [
    "sums.airflow.py",
    "sums.airflow.flowyml.json",
    "sums.kubeflow.yaml",
    "sums.kubeflow.flowyml.json",
    "sums.ir.json",
    "sums.ir.flowyml.json",
]
TARGETS = ["--allow", "FML302"]


@pytest.fixture
def edit(project):
    """Replace text in `sums.py`."""

    def replace(old: str, new: str) -> None:
        path = project / "sums.py"
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new))

    return replace


def test_several_targets_at_once(flowyml, project):
    done = flowyml("compile", "sums.py", *ALL, *TARGETS, "-o", "out/deep")
    assert done.code == 0, done.err
    assert done.out.splitlines() == [f"out/deep/{name}" for name in FILES]
    folder = project / "out" / "deep"
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    ast.parse((folder / "sums.airflow.py").read_text())
    assert "root" in yaml.safe_load((folder / "sums.kubeflow.yaml").read_text())
    assert from_json((folder / "sums.ir.json").read_text()).name == "sums"


def test_paths_are_relative_to_where_the_command_is_given(flowyml, tmp_path):
    done = flowyml("compile", "project/sums.py", "-t", "ir", "-o", "out", cwd=tmp_path)
    assert done.out.splitlines()[0] == "out/sums.ir.json"
    assert (tmp_path / "out" / "sums.ir.json").exists()


def test_the_source_map_leads_to_the_steps(flowyml, project):
    flowyml("compile", "sums.py", *ALL, *TARGETS)
    for name, mark in [("airflow.py", "add"), ("kubeflow.yaml", "add"), ("ir.json", "{")]:
        sidecar = json.loads(
            (project / f"compiled/sums.{name.split('.')[0]}.flowyml.json").read_text()
        )
        place = sidecar["steps"]["add"]
        lines = (project / "compiled" / place["file"]).read_text().splitlines()
        assert mark in lines[place["line"] - 1]
        assert place["source"].startswith("sums.py:")


def test_standard_output_holds_the_text_and_nothing_is_written(flowyml, project):
    done = flowyml("compile", "sums.py", "--target", "ir", "--stdout")
    assert from_json(done.out).name == "sums"
    assert not (project / "compiled").exists()
    several = flowyml("compile", "sums.py", *ALL, *TARGETS, "--stdout").out
    assert [line for line in several.splitlines() if line.startswith("# ---")] == [
        "# --- sums.airflow.py",
        "# --- sums.kubeflow.yaml",
        "# --- sums.ir.json",
    ]


def test_compiling_again_writes_the_same_bytes(flowyml, project):
    def compiled():
        flowyml("compile", "sums.py", *ALL, *TARGETS)
        return {path.name: path.read_bytes() for path in (project / "compiled").iterdir()}

    assert compiled() == compiled()


def test_check_finds_fresh_files_fresh(flowyml, edit):
    flowyml("compile", "sums.py", *ALL, *TARGETS)
    edit("def add(numbers)", "# a comment\n\ndef other():\n    pass\n\ndef add(numbers)")
    edit(
        '@step(inputs=["numbers"], outputs=["total"])\n# a comment\n\ndef other():\n    pass\n\n',
        '# a comment\n\n@step(inputs=["numbers"], outputs=["total"])\n',
    )
    done = flowyml("compile", "sums.py", *ALL, *TARGETS, "--check")
    assert (done.code, done.out) == (0, "")


def test_check_names_the_steps_that_changed(flowyml, edit, project):
    flowyml("compile", "sums.py", *ALL, *TARGETS)
    before = {path.name: path.read_bytes() for path in (project / "compiled").iterdir()}
    edit("return sum(numbers)", "return sum(numbers, 0.5)")
    done = flowyml("compile", "sums.py", *ALL, *TARGETS, "--check")
    assert done.code == 1
    for name in ("sums.airflow.py", "sums.kubeflow.yaml", "sums.ir.json"):
        assert f"compiled/{name} is stale" in done.out
    assert done.out.count("  ~ step add: code  [behaviour]\n") == 3
    assert len(done.out.splitlines()) == 6
    assert {path.name: path.read_bytes() for path in (project / "compiled").iterdir()} == before


def test_check_names_new_and_removed_steps(flowyml, edit):
    flowyml("compile", "sums.py", "-t", "airflow")
    edit("[make, check, add]", "[make, add]")
    assert (
        "  - step check  [breaking]"
        in flowyml("compile", "sums.py", "-t", "airflow", "--check").out
    )
    flowyml("compile", "sums.py", "-t", "airflow")
    edit("[make, add]", "[make, check, add]")
    done = flowyml("compile", "sums.py", "-t", "airflow", "--check")
    assert "  + step check: reads numbers from 'numbers' of make; makes check" in done.out


def test_check_names_missing_and_edited_files(flowyml, project):
    done = flowyml("compile", "sums.py", "-t", "ir", "--check")
    assert (done.code, done.out) == (1, "compiled/sums.ir.json is not there\n")
    flowyml("compile", "sums.py", "-t", "ir")
    with (project / "compiled/sums.ir.json").open("a") as file:
        file.write(" ")
    done = flowyml("compile", "sums.py", "-t", "ir", "--check")
    assert done.code == 1
    assert "compiled/sums.ir.json is edited by hand" in done.out


def test_warnings_do_not_keep_it_from_compiling(flowyml, write):
    write(
        "looped.py",
        """
        from flowyml import Pipeline, step
        pipeline = Pipeline("looped")
        for number in range(2):
            @step(name=f"s{number}")
            def work(number=number):
                return number
            pipeline.add_step(work)
        """,
    )
    done = flowyml("compile", "looped.py", "-t", "ir")
    assert done.code == 0
    assert "warning[FML004] [ir==v1]" in done.err
    assert flowyml("compile", "looped.py", "-t", "airflow").code == 3
