"""Python text, laid out by black in one fixed mode that no user's configuration reaches."""

from __future__ import annotations

from collections.abc import Mapping

from flowyml.rendering.breaking import LINE_LENGTH


def format_python(text: str, settled: Mapping[str, str] | None = None) -> str:
    """Format Python source for every supported Python.

    Args:
        text: the source.
        settled: statements that black need not see (`is_settled`), with their margin, each by the
            name that stands for it in the text, on a line of its own.

    Raises:
        MissingPackageError: black is not installed.
        ValueError: the text is not Python; a mistake in a template.
    """
    from flowyml.diagnostics.missing import Needs

    with Needs("black"):
        from black import format_str
        from black.mode import Mode, TargetVersion

    mode = Mode(line_length=LINE_LENGTH, target_versions={TargetVersion.PY310})
    laid_out = format_str(text, mode=mode)
    if not settled:
        return laid_out
    return "\n".join(settled.get(line.strip(), line) for line in laid_out.split("\n"))
