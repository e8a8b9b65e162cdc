"""GA4's export to BigQuery: tables ``events_YYYYMMDD``, one row per event.

``event_id`` is no column of it; a tag that sends it as a parameter brings it in ``event_params``,
as a text, or as a whole number where it looks like one.
"""

from __future__ import annotations

import ibis
from ibis.expr.types import ArrayValue, StringValue, Table

from gtmgen.errors import GtmgenError
from gtmgen.monitor.record import BROWSER, normalize
from gtmgen.text import listing

PLATFORM = "ga4"

_VALUE = (
    "struct<string_value: string, int_value: int64, float_value: float64, double_value: float64>"
)
COLUMNS = {
    "event_timestamp": "int64",  # microseconds since 1970
    "event_name": "string",
    "event_params": f"array<struct<key: string, value: {_VALUE}>>",
    "user_pseudo_id": "string",
    "user_id": "string",
    "stream_id": "string",
    "ecommerce": "struct<transaction_id: string>",
    "items": "array<struct<item_id: string>>",
}


def read_ga4_export(events: Table) -> Table:
    """The normal records of an export table; events of GA4 are the browser's side.

    Raises :class:`GtmgenError` where a column of the export is missing.
    """
    missing = [name for name in COLUMNS if name not in events.columns]
    if missing:
        raise GtmgenError(
            f"this is not an export of GA4: there is no {listing(missing)}",
            hint="docs/monitor.md describes the layouts; leave `--layout` out where one is "
            "recognised",
        )
    number = _build_param(events.event_params, "value", "double_value", "float_value", "int_value")
    values = {
        "at": events.event_timestamp // 1_000_000,
        "side": ibis.literal(BROWSER),
        "platform": ibis.literal(PLATFORM),
        "account": events.stream_id,
        "event": events.event_name,
        "event_id": _build_param(events.event_params, "event_id", "string_value", "int_value"),
        "browser_id": events.user_pseudo_id.notnull(),
        "external_id": events.user_id.notnull(),
        "value": number.try_cast("float64"),
        "wrong_type": _build_param(events.event_params, "value", "string_value").notnull(),
        "currency": _build_param(events.event_params, "currency", "string_value"),
        "items": events["items"].length() > 0,
        "item_id": events["items"].map(lambda item: item.item_id)[0],
        "transaction_id": events.ecommerce.transaction_id.notnull(),
        "search_term": _build_param(events.event_params, "search_term", "string_value").notnull(),
    }
    return normalize(events, values)


def _build_param(params: ArrayValue, key: str, *fields: str) -> StringValue:
    """The first of an event parameter's fields that has a value, as text; arrays begin with 0."""
    of_key = params.filter(lambda param: param.key == key)
    return of_key.map(
        lambda param: ibis.coalesce(*(param.value[field].cast("string") for field in fields))
    )[0]
