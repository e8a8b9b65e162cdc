"""Records of the kiosk of ``contract.specs``: what its backend sends, what its site pushes."""

from __future__ import annotations

import copy
import io
import json
from collections.abc import Iterable
from typing import Any

from contract.specs import shop, shop_contract

from gtmgen.recordings.check import RecordingCheck
from gtmgen.recordings.model import RecordingFinding, Summary
from gtmgen.recordings.reading import pieces_of

PIXEL = "CKIOSKPIXEL000000001"
NOON = 1_767_268_800  # 2026-01-01T12:00:00Z


def request(number: int = 7001, time: int = NOON, **changes: Any) -> dict[str, Any]:
    """A purchase as the backend sends it; ``changes`` are of the event."""
    body: dict[str, Any] = copy.deepcopy(
        shop_contract().events["purchase"].servers["tiktok"].payload
    )
    event = body["data"][0]
    event.update(event_id=f"purchase_{number}", event_time=time)
    event["properties"]["order_id"] = str(number)
    event.update(changes)
    return body


def message(number: int = 7001) -> dict[str, Any]:
    """A purchase as the site pushes it."""
    items = [{"item_id": "T1", "price": 12.5, "quantity": 1}]
    order = {"transaction_id": str(number), "value": 12.5, "currency": "EUR", "items": items}
    return {"event": "purchase", "ecommerce": order}


def pushed(number: int = 7001, time: Any = NOON) -> dict[str, Any]:
    """The message with the time at which it was pushed."""
    return {"time": time, "message": message(number)}


def beacon(number: int = 7001, time: str = "2026-01-01T12:00:00.000Z") -> dict[str, Any]:
    """The pixel's own request."""
    return {
        "event": "Purchase",
        "event_id": f"purchase_{number}",
        "timestamp": time,
        "context": {"pixel": {"code": PIXEL}},
        "properties": {"value": 12.5},
    }


def har(*entries: tuple[str, Any]) -> bytes:
    """A recording of the network: the addresses and bodies of requests."""
    listed = [
        {
            "startedDateTime": "2026-01-01T12:00:01.000Z",
            "request": {
                "method": "POST",
                "url": url,
                "headers": [{"name": "Access-Token", "value": "SECRET-TOKEN"}],
                "postData": {"text": json.dumps(body)},
            },
        }
        for url, body in entries
    ]
    return json.dumps({"log": {"entries": listed}}, indent=1).encode()


def lines(records: Iterable[Any]) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def check(content: bytes, file: str = "calls") -> tuple[list[RecordingFinding], Summary]:
    """The findings and the summary of a file with this content."""
    checking = RecordingCheck(shop())
    findings = [
        finding
        for piece in pieces_of(io.BytesIO(content))
        for finding in checking.check(file, piece)
    ]
    findings.extend(checking.finish())
    return findings, checking.summary


def told(content: bytes) -> list[tuple[str, str, str, str]]:
    """Place, path, rule and message of each finding."""
    return [(one.place, one.path, one.rule, one.message) for one in check(content)[0]]
