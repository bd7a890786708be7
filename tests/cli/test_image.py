"""`flowyml image`, and the advice to name images by digest."""

from __future__ import annotations

import pytest

BY_TAG = "registry.example/team/train:3"
BY_DIGEST = f"registry.example/team/train@sha256:{'0' * 64}"


def test_it_writes_the_dockerfile_of_the_project_and_says_how_to_build_it(flowyml, project):
    done = flowyml("image", "project/sums.py", cwd=project.parent)
    assert (done.code, done.out) == (0, "project/Dockerfile\n"), done.err
    assert "docker build -f project/Dockerfile project\n" in done.err
    text = (project / "Dockerfile").read_text()
    assert text.startswith("# Written by flowyml ")
    assert "\n#   flowyml image project/sums.py\n" in text
    assert '\nCOPY ["sums.py", "/project/"]\n' in text
    assert flowyml("image", "sums.py", "--base", "python:3.12").code == 0
    assert "\nFROM python:3.12\n" in (project / "Dockerfile").read_text()


def test_it_prints_and_writes_nothing(flowyml, project):
    done = flowyml("image", "sums.py", "--stdout", "--with", "click")
    assert done.code == 0, done.err
    assert "#   flowyml image sums.py --with click\n" in done.out
    assert not (project / "Dockerfile").exists()


def test_it_leaves_a_file_alone_that_somebody_wrote(flowyml, project):
    file = project / "images" / "Dockerfile"
    file.parent.mkdir()
    file.write_text("FROM scratch\n")
    done = flowyml("image", "sums.py", "-o", "images/Dockerfile")
    assert (done.code, file.read_text()) == (2, "FROM scratch\n")
    assert "--force replaces it" in done.err
    assert flowyml("image", "sums.py", "-o", "images/Dockerfile", "--force").code == 0
    assert file.read_text().startswith("# Written by flowyml ")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--with", "clik"), "did you mean 'click'?"),
        (("--base", "no image"), "--base takes the name of an image"),
        (("--wheels", "nowhere"), "put the wheels there"),
        (("--stdout", "--force"), "--stdout goes with neither"),
    ],
)
def test_wrong_use_is_told(flowyml, project, options, said):
    done = flowyml("image", "sums.py", *options)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert not (project / "Dockerfile").exists()


@pytest.mark.parametrize("target", ["airflow", "kubeflow"])
def test_an_image_by_tag_is_advised_against(flowyml, project, target):
    def checked(image: str) -> str:
        stack = f"there: {{orchestrator: {{type: {target}}}, image: '{image}'}}"
        (project / "flowyml.yaml").write_text(f"stacks: {{{stack}}}")
        done = flowyml("check", "sums.py", "--stack", "there", "--allow", "FML302")
        assert done.code == 0, done.out
        return done.out

    said = checked(BY_TAG)
    assert f"advice[FML317]: stack 'there' names the image '{BY_TAG}' by a tag" in said
    assert "FML317" not in checked(BY_DIGEST)
    assert "FML317" not in checked("localhost/train:dev")


def test_the_image_of_a_step_is_advised_against_where_it_is_named(flowyml, project):
    text = (project / "sums.py").read_text()
    named = text.replace('outputs=["total"]', f'outputs=["total"], image="{BY_TAG}"')
    (project / "sums.py").write_text(named)
    said = flowyml("check", "sums.py").out
    line = named.splitlines().index("def add(numbers) -> float:") + 1
    assert f"advice[FML317]: step 'add' names the image '{BY_TAG}' by a tag" in said
    assert f"sums.py:{line} (step 'add')" in said


def test_kubeflow_runs_the_image_of_the_stack_and_takes_no_bundle(flowyml, project):
    stack = f"{{orchestrator: {{type: kubeflow}}, image: '{BY_DIGEST}', code: import}}"
    bundled = "{orchestrator: {type: kubeflow}, code: bundle}"
    (project / "flowyml.yaml").write_text(f"stacks: {{there: {stack}, packed: {bundled}}}")
    allow = ("--allow", "FML302")
    done = flowyml("compile", "sums.py", "--stack", "there", *allow, "--stdout")
    assert done.code == 0, done.err
    assert f"image: '{BY_DIGEST}'\n" in done.out
    assert "localhost/" not in done.out
    refused = flowyml("check", "sums.py", "--stack", "packed", *allow)
    assert refused.code == 3
    assert "error[FML314] [kubeflow==" in refused.out
    assert "flowyml image" in refused.out
