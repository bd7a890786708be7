"""From a user's Python files to the IR: the loader, entrypoints, source digests, the trace."""
