"""What every example and every conformance pipeline compiles to for the older Airflows.

Nobody has all of them at hand: ruff's rules for Airflow read the files, and every name and keyword
is looked up in what an installation of that version knew (tests/unit/airflow/symbols.json). The
newest of Airflow 2 is there for real, if `make airflow-2.11` was, and parses and serialises them.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from flowyml_airflow.dialects import DIALECTS
from tests.conformance.holding import needs
from tests.conformance.runs import OLD_AIRFLOW, PYTHONS
from tests.goldens.emitted import ROOT, compile_all, dag_texts, linted, parsed, write_dags

pytestmark = pytest.mark.slow
SYMBOLS = json.loads((ROOT / "tests/unit/airflow/symbols.json").read_text(encoding="utf-8"))
OLDER = [version for version in DIALECTS if version != "3.3"]
CALLS = {"DAG": "DAG", "TaskGroup": "TaskGroup", "override": "BaseOperator"}
OF_THE_DECORATOR = {"multiple_outputs"}
MOVED = {"AIR301", "AIR311", "AIR312", "AIR321"}
"""What ruff says where a file of Airflow 2 uses what Airflow 3 has moved."""


@pytest.fixture(scope="module")
def texts():
    """Compile for all versions at once."""
    return compile_all(*(f"airflow=={version}" for version in OLDER))


@pytest.fixture(scope="module")
def dags(texts, tmp_path_factory):
    def written(version):
        folder = tmp_path_factory.mktemp(f"airflow-{version}")
        return write_dags(dag_texts(texts, f"airflow=={version}"), folder)

    return {version: written(version) for version in OLDER}


@pytest.mark.parametrize("version", OLDER)
def test_every_pipeline_compiles_as_for_the_newest(texts, version):
    newest = (ROOT / "tests/goldens/airflow").rglob("*.airflow.py")
    files = {Path(path).name for path in dag_texts(texts, f"airflow=={version}")}
    assert files == {file.name for file in newest}


@pytest.mark.parametrize("version", OLDER)
def test_ruff_finds_nothing_but_what_airflow_3_moved(dags, version):
    found = linted(dags[version])
    if version.startswith("3"):
        assert found == []
        return
    assert {each["code"] for each in found} <= MOVED
    used = re.compile(
        r"@task|with DAG\(|.*\b(Param|TaskGroup|Dataset|literal|get_current_context)\("
    )
    assert [line for line in map(line_of, found) if not used.match(line)] == []


def line_of(finding):
    lines = Path(finding["filename"]).read_text(encoding="utf-8").splitlines()
    return lines[finding["location"]["row"] - 1]


@pytest.mark.parametrize("version", OLDER)
def test_every_name_and_keyword_is_known_to_the_version(texts, version):
    known = {kind: {*SYMBOLS[version][kind], *OF_THE_DECORATOR} for kind in CALLS.values()}
    for path, text in dag_texts(texts, f"airflow=={version}").items():
        for name in imported(ast.parse(text)):
            assert name in SYMBOLS[version]["names"], path
        for kind, keywords in called(ast.parse(text)):
            assert keywords <= known[kind], path


def imported(tree: ast.Module) -> Iterator[str]:
    """Give what the head of a file imports of Airflow."""
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("airflow"):
            yield from (f"{node.module}.{each.name}" for each in node.names)


def called(tree: ast.Module) -> Iterator[tuple[str, set[str]]]:
    """Give the keywords of each DAG, group and task."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func).rpartition(".")[2]
            if kind := CALLS.get(name):
                yield kind, {str(each.arg) for each in node.keywords}


@needs(OLD_AIRFLOW)
def test_airflow_2_parses_and_serialises_every_dag(texts, dags, tmp_path):
    found = parsed(dags["2.11"], tmp_path, PYTHONS[OLD_AIRFLOW])
    assert found["errors"] == []
    counts = [text.count("task_id=") for text in dag_texts(texts, OLD_AIRFLOW).values()]
    assert sorted(found["tasks"]) == sorted(counts)
