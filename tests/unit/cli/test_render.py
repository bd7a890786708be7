"""Diagnostics as text, JSON, GitHub annotations and SARIF."""

from __future__ import annotations

import dataclasses
import json
import re

import pytest

from flowyml.diagnostics import Diagnostic
from flowyml.diagnostics.render import as_json, count, github, sarif, text

FULL = Diagnostic(
    code="FML104",
    message="step 'train' needs 'procesed', which no step produces",
    file="pipelines/train.py",
    line=12,
    subject="parameter 'procesed'",
    help="did you mean 'processed' (produced by 'clean_data', pipelines/train.py:5)?",
)
PLAIN = Diagnostic(code="FML111", message="the pipeline has no steps", severity="warning")
TARGETED = Diagnostic(
    code="FML302",
    message="50% weaker:\nso, so",
    severity="advice",
    target="airflow==3.3",
    file="a,b:c.py",
)


def test_text_says_where_what_why_and_what_next():
    assert text([FULL]) == (
        "error[FML104]: step 'train' needs 'procesed', which no step produces\n"
        "  --> pipelines/train.py:12 (parameter 'procesed')\n"
        "  help: did you mean 'processed' (produced by 'clean_data', pipelines/train.py:5)?\n"
        "1 error"
    )


def test_what_several_targets_say_alike_is_said_once_to_people():
    other = dataclasses.replace(TARGETED, target="kubeflow==2.5")
    assert text([TARGETED, PLAIN, other]) == (
        "advice[FML302] [airflow==3.3, kubeflow==2.5]: 50% weaker:\nso, so\n  --> a,b:c.py\n"
        "warning[FML111]: the pipeline has no steps\n"
        "1 warning, 1 advice"
    )
    assert github([TARGETED, other]).count("::notice ") == 1
    assert len(json.loads(as_json([TARGETED, other]))["diagnostics"]) == 2
    assert len(json.loads(sarif([TARGETED, other]))["runs"][0]["results"]) == 2


def test_text_leaves_out_what_is_not_known():
    assert text([PLAIN]) == "warning[FML111]: the pipeline has no steps\n1 warning"


def test_colour_changes_no_character():
    coloured = text([FULL, PLAIN, TARGETED], colour=True)
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == text([FULL, PLAIN, TARGETED])


@pytest.mark.parametrize(
    ("diagnostics", "expected"),
    [
        ([], "no problems found"),
        ([FULL], "1 error"),
        ([FULL, PLAIN, FULL, TARGETED], "2 errors, 1 warning, 1 advice"),
        ([TARGETED, TARGETED], "2 pieces of advice"),
    ],
)
def test_counts(diagnostics, expected):
    assert count(diagnostics) == expected


def test_json_has_the_fields_that_are_set():
    data = json.loads(as_json([FULL, PLAIN]))
    assert data["errors"] == 1
    assert data["diagnostics"] == [
        {
            "code": "FML104",
            "message": FULL.message,
            "severity": "error",
            "file": "pipelines/train.py",
            "line": 12,
            "subject": "parameter 'procesed'",
            "help": FULL.help,
        },
        {"code": "FML111", "message": PLAIN.message, "severity": "warning"},
    ]


def test_github_annotations_stand_beside_the_line():
    assert github([FULL], prefix="jobs/") == (
        "::error file=jobs/pipelines/train.py,line=12,title=FML104::"
        "step 'train' needs 'procesed', which no step produces"
        f"%0Ahelp: {FULL.help}"
    )


def test_github_annotations_escape_what_would_end_a_field():
    assert github([PLAIN, TARGETED]) == (
        "::warning title=FML111::the pipeline has no steps\n"
        "::notice file=a%2Cb%3Ac.py,title=FML302 airflow==3.3::50%25 weaker:%0Aso, so"
    )


def test_no_diagnostics_are_no_annotations():
    assert github([]) == ""


def test_sarif_results_point_at_rules_and_places():
    log = json.loads(sarif([FULL, PLAIN, TARGETED, FULL], prefix="jobs/"))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["FML104", "FML111", "FML302"]
    assert rules[0]["shortDescription"]["text"] == "a needed value is not produced by anything"
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    first, second, third, _ = run["results"]
    assert first["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "jobs/pipelines/train.py", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 12},
            }
        }
    ]
    assert [r["level"] for r in (first, second, third)] == ["error", "warning", "note"]
    assert "locations" not in second
    assert third["properties"] == {"target": "airflow==3.3"}


def test_sarif_uris_are_uris():
    log = json.loads(sarif([Diagnostic(code="FML111", message="x", file="my folder/größe.py")]))
    (result,) = log["runs"][0]["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "my%20folder/gr%C3%B6%C3%9Fe.py"
