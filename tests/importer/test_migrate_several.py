"""Tags that load TikTok's code and send events, or several of them: what becomes of each call."""

from __future__ import annotations

import pytest

from tests.importer.lifting import ALL_PAGES, Json, data_layer, html, template, version
from tests.importer.migrating import Migrated, Sent, received, received_on
from tests.importer.test_migrate import (
    BASE,
    ONE,
    TRIGGERS,
    TWO,
    VARIABLES,
    base,
    ga4_event,
    script,
)
from tests.importer.test_migrate_told import SITES, container
from tests.importer.told import find_differences, find_untold

LOAD = f"ttq.load('{ONE}', {{historyObserver: false}});"
VIEW = (
    "ttq.track('ViewContent', {contents: {{Items}}, value: {{Total}}, currency: 'EUR'}, "
    "{event_id: 'v{{Order}}'});"
)
LEAD, CONTACT = "ttq.track('Lead', {});", "ttq.track('Contact', {description: {{Plan}}});"
COMMERCE = {"transaction_id": "7", "value": 5, "items": [{"item_id": "A1"}]}
MOMENT = {"event": "lead", "plan": "pro", "ecommerce": COMMERCE}


def with_end(code: str) -> str:
    """The base code with more behind it."""
    return base().replace("</script>", f"\n{code}\n</script>")


PAGE_TAGS = {
    "in the base code": BASE % f"{LOAD} ttq.page(); {VIEW}",
    "before the page view": BASE % f"{LOAD} {VIEW} ttq.page();",
    "without semicolons": BASE % f"{LOAD}\nttq.page()\n{VIEW.rstrip(';')}\n",
    "behind the base code": with_end(VIEW),
    "of the window": with_end(f"window.{VIEW}"),
    "to the pixel alone": with_end(VIEW.replace("ttq.", f"ttq.instance('{ONE}').")),
    "in a script of its own": base() + script(VIEW),
    "two events": with_end(VIEW + CONTACT),
    "before Lead and behind it": BASE % f"{LOAD} {LEAD} ttq.page(); {VIEW}",
    "in brackets": BASE.replace("!function", "(function").replace("'ttq');", "'ttq'));")
    % f"{LOAD} ttq.page(); {VIEW}",
}


def sent_by(migrated: Migrated, *steps: Json) -> tuple[list[Sent], list[Sent]]:
    before = received_on(migrated.before, "tiktok", *steps, may_fail=True)
    return before, received_on(migrated.after, "tiktok", *steps)


@pytest.mark.parametrize("code", PAGE_TAGS.values(), ids=PAGE_TAGS.keys())
def test_base_code_that_sends_events_is_replaced_and_tiktok_receives_the_same(code: str) -> None:
    migrated = Migrated(container(html("Pixel", code, ALL_PAGES)), "tiktok")
    assert [item.tag for item in migrated.migration.replaced] == ["Pixel"], migrated.decisions
    for steps in ((), ({"push": MOMENT}, {"navigate": "/next"})):
        before, after = sent_by(migrated, *steps)
        assert {"Pageview", "ViewContent"} <= {one.event for one in before}
        assert sorted(one.event for one in before) == sorted(one.event for one in after)
        assert find_untold(migrated, before, after) == []


EVENT_TAGS = {
    "two events": LEAD + CONTACT,
    "three events": f"{VIEW} {LEAD} {CONTACT}",
    "on lines": f"{LEAD.rstrip(';')}\n{CONTACT.rstrip(';')}",
    "in a function": f"(function() {{ {LEAD} {CONTACT} }})();",
    "if there is a pixel": f"if (window.ttq) {{ {LEAD} {CONTACT} }}",
    "with another name today": "ttq.track('SubmitForm', {}); " + CONTACT,
    "an event for each pixel": (
        f"ttq.instance('{ONE}').{LEAD[4:]} ttq.instance('{TWO}').{CONTACT[4:]}"
    ),
}


@pytest.mark.parametrize("code", EVENT_TAGS.values(), ids=EVENT_TAGS.keys())
def test_several_events_are_each_replaced_and_what_differs_is_told(code: str) -> None:
    second = script(f"ttq.load('{TWO}', {{historyObserver: false}});")
    pixels = (html("Pixel", base() + second, ALL_PAGES), html("Events", script(code), "1", "2"))
    migrated = Migrated(container(*pixels), "tiktok")
    assert "Events" in [item.tag for item in migrated.migration.replaced], migrated.decisions
    differences = 0
    for steps in (({"push": MOMENT},), *((one,) for one in SITES), ({"push": MOMENT},) * 2):
        before, after = sent_by(migrated, *steps)
        assert len(before) == len(after) > 1
        assert find_untold(migrated, before, after) == [], steps
        differences += len(find_differences(before, after, ""))
    assert differences > 0


