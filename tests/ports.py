"""Ports for servers that take a number, and not a socket."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from itertools import cycle, islice

_FIRST, _COUNT = 20_000, 12_000
"""Below what systems hand out by themselves: until its server is up, which may take a minute, any
connection of this machine's might get such a port.
"""


def free_ports(count: int) -> list[int]:
    """Find ports that nobody listens on; each process begins its search elsewhere."""
    found = list(islice(filter(_is_free, _candidates()), count))
    assert len(found) == count, "every port is taken"
    return found


def _candidates() -> Iterator[int]:
    begin = os.getpid() * 16 % _COUNT
    everyone = cycle(range(_COUNT))
    return (_FIRST + number for number in islice(everyone, begin, begin + _COUNT))


def _is_free(port: int) -> bool:
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do
        try:
            tried.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
