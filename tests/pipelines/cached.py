"""Steps that say how they are cached: what they give is the same with and without a cache."""

from __future__ import annotations

from flowyml import Pipeline, context, step


@step(outputs=["primes"], cache=True)
def primes(below: int) -> list[int]:
    return [n for n in range(2, below) if all(n % m for m in range(2, n))]


@step(outputs=["table"], cache=lambda name: f"version of {name}")
def query(name: str) -> str:
    return f"all of {name}"


@step(inputs=["primes", "table"], outputs=["told"], cache=False)
def tell(primes: list[int], table: str) -> str:
    return f"{table}: {primes}"


pipeline = Pipeline("cached", context=context(below=10, name="users")).add_steps(
    [primes, query, tell]
)
