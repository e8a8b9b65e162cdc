"""A server container's TikTok tags replaced: TikTok receives the same, but for what is told."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from runtime.server_containers import GA4_CLIENT, ga4_request, server_template

from gtmgen.importer.read.container import Imported
from gtmgen.importer.read.secrets import hide_secrets
from gtmgen.runtime.server_engine import run_requests
from tests.importer.lifting import (
    Json,
    boolean,
    condition,
    custom_event,
    table,
    template,
    variable,
    version,
)
from tests.importer.migrating import Migrated, Sent
from tests.importer.told import find_differences

TOKEN = "4f6a1b8c9d0e2f3a4b5c6d7e8f90a1b2c3d4e5f6"
PIXEL = "C4SERVER000000000001"
URL = "https://business-api.tiktok.com/open_api/v1.3/event/track/"
# What the gallery's templates do with a hit, as far as these tests look: names, ID, parameters.
CODE = f"""
const event = require('getAllEventData')();
const JSON = require('JSON');
const makeNumber = require('makeNumber');
const names = {{view_item: 'ViewContent', purchase: 'CompletePayment'}};
const asked = data.event || (data.eventType === 'inherit' ? '' : data.eventName);
const name = asked || event.event_name;
const properties = {{}};
const items = event.items || [];
if (items.length > 0) {{
  properties.contents = items.map((item) => ({{
    content_id: item.item_id, content_type: 'product', price: makeNumber(item.price),
    quantity: makeNumber(item.quantity || 1)
  }}));
}}
if (event.value) properties.value = makeNumber(event.value);
if (event.currency) properties.currency = event.currency;
(data.customDataList || []).forEach((row) => {{ properties[row.name] = row.value; }});
const body = {{event_source: 'web', event_source_id: data.pixel_code || data.pixelId, data: [{{
  event: names[name] || name, event_id: data.event_id || event.event_id, properties: properties,
  page: {{url: event.page_location}}
}}]}};
const headers = {{'Access-Token': data.access_token || data.accessToken}};
require('sendHttpRequest')('{URL}', {{method: 'POST', headers: headers}}, JSON.stringify(body))
  .then(data.gtmOnSuccess, data.gtmOnFailure);
"""
PERMISSIONS = {
    "read_event_data": {"eventDataAccess": "any"},
    "send_http": {"allowedUrls": "any"},
}


def gallery(owner: str, repository: str) -> Json:
    return {
        "name": "TikTok Events API",
        "containerId": "2",
        "templateData": server_template(CODE, PERMISSIONS),
        "galleryReference": {"host": "github.com", "owner": owner, "repository": repository},
    }


OFFICIAL = gallery("tiktok", "gtm-template-eapi")
STAPE = gallery("stape-io", "tiktok-tag")
HIT = condition("EQUALS", "{{Client Name}}", "GA4")
TRIGGERS = (
    custom_event("Product", "view_item", filter=[HIT]),
    custom_event("Order", "purchase", filter=[HIT]),
)


def tag(name: str, firing: list[str], *parameters: Json, **more: Any) -> Json:
    return {
        "name": name, "type": "cvt_2_1", "firingTriggerId": firing,
        "parameter": [*parameters], **more,
    }  # fmt: skip


def texts(**fields: str) -> tuple[Json, ...]:
    return tuple(template(key, value) for key, value in fields.items())


def container(template_: Json, *tags: Json, variables: tuple[Json, ...] = ()) -> Json:
    made = version(
        tags=tags,
        triggers=TRIGGERS,
        variables=variables,
        templates=(template_,),
        context="SERVER",
    )
    named = {"EVENT_NAME": "Event Name", "CLIENT_NAME": "Client Name"}
    built_ins = [{"type": type_, "name": name} for type_, name in named.items()]
    return {**made, "client": [GA4_CLIENT], "builtInVariable": built_ins}


def migrated(found: Json) -> Migrated:
    """As the import does it: credentials first, then the tags."""
    source, _ = hide_secrets(Imported(found, "test"), None)
    return Migrated(source.version, "tiktok", source=source)


def received(found: Json, line: str) -> list[Json]:
    """What TikTok's API gets for a hit: its events, each with the account."""
    pushed = json.loads(re.sub(r"\$\{secret:[A-Z_]+\}", TOKEN, json.dumps(found)))
    page = "https%3A%2F%2Fshop.example%2F"
    run = run_requests(pushed, [ga4_request(line, query=f"v=2&tid=G-1&cid=7.8&dl={page}")])
    assert (run.stopped, run.errors, run.unsupported) == (None, (), ())
    sent = []
    for call in run.observed["http"]:
        assert (call["url"], call["headers"]["Access-Token"]) == (URL, TOKEN)
        body = json.loads(call["body"])
        (event,) = body["data"]
        sent.append(
            {
                "account": body["event_source_id"],
                **{key: event.get(key) for key in ("event", "event_id", "properties", "page")},
            }
        )
    return sent


