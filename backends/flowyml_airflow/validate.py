"""Translation validation: emitted text is read back and compared with what was meant."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import zip_longest

from flowyml.diagnostics import Diagnostic
from flowyml.rendering import py
from flowyml_airflow.code import read, write
from flowyml_airflow.model import DagFile

_STEP = """
@task(multiple_outputs=True)
def step(spec, inputs=None):
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context(), TOLD=TOLD)
"""
_APART = """
def step_apart(told):
    from flowyml_airflow.container import run_in_python

    return run_in_python(**told)
"""
_PUBLISH = """
def publish_apart(context, result):
    from flowyml_airflow.signals import tell_pushed

    tell_pushed(context, result)
"""
_MAPS = """
@task
def split_map(spec, inputs=None):
    from flowyml_airflow.map_worker import split_items

    return split_items(spec, inputs, get_current_context(), TOLD=TOLD)

@task
def map_items(plan, part):
    from flowyml_airflow.map_worker import work_on_items

    return work_on_items(plan, part, get_current_context(), TOLD=TOLD)

@task(multiple_outputs=True)
def collect_map(parts, results):
    from flowyml_airflow.map_worker import collect_items

    return collect_items(parts, results, get_current_context(), TOLD=TOLD)
"""
_MARGIN = "    "
_SHOWN = 160  # characters of a statement in a message


def validate(file: DagFile, text: str) -> list[Diagnostic]:
    """Report every statement in the text of a DAG file that is not what its content says.

    Comments and layout are free. Nothing is reported for text that `render_dag` made; anything
    else is a defect of flowyml, or a template that somebody changed (FML307).
    """
    try:
        found = list(_found(ast.parse(text)))
    except SyntaxError as error:
        return [_mismatch(file, f"it is not Python: {error}")]
    return [
        _mismatch(file, f"expected {_short(wanted)}, found {_short(seen)}")
        for wanted, seen in zip_longest(_expected(file), found, fillvalue="nothing")
        if wanted != seen
    ]


def _expected(file: DagFile) -> Iterator[str]:
    yield repr(file.doc)
    for module, names in file.imports.items():
        yield f"from {module} import {', '.join(names)}"
    for name in file.bundle:
        yield f"CODE = str(Path(__file__).with_name({name!r}))"
    for place in file.store:
        yield ast.unparse(ast.parse(f"STORE = {py(place)}"))
    functions = _STEP * bool(file.here) + _APART * bool(file.pythons)
    functions += _PUBLISH * bool(file.publishers) + _MAPS * bool(file.maps)
    for function in ast.parse(functions.replace(", TOLD=TOLD", file.told)).body:
        yield ast.unparse(function)
    yield f"with {write(file.dag)}"
    for task in file.tasks:
        for each in task.opens:
            called = f" as {each.variable}" if each.variable else ""
            yield f"{_MARGIN * (each.depth + 1)}with {write(each.head)}{called}"
        margin = _MARGIN * (task.depth + 1)
        yield f"{margin}{task.variable} = {write(task.call)}"
        yield from (f"{margin}{before} >> {task.variable}" for before in task.after)


def _found(module: ast.Module) -> Iterator[str]:
    for number, statement in enumerate(module.body):
        if number == 0:
            yield repr((ast.get_docstring(module, clean=False) or "").strip())
        elif isinstance(statement, ast.FunctionDef):
            yield ast.unparse(_without_docstring(statement))
        elif isinstance(statement, ast.With):
            yield from _block(statement, "")
        else:
            yield ast.unparse(statement)


def _block(block: ast.With, margin: str) -> Iterator[str]:
    yield f"{margin}with {', '.join(map(_item, block.items))}"
    margin += _MARGIN
    for statement in block.body:
        if isinstance(statement, ast.With):
            yield from _block(statement, margin)
        elif isinstance(statement, ast.Assign):
            targets = ", ".join(map(ast.unparse, statement.targets))
            yield f"{margin}{targets} = {_expression(statement.value)}"
        else:
            yield margin + ast.unparse(statement)


def _item(item: ast.withitem) -> str:
    called = f" as {ast.unparse(item.optional_vars)}" if item.optional_vars else ""
    return _expression(item.context_expr) + called


def _expression(node: ast.expr) -> str:
    try:
        return write(read(node))
    except ValueError:
        return ast.unparse(node)


def _without_docstring(function: ast.FunctionDef) -> ast.FunctionDef:
    if ast.get_docstring(function) is not None:
        function.body = function.body[1:]
    return function


def _short(text: str) -> str:
    return f"'{text[:_SHOWN]}…'" if len(text) > _SHOWN else f"'{text}'"


def _mismatch(file: DagFile, difference: str) -> Diagnostic:
    return Diagnostic(
        code="FML307",
        message=f"the emitted {file.path} does not mean what the pipeline means: {difference}",
        help="this is a defect of flowyml; please report it with the pipeline",
        target=file.target,
    )