STAYS = "its code does more than send this event, or decides whether to"
MORE = "a tag of gtmgen's own would not have its `identify`"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (with_end(f"if ({{{{Total}}}}) {VIEW}"), STAYS),
        (with_end(f"if ({{{{Total}}}})\n{VIEW}"), STAYS),
        (with_end(f"if ({{{{Total}}}}) {{ {VIEW} }}"), STAYS),
        (with_end(f"{{{{Total}}}} && {VIEW}"), STAYS),
        (with_end(f"function f() {{ {VIEW} }}"), STAYS),
        (with_end(f"ttq.ready(function() {{ {VIEW} }});"), STAYS),
        (with_end(f"for (var i = 0; i < 2; i++) {VIEW}"), STAYS),
        (with_end(f"for (var i = 0; i < 2; i++) {{ {VIEW} }}"), STAYS),
        (BASE % f"{LOAD} ttq.page(); if (w.x) return; {VIEW}", STAYS),
        (BASE % f"{VIEW} {LOAD} ttq.page();", STAYS),
        (with_end(f"{VIEW} fbq('track', 'ViewContent');"), STAYS),
        (with_end(VIEW * 2), "it sends `ViewContent` several times"),
        (
            with_end(VIEW + VIEW.replace("'EUR'", "'USD'")),
            "it sends `ViewContent` several times, with other data",
        ),
        (with_end("ttq.track({{Plan}});"), "it takes the event's name from elsewhere"),
        (with_end(f"{LEAD} ttq.identify({{email: {{{{Plan}}}}}});"), MORE),
        (with_end(f"{LEAD} ttq.track('Order');"), "TikTok has no event `Order` that gtmgen knows"),
        (
            with_end("ttq.track('AddToCart', {value: 1, currency: 'EUR'});"),
            (
                "`validate` would refuse it (TikTok requires `items` for `AddToCart`, but "
                "`add_to_cart` does not set it [missing-param])"
            ),
        ),
    ],
)
def test_a_tag_of_which_one_event_cannot_be_replaced_stays_whole(code: str, reason: str) -> None:
    tag = html("Pixel", code, ALL_PAGES)
    migrated = Migrated(container(tag), "tiktok")
    assert migrated.migration.replaced == ()
    assert migrated.decisions == [f"tag `Pixel`: it stays as it is: {reason}."]
    (kept,) = migrated.after["containerVersion"]["tag"]
    assert kept["parameter"] == tag["parameter"]


GUARDED = "its code does more than load the platform's"


@pytest.mark.parametrize(
    "code",
    [
        base().replace("!function", "if ({{Plan}}) !function"),
        base().replace("!function", "if ({{Plan}} == 'yes')\n!function"),
        base().replace("!function", "{{Plan}} && !function"),
        base().replace("<script>", "<script>if ({{Plan}}) {").replace("</script>", "}</script>"),
        BASE % f"if ({{{{Plan}}}}) {LOAD} ttq.page();",
        BASE % f"{LOAD} if ({{{{Plan}}}}) ttq.page();",
        BASE % f"{LOAD} {{{{Plan}}}} && ttq.page();",
        BASE % f"{LOAD} {{{{Plan}}}} ? ttq.page() : 0;",
        BASE % f"if ({{{{Plan}}}}) return; {LOAD} ttq.page();",
        BASE % f"{LOAD} for (;;) ttq.page();",
        BASE % f"{LOAD} var p = function () {{ ttq.page(); }};",
        BASE % f"{LOAD} var p = () => ttq.page();",
    ],
)
def test_base_code_that_runs_on_a_condition_stays(code: str) -> None:
    migrated = Migrated(container(html("Pixel", code, ALL_PAGES)), "tiktok")
    assert migrated.migration.replaced == ()
    assert migrated.decisions == [f"tag `Pixel`: it stays as it is: {GUARDED}."]


