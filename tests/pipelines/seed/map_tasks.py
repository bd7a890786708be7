"""The page's "Map Tasks", as a step of a pipeline."""

from __future__ import annotations

from flowyml import MapTaskResult, Pipeline, context, map_task, step


def transform(doc):
    return {"words": len(doc["text"].split())}


@step(outputs=["doc"])
def documents(broken: int):
    return [{"text": "a " * n} if n >= broken else {} for n in range(20)]


@map_task(concurrency=8, retries=2, min_success_ratio=0.95)
def process_document(doc: dict) -> dict:
    return transform(doc)


@step(outputs=["report"])
def report(process_document: MapTaskResult):
    return f"Processed {process_document.successes}/{process_document.total}"


pipeline = Pipeline("seed_map_tasks", context=context(broken=1))
pipeline.add_steps([documents, process_document, report])
