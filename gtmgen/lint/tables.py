"""Tables of settings and parameters: of the Google tag, of GA4 events, and of the variables that
several tags share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from gtmgen.container.entities import Kind, Tag, Variable
from gtmgen.container.values import REFERENCE, Parameter
from gtmgen.lint.html import text_of
from gtmgen.lint.view import ContainerView

CONFIG, EVENT = "configSettingsTable", "eventSettingsTable"
# A parameter of a tag that names a variable -> the table in that variable.
SHARED = {"configSettingsVariable": CONFIG, "eventSettingsVariable": EVENT}
_KEYS = frozenset((CONFIG, EVENT))


class Row(NamedTuple):
    """One row of a table, as text: ``value`` may be a reference."""

    name: str
    value: str


def rows(entity: Tag | Variable, table: str) -> Sequence[Row]:
    """The rows of one table; empty where there is none."""
    for item in entity.parameter:
        if item.key == table and table in _KEYS:
            return _rows(item)
    return ()


# Events that send the same parameters have equal tables.
@lru_cache(maxsize=1024)
def _rows(table: Parameter) -> Sequence[Row]:
    return tuple(_read_rows(table))


def _read_rows(table: Parameter) -> Iterator[Row]:
    for row in table.value if isinstance(table.value, tuple) else ():
        cells = row.value if isinstance(row, Parameter) and isinstance(row.value, tuple) else ()
        texts = {cell.key: cell.value for cell in cells if isinstance(cell, Parameter)}
        name = texts.get("parameter")
        if isinstance(name, str):
            yield Row(name, str(texts.get("parameterValue") or ""))


def shared_rows(view: ContainerView, tag: Tag, parameter: str) -> Sequence[Row] | None:
    """The rows of the variable that a tag takes settings from.

    None where it takes none, or where the variable is not a table of its own.
    """
    named = REFERENCE.fullmatch(text_of(tag, parameter))
    if named is None:
        return None
    for variable in view.of_kind(Kind.VARIABLE):
        if variable.name == named.group(1) and isinstance(variable, Variable):
            is_table = variable.type in ("gtcs", "gtes")
            return rows(variable, SHARED[parameter]) if is_table else None
    return None
