"""What an event sends: tags whole, options of a send, consent, names, raw tags."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gtmgen.errors import SpecError

from .gtm_page import Page
from .specs import GA4, TIKTOK, by_name, compact, compiled, exported, spec, trigger_names

NEEDED = {"consentStatus": "NEEDED", "consentType": ["analytics_storage"]}


def tags(data: dict[str, Any]) -> dict[str, dict[str, Any]]:
    version = exported(data)
    found = {}
    for name, tag in by_name(version["tag"]).items():
        whole = compact(tag)
        for key in ("firingTriggerId", "blockingTriggerId"):
            if key in whole:
                whole[key] = trigger_names(version, whole[key])
        if "consentType" in whole["consentSettings"]:
            consent = whole["consentSettings"]
            assert consent["consentType"]["type"] == "LIST"
            values = [item["value"] for item in consent["consentType"]["list"]]
            whole["consentSettings"] = {**consent, "consentType": values}
        found[name] = whole
    return found


def sent(send: Any, **event: Any) -> dict[str, Any]:
    events = {"e": {"on": {"event": "e"}, "send": {"ga4": send}, **event}}
    return tags(spec(data={"value": {"path": "v"}}, events=events))["GA4 - e"]


EVENT: dict[str, Any] = {
    "name": "GA4 - e",
    "type": "gaawe",
    "parameter": {
        "sendEcommerceData": "BOOLEAN false",
        "eventName": "e",
        "measurementIdOverride": "G-ABC1234567",
        "eventSettingsTable": [
            {"parameter": "event_id", "parameterValue": "{{event ID - generated}}"}
        ],
    },
    "firingTriggerId": ["event - e"],
    "tagFiringOption": "ONCE_PER_EVENT",
    "monitoringMetadata": "MAP",
    "consentSettings": NEEDED,
}


@pytest.mark.parametrize(
    ("options", "difference"),
    [
        ({}, {}),
        ({"once": "event"}, {}),
        # A denial would use up GTM's own option: a gate counts instead.
        ({"once": "page"}, {"firingTriggerId": ["event - e.ga4"]}),
        (
            {"once": "page", "consent": "not_required"},
            {
                "tagFiringOption": "ONCE_PER_LOAD",
                "consentSettings": {"consentStatus": "NOT_NEEDED"},
            },
        ),
        ({"once": "unlimited"}, {"tagFiringOption": "UNLIMITED"}),
        ({"priority": 10}, {"priority": "INTEGER 10"}),
        ({"priority": 0}, {"priority": "INTEGER 0"}),
        ({"priority": -5}, {"priority": "INTEGER -5"}),
        ({"paused": True}, {"paused": True}),
        ({"paused": False}, {}),
        ({"consent": "not_required"}, {"consentSettings": {"consentStatus": "NOT_NEEDED"}}),
        (
            {"consent": ["ad_storage", "ad_user_data"]},
            {
                "consentSettings": {
                    "consentStatus": "NEEDED",
                    "consentType": ["ad_storage", "ad_user_data"],
                }
            },
        ),
    ],
)
def test_an_option_of_a_send(options: dict[str, Any], difference: dict[str, Any]) -> None:
    assert sent({"event": "e", **options}) == {**EVENT, **difference}


def test_the_platforms_own_name_for_the_event() -> None:
    assert sent({}) == sent("e") == EVENT
    assert sent("other") == {
        **EVENT,
        "parameter": {**EVENT["parameter"], "eventName": "other"},
    }


def test_title_description_and_owner_stand_in_the_notes() -> None:
    event = sent("e", title="E", description="An e.\nTwo lines.", owner="growth")
    assert event == {**EVENT, "notes": "E\nAn e.\nTwo lines.\nOwner: growth"}


def test_parameters_of_the_event_and_of_the_send() -> None:
    options = {"event": "e", "params": {"b": {"const": 2}, "c": None}}
    event = sent(options, params={"a": "value", "b": "page_path", "c": "value"})
    rows = event["parameter"]["eventSettingsTable"]
    assert [tuple(row.values()) for row in rows] == [
        ("a", "{{data - value}}"),
        ("b", "2"),
        ("event_id", "{{event ID - generated}}"),
    ]


def test_a_whole_tiktok_tag() -> None:
    data = spec(
        platforms={
            "tiktok": {
                **TIKTOK,
                "identify": {"email": "mail"},
                "phone_country_code": "+49",
                "content_type": "product_group",
                "limited_data_use": True,
            }
        },
        data={
            "mail": {"path": "mail", "pii": True},
            "items": {"path": "items", "type": "items"},
            "value": {"path": "value"},
        },
        events={
            "add_to_cart": {
                "on": {"event": "add"},
                "params": {
                    "items": "items",
                    "value": "value",
                    "currency": {"const": "EUR"},
                    "search_term": {"const": ""},
                    "unknown_to_tiktok": "value",
                },
                "send": ["tiktok"],
            }
        },
    )
    (tag,) = tags(data).values()
    type_ = tag.pop("type")
    assert type_.startswith("cvt_0_")
    assert tag == {
        "name": "TikTok - add_to_cart",
        "parameter": {
            "pixel_id": "C4A1B2C3D4E5F6G7H8I0",
            "command": "track",
            "event": "AddToCart",
            "event_id": "{{event ID - generated}}",
            "items": "{{data - items}}",
            "content_id_key": "item_id",
            "content_type": "product_group",
            "params": [
                {"name": "currency", "value": "EUR", "type": "currency"},
                {"name": "search_string", "value": "", "type": "string"},
                {"name": "value", "value": "{{data - value}}", "type": "number"},
            ],
            "identify": [{"name": "email", "value": "{{data - mail}}"}],
            "phone_country_code": "+49",
            "history_observer": "BOOLEAN false",
            "consent": "ad_storage",
            "while_denied": "drop",
            "limited_data_use": "BOOLEAN true",
        },
        "firingTriggerId": ["event - add_to_cart"],
        "tagFiringOption": "ONCE_PER_EVENT",
        "monitoringMetadata": "MAP",
        "consentSettings": {"consentStatus": "NEEDED", "consentType": ["ad_storage"]},
    }


def test_the_sites_currency_completes_a_value() -> None:
    data = spec(
        site={"currency": "EUR"},
        data={"value": {"path": "v"}},
        events={"e": {"on": {"event": "e"}, "params": {"value": "value"}, "send": ["ga4"]}},
    )
    rows = tags(data)["GA4 - e"]["parameter"]["eventSettingsTable"]
    assert {"parameter": "currency", "parameterValue": "EUR"} in rows


def test_a_currency_that_cannot_be_read_is_not_the_sites() -> None:
    """Only one that is missing is: the default comes before the test, in a variable each."""
    data = spec(
        site={"currency": "EUR"},
        data={"value": {"path": "v"}, "paid_in": {"path": "c", "type": "currency"}},
        events={
            "e": {
                "on": {"event": "e"},
                "params": {"value": "value", "currency": "paid_in"},
                "send": ["ga4"],
            }
        },
    )
    version = exported(data)
    variables = {name: compact(item) for name, item in by_name(version["variable"]).items()}
    cell = "{{data - paid_in (or EUR) (readable)}}"
    rows = tags(data)["GA4 - e"]["parameter"]["eventSettingsTable"]
    assert {"parameter": "currency", "parameterValue": cell} in rows
    assert variables["data - paid_in (or EUR)"]["parameter"] == {
        "read": "value",
        "value": "{{data - paid_in}}",
        "default": "EUR",
    }
    assert variables["data - paid_in (or EUR) (readable)"]["parameter"] == {
        "read": "value",
        "value": "{{data - paid_in (or EUR)}}",
        "type": "currency",
        "readable": "BOOLEAN true",
    }


def test_a_platforms_own_conditions_make_triggers_of_its_own() -> None:
    data = spec(
        platforms={**spec()["platforms"], "tiktok": TIKTOK},
        data={"v": {"path": "v"}},
        events={
            "e": {
                "on": {"event": "e", "name": "CE e"},
                "where": {"v": {"gt": 0}},
                "send": {"ga4": "e", "tiktok": {"event": "Lead", "where": {"v": {"lt": 9}}}},
            }
        },
    )
    assert tags(data)["TikTok - e"]["firingTriggerId"] == ["CE e (tiktok)"]
    assert tags(data)["GA4 - e"]["firingTriggerId"] == ["CE e"]
    page = Page(exported(data), without="GA4 - Google tag")
    page.load("https://a.example/")
    assert page.push(event="e", v=0) == []
    assert page.push(event="e", v=5) == ["GA4 - e", "TikTok - e"]
    assert page.push(event="e", v=9) == ["GA4 - e"]


def test_the_tags_that_platforms_have_on_every_page() -> None:
    """Before the page's own events, which come after its page view."""
    manual = {"page_view": "manual"}
    made = tags(spec(platforms={"ga4": GA4 | manual, "tiktok": TIKTOK | manual}))
    common = {
        "priority": "INTEGER 100",
        "tagFiringOption": "ONCE_PER_EVENT",
        "monitoringMetadata": "MAP",
        "consentSettings": NEEDED,
    }
    assert made == {
        "GA4 - Google tag": common
        | {
            "name": "GA4 - Google tag",
            "type": "googtag",
            "parameter": {
                "tagId": "G-ABC1234567",
                "configSettingsTable": [{"parameter": "send_page_view", "parameterValue": "false"}],
            },
            "firingTriggerId": ["Initialization - All Pages"],
        },
        "GA4 - page view": common
        | {
            "name": "GA4 - page view",
            "type": "gaawe",
            "parameter": {
                "sendEcommerceData": "BOOLEAN false",
                "eventName": "page_view",
                "measurementIdOverride": "G-ABC1234567",
                "eventSettingsTable": [
                    {"parameter": "event_id", "parameterValue": "{{event ID - generated}}"}
                ],
            },
            "firingTriggerId": ["All Pages"],
        },
        "TikTok - page view": common
        | {
            "name": "TikTok - page view",
            "type": "cvt_0_2",
            "parameter": {
                "pixel_id": TIKTOK["pixel_id"],
                "command": "page",
                "history_observer": "BOOLEAN false",
                "consent": "ad_storage",
                "while_denied": "drop",
                "limited_data_use": "BOOLEAN false",
            },
            "firingTriggerId": ["All Pages"],
            "consentSettings": NEEDED | {"consentType": ["ad_storage"]},
        },
    }


