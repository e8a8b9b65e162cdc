"""The local Events API: answers, the contract, deduplication, faults and the report."""

from __future__ import annotations

import copy
import http.client
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from contract.specs import shop, shop_contract

from gtmgen.cli.events_api import contract_side
from gtmgen.emulator.events_api.faults import read_faults
from gtmgen.emulator.events_api.service import EventsApi, EventsApiFault
from gtmgen.emulator.messages import Response
from gtmgen.emulator.server import EmulatorServer, listen
from gtmgen.emulator.service import to_request

PATH = "/open_api/v1.3/event/track/"
NOON = 1_767_268_800
Json = Any


def payload(**changes: Any) -> Json:
    """A purchase as the contract has it; ``changes`` are of the event."""
    body = copy.deepcopy(shop_contract().events["purchase"].servers["tiktok"].payload)
    body["data"][0].update({"event_time": NOON, **changes})
    return body


def beacon(event_id: str, seconds: int = 0) -> Json:
    pixel = {"pixel": {"code": "CKIOSKPIXEL000000001"}}
    time = NOON + seconds
    return {"event": "Purchase", "event_id": event_id, "timestamp": time, "context": pixel}


class Api:
    """The service in process, with a clock that stands still."""

    def __init__(self, *faults: EventsApiFault) -> None:
        self.now = float(NOON)
        self.service = EventsApi(contract_side(shop()), clock=lambda: self.now, faults=faults)

    def post(
        self, body: Json, path: str = PATH, token: str = "t0ken", raw: bytes = b""
    ) -> Response:
        headers = {"Access-Token": token, "Content-Type": "application/json"}
        content = raw or json.dumps(body).encode()
        return self.service.answer(to_request(path, "POST", content, headers))

    def answered(self, body: Json, **options: Any) -> tuple[int, str, str]:
        """Code, message and how they are known."""
        response = self.post(body, **options)
        assert response.status == 200
        found = response.json()
        assert set(found) == {"code", "message", "request_id", "data"}
        return found["code"], found["message"], response.headers["x-gtmgen-evidence"]

    def verdicts(self) -> list[str]:
        return [event["verdict"] for event in self.service.report()["events"]]


def test_what_is_right_is_fine() -> None:
    api = Api()
    assert api.answered(payload()) == (0, "OK", "known")
    report = api.service.report()
    assert report["requests"][0]["flaws"] == []
    (event,) = report["events"]
    assert event == {
        "number": 1,
        "side": "server",
        "account": "CKIOSKPIXEL000000001",
        "event": "Purchase",
        "event_id": "purchase_7001",
        "time": NOON,
        "request": 1,
        "place": 0,
        "params": payload()["data"][0]["properties"],
        "test_event_code": "TEST12345",
        "verdict": "counted",
        "same_as": None,
    }


def without(name: str) -> Json:
    body = payload()
    del body[name]
    return body


def with_(**changes: Any) -> Json:
    return {**payload(), **changes}


def priced(price: Any) -> Json:
    body = payload()
    body["data"][0]["properties"]["contents"][0]["price"] = price
    return body


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        (
            payload(event_id=7001),
            (40002, "Invalid value for event_id: not a valid string.", "known"),
        ),
        (priced("12.50"), (40000, "Invalid Price Field", "known")),
        (without("event_source_id"), (40002, "Invalid value for event_source_id", "known")),
        (without("event_source"), (40002, "Invalid value for event_source", "guess")),
        ([], (40002, "Invalid request body: not a valid JSON object.", "guess")),
        (with_(data=[]), (40002, "Invalid value for data: not a list of events.", "guess")),
        (
            with_(data=payload()["data"] * 1001),
            (40002, "Invalid value for data: more than 1000 events.", "guess"),
        ),
        (with_(data=[1]), (40002, "Invalid value for data: not a valid event.", "guess")),
        (payload(event=""), (40002, "Invalid value for event: not a valid string.", "guess")),
        (
            payload(event_time="now"),
            (40002, "Invalid value for event_time: not a valid integer.", "guess"),
        ),
    ],
)
def test_what_is_refused_comes_with_http_200(body: Json, answer: tuple[int, str, str]) -> None:
    api = Api()
    assert api.answered(body) == answer
    report = api.service.report()
    assert report["totals"]["refused"] == 1
    assert report["events"] == []
    assert report["requests"][0]["flaws"]  # the contract says so, too


def test_a_request_without_a_token() -> None:
    text = "Access token is incorrect or has been revoked."
    assert Api().answered(payload(), token="") == (40001, text, "guess")


@pytest.mark.parametrize("raw", [b"", b"{", b'{"value": NaN}', b"[" * 100_000, b"\xff"])
def test_a_body_that_is_no_json(raw: bytes) -> None:
    text = "Invalid request body: not a valid JSON object."
    assert Api().answered(None, raw=raw or b" ") == (40002, text, "guess")


def test_a_thousand_events_are_one_batch() -> None:
    body = with_(data=[{**payload()["data"][0], "event_id": f"purchase_{n}"} for n in range(1000)])
    api = Api()
    assert api.answered(body)[0] == 0
    assert api.service.report()["totals"]["counted"] == 1000


def test_a_part_that_is_wrong_is_refused_alone() -> None:
    events = [payload()["data"][0], payload(event_id=1)["data"][0]]
    api = Api()
    text = "1 of 2 events failed: Invalid value for event_id: not a valid string."
    assert api.answered(with_(data=events)) == (20001, text, "guess")
    assert [event["place"] for event in api.service.report()["events"]] == [0]


