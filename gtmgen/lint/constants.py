"""Values that a container spells out: in a constant, however many others it goes through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from gtmgen.container.entities import Variable
from gtmgen.container.values import REFERENCE, Parameter
from gtmgen.lint.html import text_of

if TYPE_CHECKING:
    from gtmgen.lint.view import ContainerView

_TABLES = ("smm", "remm")
_MOST = 16  # of variables in one another: nobody writes more, and a cycle has no end
_LONGEST = 10_000


def constant_of(view: ContainerView, text: str) -> str:
    """The value of the variable that a text refers to, where that is always the same; any other
    text as it is.

    A constant may hold others; of a table, every result is the same, its default among them. Where
    the way ends at a variable that has no such value, that one is the answer: ``{{Name}}``.
    """
    return view.constants.follow(text, _MOST)


def variable_of(view: ContainerView, text: str) -> Variable | None:
    """The variable that a text is a reference to, and nothing else."""
    return view.constants.find(text)


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


class Constants:
    """What the variables of a container always give; each is followed once."""

    def __init__(self, variables: Iterable[Variable]) -> None:
        self._variables: dict[str, Variable] = {}
        for variable in variables:
            self._variables.setdefault(variable.name, variable)
        self._known: dict[tuple[str, int], str] = {}

    def find(self, text: str) -> Variable | None:
        """See :func:`variable_of`."""
        return self._variables.get(text[2:-2]) if REFERENCE.fullmatch(text) else None

    def follow(self, text: str, most: int) -> str:
        """See :func:`constant_of`; through no more variables than ``most``."""
        variable = self.find(text) if most else None
        if variable is None or variable.case or "formatValue" in dict(variable.extra):
            return text
        key = (variable.name, most)
        if key not in self._known:
            # Through tables, each of which has two rows that lead to the next, there are 2^n ways.
            self._known[key] = self._follow(variable, text, most)
        return self._known[key]

    def _follow(self, variable: Variable, text: str, most: int) -> str:
        if variable.type == "c":
            return self._fill(text_of(variable, "value"), most - 1)
        results = results_of(variable) if _has_default(variable) else []
        found = {self.follow(result, most - 1) for result in results}
        value = found.pop() if len(found) == 1 else text
        return text if "{{" in value else value

    def _fill(self, text: str, most: int) -> str:
        """A constant's text with the constants in it; as it is where one of them has no such value,
        and where it would be longer than any that is meant."""
        if REFERENCE.fullmatch(text):
            return self.follow(text, most)
        parts: list[str] = []
        at = length = 0
        for match in REFERENCE.finditer(text):
            value = self.follow(match[0], most)
            length += len(value)
            if "{{" in value or length > _LONGEST:
                return text
            parts += [text[at : match.start()], value]
            at = match.end()
        filled = "".join((*parts, text[at:]))
        return text if "{{" in filled else filled
