"""The normal form of source code, and the names in it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from flowyml.frontend.digest_scope import uses
from flowyml.frontend.digest_source import bindings, normal_form, parse

CHECKOUT = Path(__file__).parents[3]


def form(source):
    return normal_form([parse(source)])


@pytest.mark.parametrize("file", sorted(CHECKOUT.glob("flowyml/*/*.py")), ids=lambda f: f.name)
def test_reformatting_changes_nothing(file):
    """`ast.unparse` writes the same program with other quotes, brackets and line breaks."""
    tree = parse(file.read_bytes())
    assert normal_form([tree]) == form(ast.unparse(tree))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x = 1", "x = 1  # one"),
        ("x = 'a' 'b'", 'x = "ab"'),
        ("x = u'a'", "x = 'a'"),
        ("x = 1_000", "x = 0x3e8"),
        ("f'{x}' 'a' ''", "f'{x}a'"),
        ("def f():\n  'doc'\n  return 1", "def f(): return 1"),
        ("class C:\n  x = 1\n  'about x'", "class C: x = 1"),
        ("ﬁ = 1", "fi = 1"),
        ("x = 1  # type: ignore", "x = (1)"),
    ],
)
def test_equal(one, other):
    assert form(one) == form(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x = 1", "x = 1.0"),
        ("x = 1", "x = True"),
        ("x = 'a'", "x = b'a'"),
        ("x = None", "x = ..."),
        ("x = 'a) (Constant'", "x = 'a'"),
        ("f(a, b)", "f((a, b))"),
        ("f(*a)", "f(**a)"),
        ("{**a, b: 1}", "{a: 1, **b}"),
        ("def f(a, /): x", "def f(a): x"),
        ("def f(*, a, b=1): x", "def f(*, a=1, b): x"),
        ("for x in y: x", "async def f():\n  async for x in y: x"),
        ("return_ = x", "x = return_"),
        ("if a: b\nelse: c", "if a: b\nc"),
        ("f'{x!r}'", "f'{x!s}'"),
        ("f'{x:1}'", "f'{x}1'"),
        ("from . import a", "from .. import a"),
        ("x = 'é'", "x = 'e\u0301'"),
        ("x[1:2]", "x[1::2]"),
    ],
)
def test_different(one, other):
    assert form(one) != form(other)


def test_long_integers_have_a_form():
    assert form("x = 0x" + "f" * 9000) != form("x = 0x" + "f" * 9001)


def test_deep_code_needs_no_deep_stack():
    tree = parse("x = " + "+".join(["1"] * 150))
    for _ in range(20_000):
        tree.body[0].value = ast.UnaryOp(ast.Not(), tree.body[0].value)
    assert normal_form([tree]).count("(Not ") == 20_000


SCOPES = {
    "parameters": ("def f(a, /, b, *c, d, **e): a, b, c, d, e, g", {"g"}),
    "defaults and annotations": ("def f(a: x = y) -> z: a", {"x", "y", "z"}),
    "assigned": ("def f(): a = b; a", {"b"}),
    "assigned later": ("def f(): print(a); a = 1", {"print"}),
    "changed in place": ("def f(): a[0] = b; c.d = 1", {"a", "b", "c.d"}),
    "global": ("def f():\n  global a\n  a = 1", {"a"}),
    "nonlocal": ("def f():\n  a = 1\n  def g():\n    nonlocal a\n    a = b", {"b"}),
    "for, with, except": (
        "def f():\n  for a in b: a\n  with c as d: d\n  try: x\n  except E as e: e",
        {"b", "c", "x", "E"},
    ),
    "imported": ("def f():\n  import a.b, c as d\n  from e import g\n  a, d, g, h", {"h"}),
    "nested": ("def f(a):\n  def g(b): return a, b, c, g\n  return g", {"c"}),
    "lambda": ("f = lambda a, b=c: a + b + d", {"f", "c", "d"}),
    "comprehension": ("[a for a in b if a in c for d in a if d]", {"b", "c"}),
    "comprehension over its own name": ("{a: a for a in a}", {"a"}),
    "walrus": ("def f(): return (a := b) + a", {"b"}),
    "class": ("class A(B, metaclass=C):\n  def m(self): return D, self.x", {"B", "C", "D"}),
    "match": (
        "def f(a):\n  match a:\n    case {'k': b, **c} | B(x=[b, *c]) | E.X: b, c",
        {"B", "E.X"},
    ),
    "attributes": ("a.b.c(d().e)", {"a.b.c", "d"}),
    "delete": ("def f(a): del a, b[0]", {"b"}),
}


@pytest.mark.parametrize(("source", "names"), SCOPES.values(), ids=SCOPES)
def test_names_used_from_outside(source, names):
    assert {".".join(chain) for chain in uses(parse(source).body).chains} == names


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("a = b, *c = d", "a b c"),
        ("a: int = 1\nb: int", "a b"),
        ("import a.b, c.d as e\nfrom f import g as h, i", "a e h i"),
        ("def f(): x = 1\nclass C: y = 1", "C f"),
        ("if t:\n  a = 1\nelif u:\n  b = 1\nelse:\n  c = 1", "a b c"),
        ("try: a = 1\nexcept E: b = 1\nelse: c = 1\nfinally: d = 1", "a b c d"),
        ("with x as (a, b):\n  c = 1", "a b c"),
        ("for a in x:\n  b = 1\n  def f(): y = 1\nwhile z: c = 1", "a b c f"),
        ("a[0] = 1\nb.c = 1\nd.e.append(f)\ng += 1\ndel h", "a b d g h"),
        ("print(a)", ""),
        ("[a for a in b]", ""),
        ("match x:\n  case [a, *b]: pass\n  case {'k': c, **d}: pass", "a b c d"),
    ],
)
def test_names_bound_at_the_top(source, names):
    assert sorted(bindings(parse(source))) == names.split()


def test_a_binding_comes_with_its_conditions():
    units = bindings(parse("if t:\n  with w:\n    a = 1\nelse:\n  a = 2"))["a"]
    assert [[ast.unparse(node) for node in unit] for unit in units] == [
        ["t", "w", "a = 1"],
        ["t", "a = 2"],
    ]
