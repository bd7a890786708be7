"""How a container's command is started: as a process of this machine, or in its image by Docker."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from flowyml.diagnostics import FlowymlError
from flowyml.frozen import dataclass
from flowyml_kubeflow.simulate.model import Machine
from flowyml_kubeflow.simulate.pods import folders, variables
from flowyml_kubeflow.validate.spec import Data

_NOT_FOUND = 127


class NoDockerError(FlowymlError, RuntimeError):
    """There is no Docker here that could run containers."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """One container that is to be started.

    Attributes:
        words: its command, filled in.
        image: what it runs in.
        env: what it is told in variables.
        pod: what the second document says of it.
    """

    words: list[str]
    image: str
    env: Mapping[str, str]
    pod: Data


def start(call: Call, machine: Machine, log: BinaryIO) -> int:
    """Run a command to its end, and give its exit code; the log takes what it prints."""
    if machine.docker:
        return _run(_in_image(call, machine), log, env={**os.environ, **machine.env})
    words = call.words
    if words[0] in ("python", "python3"):
        words = [machine.python, *words[1:]]
    return _run(words, log, cwd=machine.cwd, env={**_environment(machine), **call.env})


def check_docker() -> None:
    """See that a Docker daemon answers, before anything is started.

    Raises:
        NoDockerError: it does not, or there is no client; says which.
    """
    command = ["docker", "version", "--format", "{{.Server.Version}}"]
    try:
        asked = subprocess.run(  # noqa: S603 - a constant
            command, capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise NoDockerError(
            f"containers run through Docker, and 'docker' cannot be started: {error.strerror}; "
            "install it, or leave --docker out to run their commands as processes"
        ) from None
    if asked.returncode:
        why = asked.stderr.strip() or asked.stdout.strip()
        raise NoDockerError(
            f"the Docker daemon does not answer: {why}; start it, or say where it is in DOCKER_HOST"
        )


def _in_image(call: Call, machine: Machine) -> list[str]:
    """Write the call of Docker: within are the run's files, at the same place, and what the pod
    has from secrets, config maps and volumes, for which variables and folders here stand in.
    """
    stated = ["=".join(pair) for pair in call.env.items()]
    options = [part for each in (*variables(call.pod), *stated) for part in ("--env", each)]
    for place in (machine.workdir, *folders(call.pod)):
        options += ["--mount", f"type=bind,source={place},target={place}"]
    first, *rest = call.words
    return ["docker", "run", "--rm", *options, "--entrypoint", first, call.image, *rest]


def _run(
    words: Sequence[str],
    log: BinaryIO,
    *,
    env: Mapping[str, str],
    cwd: Path | None = None,
) -> int:
    try:
        return subprocess.call(  # noqa: S603 - to run it is what is asked for
            words, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
        )
    except OSError as error:
        log.write(f"cannot start {words[0]}: {error.strerror}\n".encode())
        return _NOT_FOUND


def _environment(machine: Machine) -> dict[str, str]:
    """Give what every process gets; a shell in a command finds the container's Python too.

    A Python that is ended by a fault, or by abort(), says in the log where it was.
    """
    env = {"PYTHONFAULTHANDLER": "1", **os.environ, **machine.env}
    folder = str(Path(machine.python).parent) if os.sep in machine.python else ""
    env["PATH"] = os.pathsep.join(filter(None, (folder, env.get("PATH", ""))))
    return env
