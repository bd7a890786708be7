"""Help, unknown words, and completion."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest

from flowyml.cli.group import flowyml as group

# A command keeps the help option of its first context.
SETTINGS = group.context_settings
COMMANDS = ["run", "rerun", "compile", "check", "verify", "graph"]


def test_the_commands_are_listed(flowyml):
    done = flowyml("--help")
    assert done.code == 0
    assert all(f"\n  {name} " in done.out for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself_with_an_example(name):
    context = click.Context(group, **SETTINGS)
    command = group.get_command(context, name)
    text = command.get_help(click.Context(command, info_name=name, **SETTINGS))
    assert f"    flowyml {name} " in text.partition("Example")[2]
    listed = group.get_help(
        click.Context(group, info_name="flowyml", terminal_width=200, **SETTINGS)
    )
    assert command.help.partition("\n")[0] in " ".join(listed.split())
    assert all(option.help for option in command.params if isinstance(option, click.Option))


def test_help_of_a_command(flowyml):
    done = flowyml("run", "-h")
    assert (done.code, done.out.startswith("Usage: flowyml run [OPTIONS] PIPELINE")) == (0, True)


def test_the_version(flowyml):
    import flowyml as package

    assert flowyml("--version").out == f"flowyml {package.__version__}\n"


def test_the_command_line_of_one_python(project):
    command = [sys.executable, "-m", "flowyml", "run", "-h"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("Usage: flowyml run [OPTIONS] PIPELINE")


def test_an_unknown_command_names_the_nearest(flowyml):
    done = flowyml("complie", "sums.py")
    assert done.code == 2
    assert "there is no command 'complie'; did you mean 'compile'?" in done.err


def test_an_unknown_option_names_the_nearest(flowyml):
    done = flowyml("run", "sums.py", "--contxt", "count=3")
    assert done.code == 2
    assert "--context" in done.err


def test_targets_are_completed(flowyml):
    done = flowyml(
        COMP_WORDS="flowyml check sums.py --target k",
        COMP_CWORD="4",
        _FLOWYML_COMPLETE="bash_complete",
    )
    assert done.out == "plain,kubeflow\n"
