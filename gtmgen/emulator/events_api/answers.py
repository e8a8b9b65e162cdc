"""What TikTok answers, and how it is known.

``known``: the code, or the message too, was seen in answers that TikTok's partners and users
published; ``guess``: TikTok's list of errors is not public, and the answer is what fits the known
ones. The answer's header ``X-Gtmgen-Evidence`` says which.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from gtmgen.emulator.messages import Response

Evidence = Literal["known", "guess"]

OK = 0
PARTIAL = 20001
OTHER = 40000
UNAUTHORIZED = 40001
INVALID = 40002
TOO_MANY = 40100

MOST_EVENTS = 1000
"""Events in a request; with one more, the whole request is refused."""

SOURCES = ("web", "app", "offline", "crm")


class Answer(NamedTuple):
    """The body's ``code`` and ``message``, and whether they are known or a guess.

    Problems of the request come with HTTP 200, too: who reads the status alone does not see them.
    """

    code: int
    message: str
    evidence: Evidence

    def response(self, request_id: str) -> Response:
        body = {"code": self.code, "message": self.message, "request_id": request_id, "data": {}}
        headers = {"x-gtmgen-evidence": self.evidence}
        return Response(200, json.dumps(body).encode(), headers=headers)


def refuse_request(token: str, body: Any) -> Answer | None:
    """Why a whole request is refused, or None."""
    if not token:
        return Answer(UNAUTHORIZED, "Access token is incorrect or has been revoked.", "guess")
    if not isinstance(body, dict):
        return Answer(INVALID, "Invalid request body: not a valid JSON object.", "guess")
    if body.get("event_source") not in SOURCES:
        return Answer(INVALID, "Invalid value for event_source", "guess")
    source_id = body.get("event_source_id")
    if not isinstance(source_id, str) or not source_id:
        return Answer(INVALID, "Invalid value for event_source_id", "known")
    events = body.get("data")
    if not isinstance(events, list) or not events:
        return Answer(INVALID, "Invalid value for data: not a list of events.", "guess")
    if len(events) > MOST_EVENTS:
        # That all are refused is known; the words are not.
        return Answer(INVALID, f"Invalid value for data: more than {MOST_EVENTS} events.", "guess")
    return None


def refuse_event(event: Any) -> Answer | None:
    """Why one event is refused, or None."""
    if not isinstance(event, dict):
        return Answer(INVALID, "Invalid value for data: not a valid event.", "guess")
    if not isinstance(event.get("event"), str) or not event["event"]:
        return Answer(INVALID, "Invalid value for event: not a valid string.", "guess")
    if "event_id" in event and not isinstance(event["event_id"], str):
        return Answer(INVALID, "Invalid value for event_id: not a valid string.", "known")
    time = event.get("event_time")
    if isinstance(time, bool) or not isinstance(time, int):
        return Answer(INVALID, "Invalid value for event_time: not a valid integer.", "guess")
    if any(isinstance(item.get("price"), str) for item in _list_contents(event)):
        return Answer(OTHER, "Invalid Price Field", "known")
    return None


def _list_contents(event: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    properties = event.get("properties")
    contents = properties.get("contents") if isinstance(properties, dict) else None
    for item in contents if isinstance(contents, list) else ():
        if isinstance(item, dict):
            yield item


def summarize(refusals: Sequence[Answer | None]) -> Answer:
    """The answer to a request whose events were looked at one by one."""
    refused = [refusal for refusal in refusals if refusal is not None]
    if not refused:
        return Answer(OK, "OK", "known")
    if len(refused) < len(refusals):
        # The code is known; what the answer says of each event is not.
        text = f"{len(refused)} of {len(refusals)} events failed: {refused[0].message}"
        return Answer(PARTIAL, text, "guess")
    return refused[0]
