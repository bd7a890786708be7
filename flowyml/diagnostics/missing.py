"""Packages that only a part of flowyml needs, and what to say where one is not installed.

`flowyml-skinny` requires only what compiling for Kubeflow needs (docs/adr/0022); some are left to
extras of `flowyml` as well. Whatever imports one does it within `Needs`.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType
from typing import NamedTuple

from flowyml.diagnostics import UsageError
from flowyml.diagnostics.diagnostic import Diagnostic

SKINNY = "flowyml-skinny"
OURS = ("flowyml", SKINNY)


class Package(NamedTuple):
    """What a module is installed with.

    Attributes:
        name: the distribution.
        use: what cannot be done without it.
        extra: of `flowyml-skinny`, the one that has it.
        optional: whether `flowyml` leaves it to the extra of that name as well.
    """

    name: str
    use: str
    extra: str = "all"
    optional: bool = False


PACKAGES: Mapping[str, Package] = {
    "black": Package("black", "writing a DAG file", "airflow"),
    "cloudpickle": Package("cloudpickle", "handing values on"),
    "fsspec": Package("fsspec", "opening a store at a URL"),
    "google": Package("kfp-pipeline-spec", "reading a specification of Kubeflow's", "specs"),
    "httpx": Package("httpx", "deploying", "deploy", optional=True),
    "jinja2": Package("Jinja2", "filling in a template", "airflow"),
    "kfp": Package("kfp-pipeline-spec", "reading a specification of Kubeflow's", "specs"),
    "loky": Package("loky", "a map in processes"),
    "pandas": Package("pandas", "a stored data frame", "pandas", optional=True),
    "pyarrow": Package("pyarrow", "a stored data frame", "pandas", optional=True),
    "rich": Package("rich", "drawing a table or progress"),
    "sqlalchemy": Package("SQLAlchemy", "keeping records of runs"),
}
"""By the module that is imported."""


class MissingPackageError(UsageError, ImportError):
    """A package that this needs is not installed here.

    Attributes:
        diagnostic: says which, and how to install it.
    """

    def __init__(self, module: str) -> None:
        self.diagnostic = Diagnostic(
            code="FML401", message=said(module), help=f"run {how_to_install(module)}"
        )
        super().__init__(f"{self.diagnostic.message}; {self.diagnostic.help}")


class Needs:
    """Imports a package of `PACKAGES`, or says what to install.

    Raises:
        MissingPackageError: it is not installed.

    Example:
        >>> with Needs("black"):
        ...     from black import format_str
    """

    def __init__(self, module: str) -> None:
        self._module = module

    def __enter__(self) -> None:
        """Begin to import."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Look at what went wrong; what another package lacks is left as it is."""
        lacks = error.name if isinstance(error, ModuleNotFoundError) else None
        if lacks and lacks.partition(".")[0] == self._module:
            raise MissingPackageError(self._module) from None


def said(module: str) -> str:
    """Say that a package is not installed, and what needs it."""
    package = PACKAGES[module]
    why = f" with {SKINNY}" if distribution() == SKINNY else ""
    return f"{package.use} needs {package.name}, which is not installed{why}"


def how_to_install(module: str) -> str:
    """Give the command that installs a package along with the flowyml that is here."""
    package, ours = PACKAGES[module], distribution()
    if ours == SKINNY or package.optional:
        return f"pip install '{ours}[{package.extra}]'"
    return f"pip install {package.name}"


def distribution() -> str:
    """Name the distribution that flowyml was installed as; `flowyml` where it was not."""
    from importlib.metadata import PackageNotFoundError, version

    for name in OURS:
        with suppress(PackageNotFoundError):
            version(name)
            return name
    return "flowyml"
