"""The table of diagnostic codes: one line each; the pages are docs/diagnostics/<code>.md."""

from __future__ import annotations

CODES: dict[str, str] = {
    # Loading: the user's file and the names in it.
    "FML001": "the module could not be imported",
    "FML002": "no pipeline in the module",
    "FML003": "several pipelines in the module",
    "FML004": "a step that no worker can import",
    "FML005": "a name is bound only after the module's run() call",
    # Declarations and wiring.
    "FML101": "two steps have one name",
    "FML102": "a step is added twice",
    "FML103": "an asset has two producers",
    "FML104": "a needed value is not produced by anything",
    "FML105": "a step reads its own output",
    "FML106": "an asset and a context value have one name",
    "FML107": "declared inputs and parameters do not match in number",
    "FML108": "the steps form a cycle",
    "FML109": "after= names an unknown step",
    "FML111": "a pipeline without steps",
    "FML112": "an unusable name",
    "FML113": "a gate that reads nothing",
    "FML114": "a sub-pipeline has no such input or output",
    "FML115": "a sub-pipeline asks for what the whole pipeline does not do",
    "FML116": "a fallback asks for what its step does not have",
    "FML117": "a step within a dynamic step asks for a place of its own",
    "FML118": "a schedule that cannot be kept",
    # Types and context.
    "FML201": "a consumer expects another type than the producer gives",
    "FML202": "the number of outputs does not match the return annotation",
    "FML203": "steps disagree on the type of a context value",
    "FML204": "a context value has the wrong type",
    "FML205": "a context value is not JSON-like",
    "FML206": "an override that nothing reads",
    "FML207": "limits of a context value that cannot be kept",
    # Compiling to a target.
    "FML301": "the target does not support a construct",
    "FML302": "the target gives a construct a weaker meaning",
    "FML303": "a name that the target cannot hold",
    "FML304": "a value that the target cannot hold",
    "FML306": "the output was edited by hand",
    "FML307": "the emitted text does not mean what the IR means",
    "FML308": "the specification is too large",
    "FML309": "a value given to run(inputs=…) cannot be compiled",
    "FML310": "the output of another module is in the way",
    "FML311": "a specification that the target refuses",
    "FML313": "a step cannot run where it is put",
    "FML314": "the project's code cannot be bundled",
    "FML315": "a setting that the target does not have",
    "FML316": "settings that do not fit together",
    "FML317": "an image that is named by a tag",
    # The installation.
    "FML401": "a package is not installed",
}
