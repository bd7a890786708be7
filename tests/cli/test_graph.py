"""`flowyml graph`."""

from __future__ import annotations

from xml.etree import ElementTree

NAMES = """
    from flowyml import Pipeline, step

    @step(name="größe 馬")
    def size():
        return 1

    pipeline = Pipeline("names").add_step(size)
"""


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


def test_text_for_programs_is_utf_8_whatever_the_locale(flowyml, write):
    write("names.py", NAMES)
    western = {"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"}
    assert '"größe 馬"' in flowyml("graph", "names.py", "--format", "dot", **western).out


def test_a_letter_that_the_locale_lacks_is_no_reason_to_fail(flowyml, write):
    write("names.py", NAMES)
    done = flowyml("run", "names.py", PYTHONIOENCODING="cp1252", PYTHONUTF8="0")
    assert (done.code, r"\u99ac  SUCCEEDED" in done.out) == (0, True)
