"""Both halves of a spec with a server container, and what brings an event from one to the other."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gtmgen.compile.compiler import compile_both, compile_server
from gtmgen.container.entities import Container
from gtmgen.container.export import export_json
from gtmgen.container.secrets import secret_places
from gtmgen.spec.hit_names import carrier_name

from .specs import GA4, TIKTOK, by_name, conditions, loaded, parameters, spec

SERVER = {
    "gtm": "GTM-ACMESV1",
    "url": "https://sgtm.acme.example",
    "accounts": {"tiktok": {"access_token": {"secret": "TIKTOK_ACCESS_TOKEN"}}},
}
DATA = {
    "value": {"path": "ecommerce.value", "type": "number"},
    "order": {"path": "ecommerce.transaction_id", "type": "string", "required": True},
    "items": {"path": "ecommerce.items", "type": "items"},
    "email": {"path": "user.email", "type": "email"},
}
PURCHASE = {
    "on": {"event": "purchase"},
    "event_id": {"from": "order", "prefix": "purchase_"},
    "params": {"value": "value", "items": "items", "transaction_id": "order"},
    "send": ["tiktok", "ga4"],
}


def shop(**sections: Any) -> dict[str, Any]:
    return spec(
        **{
            "site": {"currency": "EUR"},
            "server": SERVER,
            "platforms": {"ga4": GA4, "tiktok": TIKTOK | {"identify": {"email": "email"}}},
            "data": DATA,
            "events": {"purchase": PURCHASE},
            **sections,
        }
    )


def halves(data: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The versions of the web container and of the server container."""
    compiled = compile_both(loaded(data))
    assert compiled.server is not None
    assert compiled.containers == (compiled.server, compiled.web)
    return _version(compiled.web), _version(compiled.server)


def _version(container: Container) -> dict[str, Any]:
    version: dict[str, Any] = json.loads(export_json(container))["containerVersion"]
    return version


def named(version: dict[str, Any], kind: str, name: str) -> dict[str, Any]:
    return by_name(version[kind])[name]


def fields(entity: dict[str, Any]) -> dict[str, Any]:
    return parameters(entity["parameter"])


def table(tag: dict[str, Any]) -> dict[str, str]:
    rows = fields(tag)["eventSettingsTable"]
    return {row["parameter"]: row["parameterValue"] for row in rows}


def test_the_hit_is_sent_with_the_browsers_event() -> None:
    web, _ = halves(shop())
    pixel = named(web, "tag", "TikTok - purchase")
    carrier = named(web, "tag", "TikTok - purchase (to the server)")
    assert carrier["type"] == "gaawe"
    assert carrier["firingTriggerId"] == pixel["firingTriggerId"]
    assert carrier["consentSettings"] == pixel["consentSettings"]
    assert fields(carrier)["eventName"] == "server_tiktok_purchase"
    assert fields(carrier)["measurementIdOverride"] == "G-ABC1234567"
    assert table(carrier) == {
        "event_id": fields(pixel)["event_id"],
        "server_container_url": "https://sgtm.acme.example",
        "consent_granted": "{{consent - granted of ad_storage}}",
        "currency": "EUR",
        "items": "{{data - items (readable)}}",
        "transaction_id": "{{data - order}}",
        "value": "{{data - value (readable)}}",
        "identify_email": "{{data - email}}",
        "ttclid": "{{cookie - ttclid}}",
        "ttp": "{{cookie - _ttp}}",
    }


def test_the_hit_has_no_text_where_the_parameter_is_a_number() -> None:
    """Google's tags would send it as it is, so a key without a type is read as the parameter's."""
    data = DATA | {"value": {"path": "ecommerce.value"}, "order": {"path": "order"}}
    web, _ = halves(shop(data=data))
    cells = table(named(web, "tag", "TikTok - purchase (to the server)"))
    assert (cells["value"], cells["transaction_id"]) == (
        "{{data - value (number)}}",
        "{{data - order}}",
    )


def test_the_google_tag_sends_to_the_server() -> None:
    web, _ = halves(shop())
    rows = fields(named(web, "tag", "GA4 - Google tag"))["configSettingsTable"]
    assert {"parameter": "server_container_url", "parameterValue": SERVER["url"]} in rows


