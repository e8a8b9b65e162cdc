"""From records to answers: the queries, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import duckdb
import ibis
from ibis.expr.types import Table

from gtmgen.errors import ApiError, GtmgenError
from gtmgen.monitor.failures import find_reason, restore_error
from gtmgen.monitor.measures import Measures, Row, Rows, select_days
from gtmgen.monitor.model import LeftOut, convert_day
from gtmgen.monitor.queries import (
    TIMES,
    count_left_out,
    count_volume,
    filter_names,
    group_keys,
    list_texts,
    make_pairing_queries,
    name_query,
    record_queries,
)
from gtmgen.monitor.watched import Expectations
from gtmgen.text import listing

Progress = Callable[[str], None]
"""Told what is being done, in a few words."""

_MOST_ROWS = 1_000_000
"""Hours of names; beyond it, a log holds any number of invented names."""

_MOST_NAMES = 500
"""Of event names that the spec does not have."""


def measure(
    records: Table,
    backend: ibis.BaseBackend,
    expectations: Expectations,
    *,
    until: int | None = None,
    today: int | None = None,
    products: Table | None = None,
    progress: Progress = lambda _: None,
) -> Measures:
    """Ask everything of the records; none is of a day (a number since 1970) after ``today``.

    Raises :class:`GtmgenError` where there are none to judge.
    """
    platforms, clock = sorted(expectations.packs), expectations.clock
    first, last = TIMES
    if today is not None:  # a visitor's clock that runs ahead makes no days that have not come
        last = min(last, clock.start_of(convert_day(today + 1)) - 1)
    of_period = records.filter(records.platform.isin(platforms), records["at"].between(first, last))
    chosen = clock.localize(of_period)
    progress("counting the events")
    volumes = ask(count_volume(chosen).limit(_MOST_ROWS), backend)
    if len(volumes) == _MOST_ROWS:
        names = ask(name_query(chosen), backend)
        chosen = filter_names(chosen, _choose_names(names, expectations))
        volumes = ask(count_volume(chosen), backend)
    days = select_days(volumes, until)
    answers: dict[str, Rows] = {"volumes": volumes}
    answers["left_out"] = ask(count_left_out(records, platforms, first, last), backend)
    if days is None:
        left_out = LeftOut(**answers["left_out"][0])
        raise _explain_no_day(volumes, left_out, platforms, clock.zone)
    for name, query in record_queries(chosen, products).items():
        progress(f"counting {name}")
        answers[name] = ask(query, backend)
    progress("pairing both sides")
    merging = chosen.filter(chosen.platform.isin(expectations.merging))
    keys = _keep_table(group_keys(merging), backend)
    for name, query in make_pairing_queries(keys, expectations.windows).items():
        progress(f"counting {name.replace('_', ' ')}")
        answers[name] = ask(query, backend)
    ids = sorted({row["id"] for row in answers["constant_ids"]})
    answers["texts"] = ask(list_texts(merging, ids), backend) if ids else []
    return Measures(answers, days)


def _explain_no_day(
    volumes: Rows, left_out: LeftOut, platforms: Sequence[str], zone: str
) -> GtmgenError:
    if volumes:
        return GtmgenError(
            "the source has no complete day of records",
            hint="a day is complete with a record in its first hour and one in its last, in "
            f"{zone}",
        )
    if left_out.reasons:
        return GtmgenError(
            f"no record of the source can be counted: {', '.join(left_out.reasons)}",
            hint="a time is a timestamp, or seconds, milliseconds or less since 1970; platforms of "
            f"the spec: {listing(platforms)}",
        )
    return GtmgenError(
        "the source has no record",
        hint="docs/monitor.md describes the layouts; `--layout` names one that is not recognised",
    )


def _keep_table(keys: Table, backend: ibis.BaseBackend) -> Table:
    """The keys as a table of their own where the engine is ours; a warehouse is only read."""
    if backend.name != "duckdb":
        return keys
    return backend.create_table("gtmgen_keys", keys, temp=True)


def ask(query: Table, backend: ibis.BaseBackend) -> Rows:
    """The rows of a query as mappings of plain numbers and texts.

    Raises :class:`GtmgenError` for records that cannot be read, :class:`ApiError` for a warehouse
    that does not answer.
    """
    try:
        rows: list[Row] = backend.to_pyarrow(query).to_pylist()
    except Exception as caught:  # each engine's client has errors of its own
        error = restore_error(caught) if isinstance(caught, UnicodeDecodeError) else caught
        first = find_reason(error)
        if isinstance(error, duckdb.DataError | duckdb.OperationalError):
            raise GtmgenError(f"the records cannot be read: {first}") from None
        if backend.name == "duckdb":
            raise
        raise ApiError(f"{backend.name} does not answer: {first}") from None
    return [{key: _convert_decimal(value) for key, value in row.items()} for row in rows]


def _convert_decimal(value: Any) -> Any:
    """Sums are decimals in some engines."""
    return value if value is None or isinstance(value, str) else int(value)


def _choose_names(names: Rows, expectations: Expectations) -> list[str]:
    """The names of the spec and the most frequent others."""
    unexpected = [row for row in names if not expectations.find(row["platform"], row["event"])]
    unexpected.sort(key=lambda row: -row["records"])
    frequent = {row["event"] for row in unexpected[:_MOST_NAMES] if row["event"] is not None}
    return sorted({event for _, event in expectations.events} | frequent)
