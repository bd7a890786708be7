"""A chain of no-op steps on ZenML's local stack: its own SQLite store, every value kept."""

from __future__ import annotations

import os

from timing import measured, start


def main(length: int, folder: str) -> None:
    os.environ |= {
        "ZENML_CONFIG_PATH": folder,
        "ZENML_LOCAL_STORES_PATH": folder,
        "ZENML_LOGGING_VERBOSITY": "ERROR",
        "ZENML_ANALYTICS_OPT_IN": "false",
        "ZENML_ENABLE_RICH_TRACEBACK": "false",
        "ZENML_DISABLE_STEP_LOGS_STORAGE": "true",
        "AUTO_OPEN_DASHBOARD": "false",
    }
    os.chdir(folder)
    from zenml import pipeline, step

    @step(enable_cache=False)
    def first() -> int:
        return 0

    @step(enable_cache=False)
    def link(value: int) -> int:
        return value

    # It loads the steps that it runs from their module, by name.
    globals().update(first=first, link=link)

    @pipeline(enable_cache=False)
    def chain():
        value = first()
        for _ in range(length - 1):
            value = link(value)

    measured(chain)


if __name__ == "__main__":
    start(main)
