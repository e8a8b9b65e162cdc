"""From records to answers: the queries, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ibis
from ibis.expr.types import Table

from gtmgen.errors import ApiError, GtmgenError
from gtmgen.monitor.measures import Measures, Row, Rows, judged_days
from gtmgen.monitor.queries import (
    key_query,
    name_query,
    only_names,
    pairing_queries,
    record_queries,
)
from gtmgen.monitor.watched import Expectations
from gtmgen.text import printable

Progress = Callable[[str], None]
"""Told what is being done, in a few words."""

_MOST_NAMES = 500
"""Of event names that the spec does not have; a log may hold any number of invented ones."""


def measure(
    records: Table,
    backend: ibis.BaseBackend,
    expectations: Expectations,
    *,
    until: int | None = None,
    products: Table | None = None,
    progress: Progress = lambda _: None,
) -> Measures:
    """Ask everything of the records. Raises :class:`GtmgenError` where there are none to judge."""
    progress("counting the events")
    names = ask(name_query(records), backend)
    days = judged_days(names, until)
    if days is None:
        raise GtmgenError(
            "the source has no complete day of records",
            hint="a day is complete with a record in its first hour and one in its last, in UTC",
        )
    wanted = _names_to_ask(names, expectations)
    chosen = records if wanted is None else only_names(records, wanted)
    answers: dict[str, Rows] = {"names": names}
    for name, query in record_queries(chosen, products).items():
        progress(f"counting {name}")
        answers[name] = ask(query, backend)
    progress("pairing both sides")
    keys = _kept(key_query(chosen), backend)
    for name, query in pairing_queries(keys, expectations.windows).items():
        progress(f"counting {name.replace('_', ' ')}")
        answers[name] = ask(query, backend)
    return Measures(answers, days)


def _kept(keys: Table, backend: ibis.BaseBackend) -> Table:
    """The keys as a table of their own where the engine is ours; a warehouse is only read."""
    if backend.name != "duckdb":
        return keys
    return backend.create_table("gtmgen_keys", keys, temp=True)


def ask(query: Table, backend: ibis.BaseBackend) -> Rows:
    """The rows of a query as mappings of plain numbers and texts."""
    try:
        rows: list[Row] = backend.to_pyarrow(query).to_pylist()
    except Exception as error:  # each engine's client has errors of its own
        if backend.name == "duckdb":
            raise
        first = printable(str(error).split("\n")[0])
        raise ApiError(f"{backend.name} does not answer: {first}") from None
    return [{key: _plain(value) for key, value in row.items()} for row in rows]


def _plain(value: Any) -> Any:
    """Sums are decimals in some engines."""
    return value if value is None or isinstance(value, str) else int(value)


def _names_to_ask(names: Rows, expectations: Expectations) -> list[str] | None:
    """The names of the spec and the most frequent others; None where all can be asked for."""
    others = [row for row in names if not expectations.find(row["platform"], row["event"])]
    if len(others) <= _MOST_NAMES:
        return None
    others.sort(key=lambda row: -row["records"])
    frequent = {row["event"] for row in others[:_MOST_NAMES]}
    return sorted({event for _, event in expectations.events} | frequent)
