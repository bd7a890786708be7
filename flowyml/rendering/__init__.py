"""Text for every target: literals, templates, layout, and the sidecar beside what was compiled."""

from flowyml.rendering.breaking import broken, is_settled
from flowyml.rendering.literals import LiteralError, comment, docstring, identical, py, tidy
from flowyml.rendering.python import format_python
from flowyml.rendering.sidecar import is_unedited, sidecar
from flowyml.rendering.templates import render

__all__ = [
    "LiteralError",
    "broken",
    "comment",
    "docstring",
    "format_python",
    "identical",
    "is_settled",
    "is_unedited",
    "py",
    "render",
    "sidecar",
    "tidy",
]
