"""Which column of a feed is which, whoever wrote it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gtmgen.packs.catalogue import CatalogueRules

IDENTIFYING = ("sku_id", "title")
"""A row that names both is a table's header."""


def canonical_name(name: str) -> str:
    """A column's name as all are compared: `g:Image Link` and `image_link` are one."""
    # Tables for Google have `image link` as often as `image_link`, and some keep the XML's prefix.
    # A file that was put together from several has a byte order mark in its midst.
    name = name.strip().strip("\ufeff").lower()
    return name.removeprefix("g:").replace(" ", "_").replace("-", "_")


def columns_by_name(rules: CatalogueRules) -> Mapping[str, str]:
    """The column that each name stands for, aliases included."""
    names = {alias: column.name for column in rules.columns for alias in column.aliases}
    return names | {column.name: column.name for column in rules.columns}


def find_columns(header: Iterable[str], names: Mapping[str, str]) -> dict[str, int]:
    """The position of each column in a header. A column's own name counts before an alias; of two
    with one name, the first."""
    by_name: dict[str, int] = {}
    by_alias: dict[str, int] = {}
    for position, cell in enumerate(header):
        name = canonical_name(cell)
        column = names.get(name)
        if column is not None:
            (by_name if column == name else by_alias).setdefault(column, position)
    # A feed for several platforms has both, such as `id` for Google and `sku_id` for TikTok.
    return by_alias | by_name


def is_header(cells: Iterable[str], names: Mapping[str, str]) -> bool:
    """Whether a row of a table names what every product has."""
    positions = find_columns(cells, names)
    return all(column in positions for column in IDENTIFYING)
