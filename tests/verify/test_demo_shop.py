"""The shop: its feeds, its backend, and each fault found in a real browser, and nothing else."""

from __future__ import annotations

import csv
import io
import json
import threading
import urllib.request
from dataclasses import replace
from typing import Any
from urllib.error import HTTPError
from xml.etree import ElementTree

import pytest

from gtmgen.scenarios.load import load_scenarios
from gtmgen.verify.model import SentCall, Verification
from gtmgen.verify.run import verify
from gtmgen.verify.setting import VisitedSite, VisitSetting

from .conftest import DEMO, Running, Visit, locate, shop_module, subject

LOOK: list[Any] = [
    {"load": "/products/trail-shoe"},
    {"click": "#accept"},
    {"click": ".brand"},
    {"click": "#PACK-1"},
]
BUY = [
    *LOOK,
    {"click": "#add"},
    {"click": "#cart-link"},
    {"click": "#checkout"},
    {"fill": {"#email": "Ada@example.com"}},
    {"submit": "#order"},
    {"wait": "300ms"},
]


def get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return str(answer.read().decode())


def kinds(found: Verification) -> list[str]:
    return list(dict.fromkeys(one.kind for one in found.findings))


def rows(running: Running) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(get(f"{running.url}feed.csv"))))


# -- the shop alone ------------------------------------------------------------------------


def test_both_feeds_say_the_same(running: Running) -> None:
    root = ElementTree.fromstring(get(f"{running.url}feed.xml"))
    name = "{http://base.google.com/ns/1.0}"
    by_id = {item.findtext(f"{name}id"): item for item in root.iter("item")}
    found = rows(running)
    assert len(found) == 9
    assert list(by_id) == [row["sku_id"] for row in found]
    for row in found:
        item = by_id[row["sku_id"]]
        for column in ("title", "price", "link", "item_group_id", "brand", "condition"):
            assert item.findtext(f"{name}{column}") == row[column]
    assert found[0]["price"] == "89.90 EUR"


def test_what_is_no_order_is_refused(running: Running) -> None:
    request = urllib.request.Request(f"{running.url}api/orders", b'{"lines": [{}]}')
    with pytest.raises(HTTPError) as refused:
        urllib.request.urlopen(request, timeout=10)
    assert refused.value.code == 400
    refused.value.close()


def test_an_order_is_taken_though_nobody_hears_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    shop = shop_module().Shop(events_api="http://127.0.0.1:9/")
    thread = threading.Thread(target=shop.serve_forever, args=(0.02,))
    thread.start()
    order = {"lines": [{"product": "PACK-1", "quantity": 1}], "email": "ada@example.com"}
    request = urllib.request.Request(f"{shop.url}api/orders", json.dumps(order).encode())
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert json.loads(answer.read())["value"] == 59.5
    shop.shutdown()
    thread.join()
    shop.server_close()
    told = "the purchase was not sent to http://127.0.0.1:9/: "
    assert capsys.readouterr().out.startswith(told)


def test_the_journey_of_the_repository_is_one() -> None:
    file = load_scenarios(DEMO / "journey.yaml", {}, ["tiktok", "ga4"])
    assert [one.name for one in file.scenarios] == ["A visitor agrees, looks around and buys"]


@pytest.mark.parametrize(("left", "kinds"), [(0, []), (1, ["expectation", "expectation"])])
def test_the_journey_of_the_repository_wants_its_purchase(
    running: Running, chromium: str, left: int, kinds: list[str]
) -> None:
    (buy,) = load_scenarios(DEMO / "journey.yaml", {}, ["tiktok", "ga4"]).scenarios
    cut = replace(buy, steps=buy.steps[: len(buy.steps) - left])
    setting = VisitSetting(executable=chromium, quiet=0.1)
    (found,) = verify(VisitedSite.at(running.url), subject(), setting, [cut], locate)
    assert [one.kind for one in found.findings] == kinds


# -- visited -------------------------------------------------------------------------------


def test_nothing_is_found_and_one_purchase_reaches_both_sides(
    visit: Visit, running: Running
) -> None:
    found = visit(
        *BUY,
        expect=[
            {"tiktok": "ViewContent"},
            {"tiktok": "AddToCart"},
            {"tiktok": "InitiateCheckout"},
            {"tiktok": "Purchase", "params": {"value": 59.5, "currency": "EUR"}},
        ],
    )
    assert found.findings == ()
    purchases = [
        one.call
        for one in found.recording.entries
        if isinstance(one, SentCall) and one.call.event == "Purchase"
    ]
    (browser,), (server,) = purchases, found.server_events
    assert (server.event, server.event_id) == ("Purchase", browser.event_id)
    assert str(browser.event_id).startswith("purchase_")
    prices = {row["item_group_id"]: row["price"] for row in rows(running)}
    for params in (browser.params, server.params):
        (item,) = params["contents"]
        assert f"{item['price']:.2f} {params['currency']}" == prices[item["content_id"]]
        assert params["value"] == item["price"] * item["quantity"]


FAULTS = {
    "double-push": ([*LOOK[:2], {"click": "#add"}], "pushed-twice"),
    "variant-id": (BUY, "ids-differ"),
    "late-id": (BUY, "late-value"),
    "text-price": (LOOK[:1], "number-as-text"),
    "no-currency": (LOOK[:1], "missing"),
    "consent-ignored": (LOOK[:2], "before-consent"),
    "second-pixel": (LOOK[:2], "unknown-account"),
    "replace-redirect": (LOOK, "redirected"),
    "late-container": ([LOOK[0], {"wait": "700ms"}, LOOK[1]], "before-container"),
}


def test_each_fault_of_the_shop_is_tried() -> None:
    assert set(FAULTS) == set(shop_module().FAULTS)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_and_nothing_else(visit: Visit, fault: str) -> None:
    steps, kind = FAULTS[fault]
    first = {"load": f"/products/trail-shoe?fault={fault}"}
    found = visit(first, *steps[1:])
    assert kinds(found) == [kind], json.dumps([one.message for one in found.findings])
    assert found.has_errors
