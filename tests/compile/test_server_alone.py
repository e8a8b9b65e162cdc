"""The spec of a server container alone: its events become tags on its own triggers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gtmgen.compile.compiler import compile_both
from gtmgen.container.export import export_json
from gtmgen.container.secrets import secret_places
from gtmgen.errors import SpecError

from .specs import by_name, loaded, parameters, spec

TIKTOK = {"pixel_id": "C4SERVER000000000001", "page_view": "off", "consent": ["ad_storage"]}


def alone(**sections: Any) -> dict[str, Any]:
    return spec(
        **{
            "container": {"gtm": "GTM-SERVER1", "context": "server"},
            "platforms": {"tiktok": TIKTOK},
            "server": {"accounts": {"tiktok": {"access_token": {"secret": "TIKTOK_TOKEN"}}}},
            "data": {
                "net": {"event_data": "net_value"},
                "currency": {"constant": "EUR"},
                "items": {"event_data": "items"},
            },
            "events": {
                "purchase": {
                    "on": {"event": "purchase"},
                    "where": {"client_name": "GA4"},
                    "params": {"value": "net", "currency": "currency", "items": "items"},
                    "send": {"tiktok": {"event": "Purchase", "once": "unlimited"}},
                },
                "contact": {"on": {"always": True}, "send": {"tiktok": "Contact"}},
            },
            **sections,
        }
    )


def test_an_event_becomes_a_tag_whose_data_keys_fill_the_parameters() -> None:
    compiled = compile_both(loaded(alone()))
    assert compiled.server is None
    container = compiled.web
    version = json.loads(export_json(container))["containerVersion"]
    assert version["container"]["usageContext"] == ["SERVER"]
    tags = by_name(version["tag"])
    purchase = tags["TikTok - purchase"]
    assert purchase["tagFiringOption"] == "UNLIMITED"
    assert purchase["consentSettings"] == {"consentStatus": "NOT_NEEDED"}
    fields = parameters(purchase["parameter"])
    assert fields["items"] == "{{data - items}}"
    assert fields["consent"] == "ad_storage"
    assert fields["params"] == [
        {"name": "currency", "value": "{{data - currency}}", "type": "currency"},
        {"name": "value", "value": "{{data - net}}", "type": "number"},
    ]
    contact = parameters(tags["TikTok - contact"]["parameter"])
    assert (contact["items"], contact.get("params")) == ("", None)
    assert [place.name for place in secret_places(container)] == ["TIKTOK_TOKEN"]


@pytest.mark.parametrize(
    ("sections", "rule", "message", "hint"),
    [
        (
            {"platforms": {"tiktok": {**TIKTOK, "page_view": "manual"}}},
            "server-container",
            "a server container has no page to view: it sends page views that reach it as events",
            'write `page_view: "off"`',
        ),
        (
            {"platforms": {"tiktok": {**TIKTOK, "identify": {"email": "net"}}}},
            "server-container",
            "what is known of the visitor comes with the hit",
            "take it out: the web container says it",
        ),
        (
            {"platforms": {"tiktok": {**TIKTOK, "while_denied": "hold"}}},
            "server-container",
            "nothing waits for consent in a server container",
            "take it out",
        ),
        (
            {
                "platforms": {
                    "tiktok": TIKTOK,
                    "ga4": {"measurement_id": "G-ABC1234567", "consent": "not_required"},
                }
            },
            "server-container",
            "gtmgen has no tag for GA4 in a server container",
            "keep its tags under `gtm`, and name them under `send`: `custom: {tag: KEY}`",
        ),
        (
            {"server": {"url": "https://s.example"}},
            "missing-key",
            "`server.accounts` says nothing of `tiktok`",
            "`server: {accounts: {tiktok: {...}}}` has what it needs to send",
        ),
        (
            {"site": {"hosts": ["shop.example"]}},
            "server-container",
            "a server container has no page whose host it could tell",
            "take it out: `where` beside a platform narrows all that is sent to it",
        ),
        (
            {
                "events": {
                    "contact": {
                        "on": {"always": True},
                        "event_id": {"from": "net"},
                        "send": {"tiktok": "Contact"},
                    }
                }
            },
            "server-container",
            "a server container takes an event's ID from the hit that brings it",
            "take `event_id` out, and let the web container send it as `event_id`",
        ),
    ],
)
def test_what_a_server_container_alone_cannot_have(
    sections: dict[str, Any], rule: str, message: str, hint: str
) -> None:
    with pytest.raises(SpecError) as raised:
        loaded(alone(**sections))
    problems = {(item.rule, item.message, item.hint) for item in raised.value.diagnostics}
    assert (rule, message, hint) in problems


@pytest.mark.parametrize("word", ["gtm", "url", "folder", "transport"])
def test_words_of_a_server_container_beside_a_web_container(word: str) -> None:
    values = {
        "gtm": "GTM-OTHER1",
        "url": "https://s.example",
        "folder": "F",
        "transport": "backend",
    }
    accounts = {"tiktok": {"access_token": {"secret": "TIKTOK_TOKEN"}}}
    with pytest.raises(SpecError) as raised:
        loaded(alone(server={"accounts": accounts, word: values[word]}))
    (problem,) = raised.value.diagnostics
    assert problem.rule == "server-container"
    assert problem.path == ("server", word)
