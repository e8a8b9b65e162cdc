"""A setting that stands in one table twice."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.container.entities import Kind, Tag, Variable
from gtmgen.lint.tables import CONFIG, EVENT, rows
from gtmgen.lint.view import ContainerView, Finding
from gtmgen.text import quoted_value

_TYPES = frozenset(("googtag", "gaawe", "gtcs", "gtes"))


def check(view: ContainerView) -> Iterator[Finding]:
    """Rows of one table with one name and several values."""
    for kind in (Kind.TAG, Kind.VARIABLE):
        for entity in view.of_kind(kind):
            if isinstance(entity, Tag | Variable) and entity.type in _TYPES:
                yield from _check(kind, entity)


def _check(kind: Kind, entity: Tag | Variable) -> Iterator[Finding]:
    for table in (CONFIG, EVENT):
        listed = rows(entity, table)
        if not listed or len({row.name for row in listed}) == len(listed):
            continue
        values: dict[str, dict[str, None]] = {}
        for row in listed:
            values.setdefault(row.name, {})[row.value] = None
        for name, several in values.items():
            if len(several) > 1:
                texts = " and as ".join(map(quoted_value, several))
                text = f"`{name}` stands in its table several times, as {texts}: only one is sent."
                yield Finding(kind, entity.name, text)
