"""A container that a spec was compiled to, exported again: its tags are known as others' are."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from compile.specs import GA4, TIKTOK, loaded, spec

from gtmgen.compile.compiler import compile_both
from gtmgen.container.entities import Container
from gtmgen.container.export import export_json
from gtmgen.lint.engine import lint_container
from gtmgen.lint.halves import lint_halves
from gtmgen.lint.uses import EVENT, LOAD

from .containers import told, view_of_export

Json = dict[str, Any]
PIXEL = str(TIKTOK["pixel_id"])
OTHER = "C4OTHER0000000000001"
IDENTIFY = {"email": "email", "phone_number": "phone"}
PRODUCTS = {"value": "value", "currency": "currency", "items": "items"}
SHOP = spec(
    server={
        "gtm": "GTM-ACMESV1",
        "url": "https://sgtm.acme.example",
        "accounts": {"tiktok": {"access_token": {"secret": "TIKTOK_ACCESS_TOKEN"}}},
    },
    platforms={
        "ga4": GA4,
        "tiktok": TIKTOK | {"page_view": "manual", "identify": IDENTIFY},
    },
    data={
        "value": {"path": "ecommerce.value", "type": "number"},
        "currency": {"path": "ecommerce.currency", "type": "currency"},
        "items": {"path": "ecommerce.items", "type": "items"},
        "order": {"path": "ecommerce.transaction_id", "type": "string", "required": True},
        "email": {"path": "user.email", "type": "email"},
        "phone": {"path": "user.phone", "type": "phone"},
    },
    events={
        "view_item": {
            "on": {"event": "view_item"},
            "params": PRODUCTS,
            "send": ["tiktok", "ga4"],
        },
        "purchase": {
            "on": {"event": "purchase"},
            "event_id": {"from": "order", "prefix": "purchase_"},
            "params": {**PRODUCTS, "transaction_id": "order"},
            "send": ["tiktok", "ga4"],
        },
    },
)


def exported(container: Container | None) -> Json:
    assert container is not None
    version: Json = json.loads(export_json(container))["containerVersion"]
    for template in version["customTemplate"]:
        # Somebody who cleans up the notes takes the owner's line with them.
        template["templateData"] = template["templateData"].partition("___NOTES___")[0]
    return version


@pytest.fixture(scope="module")
def halves() -> tuple[Json, Json]:
    compiled = compile_both(loaded(SHOP))
    return exported(compiled.web), exported(compiled.server)


@pytest.fixture
def web(halves: tuple[Json, Json]) -> Json:
    return deepcopy(halves[0])


@pytest.fixture
def server(halves: tuple[Json, Json]) -> Json:
    return deepcopy(halves[1])


def tag_of(version: Json, name: str) -> Json:
    (found,) = (tag for tag in version["tag"] if tag["name"] == name)
    tag: Json = found
    return tag


def fill(tag: Json, key: str, value: str) -> None:
    tag["parameter"] = [
        *(item for item in tag["parameter"] if item["key"] != key),
        {"type": "TEMPLATE", "key": key, "value": value},
    ]


def copy_of(version: Json, name: str) -> Json:
    tag = {**deepcopy(tag_of(version, name)), "tagId": "900", "name": f"Copy of {name}"}
    version["tag"].append(tag)
    return tag


def test_what_the_tags_send_is_known(web: Json) -> None:
    load_use, use = view_of_export(web).uses["TikTok - purchase"]

    assert (load_use.what, load_use.accounts, load_use.history_off) == (LOAD, (PIXEL,), True)
    assert (use.what, use.name, use.accounts) == (EVENT, "Purchase", (PIXEL,))
    assert use.event_id == "{{event ID - purchase}}"
    assert use.params == {
        "contents": "{{data - items}}",
        "currency": "{{data - currency}}",
        "order_id": "{{data - order}}",
        "value": "{{data - value}}",
    }
    assert use.identify == {"email": "{{data - email}}", "phone_number": "{{data - phone}}"}
    page_view = view_of_export(web).uses["TikTok - page view"][-1]
    assert (page_view.name, page_view.accounts) == ("Pageview", (PIXEL,))


def test_what_the_tags_of_the_server_send_is_known(server: Json) -> None:
    (use,) = view_of_export(server).uses["TikTok - purchase"]

    assert (use.what, use.name, use.accounts) == (EVENT, "Purchase", (PIXEL,))
    assert (use.is_server, use.has_event_id) == (True, True)


def test_there_is_nothing_to_say_about_what_a_spec_makes(web: Json, server: Json) -> None:
    views = view_of_export(web), view_of_export(server)

    assert [*map(lint_container, views)] == [[], []]
    assert [*lint_halves(*views)] == []


def without_id(web: Json) -> None:
    tag = tag_of(web, "TikTok - purchase")
    tag["parameter"] = [item for item in tag["parameter"] if item["key"] != "event_id"]


def with_an_old_name(web: Json) -> None:
    fill(tag_of(web, "TikTok - purchase"), "event", "CompletePayment")


def with_the_wrong_case(web: Json) -> None:
    fill(tag_of(web, "TikTok - view_item"), "event", "viewcontent")


def with_a_second_tag(web: Json) -> None:
    copy_of(web, "TikTok - purchase")


def with_a_second_page_view(web: Json) -> None:
    fill(copy_of(web, "TikTok - page view"), "while_denied", "hold")


def without_account(web: Json) -> None:
    fill(tag_of(web, "TikTok - purchase"), "pixel_id", "")


def with_base_code(web: Json) -> None:
    html = f"<script>ttq.load('{PIXEL}');</script>"
    web["tag"].append(
        {
            "tagId": "900",
            "name": "Base code",
            "type": "html",
            "parameter": [{"type": "TEMPLATE", "key": "html", "value": html}],
            "firingTriggerId": ["2147479553"],
        }
    )


CHANGES: list[tuple[Callable[[Json], None], str, str, str]] = [
    (
        without_id,
        "event-id-missing",
        "TikTok",
        (
            "These tags send TikTok no event ID: if a server sends the same events, each is "
            "counted twice: `TikTok - purchase`."
        ),
    ),
    (
        with_an_old_name,
        "legacy-event-name",
        "TikTok - purchase",
        "`CompletePayment` is an old event name of TikTok; its name is `Purchase` now.",
    ),
    (
        with_the_wrong_case,
        "event-name-case",
        "TikTok - view_item",
        "TikTok takes `viewcontent` for an event of your own: the standard one is `ViewContent`.",
    ),
    (
        with_a_second_tag,
        "event-sent-twice",
        "Copy of TikTok - purchase",
        (
            "It sends `Purchase` to TikTok on a trigger on which `TikTok - purchase` sends it, "
            "too, to the same account: unless both have the same event ID, it is counted twice."
        ),
    ),
    (
        without_account,
        "account-missing",
        "TikTok - purchase",
        "It has no pixel, so TikTok receives nothing from it.",
    ),
    (
        with_base_code,
        "loaded-twice",
        "Base code",
        f"It loads the pixel {PIXEL} of TikTok on every page, and so does `TikTok - page view`.",
    ),
    (
        with_a_second_page_view,
        "page-view-twice",
        "Copy of TikTok - page view",
        (
            "On every page it sends TikTok a Pageview, and so does `TikTok - page view`: each page "
            "view is counted twice."
        ),
    ),
]


@pytest.mark.parametrize(
    ("change", "rule", "name", "text"), CHANGES, ids=[change[1] for change in CHANGES]
)
def test_what_somebody_has_changed_in_gtm_is_found(
    web: Json, change: Callable[[Json], None], rule: str, name: str, text: str
) -> None:
    change(web)

    assert told(web, rule) == [(name, text)]


def test_the_halves_are_compared(web: Json, server: Json) -> None:
    fill(tag_of(server, "TikTok - purchase"), "pixel_id", OTHER)
    fill(tag_of(server, "TikTok - view_item"), "event", "AddToCart")

    found = [
        (item.side, item.finding.rule, item.finding.name, item.finding.text)
        for item in lint_halves(view_of_export(web), view_of_export(server))
    ]

    assert found == [
        (
            "server",
            "halves-account",
            "TikTok - purchase",
            (
                f"It sends TikTok events to `{OTHER}`, the browser to `{PIXEL}`: as the pixels "
                "differ, nothing is dropped as the same."
            ),
        ),
        (
            "server",
            "halves-one-side",
            "TikTok - view_item",
            "It sends TikTok `AddToCart`, which no tag of the browser sends.",
        ),
        (
            "web",
            "halves-one-side",
            "TikTok - view_item",
            "It sends TikTok `ViewContent`, which no tag of the server container sends.",
        ),
    ]


def test_a_template_of_somebody_else_is_not_taken_for_one(web: Json) -> None:
    for template in web["customTemplate"]:
        template["templateData"] = template["templateData"].replace(
            '"displayName": "gtmgen"', '"displayName": "Somebody"'
        )

    assert "TikTok - purchase" not in view_of_export(web).uses