PURCHASE = "en=purchase&ep.event_id=purchase_1&epn.value=10&cu=EUR&pr1=idA~pr5~qt2"
VIEW = "en=view_item&ep.event_id=v1&epn.value=5&cu=EUR&pr1=idA~pr5~qt1"


def alike(sent: list[Json]) -> list[Json]:
    """Without what the report tells: the old event name, and where the content type stands."""
    for one in sent:
        one["event"] = {"CompletePayment": "Purchase"}.get(one["event"], one["event"])
        one["properties"].pop("content_type", None)
    return sent


def as_sent(events: list[Json]) -> list[Sent]:
    return [
        Sent(one["event"], one["account"], one["properties"], one["event_id"]) for one in events
    ]


def test_one_tag_for_all_events_becomes_an_event_for_each_trigger() -> None:
    fields = texts(
        event="{{Event Name}}", pixel_code=PIXEL, access_token=TOKEN, logType="no",
        object_property_source="ga", hash="hashed",
    )  # fmt: skip
    done = migrated(container(OFFICIAL, tag("TikTok", ["1", "2"], *fields)))

    assert done.decisions == [
        f"tag `TikTok`: {text}."
        for text in (
            (
                "a browser that sends `CompletePayment` has to send `Purchase` from the same "
                "moment on, or both are counted"
            ),
            "an event that reaches the server without `event_id` is not sent any more",
            "a search term is called `search_string`, as in the browser, and no longer `query`",
            "an event without a value gets none that is added up from its items",
            "`user_id` is not sent as `external_id`, and client hints (`device`) are not sent",
            (
                "`partner_name`, `gtm_version` and `event_trigger_source` are not sent, and the "
                "event says `content_type`, as its items do"
            ),
            "a value or a price of 0 is sent",
            "the cookie `ttclid` is read and not written",
            "a phone number without a country code is not sent",
            "it writes one line about each event to the log, without personal data",
        )
    ]
    for line in (PURCHASE, VIEW):
        before, after = received(done.before, line), received(done.after, line)
        assert len(before) == 1
        assert alike(after) == alike(before)
    assert TOKEN not in done.spec
    assert "secret: TIKTOK_ACCESS_TOKEN" in done.spec


def test_the_common_third_party_tag_with_parameters_of_its_own() -> None:
    found = container(
        STAPE,
        tag(
            "Order to TikTok",
            ["2"],
            *texts(eventType="standard", eventName="CompletePayment", pixelId=PIXEL),
            *texts(accessToken="{{Token}}", adStorageConsent="required", testEventCode="TEST1"),
            boolean("generateTtp", False),
            table("customDataList", {"name": "value", "value": "{{Net value}}"}),
        ),
        variables=(
            variable("Token", "c", template("value", TOKEN)),
            variable("Net value", "ed", template("keyPath", "net")),
        ),
    )
    done = migrated(found)

    assert [item.tag for item in done.migration.replaced] == ["Order to TikTok"]
    line = f"{PURCHASE}&epn.net=8"
    granted = received(done.after, f"{line}&ep.consent_granted=ad_storage")
    assert alike(granted) == alike(received(done.before, line))
    assert granted[0]["properties"]["value"] == 8
    assert received(done.after, f"{line}&ep.consent_granted=none") == []
    assert "test_event_code: TEST1" in done.spec


@pytest.mark.parametrize(
    ("fields", "firing", "reason"),
    [
        (
            texts(event="{{Event Name}}", pixel_code=PIXEL, access_token=TOKEN),
            ["3"],
            ("it takes the event's name from the event data, and one of its triggers does not wait "
            "for one event alone"),
        ),
        (
            texts(event="Purchase", pixel_code=PIXEL, access_token=TOKEN, event_id="x{{Order}}"),
            ["2"],
            "its event ID `x{{Order}}` is not the `event_id` of the event data",
        ),
        (
            texts(event="Purchase", pixel_code=PIXEL, access_token="REPLACE_ME"),
            ["2"],
            "its `access_token` is not one credential that a push could fill in",
        ),
        (
            texts(event="Purchase", pixel_code=PIXEL),
            ["2"],
            "it has no `access_token`",
        ),
        (
            texts(event="Purchase", pixel_code="{{Pixel}}", access_token=TOKEN),
            ["2"],
            "its pixel is not a constant: `{{Pixel}}`",
        ),
        (
            texts(event="ClickButton", pixel_code=PIXEL, access_token=TOKEN),
            ["2"],
            "TikTok has no event `ClickButton` any more",
        ),
        (
            texts(
                event="Purchase", pixel_code=PIXEL, access_token=TOKEN,
                object_property_source="custom",
            ),
            ["2"],
            "the language has no word for its `object_property_source`",
        ),
        (
            (
                *texts(event="Purchase", pixel_code=PIXEL, access_token=TOKEN),
                table("custom_properties", {"key": "colour", "value": "red"}),
            ),
            ["2"],
            "the language has no word for its parameter `colour`",
        ),
    ],
)  # fmt: skip
def test_what_stays(fields: tuple[Json, ...], firing: list[str], reason: str) -> None:
    found = container(OFFICIAL, tag("TikTok", firing, *fields))
    found["trigger"].append({"triggerId": "3", "name": "All", "type": "ALWAYS", "filter": [HIT]})
    done = migrated(found)
    assert done.migration.replaced == ()
    assert done.decisions == [f"tag `TikTok`: it stays as it is: {reason}."]
    assert done.migration.plan.is_empty