def test_a_name_of_its_own() -> None:
    events = {"e": {"on": {"event": "e"}, "send": {"ga4": {"event": "e", "name": "My tag"}}}}
    assert "My tag" in tags(spec(events=events))


def raw(tag: dict[str, Any], **sections: Any) -> dict[str, Any]:
    return tags(spec(platforms={}, gtm={"tags": {"x": {"type": "html", **tag}}}, **sections))["x"]


RAW: dict[str, Any] = {
    "name": "x",
    "type": "html",
    "tagFiringOption": "ONCE_PER_EVENT",
    "monitoringMetadata": "MAP",
    "consentSettings": {"consentStatus": "NOT_SET"},
}


def test_a_raw_tag_takes_parameters_as_they_stand() -> None:
    given = {
        "html": "<b>{{Page URL}}</b>",
        "flag": True,
        "count": 3,
        "ratio": 0.5,
        "none": None,
        "list": [1, "a", []],
        "map": {"b": "{{x}}", "a": {}},
    }
    assert raw({"parameters": given}) == {
        **RAW,
        "parameter": {
            "html": "<b>{{Page URL}}</b>",
            "flag": "BOOLEAN true",
            "count": "INTEGER 3",
            "ratio": "0.5",
            "none": "",
            "list": ["INTEGER 1", "a", "LIST"],
            "map": {"a": "MAP", "b": "{{x}}"},
        },
    }


