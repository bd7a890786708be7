"""Parse and serialise DAG files, as an Airflow's processor does: `parse_dags.py FORBIDDEN FOLDER…`.

Runs in the interpreter of any version of Airflow, and prints JSON: the errors, and how many tasks
each DAG has. Parsing may import nothing of the forbidden modules, separated by commas.
"""

from __future__ import annotations

import json
import sys

FORBIDDEN = set(sys.argv[1].split(","))


class Refuse:
    """Finds no module that a DAG file may not need."""

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in FORBIDDEN:
            raise ImportError(f"parsing imports {name}")


def tools():
    """Give what reads a folder, and what serialises a DAG, from where this Airflow has them."""
    try:
        from airflow.dag_processing.dagbag import DagBag
        from airflow.serialization.serialized_objects import DagSerialization
    except ImportError:
        from airflow.models.dagbag import DagBag
        from airflow.serialization.serialized_objects import SerializedDAG

        return DagBag, SerializedDAG.to_dict
    return DagBag, DagSerialization.to_dict


def serialised_tasks(dag, serialise) -> int:
    """Count the tasks of a DAG once it went through JSON, as it goes into the database."""
    return len(json.loads(json.dumps(serialise(dag)))["dag"]["tasks"])


def main(folders) -> None:
    read, serialise = tools()
    sys.meta_path.insert(0, Refuse())
    for name in FORBIDDEN & set(sys.modules):
        del sys.modules[name]
    bags = [read(folder) for folder in folders]
    errors = [text for bag in bags for text in bag.import_errors.values()]
    dags = [dag for bag in bags for dag in bag.dags.values()]
    tasks = [serialised_tasks(dag, serialise) for dag in dags]
    print(json.dumps({"errors": errors, "tasks": tasks}))


if __name__ == "__main__":
    main(sys.argv[2:])
