"""A Docker daemon of the tests' own, and an image for it that needs no registry.

The image holds this very interpreter with its standard library, the libraries that these load, a
shell, flowyml from this checkout, and what flowyml itself depends on: nothing is downloaded, and
the image's Python is the host's.
"""

from __future__ import annotations

import dataclasses
import importlib.metadata
import re
import shutil
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.util import cache_from_source
from pathlib import Path

ROOT = Path(__file__).parents[2]
IMAGE = "localhost/flowyml-tests:dev"
SITE = "/opt/flowyml"
_LEFT_OUT = ("site-packages", "test", "tests", "*.opt-*", "idlelib", "tkinter", "ensurepip")
_SECONDS = 600


class NoDockerError(Exception):
    """There can be no daemon here; says why."""


@dataclasses.dataclass(frozen=True)
class Docker:
    """A daemon that runs.

    Attributes:
        url: what `DOCKER_HOST` takes.
    """

    url: str

    def run(self, *arguments: str, stdin: object = None) -> str:
        """Call the client, and give what it prints."""
        return subprocess.run(
            ["docker", "--host", self.url, *arguments],
            stdin=stdin,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()

    def build(self, folder: Path) -> str:
        """Make the image, from files that are put into a folder first, and name it."""
        fill(folder)
        paths = f"{SITE}:{SITE}/backends:{SITE}/templates"
        changes = [f"ENV PYTHONPATH={paths}", "ENV PATH=/usr/bin:/bin", "WORKDIR /project"]
        options = [word for change in changes for word in ("--change", change)]
        pack = ["tar", "-C", str(folder), "-c", "."]
        with subprocess.Popen(pack, stdout=subprocess.PIPE) as packing:
            self.run("import", *options, "-", IMAGE, stdin=packing.stdout)
        assert packing.returncode == 0
        return IMAGE

    def extend(self, image: str, folder: Path, *names: str) -> str:
        """Make an image that holds distributions of this machine, too, and what they need."""
        site = folder / SITE.lstrip("/")
        _put(_needed(names), site)
        for file in _libraries([*site.rglob("*.so")]):
            _copy(file, folder)
        container = self.run("create", image, "sh")
        self.run("cp", f"{folder}/.", f"{container}:/")
        extended = f"localhost/flowyml-tests-{'-'.join(names)}:dev"
        self.run("commit", container, extended)
        self.run("rm", container)
        return extended


@contextmanager
def daemon(folder: Path) -> Iterator[Docker]:
    """Start a daemon whose files are all in a folder, and stop it.

    Raises:
        NoDockerError: a program is missing, or the daemon does not come up.
    """
    missing = [name for name in ("dockerd", "docker") if shutil.which(name) is None]
    if missing:
        raise NoDockerError(f"{' and '.join(missing)} not installed; Debian has them in docker.io")
    socket = folder / "docker.sock"
    if len(str(socket)) > 100:  # what the kernel takes is little more
        raise NoDockerError(f"the path of the socket is too long: {socket}")
    command = ["dockerd", "--data-root", str(folder / "root"), "--exec-root", str(folder / "exec")]
    command += ["--pidfile", str(folder / "pid"), "-H", f"unix://{socket}"]
    command += ["--iptables=false", "--ip6tables=false", "--bridge=none", "--oom-score-adjust", "0"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([*command, "--group", "root"], stdout=log, stderr=log)
    try:
        docker = Docker(f"unix://{socket}")
        _wait(process, docker, folder / "log")
        yield docker
    finally:
        process.terminate()
        process.wait(_SECONDS)


def _wait(process: subprocess.Popen[bytes], docker: Docker, log: Path) -> None:
    deadline = time.monotonic() + _SECONDS
    while True:
        try:
            docker.run("version")
            return
        except subprocess.CalledProcessError:
            if process.poll() is not None or time.monotonic() > deadline:
                why = log.read_text(errors="replace").strip().splitlines()[-1:]
                raise NoDockerError(f"dockerd does not run here: {''.join(why)}") from None
        time.sleep(0.05)


def fill(folder: Path) -> None:
    """Put a system of files together that Python runs in."""
    library = Path(sysconfig.get_paths()["stdlib"])
    _copy_tree(library, folder, ignore=shutil.ignore_patterns(*_LEFT_OUT, "config-*"))
    python = Path(sys.executable).resolve()
    binaries = [python, Path("/bin/sh").resolve(), *(library / "lib-dynload").glob("*.so")]
    for file in {python, Path("/bin/sh").resolve(), *_libraries(binaries)}:
        _copy(file, folder)
    for link, target in {
        "usr/bin/python": python,
        "usr/bin/python3": python,
        "bin/sh": Path("/bin/sh").resolve(),
    }.items():
        place = folder / link
        place.parent.mkdir(parents=True, exist_ok=True)
        if not place.exists():
            place.symlink_to(target)
    for name in ("tmp", "project", "etc"):
        (folder / name).mkdir(exist_ok=True)
    (folder / "etc/passwd").write_text("root:x:0:0:root:/tmp:/bin/sh\n")
    site = folder / SITE.lstrip("/")
    _put_flowyml(site)
    for file in _libraries([*site.rglob("*.so")]):
        _copy(file, folder)


def _libraries(binaries: list[Path]) -> set[Path]:
    """Name the shared libraries of programs, by the paths that the loader looks them up at."""
    told = subprocess.run(
        ["ldd", *map(str, binaries)], capture_output=True, text=True, check=False
    ).stdout
    return {Path(path) for path in re.findall(r"(/\S+\.so\S*) \(0x", told)}


def _copy(file: Path, folder: Path) -> None:
    place = folder / str(file).lstrip("/")
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(file, place)


def _copy_tree(source: Path, folder: Path, **options: object) -> None:
    shutil.copytree(source, folder / str(source).lstrip("/"), **options)  # type: ignore[arg-type]


def _put_flowyml(site: Path) -> None:
    for name in ("flowyml", "backends", "templates"):
        shutil.copytree(ROOT / name, site / name)
    own = importlib.metadata.distribution("flowyml")
    place = site / f"flowyml-{own.version}.dist-info"
    place.mkdir()
    for name in ("METADATA", "entry_points.txt"):  # by these its worker is found
        (place / name).write_text(own.read_text(name) or "")
    _put(_needed(importlib.metadata.requires("flowyml") or ()), site)


def _put(distributions: Iterable[importlib.metadata.Distribution], site: Path) -> None:
    for distribution in distributions:
        for file in distribution.files or ():
            _install(file, site)


def _install(file: importlib.metadata.PackagePath, site: Path) -> None:
    """Put a file there, and what Python compiled of it here, which would take longer there."""
    found = Path(str(file.locate()))
    made = [Path(cache_from_source(file))] if file.suffix == ".py" else []
    for part in (Path(file), *made):
        from_here = found.parent / part.relative_to(file.parent)
        if ".." not in part.parts and from_here.is_file():
            (site / part).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(from_here, site / part)


def _needed(requirements: Iterable[str]) -> list[importlib.metadata.Distribution]:
    """Find what is required here, and what that depends on."""
    waiting = [*requirements]
    found: dict[str, importlib.metadata.Distribution] = {}
    while waiting:
        requirement = waiting.pop()
        name = re.match(r"[A-Za-z0-9._-]+", requirement)[0].lower()  # type: ignore[index]
        if name in found or "extra ==" in requirement:
            continue
        try:
            found[name] = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:  # for another Python or system
            continue
        waiting += found[name].requires or []
    return [*found.values()]