def test_what_tiktok_takes_may_break_the_contract() -> None:
    """Milliseconds, old names and unhashed data are taken there, and do harm in silence."""
    api = Api()
    user = {**payload()["data"][0]["user"], "email": "ada@example.com"}
    assert api.answered(payload(event="CompletePayment", event_time=NOON * 1000))[0] == 0
    assert api.answered(payload(event_time=NOON * 1000, user=user))[0] == 0
    flaws = [
        [(flaw["path"], flaw["rule"]) for flaw in request["flaws"]]
        for request in api.service.report()["requests"]
    ]
    assert flaws == [
        [("data[0].event", "legacy-name"), ("data[0].event_time", "time")],
        [("data[0].event_time", "time"), ("data[0].user.email", "not-hashed")],
    ]
    assert "ada@example.com" not in json.dumps(api.service.report())


@pytest.mark.parametrize(
    ("seconds", "verdicts"),
    [
        (0, ["counted", "merged"]),
        (300, ["counted", "merged"]),
        (301, ["counted", "dropped"]),
        (48 * 3600, ["counted", "dropped"]),
        (48 * 3600 + 1, ["counted", "counted"]),
    ],
)
def test_both_sides_are_one_event_by_name_and_id(seconds: int, verdicts: list[str]) -> None:
    api = Api()
    assert api.post(beacon("purchase_7001"), path="/api/v2/pixel").status == 200
    api.post(payload(event_time=NOON + seconds))
    assert api.verdicts() == verdicts
    after = api.service.report()["events"][1]
    assert after["same_as"] == (None if verdicts[1] == "counted" else 1)


def test_one_side_twice_is_dropped_and_another_id_is_counted() -> None:
    api = Api()
    for body in (payload(), payload(), payload(event_id="purchase_2"), payload(event="Lead")):
        api.post(body)
    assert api.verdicts() == ["counted", "dropped", "counted", "counted"]


def test_an_event_without_an_id_is_never_the_same() -> None:
    api = Api()
    body = payload()
    del body["data"][0]["event_id"]
    assert api.answered(body)[0] == 0
    api.post(beacon(""), path="/api/v2/pixel")
    assert api.verdicts() == ["no ID", "no ID"]


def test_faults_are_for_retries() -> None:
    api = Api(*read_faults([{"at": 1, "code": 40100}, {"at": 2, "status": 503}]))
    assert api.answered(payload()) == (40100, "a fault that was asked for", "guess")
    assert api.post(payload()).status == 503
    assert api.answered(payload())[0] == 0
    assert api.verdicts() == ["counted"]


@pytest.mark.parametrize(
    ("document", "error"),
    [
        ({}, 'it is not a list, such as [{"at": 2, "code": 40100}]'),
        ([{"at": 1}], "[0] needs `at`, and one of `code` and `status`"),
        ([{"at": 1, "do": 2}], "[0] may have `at`, and `code` or `status`, and nothing else"),
        ([{"at": True, "code": 1}], "[0].at is not a whole number from 1 on"),
        ([{"at": 1, "status": 200}], "[0].status is not the HTTP status of a failure"),
    ],
)
def test_wrong_faults(document: Json, error: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(error)}$"):
        read_faults(document)


def test_more_than_a_thousand_requests_a_second_are_too_many() -> None:
    api = Api()
    codes = [api.answered(payload())[0] for _ in range(1001)]
    assert codes == [0] * 1000 + [40100]
    api.now += 1
    assert api.answered(payload())[0] == 0


def test_a_token_in_the_address_is_told_and_never_kept() -> None:
    api = Api()
    api.post(payload(), path=f"{PATH}?access_token=s3cret", token="s3cret")
    report = api.service.report()
    assert [flaw["rule"] for flaw in report["requests"][0]["flaws"]] == ["token"]
    assert "s3cret" not in json.dumps(report)


@pytest.fixture
def server() -> Iterator[EmulatorServer]:
    with listen(Api().service) as running:
        yield running


def call(server: EmulatorServer, method: str, path: str, body: Json = None) -> tuple[int, Json]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    headers = {"Access-Token": "t", "Content-Type": "application/json"}
    connection.request(method, path, json.dumps(body).encode() if body else None, headers)
    response = connection.getresponse()
    raw = response.read()
    connection.close()
    return response.status, json.loads(raw) if raw else None


def test_over_http(server: EmulatorServer) -> None:
    status, answer = call(server, "POST", PATH, payload())
    assert (status, answer["code"], answer["request_id"]) == (200, 0, "gtmgen-00000001")
    assert call(server, "GET", "/gtmgen/report")[1]["totals"]["counted"] == 1
    assert call(server, "DELETE", "/gtmgen/events") == (204, None)
    assert call(server, "GET", "/gtmgen/report")[1]["totals"]["counted"] == 0
    assert call(server, "GET", PATH)[0] == 405
    status, answer = call(server, "POST", "/open_api/v1.2/pixel/track/", payload())
    assert (status, answer["message"]) == (
        404,
        f"here are: POST {PATH}, GET /gtmgen/report, DELETE /gtmgen/events",
    )
    assert call(server, "POST", "/api/v2/pixel", {"event": 1})[0] == 400
