"""What the documentation says of a spec, before any format."""

from __future__ import annotations

import dataclasses
import re

import jsonschema
import pytest
from examples.conftest import Example, all_examples

from gtmgen.docs.build import build
from gtmgen.docs.model import Documentation
from gtmgen.docs.words import list_languages, load_words
from gtmgen.source.open import open_source
from gtmgen.spec.load import load

from .conftest import SPECS, build_documentation, data_key, documentation, event, of_data

TIKTOK = {"pixel_id": "C4A1B2C3D4E5F6G7H8I0", "consent": ["ad_storage"], "page_view": "off"}
GA4 = {"measurement_id": "G-ABC1234567", "consent": ["analytics_storage"], "page_view": "off"}
ITEMS = {"path": "ecommerce.items", "type": "items"}
VALUE = {"path": "ecommerce.value", "type": "number"}


@pytest.mark.parametrize("example", all_examples(), ids=lambda example: example.name)
def test_every_example_message_is_valid_against_its_schema(example: Example) -> None:
    found = example.documentation
    for item in found.events:
        if item.message is not None:
            jsonschema.Draft202012Validator.check_schema(item.message.schema)
            validator = jsonschema.Draft202012Validator(item.message.schema)
            assert [*validator.iter_errors(item.message.example)] == []


@pytest.mark.parametrize("language", list_languages())
def test_no_placeholder_is_left_in_any_sentence(language: str) -> None:
    found = documentation("everything/everything.yaml", language)
    own = {"{project}", "{room}", "{name}", "{brand}", "{page_group}"}  # the spec's own text
    assert set(re.findall(r"\{[a-z_]+\}", repr(found))) <= own


def test_the_purchase_of_the_example_shop() -> None:
    found = event(documentation(), "purchase")
    assert (found.title, found.owner, found.step_title) == ("Order paid", "growth", "Convert")
    assert found.summary == (
        "Fires on the site's dataLayer message `purchase`. Sent to GA4 (`purchase`) and"
        " TikTok (`Purchase`)."
    )
    assert found.conditions == ("`value` is greater than `0`",)
    assert found.event_id.example == "purchase_1001"
    assert found.event_id.agreement == (
        "Browser and server agree because both make the ID from the same value: the server sends "
        "`purchase_1001`, too."
    )
    tiktok = found.deliveries[1]
    assert (tiktok.tags, tiktok.triggers) == (("TikTok - purchase",), ("event - purchase",))
    assert tiktok.consent_text == "Sent only after the visitor has granted `ad_storage`."
    assert [(p.name, p.canonical, p.variable, p.status) for p in tiktok.params] == [
        ("currency", "currency", "data - currency", "required"),
        ("contents", "items", "data - items", "required"),
        ("order_id", "transaction_id", "data - order_id", "recommended"),
        ("value", "value", "data - value", "required"),
    ]


def test_the_message_clears_what_holds_items_and_pushes_what_the_event_needs() -> None:
    message = event(documentation(), "purchase").message
    assert message is not None
    assert message.code == (
        "window.dataLayer = window.dataLayer || [];\n"
        "dataLayer.push({ecommerce: null});\n"
        "dataLayer.push({\n"
        '  event: "purchase",\n'
        "  ecommerce: {\n"
        '    currency: "EUR",\n'
        '    transaction_id: "1001",\n'
        "    value: 59.9,\n"
        "    items: [\n"
        '      {item_id: "SKU1", item_name: "Blue shoe", price: 59.9, quantity: 1}\n'
        "    ]\n"
        "  }\n"
        "});"
    )
    ecommerce = message.schema["properties"]["ecommerce"]
    assert ecommerce["required"] == ["transaction_id", "value", "items"]  # currency has a default
    assert ecommerce["properties"]["items"]["items"]["required"] == ["item_id"]


def test_the_schema_refuses_a_message_that_lacks_what_the_event_needs() -> None:
    message = event(documentation(), "purchase").message
    assert message is not None
    schema = jsonschema.Draft202012Validator(message.schema)
    assert not schema.is_valid({"event": "purchase"})
    assert not schema.is_valid({**message.example, "event": "buy"})
    ecommerce = {**message.example["ecommerce"], "value": "59,90"}
    assert not schema.is_valid({**message.example, "ecommerce": ecommerce})


