"""Whatever a migrated container sends otherwise, the report names: Custom HTML and GA4's tags."""

from __future__ import annotations

from itertools import product

import pytest

from tests.importer.lifting import ALL_PAGES, Json, html
from tests.importer.migrating import PAGE, Migrated
from tests.importer.test_migrate import BASE, ONE, TWO, base, ga4_event, google_tag, script
from tests.importer.told import (
    CONSENT_INITIALIZATION,
    INITIALIZATION,
    NEXT,
    PIXEL,
    SITES,
    check,
    container,
)

SHORT = {"MONEY": "value: {{Total}}, currency: {{Currency}}", "FIRST": ONE, "SECOND": TWO}
CODES = (
    "ttq.track('Subscribe', {MONEY, order_id: {{Order}}}, {event_id: 'o_' + {{Order}}});",
    "ttq.track('CompletePayment', {contents: {{Items}}, MONEY}, {event_id: {{Order}}});",
    "ttq.track('ViewContent', {contents: {{Contents}}, MONEY}, {event_id: {{ID}}});",
    "ttq.track('Subscribe', {value: Number({{Total}}), currency: 'EUR', description: {{Plan}}});",
    "ttq.track('Subscribe', {value: parseFloat({{Total}}), currency: String({{Currency}})});",
    "ttq.track('Subscribe', {predicted_ltv: +{{Total}}}, {event_id: String({{Order}})});",
    "ttq.track('ViewContent', {contents: {{Items}}, content_type: 'product'});",
    "ttq.track('ViewContent', {contents: {{Items}}, content_type: 'product_group'});",
    (
        "ttq.track('ViewContent', {contents: [{content_id: '{{Order}}', content_name: {{Plan}}, "
        "content_type: 'product', quantity: 1, price: {{Total}}}, {content_id: 7}]});"
    ),
    (
        "ttq.track('ViewContent', {content_id: {{Order}}, content_name: '{{Plan}}', quantity: 2, "
        "price: '{{Total}}', content_type: 'product', value: {{Total}}, currency: {{Currency}}});"
    ),
    "ttq.track('Subscribe', {value: '{{Total}}', currency: 'EUR', num_items: '3', shop: 'a'});",
    "ttq.track('Subscribe', {value: {{Twice}}, currency: 'EUR', description: {{Tariff}}});",
    "ttq.track('Subscribe', {order_id: 5, description: 7.5, status: '8'});",
    "ttq.track('SubmitForm', {value: {{Total}} || 0, description: 'a {{Plan}}', status: true});",
    "ttq.instance('FIRST').track('Contact', {status: {{Plan}}}, {event_id: `c_{{Order}}`});",
    "ttq.instance('SECOND').track('Contact', {predicted_ltv: {{Total}}});",
    "ttq.track('Download', {}, {event_id: '{{ID}}'});",
)


@pytest.mark.parametrize("code", CODES)
def test_values_and_ids_of_custom_html(code: str) -> None:
    for word, meaning in SHORT.items():
        code = code.replace(word, meaning)
    migrated = Migrated(container(PIXEL, html("Event", script(code), "1")), "tiktok")
    check(migrated, "tiktok", *([site] for site in SITES), replaced=2)


MOMENTS = (CONSENT_INITIALIZATION, INITIALIZATION, ALL_PAGES, "3", "4")
EARLY = PAGE.replace(
    "<!--GTM-->",
    "<script>(window.dataLayer = window.dataLayer || []).push({event: 'lead', plan: 'early'})"
    "</script><!--GTM-->",
)
WITH_ONE, WITH_TWO = (
    PAGE.replace("<!--GTM-->", f"{base(pixel)}<!--GTM-->") for pixel in (ONE, TWO)
)
LEAD = {"push": {"event": "lead", "plan": "pro"}}


@pytest.mark.parametrize("page", [PAGE, EARLY, WITH_ONE, WITH_TWO])
@pytest.mark.parametrize("loads", MOMENTS)
def test_moments_of_custom_html(loads: str, page: str) -> None:
    for number, sends in enumerate((*MOMENTS, "2", "5")):
        options = ", {historyObserver: false}" if number % 2 else ""
        pixel = html("Pixel", BASE % f"ttq.load('{ONE}'{options}); ttq.page();", loads)
        event = html("Lead", script("ttq.track('Contact', {description: {{Plan}}});"), sends)
        tags = (pixel, event) if number % 3 else (event, pixel)
        migrated = Migrated(container(*tags), "tiktok")
        check(migrated, "tiktok", [LEAD, NEXT], page=page, replaced=2)


