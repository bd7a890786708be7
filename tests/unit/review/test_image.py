"""The Dockerfile of a project: what it copies, and what it installs."""

from __future__ import annotations

import importlib
import json
import platform
import sys
from importlib import metadata

import pytest

from flowyml import Pipeline, step
from flowyml.diagnostics import UsageError
from flowyml.frontend.locate import locate
from flowyml.review.image import image, write
from flowyml.storage.pins import Pin, pins

TRAIN = """
import click

from flowyml import Pipeline, step
from helping import more
from helping.deeper import most


@step(outputs=["model"])
def train():
    return more.one() + most()


pipeline = Pipeline("NAME").add_step(train)
"""


@pytest.fixture
def made(tmp_path):
    """Make a project whose modules lie in `src`, and give its image."""

    def make(name: str, **options):
        folder = tmp_path / "project"
        helping = folder / "src" / f"{name}_helping"
        helping.mkdir(parents=True, exist_ok=True)
        (folder / "pyproject.toml").touch()
        (folder / "notes.py").write_text("print('nobody imports this')")
        (helping / "__init__.py").touch()
        (helping / "more.py").write_text("def one():\n    return 1\n")
        (helping / "deeper.py").write_text("def most():\n    return 2\n")
        text = TRAIN.replace("NAME", name).replace("helping", f"{name}_helping")
        file = folder / "src" / f"{name}.py"
        file.write_text(text)
        sys.path.insert(0, str(folder / "src"))
        try:
            return image(locate(str(file)).pipeline, **options)
        finally:
            sys.path.remove(str(folder / "src"))

    return make


def lines(text: str, word: str) -> list[str]:
    return [line.removeprefix(f"{word} ") for line in text.splitlines() if line.startswith(word)]


def test_it_copies_the_modules_that_steps_import_and_no_others(made, tmp_path):
    found = made("image_copies")
    copied = [json.loads(each) for each in lines(found.text, "COPY")]
    folder = "src/image_copies_helping"
    assert copied == [
        ["src/image_copies.py", "/project/src/"],
        [*(f"{folder}/{n}.py" for n in ("__init__", "deeper", "more")), f"/project/{folder}/"],
    ]
    assert found.context == (tmp_path / "project").resolve()
    # the pipeline is src.image_copies, named from the project; src is on the path besides
    assert lines(found.text, "ENV") == ['PYTHONPATH="/project:/project/src"']
    assert "notes.py" not in found.text


def test_it_pins_what_the_project_imports_with_all_that_it_needs(made):
    found = made("image_pins")
    for name in ("click", "flowyml", "pydantic", "pydantic-core", "fsspec"):
        assert f"    {name}=={metadata.version(name)}" in found.text.replace(" \\", "")
    assert "pytest==" not in found.text
    assert lines(found.text, "FROM") == [f"python:{platform.python_version()}-slim"]


def test_the_same_project_gives_the_same_text(made):
    assert made("image_same").text == made("image_same").text


def test_what_nothing_imports_is_added_by_name(made):
    assert f"    pytest=={metadata.version('pytest')}" in made("image_also", also=["pytest"]).text
    with pytest.raises(UsageError, match=r"(?s)'pytset'.*did you mean 'pytest'\?"):
        made("image_also", also=["pytset"])


def test_wheels_lie_in_the_folder_of_the_build(made, tmp_path):
    wheels = tmp_path / "project" / "dist" / "wheels"
    wheels.mkdir(parents=True)
    found = made("image_wheels", wheels=wheels)
    assert 'COPY ["dist/wheels/", "/wheels/"]' in found.text
    assert "pip-version-check --find-links /wheels \\" in found.text
    assert found.unpublished == ()
    with pytest.raises(UsageError, match="put the wheels there"):
        made("image_wheels", wheels=tmp_path)


def test_the_base_is_an_image(made):
    assert lines(made("image_base", base="python@sha256:" + "0" * 64).text, "FROM") == [
        "python@sha256:" + "0" * 64
    ]
    with pytest.raises(UsageError, match="--base"):
        made("image_base", base="python\nRUN something")


def test_a_pipeline_of_an_installed_distribution_is_installed(tmp_path, monkeypatch):
    site = tmp_path / "site-packages"
    dist = site / "image_installed-2.1.dist-info"
    dist.mkdir(parents=True)
    (dist / "METADATA").write_text("Metadata-Version: 2.1\nName: image_installed\nVersion: 2.1\n")
    (dist / "top_level.txt").write_text("image_installed\n")
    text = "from flowyml import Pipeline, step\n\n\n@step\ndef go():\n    return 1\n\n\n"
    (site / "image_installed.py").write_text(f'{text}pipeline = Pipeline("x").add_step(go)\n')
    monkeypatch.syspath_prepend(str(site))
    found = image(importlib.import_module("image_installed").pipeline)
    assert "    image-installed==2.1" in found.text
    assert (found.context, lines(found.text, "COPY")) == (None, [])


def test_without_a_file_there_is_no_project():
    space: dict[str, object] = {"__name__": "__main__", "Pipeline": Pipeline, "step": step}
    exec("@step\ndef go(): pass\npipeline = Pipeline('x').add_step(go)", space)
    with pytest.raises(UsageError, match="no project"):
        image(space["pipeline"])


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Install a distribution that has no modules."""

    def install(name: str, *requires: str, url: object = None) -> None:
        dist = tmp_path / f"{name}-1.dist-info"
        dist.mkdir()
        needs = "".join(f"Requires-Dist: {each}\n" for each in requires)
        (dist / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n{needs}")
        if url:
            (dist / "direct_url.json").write_text(json.dumps(url))

    monkeypatch.syspath_prepend(str(tmp_path))
    return install


def test_an_extra_is_pinned_where_it_is_asked_for(installed):
    installed("pins.top", "pins_mid[fast] >=1 ; python_version > '3'", "pins-absent")
    installed("pins_mid", 'pins-quick; extra == "fast"', "pins-slow ; extra == 'slow'")
    installed("pins_quick")
    installed("pins_slow")
    assert [str(pin) for pin in pins(["pins.top"])] == [
        "pins-mid==1",
        "pins-quick==1",
        "pins-top==1",
    ]


def test_a_requirement_says_where_it_is_from(installed):
    commit = {"vcs": "git", "commit_id": "abc"}
    installed("pins_vcs", url={"url": "https://git.example/x", "vcs_info": commit})
    installed("pins_here", url={"url": "file:///home/x", "dir_info": {"editable": True}})
    (vcs,), (here,) = pins(["pins_vcs"]), pins(["pins_here"])
    assert str(vcs) == "'pins-vcs @ git+https://git.example/x@abc'"
    assert here == Pin(name="pins-here", version="1", here=True)


def test_a_file_of_somebody_else_s_is_left_alone(tmp_path):
    file = tmp_path / "Dockerfile"
    file.write_text("FROM scratch\n")
    with pytest.raises(UsageError, match="--force"):
        write("# Written by flowyml 1\n", file, overwrite=False)
    assert file.read_text() == "FROM scratch\n"
    write("# Written by flowyml 1\n", file, overwrite=True)
    write("# Written by flowyml 2\n", file, overwrite=False)
    assert file.read_text() == "# Written by flowyml 2\n"
    with pytest.raises(UsageError, match="cannot write"):
        write("", tmp_path, overwrite=True)