def test_the_server_sends_the_same_event() -> None:
    _, server = halves(shop())
    tag = named(server, "tag", "TikTok - purchase")
    assert fields(tag) == {
        "pixel_id": TIKTOK["pixel_id"],
        "event": "Purchase",
        "access_token": "{{secret - tiktok access_token}}",
        "content_id_key": "item_id",
        "content_type": "product",
        "params": [
            {"name": "currency", "key": "currency", "type": "currency"},
            {"name": "order_id", "key": "transaction_id", "type": "string"},
            {"name": "value", "key": "value", "type": "number"},
        ],
        "consent": "ad_storage",
        "limited_data_use": "BOOLEAN false",
    }
    trigger = named(server, "trigger", "event - server_tiktok_purchase")
    assert tag["firingTriggerId"] == [trigger["triggerId"]]
    assert trigger["type"] == "CUSTOM_EVENT"
    assert conditions(trigger["customEventFilter"]) == ["{{_event}} EQUALS server_tiktok_purchase"]
    assert conditions(trigger["filter"]) == ["{{Client Name}} EQUALS GA4"]


def test_a_setting_of_the_account_holds_on_the_server_too() -> None:
    tiktok = TIKTOK | {"limited_data_use": True}
    _, server = halves(shop(platforms={"ga4": GA4, "tiktok": tiktok}))
    assert fields(named(server, "tag", "TikTok - purchase"))["limited_data_use"] == "BOOLEAN true"


def test_the_server_container_is_one_of_gtms() -> None:
    _, server = halves(shop())
    assert server["container"]["usageContext"] == ["SERVER"]
    assert server["container"]["publicId"] == "GTM-ACMESV1"
    assert [item["type"] for item in server["builtInVariable"]] == ["CLIENT_NAME", "EVENT_NAME"]
    (client,) = server["client"]
    assert (client["name"], client["type"]) == ("GA4", "gaaw_client")
    assert fields(client)["cookieName"] == "FPID"


def test_only_ga4s_own_hits_go_on_to_google() -> None:
    _, server = halves(shop())
    tag = named(server, "tag", "GA4 - hits")
    trigger = named(server, "trigger", "server - GA4 hits")
    assert tag["type"] == "sgtmgaaw"
    assert tag["firingTriggerId"] == [trigger["triggerId"]]
    assert conditions(trigger["filter"]) == [
        "{{Client Name}} EQUALS GA4",
        "{{Event Name}} not STARTS_WITH server_",
    ]


def test_an_event_that_google_does_not_receive_reaches_the_server() -> None:
    web, server = halves(shop(events={"purchase": {**PURCHASE, "send": ["tiktok"]}}))
    assert [tag["name"] for tag in web["tag"] if tag["type"] == "gaawe"] == [
        "TikTok - purchase (to the server)"
    ]
    named(server, "tag", "TikTok - purchase")


def test_what_waits_on_the_page_is_held_for_the_server() -> None:
    platforms = {"ga4": GA4, "tiktok": TIKTOK | {"while_denied": "hold"}}
    web, _ = halves(shop(platforms=platforms))
    pixel = named(web, "tag", "TikTok - purchase")
    carrier = named(web, "tag", "TikTok - purchase (to the server)")
    holding = named(web, "tag", "TikTok - purchase (held for the server)")
    late = named(web, "tag", "TikTok - purchase (to the server, after consent)")
    assert pixel["firingTriggerId"] == carrier["firingTriggerId"] == holding["firingTriggerId"]
    assert holding["consentSettings"] == {"consentStatus": "NOT_NEEDED"}
    held = {row["name"]: row["value"] for row in fields(holding)["values"]}
    kept = {"server_container_url", "consent_granted", "ttclid", "ttp"}
    assert held == {key: value for key, value in table(carrier).items() if key not in kept}
    assert (fields(holding)["event"], fields(holding)["types"]) == (
        "server_tiktok_purchase",
        "ad_storage",
    )
    trigger = named(web, "trigger", "held - server_tiktok_purchase")
    assert late["firingTriggerId"] == [trigger["triggerId"]]
    assert conditions(trigger["customEventFilter"]) == ["{{_event}} EQUALS server_tiktok_purchase"]
    assert late["consentSettings"] == carrier["consentSettings"] != holding["consentSettings"]
    assert table(late) == {
        name: value if name in kept else f"{{{{held - {name}}}}}"
        for name, value in table(carrier).items()
    }
    assert parameters(named(web, "variable", "held - value")["parameter"]) == {
        "dataLayerVersion": "INTEGER 2",
        "setDefaultValue": "BOOLEAN false",
        "name": "gtmgen_hit.value",
    }