def test_a_raw_tag_of_any_depth() -> None:
    nested: Any = "end"
    for _ in range(55):
        nested = [nested]
    found = raw({"parameters": {"x": nested}})["parameter"]["x"]
    for _ in range(55):
        (found,) = found
    assert found == "end"


def test_built_in_variables_that_a_raw_tag_refers_to_are_enabled() -> None:
    data = spec(
        gtm={
            "tags": {
                "x": {"type": "html", "parameters": {"html": "{{Page URL}}{{Nope}}{{ Click ID }}"}}
            }
        }
    )
    assert [item["name"] for item in exported(data)["builtInVariable"]] == ["Page URL"]


def test_a_raw_tag_fires_on_its_own_triggers_and_on_those_of_events() -> None:
    tag = {
        "on": ["t", {"event": "own"}],
        "once": "page",
        "priority": 1,
        "paused": True,
        "name": "My html",
        "consent": "not_required",
    }
    events = {"e": {"on": {"event": "e"}, "send": {"custom": {"tag": "x"}}}}
    found = tags(
        spec(
            platforms={},
            triggers={"t": {"event": "t"}},
            events=events,
            gtm={"tags": {"x": {"type": "html", **tag}}},
        )
    )
    assert found == {
        "My html": {
            **RAW,
            "name": "My html",
            "priority": "INTEGER 1",
            "firingTriggerId": ["event - t", "event - gtm.x.2", "event - e"],
            "tagFiringOption": "ONCE_PER_LOAD",
            "paused": True,
            "consentSettings": {"consentStatus": "NOT_NEEDED"},
        }
    }


