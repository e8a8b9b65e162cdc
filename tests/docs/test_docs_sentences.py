"""Triggers, conditions and sources in words."""

from __future__ import annotations

from typing import Any

import pytest

from gtmgen.spec.forms.registry import WORDS

from .conftest import data_key, documentation, event, of_data

GA4 = {"measurement_id": "G-ABC1234567", "consent": ["analytics_storage"], "page_view": "off"}
PAGES = {"home": {"path": "/", "title": "Home"}, "product": {"path": ["/p/*", "/q"]}}

TRIGGERS: list[tuple[dict[str, Any], str]] = [
    ({"page": "product"}, "A page view of product (`/p/*`, `/q`)"),
    ({"page": ["home", "product"]}, "A page view of Home (`/`) or product (`/p/*`, `/q`)"),
    ({"lifecycle": "init"}, "The start of a page load, before all other tags"),
    ({"event": "purchase"}, "The site's dataLayer message `purchase`"),
    ({"event_matches": "^a"}, "A dataLayer message whose name matches `^a`"),
    (
        {"event_matches": "^a", "ignore_case": True},
        "A dataLayer message whose name matches `^a`, ignoring case",
    ),
    ({"history": "any"}, "Every change of the browser's history"),
    ({"click": ".buy"}, "A click on `.buy`"),
    ({"link": "a.out"}, "A click on the link `a.out`"),
    ({"submit": "form"}, "A submission of the form `form`"),
    ({"click": "any"}, "A click on anything"),
    ({"link": "any"}, "A click on any link"),
    ({"submit": "any"}, "The submission of any form"),
    (
        {"visible": "#offer"},
        "The element `#offer` coming into view (at least 50% of it), once per page",
    ),
    (
        {"visible": "#offer", "ratio": 75, "for": "2s", "once": "every"},
        "The element `#offer` coming into view (at least 75% of it), for at least 2s, every time",
    ),
    ({"scroll": [25, 50]}, "Scrolling down to 25% or 50%"),
    ({"scroll_pixels": 2000}, "Scrolling down to 2000 px"),
    ({"scroll_horizontal": 10}, "Scrolling across to 10%"),
    ({"scroll_horizontal_pixels": [1, 2]}, "Scrolling across to 1 px or 2 px"),
    ({"timer": "30s"}, "Every 30s on a page that stays open"),
    ({"timer": "30s", "limit": 1}, "Every 30s on a page that stays open, once at most"),
    ({"timer": "30s", "limit": 3}, "Every 30s on a page that stays open, 3 times at most"),
    (
        {"video": {"start": True, "complete": True, "progress": [25, 50]}},
        "An embedded YouTube video: start, end and 25%, 50% watched",
    ),
    ({"js_error": True}, "An uncaught JavaScript error"),
]


def first_event(trigger: Any, **sections: Any) -> Any:
    triggers = {"one": {"event": "one"}, "two": {"click": "b"}}
    events = {"thing": {"on": trigger, "send": {"ga4": "thing"}, **sections}}
    found = of_data(platforms={"ga4": GA4}, pages=PAGES, triggers=triggers, events=events)
    return event(found, "thing")


def test_every_form_has_a_sentence_here() -> None:
    told = {name for trigger, _ in TRIGGERS for name in trigger} | {"group", "always"}
    assert set(WORDS) <= told


@pytest.mark.parametrize(("trigger", "sentence"), TRIGGERS, ids=lambda item: str(item)[:30])
def test_a_trigger_in_words(trigger: dict[str, Any], sentence: str) -> None:
    (firing,) = first_event(trigger).firings
    assert firing.sentence == sentence


def test_a_group_names_its_members() -> None:
    (firing,) = first_event({"group": ["one", "two"]}).firings
    assert firing.sentence == "The moment when `one` and `two` have all fired"


