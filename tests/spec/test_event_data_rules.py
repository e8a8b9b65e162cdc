"""Rules about an event, its ID and the data that it reads; about keys that were renamed."""

import pytest

from gtmgen.errors import SpecError
from gtmgen.spec.load import load

SPEC = """\
gtmgen: 1
project: shop
container: {gtm: GTM-ACME42}
site: {hosts: [shop.example], currency: EUR, navigation: spa}
platforms:
  tiktok: {pixel_id: C4A1B2C3D4E5F6G7H8I0, page_view: "off", consent: not_required}
  ga4: {measurement_id: G-ABC1234567, page_view: "off", consent: not_required}
pages: {thanks: {path: /thanks}}
data:
"""
ITEMS = "  items: {path: ecommerce.items, type: items}\n"


def reported(tmp_path, body):
    file = tmp_path / "spec.yaml"
    file.write_text(SPEC + body, encoding="utf-8")
    try:
        diagnostics = load(file, {}).warnings
    except SpecError as error:
        diagnostics = error.diagnostics
    return [(item.rule, item.severity.value, item.message) for item in diagnostics]


def with_id(data):
    return (
        f"  number: {data}\n"
        "events:\n"
        "  lead: {on: {event: lead}, event_id: {from: number}, send: {tiktok: Lead}}\n"
    )


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ("{path: a, type: number, scope: event, required: true}", "of the type number"),
        ("{path: a, type: currency, scope: event, required: true}", "of the type currency"),
        ("{path: a, type: boolean, scope: event, required: true}", "of the type boolean"),
        ("{path: a, type: items, required: true}", "of the type items"),
    ],
)
def test_two_events_can_share_it(tmp_path, data, kind):
    message = (
        f"`number` is {kind}: two events with the same value would get the same ID, and the "
        "second would be dropped as a duplicate"
    )
    assert reported(tmp_path, with_id(data)) == [("event-id-source", "error", message)]


def test_it_may_be_missing(tmp_path):
    message = (
        "`number` is not `required`: where it is missing, the ID is a generated one, which the "
        "server cannot know"
    )
    data = "{path: ecommerce.transaction_id, type: string}"
    assert reported(tmp_path, with_id(data)) == [("event-id-optional", "warning", message)]


def test_it_lingers(tmp_path):
    message = (
        "`number` keeps its value until the site sets it again: a later `lead` without one gets "
        "the same ID"
    )
    data = "{path: order.id, type: string, required: true}"
    assert reported(tmp_path, with_id(data)) == [("event-id-lingers", "warning", message)]


def test_the_order_number_of_the_event_is_fine(tmp_path):
    data = "{path: ecommerce.transaction_id, type: string, required: true}"
    assert reported(tmp_path, with_id(data)) == []


@pytest.mark.parametrize(
    ("scope", "message"),
    [
        (
            "event",
            (
                "`done` fires with the page, and `items` is read from an event's own message: only "
                "what the page pushes before GTM starts, without an event, is seen"
            ),
        ),
        (
            "model",
            (
                "`done` fires with the page: `items`, which a later message brings, is still that "
                "of the page before"
            ),
        ),
    ],
)
def test_a_page_view_has_no_message_of_its_own(tmp_path, scope, message):
    body = (
        f"  items: {{path: ecommerce.items, type: items, scope: {scope}}}\n"
        "events:\n"
        "  done: {on: {page: thanks}, params: {items: items}, send: {ga4: done}}\n"
    )
    assert reported(tmp_path, body) == [("page-data", "warning", message)]


def test_a_parameter_that_the_tag_fills(tmp_path):
    body = (
        "  own: {path: own}\n"
        "events:\n"
        "  lead: {on: {event: lead}, params: {event_id: own}, send: {ga4: lead}}\n"
    )
    assert reported(tmp_path, body) == [
        ("reserved-param", "error", "`event_id` is filled by the tag itself for GA4")
    ]


def test_what_product_ads_work_with(tmp_path):
    body = (
        ITEMS + "events:\n"
        "  seen: {on: {event: seen}, params: {items: items}, send: {tiktok: ViewContent}}\n"
    )
    message = (
        "TikTok recommends `value`, `currency` for `ViewContent`, and `seen` does not give them"
    )
    assert reported(tmp_path, body) == [("recommended-param", "warning", message)]


def test_a_key_cannot_be_renamed_from_one_that_is_there(tmp_path):
    body = (
        "  a: {path: a}\n"
        "  b: {path: b, renamed_from: a}\n"
        "events:\n"
        "  lead: {on: {event: lead}, params: {a: a, b: b}, send: {ga4: lead}}\n"
    )
    assert reported(tmp_path, body) == [("renamed-from", "error", "`a` is still a key of `data`")]
