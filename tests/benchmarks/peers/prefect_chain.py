"""A chain of no-op steps on Prefect with its own temporary server, every result kept."""

from __future__ import annotations

import os

from timing import measured, start


def main(length: int, folder: str) -> None:
    os.environ |= {
        "PREFECT_HOME": folder,
        "PREFECT_LOCAL_STORAGE_PATH": folder,
        "PREFECT_LOGGING_LEVEL": "ERROR",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
        "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "true",
    }
    from prefect import flow, task

    @task(persist_result=True)
    def link(value):
        return value

    @flow(persist_result=True)
    def chain():
        value = 0
        for _ in range(length):
            value = link(value)
        return value

    measured(chain)


if __name__ == "__main__":
    start(main)
