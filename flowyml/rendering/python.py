"""Python text, laid out by black in one fixed mode that no user's configuration reaches."""

from __future__ import annotations

from flowyml.rendering.breaking import LINE_LENGTH


def format_python(text: str) -> str:
    """Format Python source for every supported Python.

    Raises:
        ValueError: the text is not Python; a mistake in a template.
    """
    from black import format_str
    from black.mode import Mode, TargetVersion

    mode = Mode(line_length=LINE_LENGTH, target_versions={TargetVersion.PY310})
    return format_str(text, mode=mode)
