"""One purchase, two ways: the page's tag and a backend that keeps to the contract."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from scenarios.played import HEAD, PIXEL, PLATFORMS, Played
from support import load_text

from gtmgen.cli.events_api import contract_side
from gtmgen.contract.build import build_contract
from gtmgen.emulator.events_api.service import EventsApi
from gtmgen.emulator.service import to_request
from gtmgen.recordings.check import RecordingCheck
from gtmgen.recordings.reading import read_pieces
from recordings.recorded import lines

NOON = 1_767_268_800
BODY = """
data:
  order: {path: ecommerce.transaction_id, type: string, required: true, scope: event}
  value: {path: ecommerce.value, type: number, scope: event}
  items: {path: ecommerce.items, type: items}
  email: {path: user.email, type: email, pii: true}
events:
  purchase:
    on: {event: purchase}
    event_id: {from: order, prefix: purchase_}
    params: {transaction_id: order, value: value, items: items}
    send: [tiktok, ga4]
"""
ITEMS = [{"item_id": "T1", "price": 12.5, "quantity": 2}]
MESSAGE = {
    "event": "purchase",
    "ecommerce": {"transaction_id": "0042", "value": 25, "items": ITEMS},
}


def test_the_page_and_the_backend_make_one_event(tmp_path: Path) -> None:
    spec = load_text(HEAD % "" + PLATFORMS + BODY).spec
    played = Played(tmp_path, BODY, [{"push": MESSAGE}])
    ((name, params, event_id),) = played.tracked
    beacon = {
        "event": name,
        "event_id": event_id,
        "timestamp": NOON,
        "properties": params,
        "context": {"pixel": {"code": PIXEL}},
    }
    # The backend knows the order's number and the contract, and nothing of the page.
    request: Any = copy.deepcopy(build_contract(spec).events["purchase"].servers["tiktok"].payload)
    event = request["data"][0]
    event.update(event_id="purchase_0042", event_time=NOON + 2)
    event["properties"].update(order_id="0042", value=25)

    api = EventsApi(contract_side(spec), clock=lambda: NOON)
    for path, body in (("/api/v2/pixel", beacon), ("/open_api/v1.3/event/track/", request)):
        content = json.dumps(body).encode()
        response = api.answer(to_request(path, "POST", content, {"Access-Token": "t"}))
        assert response.status == 200
    report = api.report()
    assert [one["verdict"] for one in report["events"]] == ["counted", "merged"]
    assert report["totals"]["errors"] == report["totals"]["warnings"] == 0

    file = tmp_path / "recorded.jsonl"
    file.write_bytes(lines([beacon, request, {"time": NOON, "message": MESSAGE}]))
    check = RecordingCheck(spec)
    found = [one for piece in read_pieces(file) for one in check.check("recorded", piece)]
    assert [*found, *check.finish()] == []
    # The message and the pixel's request are one event of the browser, not two.
    ((first, second, state),) = (
        (pair.first, pair.second, pair.state) for pair in check.summary.pairs
    )
    assert (first.side, second.side, state) == ("browser", "server", "merged")
    assert first.event_id == "purchase_0042"
    assert check.summary.lost == []
