"""What is not wrong, and could be better."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from flowyml.diagnostics import Diagnostic

if TYPE_CHECKING:
    from flowyml.ir import PipelineIR
    from flowyml.review.targets import Target

_TAG = re.compile(r":[^/:]*$")
_BY_DIGEST = "@sha256:"
_LOCAL = "localhost/"
"""An image that was built here has no digest that a registry would know it by."""


def advice(ir: PipelineIR, targets: Sequence[Target]) -> Iterator[Diagnostic]:
    """Advise to name images by what they hold (FML317): a tag can be given to another image."""
    for step in ir.steps:
        if step.image and _moves(step.image):
            span = step.function.span
            yield _movable(
                step.image,
                f"step '{step.name}'",
                file=span.file if span else None,
                line=span.line if span else None,
            )
    for target in targets:
        if target.stack and target.stack.image and _moves(target.stack.image):
            yield _movable(target.stack.image, f"stack '{target.stack.name}'")


def _moves(image: str) -> bool:
    return _BY_DIGEST not in image and not image.startswith(_LOCAL)


def _movable(
    image: str, subject: str, *, file: str | None = None, line: int | None = None
) -> Diagnostic:
    return Diagnostic(
        code="FML317",
        severity="advice",
        message=f"{subject} names the image '{image}' by a tag, which may be another image's later",
        file=file,
        line=line,
        subject=subject,
        help=f"name it by its digest, {_TAG.sub('', image)}@sha256:…, which the registry told when "
        "it was pushed",
    )
