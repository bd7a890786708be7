"""The graph for other programs."""

from __future__ import annotations

import re
from itertools import combinations
from xml.etree import ElementTree

from flowyml import Pipeline, step, unless, when
from flowyml.review.graph import dot, edges, mermaid
from flowyml.review.graph_svg import svg


def diamond():
    @step(outputs=["data"])
    def load():
        return 1

    @step(inputs=["data"])
    def check(data):
        assert data

    @step(inputs=["data"], outputs=["left", "right"])
    def split(data):
        return data, data

    @step(inputs=["left", "right"], outputs=["sum"])
    def join(left, right):
        return left + right

    return Pipeline("diamond").add_steps([load, check, split, join]).build()


def odd():
    @step(name='a"b\\c\n<d>', outputs=["größe & [x]|y"])
    def first():
        return 1

    @step(inputs=["größe & [x]|y"])
    def second(value):
        return value

    return Pipeline("odd <&>").add_steps([first, second]).build()


def test_edges_name_what_they_carry():
    assert list(edges(diamond())) == [
        ("load", "check", ("data",)),
        ("load", "split", ("data",)),
        ("check", "split", ()),
        ("split", "join", ("left", "right")),
    ]


def test_edges_carry_what_either_of_two_makes_and_what_a_condition_reads():
    def large(data):
        return data > 1

    @step(outputs=["data"])
    def load():
        return 1

    @step(outputs=["model"])
    @when(large)
    def train():
        return "big"

    @step(outputs=["model"])
    @unless(large)
    def train_less():
        return "small"

    @step(inputs=["model"])
    def report(model):
        return model

    pipeline = Pipeline("either").add_steps([load, train, train_less, report])
    assert list(edges(pipeline.build())) == [
        ("load", "train", ("data",)),
        ("load", "train_less", ("data",)),
        ("train", "report", ("model",)),
        ("train_less", "report", ("model",)),
    ]


def test_mermaid():
    lines = mermaid(diamond()).splitlines()
    assert lines[0] == "flowchart TD"
    assert '    s1["load"]' in lines
    assert '    s1 -->|"data"| s2' in lines
    assert '    s3 -->|"left, right"| s4' in lines
    assert "    s2 -.-> s3" in lines


def test_mermaid_takes_any_name():
    text = mermaid(odd())
    assert '["a#34;b#92;c#10;#60;d#62;"]' in text
    assert '|"größe #38; #91;x#93;#124;y"|' in text


def test_dot():
    lines = dot(diamond()).splitlines()
    assert lines[0] == 'digraph "diamond" {'
    assert '  s3 -> s4 [label="left, right"];' in lines
    assert "  s2 -> s3 [style=dashed];" in lines
    assert lines[-1] == "}"


def test_dot_takes_any_name():
    assert r'[label="a\"b\\c\n<d>"]' in dot(odd())


def boxes(text):
    root = ElementTree.fromstring(text)
    found = root.findall("{http://www.w3.org/2000/svg}rect")
    return [tuple(float(box.get(key)) for key in ("x", "y", "width", "height")) for box in found]


def wide_and_deep():
    """Ten steps in a row, and a last one that needs each: edges over up to nine layers."""
    steps = []
    for number in range(10):

        @step(
            name=f"s{number}", inputs=[f"a{number - 1}"] if number else [], outputs=[f"a{number}"]
        )
        def each(*values):
            return values

        steps.append(each)

    @step(inputs=[f"a{number}" for number in range(10)], name="last")
    def last(*values):
        return values

    return Pipeline("deep").add_steps([*steps, last]).build()


def test_svg_is_xml_with_a_box_for_each_step_and_a_line_for_each_edge():
    ir = odd()
    root = ElementTree.fromstring(svg(ir))
    texts = [t.text for t in root.findall("{http://www.w3.org/2000/svg}text")]
    assert texts == [each.name for each in ir.steps]
    assert len(root.findall("{http://www.w3.org/2000/svg}path")) == len(list(edges(ir)))


def test_svg_boxes_do_not_overlap_and_lie_in_the_picture():
    for ir in (diamond(), wide_and_deep()):
        text = svg(ir)
        width, height = map(float, re.search(r'viewBox="0 0 (\S+) (\S+)"', text).groups())
        found = boxes(text)
        assert len(found) == len(ir.steps)
        for x, y, w, h in found:
            assert x >= 0
            assert x + w <= width
            assert y >= 0
            assert y + h <= height
        for (x, y, w, _), (x2, y2, w2, _) in combinations(found, 2):
            assert y != y2 or x + w < x2 or x2 + w2 < x


def test_svg_is_the_same_every_time():
    assert svg(wide_and_deep()) == svg(wide_and_deep())
