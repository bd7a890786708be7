"""How a container's command is started: as a process of this machine, or in its image by Docker."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from flowyml.diagnostics import FlowymlError
from flowyml_kubeflow.simulate.model import Machine
from flowyml_kubeflow.validate.spec import Data

_NOT_FOUND = 127


class NoDockerError(FlowymlError, RuntimeError):
    """There is no Docker here that could run containers."""


def start(
    words: Sequence[str], container: Data, name: str, folder: Path, machine: Machine, log: BinaryIO
) -> int:
    """Run a command to its end, and give its exit code.

    Args:
        words: the command, filled in.
        container: what it belongs to: its image and environment.
        name: the task's.
        folder: the task's.
        machine: where.
        log: takes what is printed.
    """
    own = {each["name"]: each.get("value", "") for each in container.get("env", ())}
    told = {**own, **machine.task_env(name, folder)}
    if machine.docker:
        return _run(_in_image(words, container["image"], told, machine), log)
    if words[0] in ("python", "python3"):
        words = [machine.python, *words[1:]]
    return _run(words, log, cwd=machine.cwd, env={**_environment(machine), **told})


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


def _in_image(
    words: Sequence[str], image: str, env: Mapping[str, str], machine: Machine
) -> list[str]:
    """Write the call of Docker: the run's files are at the same place within, nothing else is."""
    variables = [part for pair in env.items() for part in ("--env", "=".join(pair))]
    place = f"type=bind,source={machine.workdir},target={machine.workdir}"
    options = ["--rm", "--mount", place, *variables, "--entrypoint", words[0]]
    return ["docker", "run", *options, image, *words[1:]]


def _run(
    words: Sequence[str],
    log: BinaryIO,
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> int:
    try:
        return subprocess.call(  # noqa: S603 - to run it is what is asked for
            words, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
        )
    except OSError as error:
        log.write(f"cannot start {words[0]}: {error.strerror}\n".encode())
        return _NOT_FOUND


def _environment(machine: Machine) -> dict[str, str]:
    """Give what every process gets; a shell in a command finds the container's Python too."""
    env = {**os.environ, **machine.env}
    folder = str(Path(machine.python).parent) if os.sep in machine.python else ""
    env["PATH"] = os.pathsep.join(filter(None, (folder, env.get("PATH", ""))))
    return env
