"""Values that a container spells out: in a constant, however many others it goes through."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.container.entities import Kind, Variable
from gtmgen.container.values import REFERENCE, Parameter
from gtmgen.lint.html import text_of
from gtmgen.lint.view import ContainerView

_TABLES = ("smm", "remm")
_MOST = 16  # of variables in one another: nobody writes more, and a cycle has no end


def constant_of(view: ContainerView, text: str) -> str:
    """The value of the variable that a text refers to, where that is always the same; any other
    text as it is.

    A constant may hold others; of a table, every result is the same, its default among them. Where
    the way ends at a variable that has no such value, that one is the answer: ``{{Name}}``.
    """
    return _follow(view, text, _MOST)


def variable_of(view: ContainerView, text: str) -> Variable | None:
    """The variable that a text is a reference to, and nothing else."""
    if not REFERENCE.fullmatch(text):
        return None
    variables = (item for item in view.of_kind(Kind.VARIABLE) if isinstance(item, Variable))
    return next((item for item in variables if item.name == text[2:-2]), None)


def results_of(variable: Variable) -> list[str]:
    """What a lookup or regex table gives, a default last; of any other variable, nothing."""
    # What a pattern captures is of the input.
    if variable.type not in _TABLES or text_of(variable, "replaceAfterMatch") == "true":
        return []
    rows = next((item.value for item in variable.parameter if item.key == "map"), None)
    results = [*_list_values(rows if isinstance(rows, tuple) else ())]
    return [*results, *([text_of(variable, "defaultValue")] if _has_default(variable) else ())]


def _has_default(variable: Variable) -> bool:
    return text_of(variable, "setDefaultValue") == "true"


def _list_values(rows: tuple[Parameter, ...]) -> Iterator[str]:
    for row in rows:
        for cell in row.value if isinstance(row.value, tuple) else ():
            if cell.key == "value":
                yield str(cell.value or "")


def _follow(view: ContainerView, text: str, most: int) -> str:
    variable = variable_of(view, text) if most else None
    if variable is None or variable.case or "formatValue" in dict(variable.extra):
        return text
    if variable.type == "c":
        return _fill(view, text_of(variable, "value"), most - 1)
    results = results_of(variable) if _has_default(variable) else []
    found = {_follow(view, result, most - 1) for result in results}
    value = found.pop() if len(found) == 1 else text
    return text if "{{" in value else value


def _fill(view: ContainerView, text: str, most: int) -> str:
    """A constant's text with the constants in it; as it is where one of them has no such value."""
    if REFERENCE.fullmatch(text):
        return _follow(view, text, most)
    filled = REFERENCE.sub(lambda match: _follow(view, match[0], most), text)
    return text if "{{" in filled else filled
