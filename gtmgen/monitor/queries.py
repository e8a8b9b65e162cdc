"""What is asked of the records: counts alone, so that every engine gives the same answer.

Days and hours are numbers since 1970 by the site's clocks. Medians, rates and tests are Python's:
floating-point sums, quantiles and time zones differ between engines.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce

import ibis
from ibis import _
from ibis.expr.types import BooleanValue, IntegerValue, Table

from gtmgen.monitor.clock import SiteClock
from gtmgen.monitor.record import BROWSER, MATCH_KEYS, PARAMS, UNUSABLE_IDS

HOUR = 3600
DAY = 24 * HOUR
TIMES = (946_684_800, 4_102_444_799)
"""Seconds from 2000 to 2099: what is no time, or is in milliseconds, belongs to no day."""
_LONGEST = max(map(len, UNUSABLE_IDS))
CONSTANT = 100
"""So many records of one side with the same ID are no repetition any more."""

BOUNDS = tuple(factor * 10**power for power in range(-2, 8) for factor in (1, 2, 5))
"""Upper bounds of the classes that values are counted in."""


def name_query(records: Table) -> Table:
    """How many records there are of each name."""
    return records.group_by("platform", "side", "event").agg(records=_.count())


def count_left_out(records: Table, platforms: Sequence[str], first: int, last: int) -> Table:
    """One row: the records of other platforms, and of these those without a time from ``first``
    (seconds since 1970) on and those behind ``last``."""
    is_known = ibis.coalesce(_.platform.isin(platforms), False)
    at = ibis.coalesce(_["at"], first - 1)
    return records.aggregate(
        platform=_.count(where=~is_known),
        no_time=_.count(where=is_known & (at < first)),
        future=_.count(where=is_known & (at > last)),
    )


def count_volume(records: Table) -> Table:
    """Per hour and name: how many records, and how many of them bring what."""
    counters: dict[str, IntegerValue] = {
        "records": _.count(),
        "no_id": _.count(where=_.event_id.isnull()),
        "unusable_id": _.count(where=_is_unusable(_.event_id)),
        "wrong_type": _.count(where=_.wrong_type),
        "values": _.count(where=_.value.notnull()),
        "zero": _.count(where=_.value <= 0),
        "answers": _.count(where=_.status.notnull() | _.code.notnull()),
        "failed": _.count(where=((_.status >= 400) | (_.code != 0))),
    }
    for key in MATCH_KEYS:
        counters[f"with_{key}"] = _.count(where=_[key])
    for param in PARAMS:
        counters[f"with_{param}"] = _.count(where=_has(param))
    return records.group_by("platform", "side", "event", hour=_.at // HOUR).agg(**counters)


def _is_unusable(event_id: ibis.expr.types.StringValue) -> BooleanValue:
    """A placeholder of GTM that was never filled, or the word for nothing."""
    # Only of short ones is it asked at all: this is the dearest part of counting otherwise.
    is_word = event_id.lower().strip().isin(UNUSABLE_IDS)
    return ibis.ifelse(event_id.length() <= _LONGEST, is_word, False) | event_id.contains("{{")


def _has(param: str) -> BooleanValue:
    if param == "value":  # one of the wrong type is there; that it is wrong has a rule of its own
        return _.value.notnull() | _.wrong_type
    if param == "currency":
        return _.currency != ""
    return _[param]


def count_values(records: Table) -> Table:
    """Per day, name and currency: how many values lie in each class of ``BOUNDS``.

    ``size`` is the place of the class's upper bound; what is above all has the place behind them.
    """
    sizes = [(_.value <= bound, index) for index, bound in enumerate(BOUNDS)]
    currency = ibis.coalesce(_.currency.strip(), "")
    return (
        records.filter(_.value.notnull() | _.currency.notnull())
        .mutate(
            day=_.at // DAY,
            size=ibis.cases((_.value.isnull(), -2), (_.value <= 0, -1), *sizes, else_=len(BOUNDS)),
            # What is longer is no code and may be anything, each a group of its own.
            currency=ibis.ifelse(currency.length() <= 3, currency, "?"),
        )
        .group_by("platform", "side", "event", "currency", "day", "size")
        .agg(records=_.count())
    )


def group_keys(records: Table) -> Table:
    """One row for each key of deduplication: account, event and event ID.

    ``b`` is the browser's side, ``s`` the server's; times are seconds. ``id`` is the engine's own
    hash of the event ID, of 64 bits: texts would take twice the time and the memory.
    """
    usable = _.event_id.notnull() & ~_is_unusable(_.event_id)
    browser, server = _.side == BROWSER, _.side != BROWSER
    columns: dict[str, ibis.Value] = {}
    for side, where in (("b", browser), ("s", server)):
        at = ibis.ifelse(where, _.at, ibis.null("int64"))
        columns |= {
            side: _.count(where=where),
            f"{side}_first": at.min(),
            f"{side}_last": at.max(),
            f"{side}_value": ibis.ifelse(where, _.value, ibis.null("float64")).max(),
            f"{side}_currency": ibis.ifelse(where, _.currency, ibis.null("string")).max(),
        }
    keyed = records.filter(usable).mutate(
        account=ibis.coalesce(_.account, ""), id=_.event_id.hash()
    )
    return keyed.group_by("platform", "account", "event", "id").agg(**columns)


def pair_query(keys: Table, merged_within: int, dropped_within: int) -> Table:
    """Per day (of the first record) and event: how the keys of :func:`group_keys` pair."""
    both = (_.b > 0) & (_.s > 0)
    lag = (_.s_first - _.b_first).abs()
    # Within a side the platform drops what repeats a key (TikTok: for 48 hours; help page "event
    # deduplication", May 2025); what comes later counts again, and has a rule of its own.
    extra = _sum(
        ibis.ifelse((count > 1) & (span <= dropped_within), count - 1, 0)
        for count, span in ((_.b, _.b_last - _.b_first), (_.s, _.s_last - _.s_first))
    )
    return (
        keys.filter(_size() <= CONSTANT)
        .mutate(
            day=_first() // DAY,
            both=ibis.ifelse(both, 1, 0),
            extra=extra,
            late=ibis.ifelse(both & (lag > merged_within) & (lag <= dropped_within), 1, 0),
            different=ibis.ifelse(both & _differs(), 1, 0),
        )
        .group_by("platform", "event", "day")
        .agg(
            keys=_.count(),
            both=_.both.sum(),
            browser=_.count(where=_.s == 0),
            server=_.count(where=_.b == 0),
            rows=(_.b + _.s).sum(),
            extra=_.extra.sum(),
            late=_.late.sum(),
            different=_.different.sum(),
        )
    )


def count_twice(keys: Table, dropped_within: int) -> Table:
    """Per day (of the last record) and event: keys that come again when the platform has
    forgotten them, so that both count."""
    return (
        keys.filter(_size() <= CONSTANT)
        .mutate(first=_first(), last=_last())
        .filter(_["last"] - _["first"] > dropped_within)
        .group_by("platform", "event", day=_["last"] // DAY)
        .agg(keys=_.count())
    )


def count_shared(keys: Table) -> Table:
    """Per day and pair of events: how many IDs both of them have."""
    return (
        keys.filter(_size() <= CONSTANT)
        .mutate(first=_first())
        .group_by("platform", "account", "id")
        .agg(names=_.count(), event=_.event.min(), other=_.event.max(), first=_["first"].min())
        .filter(_.names > 1)
        .mutate(day=_["first"] // DAY)
        .group_by("platform", "event", "other", "day")
        .agg(ids=_.count())
    )


def list_constant(keys: Table) -> Table:
    """IDs (as hashes) that very many records have; the 50 most frequent."""
    return (
        keys.filter(_size() > CONSTANT)
        .mutate(day=_first() // DAY, rows=_.b + _.s)
        # As a hash: the texts are looked up for these few alone, which takes a second look at the
        # records.
        .select("platform", "event", "id", "day", "rows")
        .order_by(ibis.desc("rows"), "platform", "event", "id")
        .limit(50)
    )


def list_texts(records: Table, ids: Sequence[int]) -> Table:
    """The texts of event IDs that very many records have, and that so identify nobody."""
    with_id = records.filter(_.event_id.notnull()).mutate(id=_.event_id.hash())
    return with_id.filter(_.id.isin(list(ids))).select("id", "event_id").distinct()


def count_products(records: Table, products: Table) -> Table:
    """Per day and name: records with an item, and those whose item the catalogue does not know.

    ``products`` has one column, ``item_id``.
    """
    catalogue = products.select(product=_.item_id).distinct().mutate(known=1)
    named = records.filter(_.item_id.notnull())
    joined = named.left_join(catalogue, named.item_id == catalogue.product)
    # Where there is no match, ClickHouse may join a 0 in place of null.
    return joined.group_by("platform", "side", "event", day=_.at // DAY).agg(
        records=_.count(), unknown=_.count(where=ibis.coalesce(_.known, 0) == 0)
    )


def _size() -> IntegerValue:
    return ibis.greatest(_.b, _.s)


def _first() -> IntegerValue:
    return ibis.least(ibis.coalesce(_.b_first, _.s_first), ibis.coalesce(_.s_first, _.b_first))


def _last() -> IntegerValue:
    return ibis.greatest(ibis.coalesce(_.b_last, _.s_last), ibis.coalesce(_.s_last, _.b_last))


def _differs() -> BooleanValue:
    # Half a cent: both sides may have rounded.
    values = (_.b_value - _.s_value).abs() > 0.005
    currencies = _.b_currency.upper() != _.s_currency.upper()
    return ibis.coalesce(values, False) | ibis.coalesce(currencies, False)


def _sum(terms: Iterable[IntegerValue]) -> IntegerValue:
    return reduce(lambda left, right: left + right, terms)


def record_queries(records: Table, products: Table | None = None) -> dict[str, Table]:
    """What is asked of the records themselves beside their volumes, by name."""
    queries = {"values": count_values(records)}
    if products is not None:
        queries["products"] = count_products(records, products)
    return queries


def make_pairing_queries(keys: Table, windows: tuple[int, int]) -> dict[str, Table]:
    """What is asked of the keys; ``windows`` are the seconds of merging and of dropping."""
    return {
        "pairs": pair_query(keys, *windows),
        "twice": count_twice(keys, windows[1]),
        "shared_ids": count_shared(keys),
        "constant_ids": list_constant(keys),
    }


def make_all_queries(
    records: Table,
    windows: tuple[int, int],
    platforms: Sequence[str],
    clock: SiteClock,
) -> Mapping[str, Table]:
    """Every question by its name, each on its own, as a warehouse is asked."""
    local = clock.localize(records)
    return {
        "volumes": count_volume(local),
        "left_out": count_left_out(records, platforms, *TIMES),
        **record_queries(local),
        **make_pairing_queries(group_keys(local), windows),
    }


def filter_names(records: Table, names: Sequence[str]) -> Table:
    """The records of these events alone."""
    return records.filter(_.event.isin(list(names)))
