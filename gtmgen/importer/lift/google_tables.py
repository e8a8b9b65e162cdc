"""Tables of Google's tags and settings variables: a name and a value in each row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gtmgen.container.values import Parameter
from gtmgen.spec.lifting import NotLiftedError


def add_rows(given: dict[str, str], more: Mapping[str, str], table: str) -> None:
    """Add the rows of one more table; a name that is there already is refused."""
    twice = given.keys() & more.keys()
    if twice:
        raise NotLiftedError(f"its `{min(twice)}` stands in `{table}` and elsewhere")
    given.update(more)


def read_rows(field: Parameter, columns: tuple[str, str]) -> dict[str, str]:
    """Name -> value of a table with these two columns."""
    rows: dict[str, str] = {}
    for row in _list_parameters(field):
        cells = {cell.key: str(cell.value or "") for cell in _list_parameters(row)}
        name, value = (cells.get(column, "") for column in columns)
        if not name or "{{" in name or name in rows:
            raise NotLiftedError(f"a row of its `{field.key}` has an odd form")
        rows[name] = value
    return rows


def _list_parameters(field: Parameter) -> Iterable[Parameter]:
    return () if isinstance(field.value, str) or field.value is None else field.value