@pytest.mark.parametrize("page", [PAGE, EARLY, WITH_TWO])
@pytest.mark.parametrize(
    "code",
    [
        "ttq.track('Contact', {description: {{Plan}}});",
        f"ttq.instance('{TWO}').track('Contact', {{description: {{{{Plan}}}}}});",
        f"ttq.instance('{ONE}').track('Contact'); ttq.instance('{TWO}').track('Contact');",
        "ttq.track('SubmitForm', {order_id: {{Order}}}, {event_id: {{Order}}});",
    ],
)
@pytest.mark.parametrize("second", ["ttq.page();", f"ttq.instance('{TWO}').page();"])
def test_two_pixels(second: str, code: str, page: str) -> None:
    for own, other, sends in product(
        (INITIALIZATION, ALL_PAGES), (INITIALIZATION, ALL_PAGES, "3"), ("2", ALL_PAGES)
    ):
        load = script(f"ttq.load('{TWO}', {{historyObserver: false}}); {second}")
        migrated = Migrated(
            container(
                html("Own", base(), own),
                html("Agency", load, other),
                html("Lead", script(code), sends),
            ),
            "tiktok",
        )
        check(migrated, "tiktok", [LEAD, NEXT], page=page, replaced=3)


ASKS = {
    "consentSettings": {
        "consentStatus": "NEEDED",
        "consentType": {"type": "LIST", "list": [{"type": "TEMPLATE", "value": "ad_storage"}]},
    }
}
DEFAULT = (
    "<script>window.dataLayer = window.dataLayer || []; function gtag() "
    "{dataLayer.push(arguments)} gtag('consent', 'default', {ad_storage: '%s'});</script><!--GTM-->"
)
GRANT, DENY = ({"consent": {"ad_storage": state}} for state in ("granted", "denied"))


@pytest.mark.parametrize("default", ["granted", "denied"])
@pytest.mark.parametrize("once", ["ONCE_PER_EVENT", "ONCE_PER_LOAD", "UNLIMITED"])
@pytest.mark.parametrize("asking", [(ASKS, ASKS), (ASKS, {}), ({}, ASKS)])
def test_consent(asking: tuple[Json, Json], once: str, default: str) -> None:
    pixel = html("Pixel", base(), ALL_PAGES, **asking[0])
    code = script("ttq.track('Contact', {description: {{Plan}}});")
    event = html("Lead", code, "2", tagFiringOption=once, **asking[1])
    page = PAGE.replace("<!--GTM-->", DEFAULT % default)
    sites = [
        [LEAD, GRANT, LEAD],
        [GRANT, LEAD, DENY, LEAD, LEAD],
        [DENY, LEAD, GRANT, LEAD, LEAD],
        [DENY, NEXT, GRANT, NEXT],
    ]
    migrated = Migrated(container(pixel, event), "tiktok")
    check(migrated, "tiktok", *sites, page=page, replaced=2)


def google(firing: str, *rows: tuple[str, str], views: str = "true") -> Json:
    return {**google_tag(("send_page_view", views), *rows), "firingTriggerId": [firing]}


@pytest.mark.parametrize(
    "rows",
    [
        (),
        (("value", "{{Total}}"), ("currency", "{{Currency}}"), ("items", "{{Items}}")),
        (("transaction_id", "{{Order}}"), ("event_id", "{{Order}}")),
        (("method", "{{Plan}}"), ("event_id", "o-{{Order}}")),
        (("num_items", "{{Total}}"), ("event_id", "{{ID}}")),
        (("tax", "5"), ("text", "a {{Plan}}"), ("shipping", "{{Twice}}")),
    ],
)
def test_values_and_ids_of_ga4(rows: tuple[tuple[str, str], ...]) -> None:
    found = container(
        google(INITIALIZATION, ("area", "shop"), ("user_id", "{{Plan}}")),
        ga4_event("Event", "order_sent", "1", *rows),
    )
    check(Migrated(found, "ga4"), "ga4", *([site] for site in SITES), replaced=2)


@pytest.mark.parametrize("page", [PAGE, EARLY])
@pytest.mark.parametrize("loads", MOMENTS)
def test_moments_of_ga4(loads: str, page: str) -> None:
    for number, sends in enumerate((*MOMENTS, "2", "5")):
        event = ga4_event("Event", "lead_sent", sends, ("form", "{{Plan}}"))
        setup = google(loads, ("area", "{{Plan}}"), views="false" if number % 2 else "true")
        tags = (setup, event) if number % 3 else (event, setup)
        check(Migrated(container(*tags), "ga4"), "ga4", [LEAD, NEXT], page=page, replaced=2)
