"""The last lines of a run of the tests count what each backend was held to."""

from __future__ import annotations

from types import SimpleNamespace

from tests.closing import lines

_HELD = "tests/conformance/test_conformance.py::test_what_was_compiled_does_the_same"
_ELSEWHERE = "tests/conformance/test_airflow_2.py::test_what_was_compiled_does_the_same"


def reports(*nodeids):
    return [SimpleNamespace(nodeid=nodeid) for nodeid in nodeids]


def test_each_backend_has_a_line_with_what_became_of_its_cases():
    stats = {
        "": reports(f"{_HELD}[linear-airflow]"),  # a setup
        "passed": reports(
            f"{_HELD}[seed-map-airflow]",
            f"{_HELD}[linear-airflow]",
            f"{_HELD}[triggered-kubeflow]",
            "tests/properties/test_kubeflow.py::test_a_generated_pipeline_does_the_same[generated_1]",
            "tests/unit/test_closing.py::test_this",
        ),
        "xfailed": reports(f"{_HELD}[settings-beyond-doubles-kubeflow]"),
        "skipped": reports(f"{_ELSEWHERE}[linear-airflow==2.11]"),
        "warnings": [SimpleNamespace(message="of no test")],
    }
    assert list(lines(stats)) == [
        "conformance on airflow: 2 the same",
        "conformance on airflow==2.11: 1 skipped",
        "conformance on kubeflow: 1 refused, 1 a known gap",
        "generated pipelines on kubeflow: 1 the same",
    ]
