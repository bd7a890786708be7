"""`@dynamic`: a step that builds the pipeline that does its work."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flowyml.api import refuse_unknown
from flowyml.api.step import Step
from flowyml.runtime.nesting import Nested, Place


class DynamicStep(Step[..., Any]):
    """A step whose function returns a pipeline, which is then run in its place.

    Called directly, it gives the pipeline.
    """

    @staticmethod
    def expand(pipeline: Any, place: Place) -> Nested:
        """Run the pipeline that the function returned; see `flowyml.engine.nested`."""
        from flowyml.engine.nested import run_nested

        return run_nested(pipeline, place)

    def __repr__(self) -> str:
        return f"<dynamic step '{self.name}'>"


def dynamic(
    function: Callable[..., Any] | None = None,
    /,
    *,
    inputs: Sequence[str] | None = None,
    outputs: Sequence[str] | None = None,
    name: str | None = None,
    image: str | None = None,
    resources: Mapping[str, Any] | None = None,
    **unknown: Any,
) -> Any:
    """Make a step that builds a pipeline from what it reads, and runs it.

    The pipeline is checked when it is there, and runs within the step, on every target. If it
    produces an asset of the step's output's name, that is the step's value, else the dict of the
    assets that none of its steps reads. A failure in it is the step's. Its steps read its own
    context, and stand in the record below the step (docs/semantics.md §3).

    Args:
        function: returns a `Pipeline`.
        inputs: as for `step`.
        outputs: as for `step`.
        name: as for `step`.
        image: as for `step`; the steps of the pipeline run in it too.
        resources: as for `step`; the steps of the pipeline share them.

    Raises:
        TypeError: an unknown keyword.

    Example:
        >>> from flowyml import Pipeline, step
        >>> @dynamic(outputs=["squares"])
        ... def square_all(numbers: list):
        ...     sub = Pipeline("squares")
        ...     for n in numbers:
        ...         sub.add_step(step(lambda n=n: n * n, name=f"square_{n}"))
        ...     return sub
        >>> Pipeline("p").add_step(square_all).run(inputs={"numbers": [2, 3]})["square_all"]
        {'square_2': 4, 'square_3': 9}
    """
    refuse_unknown(dynamic, unknown)

    def decorate(target: Callable[..., Any]) -> DynamicStep:
        return DynamicStep(
            target, name=name, inputs=inputs, outputs=outputs, image=image, resources=resources
        )

    return decorate if function is None else decorate(function)
