"""Regular expressions in filters, tables and code that take for ever on a text that almost
matches."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.container.entities import KIND_OF, AnyEntity, Kind, Trigger, Variable
from gtmgen.container.values import Condition, Parameter
from gtmgen.lint.code_tokens import split_tokens
from gtmgen.lint.html import own_scripts, text_of
from gtmgen.lint.view import ContainerView, Finding
from gtmgen.regex.ambiguity import slow_text


def check(view: ContainerView) -> Iterator[Finding]:
    """Each pattern once for the entity that holds it."""
    told = set()
    for entity, pattern, is_whole in _patterns(view):
        text = slow_text(f"^(?:{pattern})$" if is_whole else pattern)
        if text is not None and (id(entity), pattern) not in told:
            told.add((id(entity), pattern))
            yield Finding(
                KIND_OF[type(entity)],
                entity.name,
                f"`{pattern}` stops the page on a text such as `{text}`: with each round of its "
                "repeat, the ways to match it double.",
            )


def _patterns(view: ContainerView) -> Iterator[tuple[AnyEntity, str, bool]]:
    """Who holds which pattern, and whether it has to match a text as a whole."""
    for trigger in view.of_kind(Kind.TRIGGER):
        if isinstance(trigger, Trigger):
            for condition in _conditions(trigger):
                if condition.type == "MATCH_REGEX":
                    values = {item.key: item.value for item in condition.parameter}
                    pattern = values.get("arg1")
                    if isinstance(pattern, str) and "{{" not in pattern:
                        yield trigger, pattern, False
    for variable in view.of_kind(Kind.VARIABLE):
        if isinstance(variable, Variable) and variable.type == "remm":
            yield from ((variable, *one) for one in _rows(variable))
    for entity, code, _ in own_scripts(view):
        if ")*" in code or ")+" in code or "){" in code:
            for token in split_tokens(code):
                end = token.text.rfind("/")
                if token.kind == "other" and token.text[0] == "/" and end > 1:
                    yield entity, token.text[1:end], False


def _conditions(trigger: Trigger) -> Iterator[Condition]:
    yield from trigger.custom_event_filter
    yield from trigger.filter
    yield from trigger.auto_event_filter


def _rows(variable: Variable) -> Iterator[tuple[str, bool]]:
    """The patterns of a regex table."""
    is_whole = text_of(variable, "fullMatch") == "true"
    for item in variable.parameter:
        if item.key != "map" or not isinstance(item.value, tuple):
            continue
        for row in item.value:
            cells = row.value if isinstance(row, Parameter) and isinstance(row.value, tuple) else ()
            for cell in cells:
                if isinstance(cell, Parameter) and cell.key == "key":
                    pattern = cell.value
                    if isinstance(pattern, str) and "{{" not in pattern:
                        yield pattern, is_whole
