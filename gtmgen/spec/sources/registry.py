"""The data sources, in the schema's order: what is not listed here is no word of the language."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from gtmgen.spec.sources import (
    builtin,
    constant,
    cookie,
    dom,
    element,
    event_data,
    first_of,
    items_sum,
    js,
    lookup,
    path,
    query,
    referrer,
    regex,
    request_header,
    script,
    template,
    url,
)
from gtmgen.spec.sources.model import DataSource

_ORDER = (
    path,
    cookie,
    query,
    url,
    referrer,
    event_data,
    request_header,
    js,
    dom,
    element,
    constant,
    lookup,
    regex,
    builtin,
    script,
    template,
    first_of,
    items_sum,
)


def _by_type(sources: Mapping[str, DataSource]) -> dict[str, DataSource]:
    """The source that reads each of GTM's types; sources of one type share what reads it."""
    readers: dict[str, DataSource] = {}
    for source in sources.values():
        for type_ in source.types:
            if readers.setdefault(type_, source).lift is not source.lift:
                raise ValueError(f"two sources read variables of type {type_}")
    return readers


SOURCES: Mapping[str, DataSource] = MappingProxyType(
    {module.SOURCE.word: module.SOURCE for module in _ORDER}
)
SOURCE_OF_TYPE = _by_type(SOURCES)
WORDS = tuple(sorted(SOURCES, key=lambda word: not SOURCES[word].is_common))
"""Every source, those first that are asked for most."""
