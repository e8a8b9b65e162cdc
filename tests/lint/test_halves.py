"""A web container and its server container, side by side."""

from __future__ import annotations

from typing import Any

from gtmgen.importer.read.container import Imported
from gtmgen.lint.halves import halves_differ
from gtmgen.lint.view import ContainerView

Json = dict[str, Any]
PIXEL, OTHER = "C4HALVES000000000001", "C4HALVES000000000002"


def text(key: str, value: str) -> Json:
    return {"type": "TEMPLATE", "key": key, "value": value}


def view(context: str, *tags: Json, templates: tuple[Json, ...] = ()) -> ContainerView:
    trigger = {
        "triggerId": "1",
        "name": "Order",
        "type": "CUSTOM_EVENT",
        "customEventFilter": [
            {"type": "EQUALS", "parameter": [text("arg0", "{{_event}}"), text("arg1", "purchase")]}
        ],
    }
    numbered = [{"tagId": str(at), **tag} for at, tag in enumerate(tags)]
    found = {
        "container": {"publicId": "GTM-TEST", "usageContext": [context]},
        "tag": numbered,
        "trigger": [trigger],
        "variable": [
            {"variableId": "1", "name": "Pixel", "type": "c", "parameter": [text("value", PIXEL)]}
        ],
        "customTemplate": [*templates],
    }
    source = Imported(found, "test")
    return ContainerView(source.entities, source.built_ins, source.context)


def web(name: str, *ga4: str, pixel: str = PIXEL) -> ContainerView:
    code = f"<script>ttq.load('{pixel}'); ttq.track('{name}', {{}}, {{event_id: 'a'}});</script>"
    rows = [
        {"type": "MAP", "map": [text("parameter", key), text("parameterValue", "x")]} for key in ga4
    ]
    table = {"type": "LIST", "key": "eventSettingsTable", "list": rows}
    event = {
        "name": "GA4",
        "type": "gaawe",
        "firingTriggerId": ["1"],
        "parameter": [text("eventName", "purchase"), *([table] if rows else [])],
    }
    pixel_tag = {
        "name": "Pixel",
        "type": "html",
        "firingTriggerId": ["1"],
        "parameter": [text("html", code)],
    }
    return view("WEB", pixel_tag, event)


def server(**fields: str) -> ContainerView:
    template = {
        "templateId": "7",
        "containerId": "2",
        "name": "Events API",
        "templateData": "___INFO___\n\n{}\n",
        "galleryReference": {"owner": "tiktok", "repository": "gtm-template-eapi"},
    }
    tag = {
        "name": "TikTok server",
        "type": "cvt_2_7",
        "firingTriggerId": ["1"],
        "parameter": [text(key, value) for key, value in fields.items()],
    }
    return view("SERVER", tag, templates=(template,))


def test_halves_that_agree() -> None:
    found = server(event="Purchase", pixel_code="{{Pixel}}")
    assert [*halves_differ(web("Purchase", "event_id"), found)] == []
    with_id = server(event="Purchase", pixel_code=PIXEL, event_id="{{Pixel}}")
    assert [*halves_differ(web("Purchase"), with_id)] == []


def test_an_event_that_one_side_alone_sends() -> None:
    found = server(event="Purchase", pixel_code="{{Pixel}}")
    assert [*halves_differ(web("Lead", "event_id"), found)] == [
        "the browser alone sends TikTok `Lead`",
        "the server alone sends TikTok `Purchase`",
    ]
    old = server(event="CompletePayment", pixel_code="{{Pixel}}")
    assert not any("alone" in one for one in halves_differ(web("Purchase", "event_id"), old))
    unknown = server(event="{{Some name}}", pixel_code="{{Pixel}}")
    assert not any("alone" in one for one in halves_differ(web("Lead", "event_id"), unknown))


def test_names_accounts_and_ids_that_differ() -> None:
    found = server(event="{{Event Name}}", pixel_code=OTHER)
    assert [*halves_differ(web("Purchase"), found)] == [
        (
            f"the server sends TikTok events to `{OTHER}`, the browser to `{PIXEL}`: as the pixels "
            "differ, nothing is dropped as the same"
        ),
        (
            "the server's tag `TikTok server` sends TikTok `CompletePayment`, the browser "
            "`Purchase`: both may be counted"
        ),
        (
            "the server's tag reads the event's ID from `event_id` (`TikTok server`), which no GA4 "
            "tag of the web container sends"
        ),
    ]