def test_a_page_view_that_reaches_the_server_is_an_event_like_others() -> None:
    fields = texts(event="Pageview", pixel_code=PIXEL, access_token=TOKEN)
    done = migrated(container(OFFICIAL, tag("View", ["1"], *fields)))
    assert [item.tag for item in done.migration.replaced] == ["View"]
    assert [one["event"] for one in received(done.after, VIEW)] == ["Pageview"]


HITS = (
    PURCHASE,
    VIEW,
    "en=purchase&epn.value=0&cu=EUR&ep.event_id=a&pr1=idA",
    "en=purchase&ep.value=12,50&cu=eur&ep.event_id=5&pr1=idA~pr5",
    "en=purchase&ep.value=7&cu=Euro&ep.event_id=a&pr1=nmX~pr5",
    "en=purchase&epn.value=10&cu=EUR&pr1=idA~pr5~qt2",
    "en=purchase&ep.event_id=&cu=EUR",
    "en=purchase&ep.event_id=z&ep.search_term=shoe",
    "en=view_item&ep.event_id=v&pr1=idA~pr1,50~qtx",
    "en=purchase&ep.event_id=z&ep.currency=978&epn.value=3",
    "en=purchase&epn.event_id=42&epn.value=3&cu=EUR&epn.net=2",
    "en=purchase&ep.event_id=43&ep.net=2,5&cu=EUR",
)
ACCOUNT = {"pixel_code": PIXEL, "access_token": TOKEN}
OTHER = {**ACCOUNT, "pixel_code": "C4SERVER000000000002"}
STAPES = {"pixelId": PIXEL, "accessToken": TOKEN}


@pytest.mark.parametrize(
    ("template_", "tags"),
    [
        (OFFICIAL, (tag("A", ["1", "2"], *texts(event="{{Event Name}}", **ACCOUNT)),)),
        (OFFICIAL, (tag("A", ["2"], *texts(event="Purchase", **ACCOUNT)),)),
        (OFFICIAL, (tag("A", ["2"], *texts(event="Purchase", event_id="{{ID}}", **ACCOUNT)),)),
        (OFFICIAL, (tag("A", ["2147479574"], *texts(event="Contact", **ACCOUNT)),)),
        (
            OFFICIAL,
            (
                tag("A", ["2"], *texts(event="Purchase", **ACCOUNT)),
                tag("B", ["2"], *texts(event="Purchase", **OTHER)),
            ),
        ),
        (
            OFFICIAL,
            (
                tag("A", ["2"], *texts(event="purchase", **ACCOUNT)),
                tag("B", ["1", "2"], *texts(event="AddToCart", **ACCOUNT)),
            ),
        ),
        (STAPE, (tag("A", ["1", "2"], *texts(eventType="inherit", **STAPES)),)),
        (
            STAPE,
            (
                tag(
                    "A",
                    ["2"],
                    *texts(eventType="standard", eventName="CompletePayment", **STAPES),
                    table(
                        "customDataList",
                        {"name": "value", "value": "{{Net}}"},
                        {"name": "currency", "value": "USD"},
                        {"name": "order_id", "value": "12"},
                    ),
                ),
            ),
        ),
        (
            STAPE,
            (
                tag(
                    "A",
                    ["1"],
                    *texts(eventType="standard", eventName="ViewContent", **STAPES),
                    table("customDataList", {"name": "value", "value": "5"}),
                ),
            ),
        ),
    ],
)
def test_what_a_server_container_sends_otherwise_is_told(
    template_: Json, tags: tuple[Json, ...]
) -> None:
    variables = (
        variable("ID", "ed", template("keyPath", "event_id")),
        variable("Net", "ed", template("keyPath", "net")),
    )
    done = migrated(container(template_, *tags, variables=variables))
    assert len(done.migration.replaced) == len(tags), done.decisions
    said = "\n".join((*done.decisions, *done.cases))
    different = 0
    for line in HITS:
        before, after = (as_sent(received(found, line)) for found in (done.before, done.after))
        untold = find_differences(before, after, said)
        assert [one for one in untold if one != "another order"] == [], line
        different += len(find_differences(before, after, ""))
    assert different > 0


def test_an_event_that_another_tag_has_made_sends_it_as_well() -> None:
    fields = texts(event="{{Event Name}}", pixel_code=PIXEL, access_token=TOKEN)
    found = container(
        OFFICIAL,
        {"name": "GA4", "type": "sgtmgaaw", "firingTriggerId": ["2"]},
        tag("TikTok", ["1", "2"], *fields),
    )
    done = migrated(found)
    assert "      tiktok: Purchase\n      custom: {tag: ga4}\n" in done.spec
    assert [one["event"] for one in received(done.after, PURCHASE)] == ["Purchase"]
