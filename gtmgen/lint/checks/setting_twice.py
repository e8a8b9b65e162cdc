"""A setting that stands in one table twice."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.container.entities import Client
from gtmgen.lint.tables import CONFIG, EVENT, rows
from gtmgen.lint.view import ContainerView, Finding, WithParameters, tell_of_alike
from gtmgen.text import quoted_value

_TYPES = frozenset(("googtag", "gaawe", "gtcs", "gtes"))


def check(view: ContainerView) -> Iterator[Finding]:
    """Rows of one table with one name and several values."""
    return tell_of_alike(view, _tell)


def _tell(entity: WithParameters) -> Iterator[str]:
    if entity.type not in _TYPES or isinstance(entity, Client):
        return
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
                yield f"`{name}` stands in its table several times, as {texts}: only one is sent."