@pytest.mark.parametrize(
    "code",
    [
        BASE % f"{LOAD.rstrip(';')}, ttq.page()",
        BASE % f"{LOAD.rstrip(';')}\nttq.page()",
        base().replace("!function", "var a = 1;\n!function"),
        base().replace("!function", "(function").replace("'ttq');", "'ttq'));"),
        BASE % f"var a = {{}}; {LOAD} ttq.page();",
    ],
)
def test_base_code_that_always_runs_is_replaced(code: str) -> None:
    migrated = Migrated(container(html("Pixel", code, ALL_PAGES)), "tiktok")
    assert [item.tag for item in migrated.migration.replaced] == ["Pixel"], migrated.decisions
    before, after = sent_by(migrated)
    assert [one[:2] for one in before] == [one[:2] for one in after] == [("Pageview", ONE)]


def test_the_spec_names_each_event_and_joins_that_of_another_platform() -> None:
    code = (
        "ttq.track('AddToWishlist', {contents: {{Items}}, coupon: {{Plan}}}, "
        "{event_id: {{Order}}}); ttq.track('Contact', {description: {{Plan}}});"
    )
    meta = html("Meta", script("ttq.track('Lead');"), "1")
    migrated = Migrated(
        version(
            tags=(html("Pixel", base(), ALL_PAGES), html("Both", script(code), "2"), meta),
            triggers=TRIGGERS,
            variables=VARIABLES,
            built_ins=(),
        ),
        "tiktok",
    )
    assert migrated.spec.partition("events:\n")[2] == (
        "  add_to_wishlist:\n"
        "    title: Add to wishlist\n"
        "    on: lead\n"
        "    send: {tiktok: AddToWishlist}\n"
        "    event_id: {from: order}\n"
        "    params: {items: items}\n"
        "  contact:\n"
        "    title: Contact\n"
        "    on: lead\n"
        "    send: {tiktok: Contact}\n"
        "    params: {description: plan}\n"
        "  generate_lead:\n"
        "    title: Generate lead\n"
        "    on: order\n"
        "    send: {tiktok: Lead}\n"
    )
    assert migrated.decisions[0] == (
        "tag `Both`: `coupon` is no longer sent with its `add_to_wishlist`."
    )
    assert (
        "tag `Both`: each of `AddToWishlist`, `Contact` is sent by a tag of its own: their order "
        "may differ, and where one fails, the others are sent all the same."
    ) in migrated.cases


IDENTIFY = "ttq.identify({email: {{Mail}}});"


def identified(*tags: Json) -> Migrated:
    variables = (*VARIABLES, data_layer("Mail", "mail"), data_layer("Tel", "tel"))
    found = version(tags=tags, triggers=TRIGGERS, variables=variables, built_ins=())
    return Migrated(found, "tiktok")


def test_what_one_tag_alone_tells_of_the_visitor_becomes_the_account_s() -> None:
    migrated = identified(
        html("Pixel", base(), ALL_PAGES),
        html("Lead", script(f"{IDENTIFY} ttq.track('Lead');"), "2"),
        html(
            "Contact", script("ttq.identify({phone_number: {{Tel}}}); ttq.track('Contact');"), "1"
        ),
    )
    assert [item.tag for item in migrated.migration.replaced] == ["Pixel", "Lead", "Contact"]
    assert "identify: {email: mail, phone_number: tel}" in migrated.spec
    follows = "today with what this tag sends, and what follows on the page"
    for tag, name in (("Lead", "email"), ("Contact", "phone_number")):
        assert (
            f"tag `{tag}`: `{name}` goes with all that its pixel receives, as soon as the page "
            f"knows it; {follows}."
        ) in migrated.decisions
    pushes = ({"event": "lead", "mail": "a@b.example"}, {"event": "order"})
    before, after = (
        [one[:3] for one in received(container, "tiktok", *pushes) if one.event]
        for container in (migrated.before, migrated.after)
    )
    assert before == after
    assert [event for event, _, _ in after] == ["Pageview", "Lead", "Contact"]


@pytest.mark.parametrize(
    "other",
    [
        html("Other", script("ttq.identify({email: {{Plan}}}); ttq.track('Contact');"), "1"),
        html("Other", script("ttq.identify({email: 'x'}); ttq.track('Contact');"), "1"),
    ],
    ids=["another variable", "a constant"],
)
def test_tags_that_tell_different_things_of_the_visitor_stay(other: Json) -> None:
    lead = html("Lead", script(f"{IDENTIFY} ttq.track('Lead');"), "2")
    migrated = identified(html("Pixel", base(), ALL_PAGES), lead, other)
    assert [item.tag for item in migrated.migration.replaced] == ["Pixel"]
    assert migrated.decisions == [f"each of the tags `Lead`, `Other`: it stays as it is: {MORE}."]