def test_the_backend_sends_the_same_event_name_and_id() -> None:
    server = event(documentation(), "purchase").deliveries[1].server
    assert server is not None
    (sent,) = server.payload["data"]
    assert server.payload["event_source_id"] == "C4A1B2C3D4E5F6G7H8I0"
    assert (sent["event"], sent["event_id"]) == ("Purchase", "purchase_1001")
    assert sent["properties"] == {
        "contents": [
            {"content_id": "SKU1", "content_name": "Blue shoe", "price": 59.9, "quantity": 1}
        ],
        "content_type": "product",
        "currency": "EUR",
        "order_id": "1001",
        "value": 59.9,
    }
    assert "limited_data_use" not in sent  # not set
    assert re.fullmatch("[0-9a-f]{64}", sent["user"]["email"][0])


def test_a_generated_id_is_shared_through_the_message() -> None:
    found = event(documentation(), "add_to_cart")
    server = found.deliveries[1].server
    assert found.message is not None
    assert server is not None
    assert found.message.example["event_id"] == server.payload["data"][0]["event_id"]
    assert found.event_id.example == found.message.example["event_id"]


def test_an_event_without_a_message_and_an_id_of_its_own_is_for_one_side_only() -> None:
    found = event(documentation(), "search")
    assert found.message is None
    assert [sent.server for sent in found.deliveries] == [None, None]
    assert found.event_id.agreement == (
        "The site pushes no message for this event, so the server cannot know the "
        "browser's ID. Send the event from one side only, or it counts twice."
    )


def test_catalogue_ids_come_from_the_field_that_the_platform_names() -> None:
    found = of_data(
        platforms={"tiktok": {**TIKTOK, "content_id": "sku"}},
        data={"items": ITEMS},
        events={
            "add_to_cart": {
                "on": {"event": "cart"},
                "params": {"items": "items"},
                "send": ["tiktok"],
            }
        },
    )
    (item,) = found.events
    assert item.message is not None
    assert item.message.example["ecommerce"]["items"][0]["sku"] == "SKU1"
    server = item.deliveries[0].server
    assert server is not None
    assert server.payload["data"][0]["properties"]["contents"][0]["content_id"] == "SKU1"


def test_an_example_meets_the_conditions_of_its_event() -> None:
    found = of_data(
        site={"currency": "EUR"},
        platforms={"ga4": GA4},
        data={
            "value": {**VALUE, "example": -5},
            "plan": {"path": "plan", "type": "string", "example": "free"},
        },
        events={
            "upgrade": {
                "on": {"event": "upgrade"},
                "where": {"value": {"gt": 100}, "plan": "pro"},
                "params": {"value": "value"},
                "send": {"ga4": "upgrade"},
            }
        },
    )
    message = found.events[0].message
    assert message is not None
    assert message.example == {"event": "upgrade", "plan": "pro", "ecommerce": {"value": 101}}


@pytest.mark.parametrize(
    "example",
    [
        [{"item_id": 7, "price": "9.90", "quantity": "2"}],
        [{"name": "no ID"}],
        "not items",
        [1, 2],
        [],
    ],
)
def test_any_example_of_items_ends_in_a_valid_message(example: object) -> None:
    found = of_data(
        platforms={"tiktok": TIKTOK},
        data={"items": {**ITEMS, "example": example}},
        events={
            "add_to_cart": {
                "on": {"event": "cart"},
                "params": {"items": "items"},
                "send": ["tiktok"],
            }
        },
    )
    message = found.events[0].message
    assert message is not None
    jsonschema.Draft202012Validator(message.schema).validate(message.example)


def test_paths_that_meet_each_other_still_give_one_message() -> None:
    found = of_data(
        platforms={"ga4": GA4},
        data={
            "items": ITEMS,
            "first": {"path": "ecommerce.items.0.item_id", "type": "string"},
            "again": {"path": "ecommerce.items", "type": "items"},
            "name": {"path": "event", "type": "string"},
            "deep": {"path": "list.1.name", "type": "string"},
        },
        events={
            "seen": {
                "on": [{"event": "seen"}, {"event": "seen_again"}],
                "params": {key: key for key in ("items", "first", "again", "name", "deep")},
                "send": {"ga4": "seen"},
            }
        },
    )
    message = found.events[0].message
    assert message is not None
    assert message.schema["properties"]["event"] == {"enum": ["seen", "seen_again"]}
    assert message.example["event"] == "seen"
    assert message.example["list"] == [{}, {"name": "deep-1"}]
    jsonschema.Draft202012Validator(message.schema).validate(message.example)


