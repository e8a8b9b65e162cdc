"""Variables that hold personal data, as what reads them shows: no name is taken for a proof."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.container.entities import Kind, Tag, Variable
from gtmgen.container.values import REFERENCE, Parameter
from gtmgen.importer.lift.model import LiftedContainer
from gtmgen.lint.html import text_of

_USER_PROVIDED = "awec"
"""GTM's variable for what Google's tags tell of the visitor."""
_SWITCHES = frozenset(("mode", "enableElementBlocking", "disabledElements"))
_GOOGLE = frozenset(("googtag", "gaawc", "gaawe", "gtcs", "gtes"))
"""Google's tags, and the variables with their settings."""
_OF_VISITOR = frozenset(("user_id", "user_data"))
"""Their parameters that say who the visitor is (Google's help, "User-ID" and "user-provided data");
keys of a server's event data with these names hold the same."""


def list_personal(source: LiftedContainer) -> frozenset[str]:
    """The names of the variables."""
    names: set[str] = set()
    waiting = [name for text in _list_texts(source) for name in REFERENCE.findall(text)]
    constants = {
        item.name: text_of(item, "value")
        for item in source.of_kind(Kind.VARIABLE)
        if isinstance(item, Variable) and item.type == "c"
    }
    while waiting:
        name = waiting.pop()
        if name not in names:
            names.add(name)
            waiting += REFERENCE.findall(constants.get(name, ""))
    names |= {
        item.name
        for item in source.of_kind(Kind.VARIABLE)
        if isinstance(item, Variable) and item.type == "ed" and _is_of_visitor(item)
    }
    return frozenset(names)


def _is_of_visitor(variable: Variable) -> bool:
    return text_of(variable, "keyPath").partition(".")[0] in _OF_VISITOR


def _list_texts(source: LiftedContainer) -> Iterator[str]:
    """What is told of the visitor, with GTM's references."""
    for uses in source.uses.values():
        for use in uses:
            yield from use.identify.values()
    for kind in (Kind.TAG, Kind.VARIABLE):
        for item in source.of_kind(kind):
            if not isinstance(item, Tag | Variable):
                continue
            if item.type == _USER_PROVIDED:
                yield from _list_fields(item.parameter)
            elif item.type in _GOOGLE:
                yield from _list_rows(item.parameter)


def _list_fields(parameters: tuple[Parameter, ...]) -> Iterator[str]:
    for field in parameters:
        if field.key not in _SWITCHES and isinstance(field.value, str):
            yield field.value


def _list_rows(parameters: tuple[Parameter, ...]) -> Iterator[str]:
    """The values of the rows, in any table, that are named after the visitor."""
    for field in parameters:
        for row in field.value if isinstance(field.value, tuple) else ():
            cells = row.value if isinstance(row, Parameter) else None
            texts = [
                cell.value
                for cell in (cells if isinstance(cells, tuple) else ())
                if isinstance(cell, Parameter) and isinstance(cell.value, str)
            ]
            if len(texts) == 2 and texts[0] in _OF_VISITOR:
                yield texts[1]
