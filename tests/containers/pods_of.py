"""Parse a DAG file, serialise its DAG, and print the pods that its tasks would ask for.

Run in a process of its own, since importing Airflow makes it read and write its home.
"""

from __future__ import annotations

import json
import runpy
import sys


def main(file: str) -> None:
    from airflow.serialization.serialized_objects import DagSerialization
    from kubernetes.client import ApiClient

    found = runpy.run_path(file)
    tasks = [v for v in found.values() if hasattr(v, "build_pod_request_obj")]
    tasks = [task for task in tasks if not isinstance(task, type)]
    json.dumps(DagSerialization.to_dict(tasks[0].dag))
    pods = {task.task_id: task.build_pod_request_obj() for task in tasks}
    print(json.dumps({name: ApiClient().sanitize_for_serialization(p) for name, p in pods.items()}))


if __name__ == "__main__":
    main(sys.argv[1])
