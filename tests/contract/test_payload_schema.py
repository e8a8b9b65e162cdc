"""The schema of the Events API takes what the contract's examples send, and nothing wrong."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable
from functools import cache
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
from support import load_text

from contract.specs import SHOP, shop, shop_contract
from gtmgen.contract.build import build_contract
from gtmgen.contract.schema import data_layer_schema, events_api_schema
from gtmgen.packs.server import load_server_api

Json = Any
Wrong = Callable[[Json], object]


@cache
def schema() -> dict[str, Any]:
    return events_api_schema(shop(), shop_contract())


def payload(event: str = "purchase") -> Json:
    return copy.deepcopy(shop_contract().events[event].servers["tiktok"].payload)


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def failures(body: Json) -> set[tuple[str, str]]:
    """Where a body is wrong, and by which keyword."""
    validator = jsonschema_rs.Draft202012Validator(schema())
    return {
        (".".join(map(str, error.instance_path)), str(error.schema_path[-1]))
        for error in validator.iter_errors(body)
    }


def put(path: str, value: Json) -> Wrong:
    """Set what stands at a path; steps that are numbers are positions."""

    def change(body: Json) -> None:
        *above, last = path.split(".")
        for step in above:
            body = body[int(step)] if step.isdigit() else body[step]
        body[last] = value

    return change


def drop(path: str) -> Wrong:
    def change(body: Json) -> None:
        *above, last = path.split(".")
        for step in above:
            body = body[int(step)] if step.isdigit() else body[step]
        del body[last]

    return change


EVENT = "data.0"
USER = "data.0.user"
PROPERTIES = "data.0.properties"
ITEM = "data.0.properties.contents.0"

# What is wrong, where the schema says so, and by which keyword.
WRONG: dict[str, tuple[Wrong, str, str]] = {
    "an app's event": (put("event_source", "app"), "event_source", "const"),
    "another pixel": (put("event_source_id", "COTHER00000000000001"), "event_source_id", "const"),
    "no pixel": (drop("event_source_id"), "", "required"),
    "an empty test code": (put("test_event_code", ""), "test_event_code", "pattern"),
    "the token in the body": (put("access_token", "secret"), "", "additionalProperties"),
    "no event at all": (put("data", []), "data", "minItems"),
    "a single event without a list": (lambda b: b.update(data=b["data"][0]), "data", "type"),
    "1,001 events": (lambda b: b.update(data=b["data"] * 1001), "data", "maxItems"),
    "an old name": (put(f"{EVENT}.event", "CompletePayment"), f"{EVENT}.event", "enum"),
    "GA4's name": (put(f"{EVENT}.event", "purchase"), f"{EVENT}.event", "enum"),
    "an event that the spec does not send": (
        put(f"{EVENT}.event", "AddToCart"),
        f"{EVENT}.event",
        "enum",
    ),
    "no name": (drop(f"{EVENT}.event"), EVENT, "required"),
    "no time": (drop(f"{EVENT}.event_time"), EVENT, "required"),
    "milliseconds": (
        put(f"{EVENT}.event_time", 1767225600000),
        f"{EVENT}.event_time",
        "maximum",
    ),
    "seconds since the start": (put(f"{EVENT}.event_time", 120), f"{EVENT}.event_time", "minimum"),
    "the time as text": (put(f"{EVENT}.event_time", "1767225600"), f"{EVENT}.event_time", "type"),
    "a date": (put(f"{EVENT}.event_time", "2026-01-01T00:00:00Z"), f"{EVENT}.event_time", "type"),
    "half a second": (put(f"{EVENT}.event_time", 1767225600.5), f"{EVENT}.event_time", "type"),
    "no event ID": (drop(f"{EVENT}.event_id"), EVENT, "required"),
    "the ID as a number": (put(f"{EVENT}.event_id", 7001), f"{EVENT}.event_id", "type"),
    "the ID without its prefix": (put(f"{EVENT}.event_id", "7001"), f"{EVENT}.event_id", "pattern"),
    "the prefix alone": (put(f"{EVENT}.event_id", "purchase_"), f"{EVENT}.event_id", "pattern"),
    "an undefined order": (
        put(f"{EVENT}.event_id", "purchase_undefined"),
        f"{EVENT}.event_id",
        "pattern",
    ),
    "no user": (drop(USER), EVENT, "required"),
    "nobody": (put(USER, {}), USER, "minProperties"),
    "the e-mail in clear": (put(f"{USER}.email", "a@example.com"), f"{USER}.email", "pattern"),
    "the e-mail in clear, in a list": (
        put(f"{USER}.email", ["a@example.com"]),
        f"{USER}.email.0",
        "pattern",
    ),
    "a hash in capitals": (put(f"{USER}.email", "A" * 64), f"{USER}.email", "pattern"),
    "an MD5": (put(f"{USER}.email", "0" * 32), f"{USER}.email", "pattern"),
    "the hash of nothing": (put(f"{USER}.email", [sha256("")]), f"{USER}.email.0", "not"),
    "the hash of undefined": (put(f"{USER}.phone", sha256("undefined")), f"{USER}.phone", "not"),
    "the phone in clear": (put(f"{USER}.phone", "+12133734253"), f"{USER}.phone", "pattern"),
    "no phone in the list": (put(f"{USER}.phone", []), f"{USER}.phone", "minItems"),
    "the customer's ID in clear": (
        put(f"{USER}.external_id", "user_123"),
        f"{USER}.external_id",
        "pattern",
    ),
    "the customer's ID as a number": (
        put(f"{USER}.external_id", 123),
        f"{USER}.external_id",
        "type",
    ),
    "the browser's name of a field": (
        put(f"{USER}.phone_number", sha256("+12133734253")),
        USER,
        "additionalProperties",
    ),
    "the name in clear": (put(f"{USER}.first_name", "alice"), f"{USER}.first_name", "pattern"),
    "a place in capitals": (put(f"{USER}.city", "San Jose"), f"{USER}.city", "pattern"),
    "a hashed place": (put(f"{USER}.country", sha256("us")), f"{USER}.country", "maxLength"),
    "a hashed click ID": (put(f"{USER}.ttclid", sha256("click")), f"{USER}.ttclid", "not"),
    "a hashed address": (put(f"{USER}.ip", sha256("203.0.113.7")), f"{USER}.ip", "maxLength"),
    "a host's name": (put(f"{USER}.ip", "kiosk.example"), f"{USER}.ip", "pattern"),
    "an IP without the browser": (drop(f"{USER}.user_agent"), USER, "dependentRequired"),
    "a browser without the IP": (drop(f"{USER}.ip"), USER, "dependentRequired"),
    "a language in words": (put(f"{USER}.locale", "English"), f"{USER}.locale", "pattern"),
    "no properties": (drop(PROPERTIES), EVENT, "required"),
    "no products": (drop(f"{PROPERTIES}.contents"), PROPERTIES, "required"),
    "an empty list of products": (
        put(f"{PROPERTIES}.contents", []),
        f"{PROPERTIES}.contents",
        "minItems",
    ),
    "a product without its ID": (drop(f"{ITEM}.content_id"), ITEM, "required"),
    "a product's ID as a number": (put(f"{ITEM}.content_id", 1), f"{ITEM}.content_id", "type"),
    "GA4's name of an ID": (put(f"{ITEM}.item_id", "TEA-1"), ITEM, "additionalProperties"),
    "a price as text": (put(f"{ITEM}.price", "12.50"), f"{ITEM}.price", "type"),
    "a price below 0": (put(f"{ITEM}.price", -1), f"{ITEM}.price", "minimum"),
    "a quantity as text": (put(f"{ITEM}.quantity", "1"), f"{ITEM}.quantity", "type"),
    "half a piece": (put(f"{ITEM}.quantity", 0.5), f"{ITEM}.quantity", "type"),
    "no piece": (put(f"{ITEM}.quantity", 0), f"{ITEM}.quantity", "minimum"),
    "products of no type": (
        drop(f"{PROPERTIES}.content_type"),
        PROPERTIES,
        "dependentRequired",
    ),
    "products of another type than the pixel's": (
        put(f"{PROPERTIES}.content_type", "product_group"),
        f"{PROPERTIES}.content_type",
        "const",
    ),
    "products named twice": (
        put(f"{PROPERTIES}.content_ids", ["TEA-1"]),
        f"{PROPERTIES}.content_ids",
        "content_ids",
    ),
    "no value": (drop(f"{PROPERTIES}.value"), PROPERTIES, "required"),
    "a value as text": (put(f"{PROPERTIES}.value", "12.50"), f"{PROPERTIES}.value", "type"),
    "a value with a currency sign": (
        put(f"{PROPERTIES}.value", "€ 12.50"),
        f"{PROPERTIES}.value",
        "type",
    ),
    "no value but null": (put(f"{PROPERTIES}.value", None), f"{PROPERTIES}.value", "type"),
    "no currency": (drop(f"{PROPERTIES}.currency"), PROPERTIES, "required"),
    "a currency in small letters": (
        put(f"{PROPERTIES}.currency", "eur"),
        f"{PROPERTIES}.currency",
        "pattern",
    ),
    "a currency's sign": (put(f"{PROPERTIES}.currency", "€"), f"{PROPERTIES}.currency", "pattern"),
    "the order's number as a number": (
        put(f"{PROPERTIES}.order_id", 7001),
        f"{PROPERTIES}.order_id",
        "type",
    ),
    "the ID among the properties": (
        put(f"{PROPERTIES}.event_id", "purchase_7001"),
        f"{PROPERTIES}.event_id",
        "not",
    ),
    "personal data among the properties": (
        put(f"{PROPERTIES}.email", sha256("a@example.com")),
        f"{PROPERTIES}.email",
        "not",
    ),
    "a delivery that does not exist": (
        put(f"{PROPERTIES}.delivery_category", "drone"),
        f"{PROPERTIES}.delivery_category",
        "enum",
    ),
    "no page": (drop(f"{EVENT}.page"), EVENT, "required"),
    "a page without its host": (
        put(f"{EVENT}.page.url", "/checkout"),
        f"{EVENT}.page.url",
        "pattern",
    ),
    "a referrer that is none": (
        put(f"{EVENT}.page.referrer", "(direct)"),
        f"{EVENT}.page.referrer",
        "pattern",
    ),
    "limited use as text": (
        put(f"{EVENT}.limited_data_use", "false"),
        f"{EVENT}.limited_data_use",
        "type",
    ),
    "a field of the first Events API": (put(f"{EVENT}.context", {}), EVENT, "additionalProperties"),
}


@pytest.mark.parametrize("name", WRONG)
def test_the_schema_refuses(name: str) -> None:
    change, path, keyword = WRONG[name]
    body = payload()
    change(body)
    found = failures(body)
    assert (path, keyword) in found
    # For its reason alone; what depends on a field that is gone may be missing with it.
    assert all(at == path or at.startswith(f"{path}.") or keyword == "type" for at, _ in found)


def test_there_are_at_least_forty_wrong_payloads() -> None:
    assert len(WRONG) >= 40


@pytest.mark.parametrize("event", ["view_item", "search", "purchase"])
def test_the_example_of_every_event_is_right(event: str) -> None:
    assert failures(payload(event)) == set()


@pytest.mark.parametrize(
    "change",
    [
        put(f"{PROPERTIES}.value", 0),
        put(f"{ITEM}.price", 0),
        put(f"{USER}.email", sha256("alice_abc@gmail.com")),  # a text instead of a list
        put(f"{USER}.ip", "2001:db8::1"),
        put(f"{EVENT}.page.referrer", ""),
        put(f"{PROPERTIES}.checkin_date", "2026-05-01"),  # travel adverts have their own
        put(f"{PROPERTIES}.currency", "BGN"),  # TikTok's list may grow
        put(f"{EVENT}.limited_data_use", True),
        drop("test_event_code"),
        lambda body: body.update(data=body["data"] * 1000),
    ],
)
def test_what_is_right_passes(change: Wrong) -> None:
    body = payload()
    change(body)
    assert failures(body) == set()


def test_the_reference_implementation_agrees() -> None:
    """What a backend in another language checks with reads the schema in the same way."""
    validator = jsonschema.Draft202012Validator(schema())
    jsonschema.Draft202012Validator.check_schema(schema())
    assert validator.is_valid(payload())
    for name, (change, _, _) in WRONG.items():
        body = payload()
        change(body)
        assert not validator.is_valid(body), name


def test_a_generated_id_may_be_any_text_but_a_word_for_nothing() -> None:
    body = payload("view_item")
    put(f"{EVENT}.event_id", "undefined")(body)
    assert failures(body) == {(f"{EVENT}.event_id", "pattern")}


def test_hashes_are_tiktoks_own_examples() -> None:
    user = payload()["data"][0]["user"]
    assert user["email"] == ["848a771458438fc2ec420560d769fb9b9b86851ee338ec56517baabd79d3bb4f"]
    assert user["phone"] == ["9f7ec22d72092cd3c0b58726ed9c2d91b92e51a3f29837508fb2948bb22dd2fd"]
    assert user["external_id"] == [
        "80fba0ae1c48e3978e43e4efc365e14e12ea0c830ba8ba5b9a2dafc7e3f2ab8b"
    ]
    assert user["first_name"] == sha256("alice")
    assert user["last_name"] == sha256("vandyke")
    assert user["zip_code"] == sha256("ec1a1bb")
    assert (user["city"], user["state"], user["country"]) == ("sanjosé", "ca", "us")


def test_a_national_number_is_completed_by_the_setting() -> None:
    text = SHOP.replace(
        "consent: not_required", "consent: not_required\n    phone_country_code: '+49'"
    )
    text = text.replace('"+1 (213) 373-4253"', "0151 12345678")
    assert text.count("+49") == 1
    contract = build_contract(load_text(text).spec)
    user = contract.events["purchase"].servers["tiktok"].payload["data"][0]["user"]
    assert user["phone"] == [sha256("+4915112345678")]


# facts of the API: every field of a web event that TikTok's partners and templates send
FIELDS = """
event_source event_source_id test_event_code partner_name data event event_time event_id
user.email user.phone user.external_id user.ttclid user.ttp user.ip user.user_agent user.locale
user.first_name user.last_name user.zip_code user.city user.state user.country
properties.contents.content_id properties.contents.price properties.contents.quantity
properties.contents.content_name properties.contents.content_category properties.contents.brand
properties.content_type properties.value properties.currency properties.query
properties.search_string properties.description properties.order_id properties.shop_id
properties.content_ids properties.num_items properties.delivery_category
properties.predicted_ltv properties.status page.url page.referrer limited_data_use
device.architecture device.bitness device.browser_version_list device.mobile device.model
device.platform device.platform_version properties.checkin_date properties.make properties.model
properties.vin
"""
# Sent where the spec has the parameter or the setting.
ON_REQUEST = {
    *("properties.description", "properties.shop_id", "properties.num_items", "limited_data_use"),
    *("properties.delivery_category", "properties.predicted_ltv", "properties.status"),
}


def test_every_field_of_the_api_is_sent_or_named_as_not_sent() -> None:
    sent = {name for event in shop_contract().events for name in _fields(payload(event))}
    api = load_server_api(shop().platforms["tiktok"].pack)
    assert api is not None
    named = {field for fields, _ in api.not_sent for field in fields}
    assert set(FIELDS.split()) - sent - ON_REQUEST == named
    known = {param.to for param in shop().platforms["tiktok"].pack.params.values()}
    settings = shop().platforms["tiktok"].pack.settings["properties"]
    assert {name.removeprefix("properties.") for name in ON_REQUEST} <= {*known, *settings}


def _fields(body: Json) -> set[str]:
    names = {*body}
    for event in body["data"]:
        for key, value in event.items():
            if not isinstance(value, dict):
                names.add(key)
                continue
            names.update(f"{key}.{name}" for name in value)
            for item in value.get("contents", ()):
                names.update(f"{key}.contents.{name}" for name in item)
    return names


def test_the_messages_of_the_site_have_one_schema() -> None:
    validator = jsonschema_rs.Draft202012Validator(data_layer_schema(shop_contract()))
    message = shop_contract().events["purchase"].message
    assert message is not None
    example = message.pushes[-1]
    assert validator.is_valid(example)
    for wrong in (
        {**example, "event": "order"},
        {"event": "purchase"},
        {**example, "ecommerce": {**example["ecommerce"], "items": []}},
        {**example, "ecommerce": {**example["ecommerce"], "transaction_id": 7001}},
    ):
        assert not validator.is_valid(wrong)
