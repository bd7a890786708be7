"""Kubeflow's own loader, which flowyml does not use, accepts every specification that is emitted.

The goldens are what the compiler writes for each example and each pipeline of the conformance suite
(`test_goldens.py`), so reading them is reading what users deploy.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

SPECS = sorted((Path(__file__).parent / "kubeflow").rglob("*.yaml"))


@pytest.mark.parametrize("file", SPECS, ids=lambda file: file.stem)
def test_the_sdk_loads_what_is_emitted(file):
    components = pytest.importorskip("kfp.components")  # the format's package alone lacks it

    text = file.read_text(encoding="utf-8")
    loaded = components.load_component_from_text(text).pipeline_spec

    stated = next(yaml.safe_load_all(text))
    assert loaded.pipeline_info.name == stated["pipelineInfo"]["name"]
    assert set(loaded.root.dag.tasks) == set(stated["root"]["dag"]["tasks"])
    assert set(loaded.components) == set(stated["components"])


def test_there_are_specifications():
    assert len(SPECS) > 40
