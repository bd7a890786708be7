"""Text with "quotes", \'\'\'more\'\'\', {{ braces }}, {% tags %}, {# notes #}, a \\ and
a second line."""

from __future__ import annotations

from flowyml import Pipeline, context, step

TEXTS = [
    "plain",
    "double \" and single '",
    '"""',
    "'''",
    "line\nline\r\nline\ttab",
    "{{ ds }}",
    "{{ undefined.thing }}",
    "{% if x %}",
    "{# note #}",
    "{{",
    "}}",
    "{0} %s %(name)s $HOME ${HOME} $(id) `id`",
    "{{$}} {{$.inputs.parameters['x']}} {{workflow.name}}",
    "back\\slash \\n \\u0041",
    "&amp; <b> ]]>",
    "# no comment",
    "yes",
    "null",
    "1.0",
    "2024-02-29",
    "- item: [",
    "ünïcode 🐎 \u2028 \ufeff \u202e",
    " leading and trailing ",
    "",
]


@step(outputs=["texts"])
def give() -> list[str]:
    """Say "it's" {{ here }} {% and %} there: \\n."""
    return TEXTS


@step(outputs=[f"text_{n}" for n in range(3)])
def single() -> list[str]:
    return [TEXTS[1], TEXTS[4], TEXTS[6]]


@step(outputs=["same"])
def compare(texts: list[str], given: list[str], jinja: str, tag: str, quote: str, lines: str):
    return [
        texts == TEXTS,
        given == TEXTS,
        (jinja, tag, quote, lines) == ("{{ ds }}", "{% if x %}", '"""', TEXTS[4]),
    ]


@step(outputs=["echo"])
def echo(text_0: str, text_1: str, text_2: str, jinja: str) -> list[str]:
    return [text_0, text_1, text_2, jinja]


pipeline = Pipeline(
    "awkward_text",
    context=context(given=TEXTS, jinja="{{ ds }}", tag="{% if x %}", quote='"""', lines=TEXTS[4]),
    tags=["it's", '{{ "tag" }}', "ünï"],
    project_name='R&D: "it\'s" {{ ours }}',
).add_steps([give, single, compare, echo])