def test_an_example_meets_a_condition_on_a_part_of_it() -> None:
    found = of_data(
        platforms={"ga4": GA4},
        data={"code": {"path": "code", "type": "string", "example": "x"}},
        events={
            "seen": {
                "on": {"event": "seen"},
                "where": {"code": {"contains": ["spring", "sale"]}},
                "params": {"code": "code"},
                "send": {"ga4": "seen"},
            }
        },
    )
    message = found.events[0].message
    assert message is not None
    assert message.example == {"event": "seen", "code": "spring"}


def test_what_a_platform_wants_and_does_not_get_is_said() -> None:
    found = event(documentation(), "newsletter").deliveries[1]
    assert [item.hint for item in found.missing] == [
        "TikTok recommends `value` for `Subscribe`.",
        "TikTok recommends `currency` for `Subscribe`.",
    ]


def test_data_keys_know_where_they_go() -> None:
    found = documentation()
    order = data_key(found, "order_id")
    assert order.events == ("purchase",)
    assert [(use.platform, use.param) for use in order.uses] == [
        ("ga4", "transaction_id"),
        ("tiktok", "order_id"),
    ]
    assert data_key(found, "customer_email").platforms == ("tiktok",)


def test_coverage_names_what_nobody_uses() -> None:
    coverage = documentation().coverage
    assert coverage.platforms == ("ga4", "tiktok")
    assert coverage.unused_pages == ()
    assert of_data(pages={"gone": {"path": "/x"}}).coverage.unused_pages == ("gone",)
    assert coverage.unused_data == ()
    assert coverage.without_owner == ()
    assert {row.event: row.names for row in coverage.rows}["newsletter"] == (
        "generate_lead",
        "Subscribe",
    )


def test_environments_with_the_settings_in_which_they_differ() -> None:
    path = SPECS / "acme-shop.yaml"
    source = open_source(path)
    variants = {name: source.document({}, name).data for name in source.environments}
    (staging,) = build(load(path, {}), variants=variants).environments
    assert (staging.name, staging.gtm, staging.current) == ("staging", "GTM-STAG42", False)
    assert [(item.name, item.value) for item in staging.settings] == [
        ("tiktok.pixel_id", "C5STAGINGPIXEL000000")
    ]


def test_the_same_spec_gives_the_same_documentation() -> None:
    assert build_documentation() == documentation()


def test_a_language_changes_words_and_nothing_else() -> None:
    english, german = documentation(), documentation(language="de")
    assert event(german, "purchase").summary == (
        "Auslöser: die dataLayer-Nachricht `purchase` der Website. Geht an GA4 (`purchase`) und "
        "TikTok (`Purchase`)."
    )
    assert _messages(german) == _messages(english)


def _messages(found: Documentation) -> list[object]:
    return [dataclasses.astuple(item.message)[:2] for item in found.events if item.message]


def test_a_spec_without_events_has_a_documentation() -> None:
    found = of_data()
    assert (found.events, found.funnel, found.platforms) == ((), (), ())
    assert load_words().count("ui.count", 0) == "0 events"


def test_the_message_asks_for_what_a_computed_value_is_made_from() -> None:
    """Items in the site's own words, in the message alone: the platform gets GA4's."""
    found = of_data(
        site={"currency": "EUR"},
        platforms={"ga4": {"measurement_id": "G-ABC1234567", "consent": "not_required"}},
        data={
            "lines": {
                "path": "quote.lines",
                "type": "items",
                "fields": {"item_id": "sku", "price": "cost.gross", "quantity": "pieces"},
                "example": [{"sku": "A1", "cost": {"gross": 2.5}, "pieces": 3, "colour": "red"}],
            },
            "listed": {"path": "quote.listed", "type": "number"},
            "total": {"sum": "lines", "type": "number"},
            "value": {"first_of": ["total", "listed"], "type": "number"},
        },
        events={
            "quote": {
                "on": {"event": "quote"},
                "params": {"value": "value", "items": "lines"},
                "send": {"ga4": "quote"},
            }
        },
    )
    message = event(found, "quote").message
    assert message is not None
    line = {"sku": "A1", "cost": {"gross": 2.5}, "pieces": 3, "colour": "red"}
    assert message.example == {"event": "quote", "quote": {"listed": 59.9, "lines": [line]}}
    schema = message.schema["properties"]["quote"]["properties"]["lines"]["items"]
    assert schema["required"] == ["sku"]
    assert schema["properties"] == {
        "cost": {"type": "object"},
        "pieces": {"type": "integer"},
        "sku": {"type": "string"},
    }
    assert any("`sku` of each item" in note for note in message.notes)
    examples = {item.key: item.example for item in found.data}
    assert (examples["total"], examples["value"]) == (7.5, 7.5)
