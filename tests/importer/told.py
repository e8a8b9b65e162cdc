"""Containers compared before and after a migration, on many sites: does the report say it all?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from tests.importer.lifting import (
    ALL_PAGES,
    Json,
    condition,
    custom_event,
    data_layer,
    html,
    table,
    template,
    variable,
    version,
)
from tests.importer.migrating import PAGE, Migrated, Sent, received_on
from tests.importer.test_migrate import LINE, base

INITIALIZATION = "2147479573"
CONSENT_INITIALIZATION = "2147479572"
VARIABLES = (
    data_layer("Items", "ecommerce.items"),
    data_layer("Total", "ecommerce.value"),
    data_layer("Currency", "ecommerce.currency"),
    data_layer("Order", "ecommerce.transaction_id"),
    data_layer("Plan", "plan"),
    data_layer("ID", "event_id"),
    variable("Twice", "jsm", template("javascript", "function() { return {{Total}} * 2; }")),
    variable(
        "Tariff",
        "smm",
        template("input", "{{Plan}}"),
        table("map", {"key": "pro", "value": "1"}),
    ),
    variable(
        "Contents",
        "jsm",
        template(
            "javascript",
            "function() { return {{Items}}.map(function(p) { return {content_id: p.sku, "
            "price: p.price}; }); }",
        ),
    ),
)
TRIGGERS = (
    custom_event("Order", "order"),
    custom_event("Lead", "lead"),
    {"name": "DOM", "type": "DOM_READY"},
    {"name": "Loaded", "type": "WINDOW_LOADED"},
    {"name": "Here", "type": "PAGEVIEW", "filter": [condition("EQUALS", "{{_event}}", "gtm.js")]},
)
PIXEL = html("Pixel", base(), ALL_PAGES)


def order(**commerce: object) -> Json:
    """A step with an order; what is not given is as usual."""
    usual = {"value": 20, "currency": "EUR", "transaction_id": "1001", "items": [LINE]}
    return {"push": {"event": "order", "plan": "pro", "ecommerce": {**usual, **commerce}}}


NEXT = {"navigate": "/next"}
ODD = (
    20,
    "20",
    "20.50",
    "12,50",
    "1,450",
    "EUR 5",
    "",
    " ",
    None,
    0,
    -3,
    "abc",
    True,
    [1],
    {"a": 1},
)
SITES = (
    *(order(value=value) for value in ODD),
    *(order(currency=value) for value in ("eur", " EUR ", "Euro", "€", "", None, 978)),
    *(order(transaction_id=value) for value in (7, "", None, "a b", True, ["x"])),
    *(
        order(items=value)
        for value in (
            [{"item_id": "A", "price": "1,50"}],
            [{"item_id": 1, "item_brand": "b", "item_category": "c", "quantity": "2"}],
            [{"id": "A"}],
            [{"sku": "A", "price": "5"}],
            [],
            None,
            LINE,
            {"0": LINE},
            "x",
        )
    ),
    {"push": {"event": "order", "plan": 5, "event_id": "own", "ecommerce": {"value": 1}}},
    {"push": {"event": "order"}},
)


def container(*tags: Json, templates: tuple[Json, ...] = ()) -> Json:
    return version(
        tags=tags, triggers=TRIGGERS, variables=VARIABLES, templates=templates, built_ins=()
    )


def check(
    migrated: Migrated, pack: str, *sites: Sequence[Json], page: str = PAGE, replaced: int
) -> None:
    """All that differs is told, and something does: a comparison that sees nothing would pass."""
    assert len(migrated.migration.replaced) == replaced, migrated.decisions
    different = 0
    for steps in sites:
        before = received_on(migrated.before, pack, *steps, page=page, may_fail=True)
        after = received_on(migrated.after, pack, *steps, page=page)
        assert find_untold(migrated, before, after) == [], steps
        different += len(find_differences(before, after, ""))
    assert different > 0


_RENAMED = re.compile(r"sends `(\w+)` has to send `(\w+)`")


def find_untold(migrated: Migrated, before: Sequence[Sent], after: Sequence[Sent]) -> list[str]:
    """The differences in what was received that the report does not name."""
    return find_differences(before, after, "\n".join((*migrated.decisions, *migrated.cases)))


def find_differences(before: Sequence[Sent], after: Sequence[Sent], said: str) -> list[str]:
    """The differences but for those that a text names."""
    return [
        difference
        for difference, pattern in _list_differences(before, after, said)
        if not re.search(pattern, said)
    ]


def _list_differences(
    before: Sequence[Sent], after: Sequence[Sent], said: str
) -> Iterator[tuple[str, str]]:
    """Each difference, and what a sentence looks like that names it."""
    names = dict(_RENAMED.findall(said))
    rest = [*after]
    places = []
    for one in before:
        old = one._replace(event=names.get(one.event, one.event))
        new = next((other for other in rest if other[:2] == old[:2]), None)
        if new is None:
            yield f"no {old.event} of {old.account}", _LOST
        else:
            rest.remove(new)
            places.append([id(other) for other in after].index(id(new)))
            yield from _list_other_params(old, new)
            yield from _list_other_ids(old, new)
    for new in rest:
        yield (
            f"a new {new.event} of {new.account}",
            "was lost until now|is sent on in-app navigation",
        )
    if places != sorted(places):
        yield (
            "another order",
            (
                "is sent all the same|comes first|no longer on|fires on Initialization"
                "|order may differ"
            ),
        )


_LOST = (
    "only the page itself loads gets it no longer|left to the page|then once|is not sent any more"
)


# Sentences about a parameter that do not begin with its name.
_ELSEWHERE = {
    "value": "a value( or a price)? of 0 is sent",
    "search_string": "is `search_string`|called `search_string`",
    "query": "no longer `query`|`query` of the event data is not sent",
    "contents": "its `contents` (say|have)|its items will say|count as a list|each item say",
    "content_type": r"`contents`[^)]*\): what cannot|(will|items?|event) says? `content_type",
}


def _list_other_params(old: Sent, new: Sent) -> Iterator[tuple[str, str]]:
    for name in sorted(old.params.keys() | new.params.keys()):
        values = [json.dumps(one.params.get(name), sort_keys=True) for one in (old, new)]
        if values[0] == values[1] and (name in old.params) == (name in new.params):
            continue
        quoted = f"`{name}`"
        by_type = rf"read by its type \([^)]*{quoted}[^)]*\)"
        patterns = [by_type, rf"and reads [^.]*{quoted}", _ELSEWHERE.get(name, "(?!)")]
        if name not in new.params:
            patterns.append(rf"{quoted}[^.\n]* (no longer|not) sent")
        elif name not in old.params:
            patterns.append(rf"{quoted}[^.\n]* will be sent|{quoted} goes with")
        else:
            patterns.append(rf"{quoted} is (sent as a number|`)")
        yield f"{name}: {old.params.get(name)!r} -> {new.params.get(name)!r}", "|".join(patterns)


def _list_other_ids(old: Sent, new: Sent) -> Iterator[tuple[str, str]]:
    if old.event_id == new.event_id:
        return
    if old.event_id is None:
        pattern = "gets an event ID|gets a parameter `event_id`|an ID is made on the page"
    elif str(old.event_id) == new.event_id:
        pattern = "its (event )?ID is text"
    else:
        pattern = "event's own message is its ID|an ID is made on the page"
    yield f"ID {old.event_id} -> {new.event_id}", pattern