def test_what_a_server_container_has_is_in_words() -> None:
    found = of_data(
        container={"gtm": "GTM-TEST", "context": "server"},
        data={"agent": {"request_header": "user-agent"}, "page": {"request_query": "dl"}},
        events={
            "thing": {
                "on": {"always": True, "where": {"client_name": "GA4"}},
                "params": {"agent": "agent"},
                "send": {"custom": {"tag": "beacon"}},
            }
        },
        gtm={"tags": {"beacon": {"name": "Beacon", "type": "img", "consent": "not_required"}}},
    )
    (firing,) = event(found, "thing").firings
    assert firing.sentence == "Every event that reaches the server container"
    assert firing.conditions == ("`client_name` is `GA4`",)
    assert [item.source for item in found.data] == [
        "header of the request: `user-agent`",
        "query parameter of the request: `dl`",
    ]


def test_what_narrows_an_event() -> None:
    found = first_event(
        {"event": "thing", "where": {"event": {"matches": "a|b", "ignore_case": True}}},
        where={"page_url": {"not_contains": "x"}, "referrer": ["a", "b"], "click_id": ""},
        pages=["product"],
        **{"except": ["two"]},
    )
    assert found.firings[0].conditions == ("`event` matches `a|b`, ignoring case",)
    assert found.conditions == (
        "Only on product (`/p/*`, `/q`)",
        "`click_id` is empty or missing",
        "`page_url` does not contain `x`",
        "`referrer` is `a` or `b`",
    )
    assert found.exceptions == ("Blocked by `two`: a click on `b`",)
    assert found.pages == ("product",)


@pytest.mark.parametrize(
    ("key", "source"),
    [
        ("value", "data layer: `ecommerce.value`"),
        ("customer_id", "cookie: `customer_id`"),
        ("search_term", "query parameter of the page: `q`"),
        ("page_port", "the port of the page's address"),
        ("link_host", "the host name of the address in `click_url`"),
        ("link_campaign", "the query `utm_campaign` of the address in `click_url`"),
        ("referrer_host", "the host name of the referring page's address"),
        ("app_version", "JavaScript variable of the page: `app.build.version`"),
        ("stock", "text of the element `#stock-level`"),
        ("article", "attribute `data-article-id` of the element `main article`"),
        (
            "clicked_product",
            "attribute `data-product-id` of the element that was clicked, submitted or seen",
        ),
        (
            "clicked_campaign",
            (
                "the query `utm_campaign` of the address of the element that was clicked, "
                "submitted or seen"
            ),
        ),
        ("brand", "fixed value: `Kitchens and More`"),
        ("lead_value", "looked up in a table by `plan`"),
        ("page_group", "looked up in a table of patterns by `page_path`"),
        ("clicked_text", "built-in variable of GTM: `click_text`"),
        ("cart_count", "a script in the container"),
        ("quote_value", "the first of `list_price` and `quote_total` that has a value"),
        ("quote_total", "the sum of `price` times `quantity` over `quote_items`"),
    ],
)
def test_where_a_value_comes_from(key: str, source: str) -> None:
    assert data_key(documentation("everything/everything.yaml"), key).source == source


def test_triggers_and_variables_in_gtms_own_words() -> None:
    found = of_data(
        platforms={"ga4": GA4},
        events={
            "thing": {
                "on": "swiped",
                "except": ["inside"],
                "params": {"angle": "swipe_angle"},
                "send": {"ga4": "thing"},
            }
        },
        gtm={
            "triggers": {
                "swiped": {"type": "CUSTOM_EVENT", "name": "Swiped"},
                "inside": {"type": "PAGEVIEW", "name": "Inside"},
            },
            "variables": {"swipe_angle": {"type": "jsm", "name": "Angle of the swipe"}},
        },
    )
    thing = event(found, "thing")
    assert thing.firings[0].sentence == "The container's own trigger `Swiped`"
    assert thing.firings[0].names == ("Swiped",)
    assert thing.exceptions == ("Blocked by `inside`: the container's own trigger `Inside`",)
    (param,) = thing.deliveries[0].params
    assert (param.variable, param.data) == ("Angle of the swipe", None)
    assert param.source == "the container's own variable: `swipe_angle`"
