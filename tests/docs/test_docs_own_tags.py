"""Events of tags in GTM's own words, as an import makes them: what they read, and no more."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from gtmgen.docs.changes.compare import compare
from gtmgen.docs.event_model import EventDoc, OwnTag, OwnTagValue
from gtmgen.docs.markdown.files import render as markdown
from gtmgen.docs.model import Documentation
from gtmgen.docs.spreadsheet.tables import make_event_ids_table, make_parameters_table
from gtmgen.docs.words import load_words

from .conftest import event, html, of_data

GA4 = {"measurement_id": "G-ABC1234567", "consent": ["analytics_storage"], "page_view": "off"}
DATA = {
    "products": {"path": "ecommerce.purchase.products", "scope": "model", "name": "Products"},
    "plan": {"path": "user.plan", "scope": "model", "name": "Plan"},
    "tier": {"lookup": {"input": "plan", "map": {"a": "1"}}, "name": "Tier"},
    "unread": {"path": "other", "scope": "model"},
}
VARIABLES = {
    "old": {
        "name": "Old",
        "type": "v",
        "parameters": {"dataLayerVersion": 1, "setDefaultValue": False, "name": "old.total"},
    },
    "both": {
        "name": "Both",
        "type": "jsm",
        "parameters": {"javascript": "function () { return {{Tier}} + {{Old}} + {{Both}}; }"},
    },
}
TABLE = [
    {"parameter": "items", "parameterValue": "{{Products}}"},
    {"parameter": "currency", "parameterValue": "EUR"},
    {"parameter": "page", "parameterValue": "{{Page Path}} of {{Both}}"},
]
TAGS = {
    "ga4": {
        "name": "GA4 sold",
        "type": "gaawe",
        "parameters": {
            "eventName": "purchase",
            "measurementIdOverride": "G-ABC1234567",
            "eventSettingsTable": TABLE,
        },
    },
    "code": {
        "name": "Code",
        "type": "html",
        "parameters": {"html": "<script>\nsend({{Tier}});\n</script>"},
    },
}


def documented(**more: Any) -> Documentation:
    sold = {
        "on": {"event": "sold"},
        "send": {"custom": {"tag": ["ga4", "code"]}, **more.pop("send", {})},
    }
    gtm = {"tags": TAGS, "variables": VARIABLES, "built_in_variables": ["page_path"]}
    return of_data(data=DATA, events={"sold": {**sold, **more}}, gtm=gtm, platforms={"ga4": GA4})


def test_what_a_tag_reads_is_followed_through_variables() -> None:
    found = event(documented(), "sold")

    assert found.own_tags == (
        OwnTag(
            "GA4 sold",
            (
                OwnTagValue(
                    "items", "{{Products}}", ("products",), ("ecommerce.purchase.products",)
                ),
                OwnTagValue("currency", "EUR", (), ()),
                OwnTagValue(
                    "page",
                    "{{Page Path}} of {{Both}}",
                    ("tier", "plan"),
                    ("user.plan", "old.total"),
                ),
            ),
        ),
        OwnTag("Code", (OwnTagValue("html", "", ("tier", "plan"), ("user.plan",)),)),
    )
    assert found.data == ("products", "tier", "plan")


@pytest.mark.parametrize(
    ("rows", "values"),
    [
        (
            [{"name": "plan", "transformation": "none", "value": "{{Plan}}", "store": "all"}],
            [("plan", "{{Plan}}", ("plan",))],
        ),
        (
            [{"value": "{{Plan}}", "name": "plan", "transformation": "none"}],
            [("plan", "{{Plan}}", ("plan",))],
        ),
        (
            [{"name": "plan", "transformation": "none", "value": "free", "store": "all"}],
            [("plan", "free", ())],
        ),
        (
            [{"name": "{{Tier}}", "value": "{{Plan}}"}],
            [("rows", "{{Tier}}", ("tier", "plan")), ("{{Tier}}", "{{Plan}}", ("plan",))],
        ),
        (
            [{"hash": "none", "key": "{{Tier}}", "value": "{{Plan}}"}],
            [("rows", "{{Tier}}", ("tier", "plan")), ("{{Tier}}", "{{Plan}}", ("plan",))],
        ),
        ([{"index": "1", "dimension": "{{Plan}}"}], [("1", "{{Plan}}", ("plan",))]),
        ([{"only": "{{Plan}}"}, {"only": "free"}], [("rows", "{{Plan}}", ("plan",))]),
        (["{{Plan}}", "free"], [("rows", "{{Plan}}", ("plan",))]),
        (
            [{"name": "plans", "list": [{"plan": "{{Plan}}", "kind": "all"}]}],
            [("plans", "{{Plan}}", ("plan",))],
        ),
        ([{"name": "", "value": "{{Plan}}"}], [("rows", "{{Plan}}", ("plan",))]),
    ],
)
def test_a_row_of_a_table_says_what_is_sent_under_its_name(
    rows: list[Any], values: list[tuple[str, str, tuple[str, ...]]]
) -> None:
    tag = {"type": "awct", "parameters": {"conversionId": "1", "rows": rows}}
    sold = {"on": {"event": "sold"}, "send": {"custom": {"tag": "own"}}}
    found = of_data(data=DATA, events={"sold": sold}, gtm={"tags": {"own": tag}}, platforms={})

    (own,) = event(found, "sold").own_tags
    assert [(value.name, value.value, value.data) for value in own.values] == values


@pytest.mark.parametrize(
    ("fields", "paths"),
    [
        ({"sendEcommerceData": True, "getEcommerceDataFrom": "dataLayer"}, ("ecommerce",)),
        ({"sendEcommerceData": True}, ("ecommerce",)),
        ({"sendEcommerceData": False, "getEcommerceDataFrom": "dataLayer"}, None),
        ({"sendEcommerceData": True, "getEcommerceDataFrom": "customObject"}, None),
    ],
)
def test_a_tag_that_sends_all_of_ecommerce_reads_it(
    fields: dict[str, Any], paths: tuple[str, ...] | None
) -> None:
    tag = {"type": "gaawe", "parameters": {"eventName": "purchase", **fields}}
    sold = {"on": {"event": "sold"}, "send": {"custom": {"tag": "ga4"}}}
    found = of_data(
        data=DATA, events={"sold": sold}, gtm={"tags": {"ga4": tag}}, platforms={"ga4": GA4}
    )

    (own,) = event(found, "sold").own_tags
    assert [value.paths for value in own.values if value.name == "sendEcommerceData"] == (
        [paths] if paths else []
    )


def test_in_a_server_container_the_places_are_those_of_the_event_data() -> None:
    fields = {
        "conversionId": "{{City}}",
        "conversionLabel": "{{Raw city}}",
        "conversionValue": "{{Agent}}",
    }
    raw = {"name": "Raw city", "type": "ed", "parameters": {"keyPath": "user_data.raw"}}
    found = of_data(
        container={"gtm": "GTM-TEST", "context": "server"},
        data={
            "city": {"event_data": "user_data.city", "name": "City"},
            "agent": {"request_header": "user-agent", "name": "Agent"},
        },
        gtm={
            "tags": {"own": {"type": "sgtmadsct", "parameters": fields}},
            "variables": {"raw": raw},
        },
        events={"sold": {"on": {"event": "sold"}, "send": {"custom": {"tag": "own"}}}},
    )

    (own,) = event(found, "sold").own_tags
    assert own.values == (
        OwnTagValue("conversionId", "{{City}}", ("city",), ("user_data.city",)),
        OwnTagValue("conversionLabel", "{{Raw city}}", (), ("user_data.raw",)),
        OwnTagValue("conversionValue", "{{Agent}}", ("agent",), ()),
    )
    assert event(found, "sold").message is None


def test_developers_are_told_to_push_what_the_tags_read() -> None:
    found = event(documented(), "sold")

    assert found.message is not None
    pushed = found.message.example
    assert pushed["event"] == "sold"
    assert pushed["ecommerce"].keys() == {"purchase"}
    assert pushed["user"].keys() == {"plan"}
    assert "other" not in pushed
    jsonschema.Draft202012Validator(found.message.schema).validate(pushed)


def test_an_event_that_no_tag_of_ours_sends_has_no_event_id() -> None:
    found = documented()
    sent = documented(send={"ga4": "sold"})

    assert event(found, "sold").event_id is None
    assert event(sent, "sold").event_id is not None
    pages = [
        markdown(item, load_words())["events/sold.md"].decode("utf-8") for item in (found, sent)
    ]
    assert ["## Event ID" in page for page in pages] == [False, True]
    assert "event_id" not in pages[0]
    assert [len(make_event_ids_table(item, load_words()).rows) for item in (found, sent)] == [0, 1]
    assert event(found, "sold").message is not None
    assert "event_id" not in str(event(found, "sold").message)


def test_where_all_tags_are_those_of_others_nothing_is_said_that_they_do_not_do() -> None:
    tags = {"code": TAGS["code"]}
    sold = {"on": {"event": "sold"}, "send": {"custom": {"tag": "code"}}}
    gtm = {"tags": tags, "variables": VARIABLES}
    found = of_data(data=DATA, events={"sold": sold}, gtm=gtm, platforms={})
    pages = {name: page.decode() for name, page in markdown(found, load_words()).items()}

    assert not any("event_id" in page for page in pages.values())
    assert "No data key is marked as personal.\n" in pages["privacy.md"]
    assert "who the visitor is" not in pages["privacy.md"]
    ours = markdown(of_data(data=DATA, platforms={"ga4": GA4}), load_words())
    assert "The site can set an event's ID" in ours["README.md"].decode()
    assert "no platform is told who the visitor is" in ours["privacy.md"].decode()


def test_a_page_shows_the_values_with_their_places() -> None:
    page = markdown(documented(), load_words())["events/sold.md"].decode("utf-8")

    start = page.index("### `GA4 sold`")
    assert page[start:].split("\n")[2:7] == [
        "| Parameter | Value | Data key | Path |",
        "| --- | --- | --- | --- |",
        (
            "| `items` | `{{Products}}` | [`products`](../data.md#data-products) | "
            "`ecommerce.purchase.products` |"
        ),
        "| `currency` | `EUR` |  |  |",
        (
            "| `page` | `{{Page Path}} of {{Both}}` | [`tier`](../data.md#data-tier), "
            "[`plan`](../data.md#data-plan) | `user.plan`, `old.total` |"
        ),
    ]
    assert '"own_tags"' in html(documented())


def test_the_workbook_lists_them_too() -> None:
    rows = make_parameters_table(documented(), load_words()).rows

    assert [(row[6], row[10], row[11], row[-1]) for row in rows] == [
        ("items", "ecommerce.purchase.products", "products", "GA4 sold"),
        ("currency", "EUR", "", "GA4 sold"),
        ("page", "user.plan, old.total", "tier, plan", "GA4 sold"),
        ("html", "user.plan", "tier, plan", "Code"),
    ]


def test_the_first_tag_of_ours_changes_no_event_id() -> None:
    changes = compare(documented(), documented(send={"ga4": "sold"}))

    assert "event_id_generated" not in {change.about for change in changes.meaning.items}


def _sent_to_ga4(data: dict[str, Any], **params: str) -> EventDoc:
    rows = [{"parameter": name, "parameterValue": value} for name, value in params.items()]
    fields = {"eventName": "sold", "measurementIdOverride": "G-X", "eventSettingsTable": rows}
    found = of_data(
        data=data,
        gtm={"tags": {"own": {"type": "gaawe", "parameters": fields}}},
        events={"sold": {"on": {"event": "sold"}, "send": {"custom": {"tag": "own"}}}},
    )
    return event(found, "sold")


def test_values_whose_kind_the_tags_tell_have_an_example_of_that_kind() -> None:
    data = {
        "lines": {"path": "cart.lines", "name": "Lines"},
        "total": {"path": "cart.total", "name": "Total"},
        "currency": {"path": "cart.currency", "name": "Currency", "example": "USD"},
        "plan": {"path": "plan", "name": "Plan"},
        "typed": {"path": "typed", "name": "Typed", "type": "string"},
    }
    found = _sent_to_ga4(
        data, items="{{Lines}}", value="{{Total}}", currency="{{Currency}}", plan="{{Plan}}",
        tax="{{Typed}}", shipping="{{Plan}}",
    )  # fmt: skip
    assert found.message is not None
    line = {"item_id": "SKU1", "item_name": "Blue shoe", "price": 59.9, "quantity": 1}
    assert found.message.example == {
        "event": "sold",
        "plan": 59.9,
        "typed": "typed-1",
        "cart": {"currency": "USD", "total": 59.9, "lines": [line]},
    }
    # What the tags do with a value is no promise of the site's: the schema asks for nothing.
    assert found.message.schema["properties"]["cart"]["properties"] == {
        "currency": {},
        "total": {},
        "lines": {},
    }
    assert "dataLayer.push({cart: null});" in found.message.code


@pytest.mark.parametrize("items", ["{{Lines}}", "{{Lines}}x", "{{Total}}"])
def test_parts_that_tags_read_say_what_a_value_is(items: str) -> None:
    data = {
        "lines": {"path": "cart.lines", "name": "Lines"},
        "first": {"path": "cart.lines.0.sku", "name": "First"},
        "total": {"path": "cart.total", "name": "Total"},
    }
    found = _sent_to_ga4(data, items=items, first="{{First}}", lines="{{Lines}}")
    assert found.message is not None
    assert found.message.example["cart"]["lines"] == [{"sku": "first-1"}]


def test_a_value_of_two_kinds_has_no_kind() -> None:
    data = {"both": {"path": "both", "name": "Both"}}
    found = _sent_to_ga4(data, items="{{Both}}", value="{{Both}}")
    assert found.message is not None
    assert found.message.example["both"] == "both-1"


def test_the_path_has_each_tag_and_what_a_built_in_trigger_waits_for() -> None:
    tags = {"a": {"type": "gcs", "name": "One, two"}, "b": {"type": "gcs", "name": "Three"}}
    found = of_data(
        platforms={
            "ga4": {"measurement_id": "G-ABC1234567", "consent": "not_required", "page_view": "off"}
        },
        gtm={"tags": tags},
        events={
            "page": {"on": {"lifecycle": "page_view"}, "send": {"custom": {"tag": ["a", "b"]}}},
            "sold": {"on": {"event": "x"}, "send": {"ga4": "sold", "custom": {"tag": "b"}}},
        },
    )
    pages = markdown(found, load_words("en"))

    def drawn(key: str) -> list[str]:
        _, _, diagram = pages[f"events/{key}.md"].decode().partition("```mermaid\n")
        return [line.strip() for line in diagram.partition("\n```")[0].splitlines()]

    assert drawn("page") == [
        "flowchart LR",
        'page_1["a page of the site"]',
        'trigger_1(["Every page load"])',
        'tag_1["One, two"]',
        'tag_2["Three"]',
        "page_1 --> trigger_1",
        "trigger_1 --> tag_1",
        "trigger_1 --> tag_2",
    ]
    assert drawn("sold") == [
        "flowchart LR",
        'page_1["a page of the site"]',
        'trigger_1(["event - sold"])',
        'tag_1["GA4 - sold"]',
        'platform_1[["GA4: sold"]]',
        'tag_2["Three"]',
        "page_1 --> trigger_1",
        "trigger_1 --> tag_1",
        "tag_1 --> platform_1",
        "trigger_1 --> tag_2",
    ]
    assert "- **Tag:** `One, two`, `Three`" in pages["events/page.md"].decode()