def test_what_blocks_an_event_blocks_its_raw_tag() -> None:
    sections: dict[str, Any] = {"triggers": {"b": {"event": "e", "where": {"page_path": "/b"}}}}
    event = {"on": {"event": "e"}, "except": ["b"], "send": {"custom": {"tag": "x"}}}
    assert raw({}, events={"e": event}, **sections)["blockingTriggerId"] == ["event - b"]
    own = {"on": {"event": "e", "except": ["b"]}}
    assert raw(own, **sections)["blockingTriggerId"] == ["event - b"]


def test_events_with_different_blocking_triggers_cannot_share_a_raw_tag() -> None:
    to = {"send": {"custom": {"tag": "x"}}}
    events = {"e": {"on": {"event": "e"}, "except": ["b"], **to}, "f": {"on": {"event": "f"}, **to}}
    data = spec(
        triggers={"b": {"event": "e"}}, events=events, gtm={"tags": {"x": {"type": "html"}}}
    )
    with pytest.raises(SpecError) as caught:
        compiled(data)
    (problem,) = caught.value.diagnostics
    assert (problem.rule, problem.message, problem.hint) == (
        "except-in-list",
        "the tag `x` is shared by events with different blocking triggers",
        "a blocking trigger holds for the whole tag; make a tag for each",
    )


def test_an_event_and_a_raw_tag_whose_keys_look_alike() -> None:
    found = tags(
        spec(
            events={"gtm": {"on": {"event": "e"}, "send": {"ga4": "e"}}},
            gtm={"tags": {"ga4": {"type": "html", "on": {"event": "r"}}}},
        )
    )
    assert found["ga4"]["firingTriggerId"] == ["event - gtm.ga4"]
    assert found["GA4 - gtm"]["firingTriggerId"] == ["event - gtm"]


def test_priorities_of_many_tags_arrive() -> None:
    # Short-lived objects once shared an id, and with it their text.
    events = {
        f"e{number}": {
            "on": {"event": "e"},
            "send": {"ga4": {"event": "e", "priority": number}},
        }
        for number in range(200)
    }
    groups = {f"g{number}": {"group": [f"t{number}"]} for number in range(100)}
    triggers = {f"t{number}": {"event": f"t{number}"} for number in range(100)} | groups
    data = {f"d{number}": {"cookie": "c", "default": number} for number in range(100)}
    version = exported(spec(events=events, triggers=triggers, data=data))
    for name, tag in by_name(version["tag"]).items():
        if name != "GA4 - Google tag":
            assert tag["priority"]["value"] == name.removeprefix("GA4 - e")
    for name, trigger in by_name(version["trigger"]).items():
        if name.startswith("group"):
            (member,) = trigger["parameter"][0]["list"]
            (found,) = trigger_names(version, [member["value"]])
            assert found.removeprefix("event - t") == name.removeprefix("group - g")
    for name, variable in by_name(version["variable"]).items():
        if name.startswith("data - d") and not name.endswith(" (as it is)"):
            value = compact(variable)["parameter"]["default"]
            assert value == name.removeprefix("data - d")
    assert json.dumps(version)
