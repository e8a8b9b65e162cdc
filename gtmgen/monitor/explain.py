"""The SQL of each question, as an engine would be asked it; no connection is needed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import ibis
from ibis.expr.types import Table

from gtmgen.errors import UsageError
from gtmgen.monitor.layouts import ga4_export, server_log
from gtmgen.monitor.layouts.json_access import ENGINES
from gtmgen.monitor.queries import make_all_queries
from gtmgen.monitor.record import make_table
from gtmgen.monitor.sources.files import read_layout
from gtmgen.monitor.sources.layout import TableLayout
from gtmgen.monitor.watched import Expectations
from gtmgen.packs.model import Pack
from gtmgen.text import listing


def explain_sql(
    engine: str, table: str, layout: TableLayout, packs: Sequence[Pack], expectations: Expectations
) -> Iterator[tuple[str, str]]:
    """The name and the SQL of each question; raises :class:`UsageError` for another engine."""
    if engine not in ENGINES:
        raise UsageError(
            f"`--explain-sql` has no dialect `{engine}`", hint=f"dialects: {listing(ENGINES)}"
        )
    records = read_layout(_make_table(table, layout), layout, engine, packs)
    platforms = sorted({pack.name for pack in packs})
    clock, windows = expectations.clock, expectations.windows
    for name, query in make_all_queries(records, windows, platforms, clock).items():
        yield name, str(ibis.to_sql(query, dialect=engine))


def _make_table(name: str, layout: TableLayout) -> Table:
    if layout is TableLayout.SERVER_LOG:
        return ibis.table(server_log.COLUMNS, name=name)
    if layout is TableLayout.GA4_EXPORT:
        return ibis.table(ga4_export.COLUMNS, name=name)
    return make_table(name)
