"""``query``: a query parameter of the page's address."""

from __future__ import annotations

from gtmgen.container.values import text
from gtmgen.spec.model import DataKey
from gtmgen.spec.schema_parts import TEXT
from gtmgen.spec.sources import url
from gtmgen.spec.sources.model import (
    DataCompiler,
    DataSource,
    GtmVariable,
    describe_argument,
    is_native_text,
    read_nothing,
)


def _compile(compiler: DataCompiler, data: DataKey) -> GtmVariable:
    key = text("queryKey", compiler.literal(data.argument))
    return GtmVariable("u", (text("component", "QUERY"), key))


SOURCE = DataSource(
    word="query",
    schema={**TEXT, "description": "A query parameter of the page URL."},
    is_common=True,
    inputs=read_nothing,
    is_native=is_native_text,
    compile=_compile,
    types=("u",),
    lift=url.SOURCE.lift,
    describe=describe_argument("query"),
)
