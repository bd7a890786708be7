"""Steps that have another name now, where there is no doubt that they are the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from flowyml.ir import FromAsset, Output, Parameter, PipelineIR, Predicate, StepNode

_Mark: TypeAlias = Callable[[StepNode], str | None]


def renames(old: PipelineIR, new: PipelineIR) -> dict[str, str]:
    """Map the old names of renamed steps to the new ones.

    A step that is gone and one that is new are the same if they have the same code, signature and
    settings; or, since renaming a function changes its code, if they make the same declared assets
    from parameters of the same names. No other step may be like either of them.
    """
    names = {step.name for step in old.steps}, {step.name for step in new.steps}
    gone = [step for step in old.steps if step.name not in names[1]]
    added = [step for step in new.steps if step.name not in names[0]]
    found: dict[str, str] = {}
    for mark in (_content, _role):
        left = [step for step in gone if step.name not in found]
        right = [step for step in added if step.name not in found.values()]
        found |= _pairs(left, right, mark)
    return found


def renamed(ir: PipelineIR, names: Mapping[str, str], new: PipelineIR) -> PipelineIR:
    """Give the pipeline with steps renamed, and with them the assets that have their names.

    Such an asset keeps its name if the new pipeline's step makes one that is called so.
    """
    made = {step.name: {output.name for output in step.outputs} for step in new.steps}
    assets = {old: name for old, name in names.items() if old not in made[name]}
    return ir.model_copy(update={"steps": tuple(_step(step, names, assets) for step in ir.steps)})


def _pairs(gone: Iterable[StepNode], added: Iterable[StepNode], mark: _Mark) -> dict[str, str]:
    left, right = _unique(gone, mark), _unique(added, mark)
    return {left[each]: right[each] for each in left if each in right}


def _unique(steps: Iterable[StepNode], mark: _Mark) -> dict[str, str]:
    marks = [(found, step.name) for step in steps if (found := mark(step)) is not None]
    all_ = [found for found, _ in marks]
    return {found: name for found, name in marks if all_.count(found) == 1}


def _content(step: StepNode) -> str:
    """Write all that a step is, without its name and the names of others."""
    own = {step.name: ""}
    bare = step.model_copy(update={"description": None, "group": (), "after": (), "when": ()})
    data = _step(bare, own, own).model_dump(mode="json")
    data["function"] = step.function.digest
    data["parameters"] = [(p.name, str(p.type), p.binding.kind) for p in step.reads]
    data["condition_parameters"] = None
    data["fallback"] = step.fallback and step.fallback.digest
    data["when"] = [(each.function.digest, each.negate) for each in step.when]
    return json.dumps(data, sort_keys=True)


def _role(step: StepNode) -> str | None:
    """Write what a step is for: the assets that it makes, and of what."""
    outputs = sorted(output.name for output in step.outputs)
    if not outputs:
        return None
    return json.dumps([outputs, sorted(parameter.name for parameter in step.parameters)])


def _step(step: StepNode, names: Mapping[str, str], assets: Mapping[str, str]) -> StepNode:
    update: dict[str, Any] = {
        "name": names.get(step.name, step.name),
        "after": tuple(sorted(names.get(name, name) for name in step.after)),
        "parameters": tuple(_parameter(each, names, assets) for each in step.parameters),
        "condition_parameters": tuple(
            _parameter(each, names, assets) for each in step.condition_parameters
        ),
        "outputs": tuple(_output(output, step, assets) for output in step.outputs),
        "when": tuple(_predicate(each, names) for each in step.when),
    }
    return step.model_copy(update=update)


def _parameter(
    parameter: Parameter, names: Mapping[str, str], assets: Mapping[str, str]
) -> Parameter:
    binding = parameter.binding
    if not isinstance(binding, FromAsset):
        return parameter
    update: dict[str, Any] = {"step": names.get(binding.step, binding.step)}
    if binding.otherwise is not None:
        update["otherwise"] = names.get(binding.otherwise, binding.otherwise)
    if binding.output == binding.step:
        update["output"] = assets.get(binding.step, binding.output)
    return parameter.model_copy(update={"binding": binding.model_copy(update=update)})


def _output(output: Output, step: StepNode, assets: Mapping[str, str]) -> Output:
    name = assets.get(step.name, output.name) if output.name == step.name else output.name
    return output.model_copy(update={"name": name})


def _predicate(predicate: Predicate, names: Mapping[str, str]) -> Predicate:
    if predicate.shared is None:
        return predicate
    step, mark, part = predicate.shared.partition("#")
    return predicate.model_copy(update={"shared": f"{names.get(step, step)}{mark}{part}"})
