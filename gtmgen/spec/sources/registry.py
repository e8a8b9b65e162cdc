"""The data sources, in the schema's order: what is not listed here is no word of the language."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from gtmgen.spec.lifting import list_readers
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
    request_query,
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
    request_query,
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

SOURCES: Mapping[str, DataSource] = MappingProxyType(
    {module.SOURCE.word: module.SOURCE for module in _ORDER}
)
SOURCE_OF_TYPE = list_readers(SOURCES.values())
WORDS = tuple(sorted(SOURCES, key=lambda word: not SOURCES[word].is_common))
"""Every source, those first that are asked for most."""
