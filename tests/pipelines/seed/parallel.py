"""The page's "Parallel Execution"."""

from __future__ import annotations

from flowyml import Pipeline, context, parallel_map, step


def expensive_function(item):
    return item * item


@step
def process_batch(items):
    return parallel_map(expensive_function, items, num_workers=4)


pipeline = Pipeline("seed_parallel", context=context(items=[3, 1, 2])).add_step(process_batch)
