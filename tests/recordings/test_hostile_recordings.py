"""Whatever a recording holds, and whatever is sent: a finding or an answer, never a failure."""

from __future__ import annotations

import io
import json
import random
from typing import Any

import pytest
from contract.specs import shop

from gtmgen.cli.events_api import contract_side
from gtmgen.emulator.events_api.service import EventsApi
from gtmgen.emulator.service import to_request
from gtmgen.recordings.check import RecordingCheck
from gtmgen.recordings.reading import pieces_of
from gtmgen.report.recordings_report import (
    render_finding,
    render_recordings_json,
    render_recordings_markdown,
)
from recordings.recorded import beacon, har, message, pushed, request

URL = "https://business-api.tiktok.com/open_api/v1.3/event/track/"
JUNK: list[Any] = [None, True, 0, -1, 1.5, 10**30, 1e308, "", "x", "\ud800", "1" * 300]
JUNK += [[], {}, [[]], [None], {"a": 1}, {"event": []}, "2026-01-01T00:00:00Z", "http://["]
KEYS = ["x", "event", "data", "\ud800", "user", "message", "time", "har", "RequestBody", "context"]


def records() -> list[Any]:
    body = json.dumps(request())
    return [
        *(request(), message(), beacon(), pushed(), json.loads(har((URL, request())))),
        {"har": {"request": {"url": "http://[x", "postData": {"text": "{"}}}},
        {"Type": "Request", "RequestBody": body, "RequestUrl": "http://[bad"},
    ]


def spoil(value: Any, source: random.Random) -> Any:
    """The value with junk in some places, and without some others."""
    if source.random() < 0.12:
        return source.choice(JUNK)
    if isinstance(value, dict):
        kept = {k: spoil(v, source) for k, v in value.items() if source.random() > 0.05}
        extra = {source.choice(KEYS): source.choice(JUNK)} if source.random() < 0.1 else {}
        return {**kept, **extra}
    return [spoil(item, source) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("seed", range(8))
def test_nothing_makes_it_fail(seed: int) -> None:
    source = random.Random(seed)
    check = RecordingCheck(shop())
    api = EventsApi(contract_side(shop()), clock=lambda: 0)
    findings = []
    for _ in range(100):
        content = json.dumps(spoil(source.choice(records()), source)).encode()
        for piece in pieces_of(io.BytesIO(content)):
            findings.extend(check.check("file", piece))
        for path in ("/open_api/v1.3/event/track/", "/api/v2/pixel"):
            answer = api.answer(to_request(path, "POST", content, {"Access-Token": "t"}))
            assert answer.status in (200, 400)
    findings.extend(check.finish())
    assert findings
    assert all(map(render_finding, findings))
    assert json.loads(render_recordings_json(findings, check.summary))["findings"]
    assert render_recordings_markdown(findings, check.summary)
    assert json.dumps(api.report())
