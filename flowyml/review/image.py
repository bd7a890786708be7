"""A Dockerfile that holds a pipeline's project and all that it needs: `flowyml image`.

Every target that runs containers takes what is built from it: it has flowyml, whose adapters are
what the containers run, and it is worked in from the project's folder.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from flowyml import __version__
from flowyml.api.resources import checked_image
from flowyml.diagnostics import UsageError, near
from flowyml.diagnostics.missing import SKINNY, distribution
from flowyml.frontend.project import is_installed
from flowyml.frontend.sources import Sources, sources
from flowyml.frozen import dataclass
from flowyml.rendering import render
from flowyml.storage.distributions import distributions_of, installed_version, packages
from flowyml.storage.pins import Pin, pins

if TYPE_CHECKING:
    from flowyml.api.pipeline import Pipeline

MARK = "# Written by flowyml "
"""How a file begins that was written here, and may be written again."""
_PROJECT = "/project"
_INSTALL = "python -m pip install --no-cache-dir --disable-pip-version-check"
_BESIDE = {"pandas": ("pyarrow",)}
"""What flowyml's storage uses with a package, though nothing imports it: flowyml[pandas]."""


@dataclass(frozen=True, kw_only=True)
class Image:
    """What an image is made from.

    Attributes:
        text: the Dockerfile.
        context: the folder that it is built in; None if nothing of it goes into the image.
        unpublished: the distributions that are installed here from this machine's files, and that
            no wheels are given for: no index may have them.
    """

    text: str
    context: Path | None
    unpublished: tuple[Pin, ...]


def image(
    pipeline: Pipeline,
    *,
    base: str | None = None,
    also: Iterable[str] = (),
    wheels: Path | None = None,
    command: str = "flowyml image",
) -> Image:
    """Write a Dockerfile for the project of a pipeline.

    Every distribution is pinned to the version here: those that the project's modules import, what
    these need, flowyml, and the ones asked for. The modules are those that the pipeline's steps can
    import; those of an installed distribution are installed and not copied.

    Args:
        pipeline: the user's object.
        base: the image to start from, which has Python and pip; by default Python's own, in the
            version that runs here.
        also: further distributions, for what no module imports, such as `s3fs`.
        wheels: a folder of the project with wheels of what no index has.
        command: what writes it again.

    Raises:
        UsageError: this is flowyml-skinny, the pipeline lies in no file, the base is no image's
            name, a distribution is not installed here, or the wheels lie elsewhere.
    """
    if distribution() == SKINNY:
        raise UsageError(
            f"an image holds flowyml as it is installed here, pinned with all that it needs, and "
            f"here is {SKINNY}, which runs nothing: write the Dockerfile where flowyml is installed"
        )
    try:
        found = sources(pipeline)
    except ValueError as error:
        raise UsageError(f"there is no project to put into an image: {error}") from None
    roots = [root for root in found.roots if not is_installed(root / "module.py")]
    top = Path(os.path.commonpath([found.root, *roots]))
    held = pins(["flowyml", *_imported(found), *_named(also)])
    path = ":".join(Path(_PROJECT, root.relative_to(top)).as_posix() for root in roots)
    text = render(
        "image/Dockerfile.jinja",
        version=__version__.rpartition(".")[0],
        source=_source(pipeline, top),
        command=command,
        base=_base(base),
        wheels=[_within(wheels, top)] if wheels else [],
        install=[f"{_INSTALL} --find-links /wheels" if wheels else _INSTALL, *map(str, held)],
        copied=_copied(found, top),
        paths=[path] if path else [],
    )
    unpublished = () if wheels else tuple(each for each in held if each.here)
    return Image(text=text, context=top if roots else None, unpublished=unpublished)


def _base(named: str | None) -> str:
    try:
        return checked_image("--base", named) or f"python:{platform.python_version()}-slim"
    except ValueError as error:
        raise UsageError(str(error)) from None


def _imported(found: Sources) -> Iterable[str]:
    """Name the distributions that hold what the project imports, and those it is itself of."""
    own = [name for name, file in found.files.items() if is_installed(file)]
    direct = distributions_of([*found.foreign, *own])
    beside = [each for name in direct for each in _BESIDE.get(name, ()) if installed_version(each)]
    return [*direct, *beside]


def _named(names: Iterable[str]) -> Iterable[str]:
    for name in names:
        if installed_version(name) is None:
            known = {each for all_of in packages().values() for each in all_of}
            raise UsageError(f"no distribution '{name}' is installed here; {near(name, known)}")
        yield name


def _copied(found: Sources, top: Path) -> list[list[str]]:
    """List the project's modules by folder, each with the folder that they are copied to."""
    own = sorted(
        (file.relative_to(top) for file in found.files.values() if not is_installed(file)),
        key=lambda file: (file.parent.parts, file.name),
    )
    return [
        [*(file.as_posix() for file in files), f"{Path(_PROJECT, folder).as_posix()}/"]
        for folder, files in groupby(own, key=lambda file: file.parent)
    ]


def _source(pipeline: Pipeline, top: Path) -> str:
    file = pipeline.place.file if pipeline.place else None
    return Path(os.path.relpath(file, top)).as_posix() if file else pipeline.name


def _within(folder: Path, top: Path) -> str:
    if not folder.resolve().is_relative_to(top) or not folder.is_dir():
        raise UsageError(
            f"'{folder}' is no folder below '{top}', where the image is built: put the wheels there"
        )
    return f"{folder.resolve().relative_to(top).as_posix()}/"


def write(text: str, file: Path, *, overwrite: bool) -> None:
    """Write the Dockerfile.

    Raises:
        UsageError: another file is there, or it cannot be written.
    """
    try:
        if file.exists() and not overwrite and not file.read_text("utf-8").startswith(MARK):
            raise UsageError(f"'{file}' was not written by flowyml; --force replaces it")
        file.write_text(text, encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise UsageError(f"cannot write '{file}': {reason}") from error
