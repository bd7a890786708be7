"""`flowyml graph`."""

from __future__ import annotations

from xml.etree import ElementTree


def test_text_is_the_order_of_execution(flowyml):
    assert flowyml("graph", "sums.py").out == (
        "Step Execution Order:\n"
        "1. make\n"
        "2. check (depends on: make)\n"
        "3. add (depends on: make, check)\n"
    )


def test_other_formats(flowyml):
    assert flowyml("graph", "sums.py", "--format", "mermaid").out.startswith("flowchart TD\n")
    assert flowyml("graph", "sums.py", "--format", "dot").out.startswith('digraph "sums" {\n')
    root = ElementTree.fromstring(flowyml("graph", "sums.py", "--format", "svg").out)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
