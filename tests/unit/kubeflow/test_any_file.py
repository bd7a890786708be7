"""Whatever a file holds, it is checked without a traceback; what is sound can be simulated."""

from __future__ import annotations

import copy
import math
import re
import tempfile
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from flowyml_kubeflow.simulate import SpecError, run_spec, starting
from flowyml_kubeflow.validate.file import inspect

GOLDENS = Path(__file__).parents[2] / "goldens" / "kubeflow" / "pipelines"
NAMES = ("conditions", "mapping", "sub_pipelines", "typed_assets", "settings")
WHOLE = [yaml.safe_load((GOLDENS / f"{name}.kubeflow.yaml").read_text("utf-8")) for name in NAMES]
JUNK = st.sampled_from([
    None, True, 0, -1, 2**63, 1.5, math.nan, "", "x", "💥", "a" * 300, [], {}, [[]], {"a": {}},
    "{{$}}", "{{$.x", "{{$.inputs.parameters['q']}}", "inputs.parameter_values['x'] ==",
    {"runtimeValue": {}}, {"taskFinalStatus": {}}, {"dag": {}}, {"componentInputParameter": "x"},
])  # fmt: skip


def places(data, path=()):
    """List every place in the data, as the keys that lead to it."""
    pairs = data.items() if isinstance(data, dict) else enumerate(data)
    for key, inner in pairs:
        yield (*path, key)
        if isinstance(inner, dict | list):
            yield from places(inner, (*path, key))


@st.composite
def broken(draw):
    """A compiled specification with one to three places changed or taken away."""
    data = copy.deepcopy(draw(st.sampled_from(WHOLE)))
    for _ in range(draw(st.integers(1, 3))):
        if not (found := list(places(data))):
            break
        *path, last = draw(st.sampled_from(found))
        part = data
        for key in path:
            part = part[key]
        if draw(st.booleans()):
            part[last] = copy.deepcopy(draw(JUNK))
        else:
            del part[last]
    return yaml.safe_dump(data, allow_unicode=True)


@settings(max_examples=100)
@given(broken())
def test_it_is_checked_and_what_is_sound_can_be_simulated(text):
    sound = not any(each.finding.severity == "error" for each in inspect(text).found)
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(starting, "_run", lambda words, log, **_: 1)  # no process is started
        try:
            ended = run_spec(text, workdir=Path(folder), workers=1).state
        except SpecError as refusal:
            ended = str(refusal)
    assert sound == (ended in ("SUCCEEDED", "FAILED")) or re.search(
        "needs a value|simulator", ended
    )
