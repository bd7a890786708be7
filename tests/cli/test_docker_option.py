"""`--docker` where there is nothing that it could be about."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "sums.py"], "--docker is about --simulate"),
        (["run", "sums.py", "--simulate", "airflow"], "'airflow' runs no containers on"),
        (["verify", "sums.py", "--target", "airflow"], "'airflow' runs no containers on this"),
    ],
)
def test_what_has_no_containers_is_not_run_in_any(flowyml, arguments, said):
    done = flowyml(*arguments, "--docker")

    assert done.code == 2
    assert said in " ".join(done.err.split())


def test_without_docker_it_is_said_before_anything_runs(flowyml, tmp_path):
    done = flowyml("run", "sums.py", "--simulate", "kubeflow", "--docker", PATH=str(tmp_path))

    assert done.code == 1
    assert "'docker' cannot be started" in done.err
    assert "Traceback" not in done.err
