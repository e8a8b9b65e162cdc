"""The shares that are judged for each event: what is counted, and how it is said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from gtmgen.monitor.measures import Measures, Name
from gtmgen.monitor.record import BROWSER, MATCH_KEYS
from gtmgen.monitor.statistics import Share
from gtmgen.monitor.watched import Watched

Shares = Mapping[int, Share]


class Counted(NamedTuple):
    """A share of one event: the rule that judges it, what it is of, and the words for it.

    ``what`` follows "48 of 120": "records have no event ID".
    """

    rule: str
    side: str
    days: Shares
    what: str
    hint: str


_KEY_WORDS = {
    "email": "e-mail address",
    "phone": "phone number",
    "external_id": "external ID",
    "click_id": "click ID",
    "browser_id": "browser ID",
    "ip_agent": "address and user agent",
}
_PARAM_WORDS = {"value": "value", "currency": "currency", "items": "items"}
_DUPLICATE = "look for a trigger that fires twice, and for a second installation of the pixel"
_TWICE = (
    "make the event ID from something that stays, and send the event once: a thank-you page that "
    "is opened again sends it again"
)


def count_by_side(measures: Measures, watched: Watched, name: Name) -> Iterator[Counted]:
    """The shares of an event on one side."""
    side = name.side

    def share(rule: str, part: str, message: str, hint: str, whole: str = "records") -> Counted:
        return Counted(rule, side, measures.share(name, part, whole), message, hint)

    if watched.deduplicates:
        yield share("missing-id", "no_id", "records have no event ID", _explain_id(side))
        yield share(
            "unusable-id",
            "unusable_id",
            "records have a placeholder for an event ID, such as `undefined`",
            "the variable behind the event ID has no value when the event is sent",
        )
    for param in watched.params:
        yield share(
            "missing-param",
            f"without_{param}",
            f"records have no {_PARAM_WORDS.get(param, param)}",
            f"check what the site pushes for `{param}`: `gtmgen check-payload` says what is wrong",
        )
    if "value" in watched.params:
        yield share(
            "wrong-type",
            "wrong_type",
            "records have a value that is not a number",
            "send the value as a number: 59.9, not a text",
        )
        yield share(
            "zero-value",
            "zero",
            "values are zero or less",
            "check where the value comes from; an order that costs nothing is not a purchase",
            "values",
        )
    yield share(
        "failed",
        "failed",
        "answers say that the platform did not take the event",
        "read the answer's message in the server's log; 40002 names the field that is wrong",
        "answers",
    )
    if watched.deduplicates:
        for key in MATCH_KEYS:
            word = _KEY_WORDS[key]
            hint = f"without the {word}, the platform matches fewer people; check where it is read"
            yield share("match-key", f"without_{key}", f"records come without {word}", hint)
    unknown = measures.products.get(name)
    if unknown is not None:
        message = "records name a product that the catalogue does not know"
        hint = "`gtmgen catalogue` says which field matches best"
        yield Counted("unknown-product", side, unknown, message, hint)


def count_both(measures: Measures, watched: Watched) -> Iterator[Counted]:
    """The shares of an event's keys, on whichever side they are."""
    platform, event = watched.platform, watched.event

    def share(rule: str, part: str, what: str, hint: str, whole: str = "keys") -> Counted:
        return Counted(rule, "", measures.pair_share(platform, event, part, whole), what, hint)

    yield share(
        "duplicate", "extra", "records repeat an ID that was sent before", _DUPLICATE, "rows"
    )
    yield Counted(
        "counted-twice",
        "",
        _count_twice(measures, platform, event),
        "IDs come again when the platform has forgotten them, so they count twice",
        _TWICE,
    )
    yield share(
        "late",
        "late",
        "pairs are too far apart to be merged: the second is dropped, with its match keys",
        "send the server's event at once, not in a batch at night",
        "both",
    )
    yield share(
        "different-values",
        "different",
        "pairs differ in value or currency between browser and server",
        "both sides must mean the same: with or without tax, shipping and discount",
        "both",
    )


def count_one_sided(measures: Measures, watched: Watched) -> Counted | None:
    """IDs that one side alone has; None for an event that only one side sends."""
    days = measures.pairs.get((watched.platform, watched.event), {})
    both = sum(row["both"] for row in days.values())
    keys = sum(row["keys"] for row in days.values())
    has_sides = all(
        measures.total(Name(watched.platform, side, watched.event)) for side in (BROWSER, "server")
    )
    # Where the spec does not say so, a fifth of all keys has to pair: two sides that send different
    # things under one name are one-sided by design.
    if not has_sides or not (watched.both_sides or both * 5 > keys):
        return None
    return Counted(
        "one-sided",
        "",
        {day: Share(row["keys"] - row["both"], row["keys"]) for day, row in days.items()},
        "IDs were seen on one side alone",
        "compare the event ID of both sides: it must be the same text, on the same event name",
    )


def _count_twice(measures: Measures, platform: str, event: str) -> Shares:
    keys = measures.pairs.get((platform, event), {})
    again = measures.twice.get((platform, event), {})
    # The last day of a key may be another than the first, by which the whole is counted: the part
    # could be larger than it.
    return {
        day: Share(min(again[day]["keys"], row["keys"]) if day in again else 0, row["keys"])
        for day, row in keys.items()
    }


def _explain_id(side: str) -> str:
    if side == BROWSER:
        return "without an ID, an event of the server is counted beside it"
    return "the server must send the browser's event ID; without it, the event counts twice"
