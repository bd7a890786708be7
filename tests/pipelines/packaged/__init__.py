"""A package that holds a pipeline."""
