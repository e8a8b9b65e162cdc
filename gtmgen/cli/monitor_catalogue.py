"""The products that the monitor compares item IDs with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from gtmgen.catalogue.accounts import find_catalogue_accounts
from gtmgen.catalogue.feed import read_feed
from gtmgen.errors import UsageError
from gtmgen.spec.model import Spec

if TYPE_CHECKING:
    from ibis import BaseBackend
    from ibis.expr.types import Table

_GROUPS = "product_group"
_NAME = "gtmgen_products"


def catalogue_products(feed: Path, spec: Spec, backend: BaseBackend) -> Table:
    """The IDs of a feed as a table of the engine that holds the records.

    Raises :class:`UsageError` for a warehouse, into which nothing is written, and for a spec
    without a catalogue.
    """
    if backend.name != "duckdb":
        raise UsageError(
            "`--catalogue` needs records from files: a warehouse is only read",
            hint="export the days that you want to compare",
        )
    import pyarrow as pa

    products = pa.table({"item_id": pa.array(_ids(feed, spec), pa.string())})
    backend.con.register(_NAME, products)
    return backend.table(_NAME)


def _ids(feed: Path, spec: Spec) -> Iterator[str]:
    """Product IDs, or the groups' where the events name groups."""
    accounts = find_catalogue_accounts(spec)
    if not accounts:
        raise UsageError("no platform of the spec has a product catalogue")
    rules, pack = accounts[0].rules, accounts[0].platform.pack
    index = read_feed(feed, rules, pack.currencies).index
    if any(account.content_type != _GROUPS for account in accounts):
        yield from index
    if any(account.content_type == _GROUPS for account in accounts):
        yield from index.iterate_groups()
