"""What both sides sent in scenarios: for `gtmgen check-payload`, and for the local Events API."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gtmgen.packs.server import ServerApi
from gtmgen.runtime.engine import Json
from gtmgen.scenarios.model import SERVER, Account, Call, Result


@dataclass(frozen=True, slots=True)
class RecordedSend:
    """A request of one side; the browser's has no ``url``. ``time`` is in ms since 1970."""

    time: int
    body: Any
    url: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def record(self) -> Json:
        """One line of a recording: the pixel's body, or what server templates log."""
        if not self.url:
            return dict(self.body)
        return {"timestamp": self.time, "RequestUrl": self.url, "RequestBody": self.body}


def sent_by(result: Result, accounts: Sequence[Account], api: ServerApi) -> Iterator[RecordedSend]:
    """The browser's events in the pixel's form, then the server's requests to the same platform.

    Page views are left out: only the browser sends them.

    A browser's time is that of the last event of its step: the page does not tell it.
    """
    of_server = [one for one in accounts if one.endpoint is not None]
    packs = {one.pack.removesuffix(SERVER) for one in of_server}
    for call in result.calls:
        if call.pack in packs and call.method == "track" and call.state == "sent":
            yield _list_calls_of_browser(call, result, api)
    requests = result.server.run.observed["http"] if result.server is not None else ()
    for one in requests:
        if any(account.endpoint and account.endpoint.is_at(one["url"]) for account in of_server):
            yield RecordedSend(one["time"], _write_json(one["body"]), one["url"], one["headers"])


def _list_calls_of_browser(call: Call, result: Result, api: ServerApi) -> RecordedSend:
    assert api.browser is not None
    times = [
        one["time"] for one in result.run.trace if result.scenario_step(one["step"]) <= call.step
    ]
    time = max(times, default=0)
    body: Json = {}
    values = {
        "event": call.event,
        "event_id": call.event_id,
        "account": call.account,
        "time": time,
        "params": dict(call.params) or None,
    }
    for name, value in values.items():
        if value is not None and name in api.browser:
            _put(body, api.browser[name], value)
    return RecordedSend(time, body)


def _put(record: Json, path: str, value: Any) -> None:
    *parents, last = path.split(".")
    for name in parents:
        record = record.setdefault(name, {})
    record[last] = value


def _write_json(text: str | None) -> Any:
    try:
        return json.loads(text or "")
    except ValueError:
        return text