def test_what_needs_no_consent_is_not_held() -> None:
    send = {"tiktok": {"consent": "not_required"}}
    platforms = {"ga4": GA4, "tiktok": TIKTOK | {"while_denied": "hold"}}
    web, _ = halves(shop(platforms=platforms, events={"purchase": {**PURCHASE, "send": send}}))
    assert [tag["name"] for tag in web["tag"] if "server" in tag["name"]] == [
        "TikTok - purchase (to the server)"
    ]


def test_an_events_own_consent_counts_on_both_sides() -> None:
    send = {"tiktok": {"consent": ["ad_storage", "ad_user_data"]}}
    web, server = halves(shop(events={"purchase": {**PURCHASE, "send": send}}))
    carrier = named(web, "tag", "TikTok - purchase (to the server)")
    types = carrier["consentSettings"]["consentType"]["list"]
    assert [one["value"] for one in types] == ["ad_storage", "ad_user_data"]
    tag = named(server, "tag", "TikTok - purchase")
    assert fields(tag)["consent"] == "ad_storage,ad_user_data"


def test_each_account_has_its_own_hit_and_secret() -> None:
    platforms = {
        "ga4": GA4,
        "tiktok": TIKTOK,
        "agency": TIKTOK | {"pack": "tiktok", "pixel_id": "C4AGENCY000000000000"},
    }
    server = SERVER | {
        "accounts": {
            "tiktok": {"access_token": {"secret": "OWN_TOKEN"}},
            "agency": {"access_token": {"secret": "AGENCY_TOKEN"}, "test_event_code": "TEST1"},
        }
    }
    events = {"purchase": {**PURCHASE, "send": ["tiktok", "agency"]}}
    compiled = compile_both(loaded(shop(platforms=platforms, server=server, events=events)))
    assert compiled.server is not None
    places = [(place.entity.name, place.name) for place in secret_places(compiled.server)]
    assert places == [
        ("secret - agency access_token", "AGENCY_TOKEN"),
        ("secret - tiktok access_token", "OWN_TOKEN"),
    ]
    version = _version(compiled.server)
    agency = fields(named(version, "tag", "TikTok (agency) - purchase"))
    assert agency["pixel_id"] == "C4AGENCY000000000000"
    assert agency["test_event_code"] == "TEST1"
    assert "test_event_code" not in fields(named(version, "tag", "TikTok - purchase"))


def test_a_backend_has_no_server_container() -> None:
    source = loaded(shop(server={"transport": "backend"}))
    assert compile_server(source) is None
    names = [tag.name for tag in compile_both(source).web.tags]
    assert names == ["GA4 - Google tag", "GA4 - purchase", "TikTok - purchase"]


def test_a_long_name_is_cut_and_stays_its_own() -> None:
    key = "an_event_with_a_very_long_name_of_its_own"
    events = {name: PURCHASE | {"send": {"tiktok": "Purchase"}} for name in (key, f"{key}_too")}
    made = loaded(shop(events=events)).spec
    names = {carrier_name(event.key, made.platforms["tiktok"]) for event in made.events.values()}
    assert len(names) == 2
    assert all(len(name) == 40 for name in names)


@pytest.mark.parametrize("half", ["web", "server"])
def test_the_order_of_keys_changes_nothing(half: str) -> None:
    def turned(value: Any) -> Any:
        return (
            {key: turned(value[key]) for key in reversed(value)}
            if isinstance(value, dict)
            else value
        )

    texts = [getattr(compile_both(loaded(data)), half) for data in (shop(), turned(shop()))]
    assert export_json(texts[0]) == export_json(texts[1])
