"""The normal record: one row per event and side, to which every source is reduced.

It says which match keys came along, never their values: a report, and whatever it is made from,
holds no personal data.
"""

from __future__ import annotations

from collections.abc import Mapping

import ibis
from ibis.expr.types import Table

BROWSER = "browser"
SERVER = "server"

MATCH_KEYS = ("email", "phone", "external_id", "click_id", "browser_id", "ip_agent")
"""What a platform recognises a visitor by; ``ip_agent`` is address and user agent, together."""

PARAMS = ("value", "currency", "items", "transaction_id", "search_term")
"""Canonical parameters whose presence a record tells."""

COLUMNS: Mapping[str, str] = {
    "at": "int64",  # seconds since 1970, UTC
    "side": "string",  # browser or server; a backend of one's own is the server, too
    "platform": "string",  # the name of a pack, such as tiktok
    "account": "string",  # the pixel or stream
    "event": "string",  # the platform's name
    "event_id": "string",
    **dict.fromkeys(MATCH_KEYS, "boolean"),
    "value": "float64",
    "wrong_type": "boolean",  # a value that is there and is no number
    "currency": "string",
    "items": "boolean",
    "item_id": "string",  # the first item's
    "transaction_id": "boolean",
    "search_term": "boolean",
    "status": "int64",  # of the answer, HTTP's
    "code": "int64",  # of the answer, in its body; 0 is success
}

_GREATEST = 1e300  # beyond any value; a float holds it
UNUSABLE_IDS = ("", "undefined", "null", "none", "nan", "false", "true", "0", "[object object]")
"""What templates and scripts write where there is no ID, in small letters."""


def keep_finite(number: ibis.Value) -> ibis.Value:
    """Null for NaN and infinity, which engines read from the text `NaN` and sort above every
    number: a comparison says it alike in each of them."""
    return (number.abs() < _GREATEST).ifelse(number, ibis.null("float64"))


def normalize(table: Table, values: Mapping[str, ibis.Value]) -> Table:
    """The normal columns of a table, in their order; what no value is given for is null."""
    columns = {}
    for name, type_ in COLUMNS.items():
        value = values.get(name)
        columns[name] = ibis.null(type_) if value is None else value.cast(type_)
    return table.select(**columns)


def make_table(name: str = "records") -> Table:
    """A table of normal records that no engine holds, for SQL that is only shown."""
    return ibis.table(COLUMNS, name=name)
