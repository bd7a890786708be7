"""Names that targets find hard: they still mean different things."""

from __future__ import annotations

from flowyml import Pipeline, step

LONG = "long-" + "x" * 195
LONG_TOO = LONG[:-1] + "y"


@step(name="a-b", outputs=["a-b"])
def dashed() -> str:
    return "dash"


@step(name="a_b", outputs=["a_b"])
def underscored() -> str:
    return "underscore"


@step(name="A_B", outputs=["A_B"])
def upper() -> str:
    return "upper"


@step(name="a.b", outputs=["a.b"])
def dotted() -> str:
    return "dot"


@step(name="a b/c", outputs=["a b/c", "'\"{{ x }}"])
def spaced() -> tuple[str, str]:
    return "space", "quote"


@step(name="žluťoučký kůň", outputs=["kůň", "馬", "🐎"])
def größe() -> list[str]:
    return ["horse", "馬", "emoji"]


@step(name="größe", outputs=["größe"])
def unicode() -> str:
    return "size"


@step(name="1", outputs=["0"])
def digit() -> str:
    return "number"


@step(name="-dash-", outputs=["__dunder__"])
def edge() -> str:
    return "edge"


@step(name=LONG, outputs=[LONG])
def long() -> str:
    return "x"


@step(name=LONG_TOO, outputs=[LONG_TOO])
def long_too() -> str:
    return "y"


@step(
    inputs=["a-b", "a_b", "A_B", "a.b", "a b/c", "'\"{{ x }}", "kůň", "馬", "🐎", "größe", "0"],
    outputs=["all"],
)
def collect(*values: str) -> str:
    return " ".join(values)


@step(inputs=["__dunder__", LONG, LONG_TOO], outputs=["ends"])
def collect_too(*values: str) -> str:
    return " ".join(values)


pipeline = (
    Pipeline("Names: a-b, größe & 'more' {{ x }}")
    .add_steps(
        [dashed, underscored, upper, dotted, spaced, größe, unicode, digit, edge, long, long_too]
    )
    .add_steps([collect, collect_too])
)
