"""The environment variables that tell a worker what it shares with others."""

from __future__ import annotations

STORE = "FLOWYML_ARTIFACT_STORE"
"""Names the artifact store: a folder, or an fsspec URL."""

CACHE = "FLOWYML_CACHE"
"""Names the cache of step results; without it a worker has none."""
