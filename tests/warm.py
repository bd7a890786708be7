"""Processes that begin with what they need loaded: tests that start hundreds of them fork them.

To start Python and load flowyml is most of what a short command takes. A server loads it once, and
each call is a fork of it: a process of its own, with the arguments, folder, environment and files
that it was given, and an ending of its own. What is beyond a fork, such as another hash seed or a
file that hides a module which the server has loaded, is started as ever.
"""

from __future__ import annotations

import io
import json
import os
import resource
import runpy
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

_FILES = 3
_LIMITS = sorted({value for name, value in vars(resource).items() if name.startswith("RLIMIT_")})


class Warm:
    """A server that has modules loaded, and forks.

    Args:
        modules: what it loads.
        env: what it has in variables besides this process's own.
    """

    def __init__(self, *modules: str, env: Mapping[str, str] = {}) -> None:
        self._asking, served = socket.socketpair()
        self._server = subprocess.Popen(
            [sys.executable, __file__, os.pathsep.join(sys.path), *modules],
            env={n: v for n, v in {**os.environ, **env}.items() if n != "PYTHONPATH"},
            stdin=served,
            stdout=subprocess.PIPE,
        )
        served.close()
        assert self._server.stdout
        self._loaded = frozenset(self._server.stdout.readline().decode().split())
        assert self._loaded, "it did not start"
        self._variables = _of_python({**os.environ, **env})

    def call(
        self,
        words: Sequence[Any],
        *,
        env: Mapping[str, str],
        stdout: Any,
        stderr: Any = subprocess.STDOUT,
        cwd: Path | None = None,
        stdin: Any = subprocess.DEVNULL,
    ) -> int:
        """Run a command of this Python to its end, as `subprocess.call` does; without input."""
        cwd = Path.cwd() if cwd is None else cwd
        if words[0] != sys.executable or not self._can_fork(cwd, env):
            return subprocess.call(
                words, cwd=cwd, env=env, stdin=stdin, stdout=stdout, stderr=stderr
            )
        request = {
            "words": list(map(str, words[1:])),
            "cwd": str(cwd),
            "env": {**env},
            "limits": {number: resource.getrlimit(number) for number in _LIMITS},
        }
        asked, told = socket.socketpair()
        with asked, Path(os.devnull).open() as nothing:
            files = [told, nothing, stdout, stdout if stderr == subprocess.STDOUT else stderr]
            socket.send_fds(self._asking, [b" "], [file.fileno() for file in files])
            told.close()
            asked.sendall(json.dumps(request).encode() + b"\n")
            answer = asked.makefile().read()
        assert answer, "what is forked from has ended; it may have printed why"
        return int(answer)

    def _can_fork(self, cwd: Path, env: Mapping[str, str]) -> bool:
        return _of_python(env) == self._variables and self._loaded.isdisjoint(
            each.stem for each in cwd.iterdir() if each.suffix in (".py", "")
        )

    def close(self) -> None:
        self._asking.close()
        self._server.communicate()


def _of_python(env: Mapping[str, str]) -> dict[str, str]:
    """Give the variables that Python itself reads when it starts."""
    return {n: v for n, v in env.items() if n.startswith("PYTHON") and n != "PYTHONPATH"}


def _serve() -> dict[str, Any]:
    """Fork for each call, until nobody can ask; returns in a process that is to run one.

    A fork has one thread; what others held when it began would be locked in it for good.
    """
    threads = [*Path("/proc/self/task").glob("*")]
    assert len(threads) < 2, f"{len(threads)} threads run in what is forked from"
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those who wait
    with socket.socket(fileno=os.dup(0)) as asking:
        print(*{name.partition(".")[0] for name in sys.modules}, flush=True)
        while True:
            _, files, _, _ = socket.recv_fds(asking, 1, 1 + _FILES)
            if not files:
                os._exit(0)
            if os.fork() == 0:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                asking.close()
                return _take(*files)
            for file in files:
                os.close(file)


def _take(told: int, *files: int) -> dict[str, Any]:
    """Start the process that was asked for, and tell how it ended; returns in that process."""
    asked = socket.socket(fileno=told)
    request: dict[str, Any] = json.loads(asked.makefile("rb").readline())
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        asked.sendall(str(os.waitstatus_to_exitcode(status)).encode())
        os._exit(0)
    asked.close()
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    return request


def _become(
    words: list[str], cwd: str, env: dict[str, str], limits: dict[str, Any], path: list[str]
) -> None:
    """Run a module or a file as `python` with these words does."""
    os.chdir(cwd)
    for number, limit in limits.items():
        resource.setrlimit(int(number), limit)
    os.environ.clear()
    os.environ.update(env)
    sys.stdin = sys.__stdin__ = io.TextIOWrapper(io.BufferedReader(io.FileIO(0)))
    sys.stdout = sys.__stdout__ = io.TextIOWrapper(io.BufferedWriter(io.FileIO(1, "w")))
    sys.stderr = sys.__stderr__ = io.TextIOWrapper(
        io.BufferedWriter(io.FileIO(2, "w")), errors="backslashreplace", line_buffering=True
    )
    module = words[0] == "-m"
    sys.argv = words[module:]
    first = cwd if module else str(Path(words[0]).resolve().parent)
    given = filter(None, env.get("PYTHONPATH", "").split(os.pathsep))
    sys.path[:] = dict.fromkeys([first, *given, *path])
    if module:
        runpy.run_module(words[1], run_name="__main__", alter_sys=True)
    else:
        runpy.run_path(str(Path(words[0]).absolute()), run_name="__main__")


def main(places: str, *modules: str) -> None:
    path = sys.path[1:]
    sys.path[:] = places.split(os.pathsep)
    for name in modules:
        import_module(name)
    _become(**_serve(), path=path)


if __name__ == "__main__":
    main(*sys.argv[1:])
