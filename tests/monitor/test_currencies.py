"""Currencies as logs write them."""

from __future__ import annotations

from gtmgen.monitor.measures import Days, Measures, Name
from gtmgen.monitor.rules.values import count_values
from gtmgen.monitor.statistics import Share
from gtmgen.spec.model import Spec

NAME = Name("tiktok", "browser", "Purchase")
EMPTY = dict.fromkeys(("volumes", "pairs", "twice", "shared_ids", "constant_ids", "texts"), ())


def test_small_letters_are_the_same_code_and_what_is_no_code_stays_as_it_is(shop: Spec) -> None:
    counts = {"EUR": 70, "eur": 20, "usd": 2, "USD": 1, "<b>": 5, "?": 2}
    rows = [
        {**NAME._asdict(), "day": 1, "size": 3, "currency": currency, "records": count}
        for currency, count in counts.items()
    ]
    measures = Measures({**EMPTY, "values": rows, "left_out": [{}]}, Days(1, 1))
    told = [
        (one.what, one.days[1])
        for one in count_values(measures, NAME, shop.monitor)
        if one.rule == "currency"
    ]
    assert told == [
        ("records have the currency `<b>`", Share(5, 100)),
        ("records have a currency that is not a code", Share(2, 100)),
        ("records have the currency `USD`", Share(3, 100)),
    ]
