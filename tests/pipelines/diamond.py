"""One source, two branches, one join."""

from __future__ import annotations

from flowyml import Pipeline, step


@step(outputs=["text"])
def read() -> str:
    return "one two two"


@step(outputs=["words"])
def split(text: str) -> list[str]:
    return text.split()


@step(outputs=["length"])
def measure(text: str) -> int:
    return len(text)


@step(outputs=["summary"])
def summarize(words: list[str], length: int) -> dict[str, int]:
    return {"words": len(words), "characters": length}


pipeline = Pipeline("diamond").add_steps([read, split, measure, summarize])