def test_nobody_is_told_of_without_the_consent_that_the_tag_asks_for() -> None:
    consent = {"consentStatus": "NEEDED", "consentType": {"type": "LIST", "list": []}}
    consent["consentType"]["list"] = [{"type": "TEMPLATE", "value": "ad_user_data"}]  # type: ignore[index]
    lead = html("Lead", script(f"{IDENTIFY} ttq.track('Lead');"), "2", consentSettings=consent)
    migrated = identified(html("Pixel", base(), ALL_PAGES), lead)
    assert [item.tag for item in migrated.migration.replaced] == ["Pixel"]
    assert migrated.decisions == [f"tag `Lead`: it stays as it is: {MORE}."]


def ecommerce(
    name: str, event: str, *rows: tuple[str, str], firing: str = "1", **fields: str
) -> Json:
    """GA4's event tag, with parameters or what it reads of the data layer by itself."""
    tag = ga4_event(name, event, firing, *rows)
    tag["parameter"] += [template(key, value) for key, value in fields.items()]
    return tag


READS = {"sendEcommerceData": "true", "getEcommerceDataFrom": "dataLayer"}
PURCHASE = "ttq.track('Purchase', {value: {{Total}}}, {event_id: {{Order}}});"


@pytest.mark.parametrize(
    ("other", "code", "told"),
    [
        (ecommerce("GA4", "purchase", **READS), PURCHASE, "`contents`, `currency`"),
        (
            ecommerce("GA4", "purchase", ("items", "{{Items}}"), ("currency", "EUR")),
            PURCHASE,
            "`contents`, `currency`",
        ),
        (
            ecommerce("GA4", "purchase", ("currency", "{{Currency}}"), ("items", "{{Items}}")),
            "ttq.track('CompletePayment', {value: {{Total}}, contents: {{Items}}});",
            "`currency`",
        ),
        (
            ecommerce("GA4", "add_to_cart", **READS),
            "ttq.track('AddToCart', {contents: [{{Plan}}], value: {{Total}}, currency: 'EUR'});",
            "`contents`",
        ),
    ],
    ids=["the data layer", "parameters", "the currency alone", "instead of code"],
)
def test_what_tiktok_requires_is_taken_from_what_ga4_is_sent(
    other: Json, code: str, told: str
) -> None:
    found = container(html("Pixel", base(), ALL_PAGES), html("Order", script(code), "1"), other)
    migrated = Migrated(found, "tiktok")
    assert [item.tag for item in migrated.migration.replaced] == ["Pixel", "Order"]
    assert f"tag `Order`: {told} will be sent from what `GA4` sends." in migrated.decisions
    for steps in SITES:
        before, after = sent_by(migrated, steps)
        assert len(before) == len(after) == 2
        assert find_untold(migrated, before, after) == [], steps
    _, (_, new) = sent_by(migrated, SITES[0])
    assert [line["content_id"] for line in new.params["contents"]] == ["A1"]
    assert new.params["currency"] == "EUR"


@pytest.mark.parametrize(
    "other",
    [
        ecommerce("GA4", "purchase", firing="2", **READS),
        {**ecommerce("GA4", "purchase", **READS), "blockingTriggerId": ["2"]},
        ecommerce("GA4", "begin_checkout", **READS),
        ecommerce("GA4", "purchase", sendEcommerceData="true", getEcommerceDataFrom="customObject"),
        ecommerce("GA4", "purchase", ("currency", "EUR")),
        {**ecommerce("GA4", "purchase", **READS), "paused": True},
    ],
    ids=["elsewhere", "blocked", "another event", "another object", "no items", "paused"],
)
def test_what_tiktok_requires_is_not_guessed(other: Json) -> None:
    found = container(html("Pixel", base(), ALL_PAGES), html("Order", script(PURCHASE), "1"), other)
    migrated = Migrated(found, "tiktok")
    assert [item.tag for item in migrated.migration.replaced] == ["Pixel"]
    (decision,) = migrated.decisions
    assert decision.startswith(
        "tag `Order`: it stays as it is: `validate` would refuse it (TikTok "
    )
