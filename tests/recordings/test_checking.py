"""What is wrong in a recording is told where it is, and never with personal data."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from contract.specs import SHOP
from support import load_text

from gtmgen.recordings.check import RecordingCheck
from gtmgen.recordings.reading import Piece
from recordings.recorded import beacon, check, har, lines, message, pushed, request, told

URL = "https://business-api.tiktok.com/open_api/v1.3/event/track/"


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def user(**fields: Any) -> dict[str, Any]:
    return {"user": {**request()["data"][0]["user"], **fields}}


def properties(**fields: Any) -> dict[str, Any]:
    return {"properties": {**request()["data"][0]["properties"], **fields}}


@pytest.mark.parametrize(
    ("changes", "path", "rule", "message"),
    [
        (
            {"event": "CompletePayment"},
            "event",
            "legacy-name",
            "`CompletePayment` is an old name; it is `Purchase` today",
        ),
        (
            {"event": "PlaceAnOrder"},
            "event",
            "legacy-name",
            "`PlaceAnOrder` is an old name; it has no successor",
        ),
        ({"event": "purchase"}, "event", "unknown-event", 'the spec sends no event "purchase"'),
        ({"event": ""}, "event", "missing", "the event has no name"),
        (
            {"event_id": "7001"},
            "event_id",
            "event-id",
            'it is "7001", not an ID such as `purchase_7001`',
        ),
        ({"event_id": 7001}, "event_id", "event-id", "it is a number (7001), not text"),
        (
            {"event_id": "purchase_7002"},
            "event_id",
            "event-id",
            'it is "purchase_7002", and `order_id` is "7001"',
        ),
        (
            {"event_time": 1767268800000},
            "event_time",
            "time",
            "1767268800000 are milliseconds, not seconds",
        ),
        ({"event_time": 12}, "event_time", "time", "12 are not seconds since 1970"),
        (
            user(email="ada@example.com"),
            "user.email",
            "not-hashed",
            "it is not a SHA-256 in 64 lower-case hexadecimal digits",
        ),
        (
            user(phone=[sha256("undefined")]),
            "user.phone[0]",
            "hash-of-nothing",
            "it is the hash of an empty text, or of a word such as `undefined` or `null`",
        ),
        (
            user(phone=sha256("12133734253")),
            "user.phone",
            "wrong-hash",
            "the number was hashed without its `+`",
        ),
        (
            user(email=[sha256("Alice_ABC@gmail.com")]),
            "user.email",
            "wrong-hash",
            "the value was hashed without being normalised",
        ),
        (user(ttclid=sha256("x")), "user.ttclid", "hashed", "it is a hash, and this is not hashed"),
        (
            user(phone_number=sha256("+12133734253")),
            "user.phone_number",
            "unknown-field",
            "the contract has no such field; did you mean `phone`?",
        ),
        (
            properties(value="12.50"),
            "properties.value",
            "number-as-text",
            'it is text ("12.50"), not a number',
        ),
        (properties(value=None), "properties.value", "type", "it is null, not a number"),
        (properties(value=True), "properties.value", "type", "it is true, not a number"),
        (properties(contents=[]), "properties.contents", "empty", "it is empty"),
        (
            properties(currency="eur"),
            "properties.currency",
            "form",
            'it is not of the right form ("eur")',
        ),
        (
            properties(currency="BGN"),
            "properties.currency",
            "currency",
            '"BGN" is not in the platform\'s list of currencies',
        ),
        (
            properties(content_type="product_group"),
            "properties.content_type",
            "value",
            'it is not `product` ("product_group")',
        ),
        (
            properties(event_id="purchase_7001"),
            "properties.event_id",
            "misplaced",
            "it does not stand here",
        ),
        ({"page": {}}, "page.url", "missing", "it is missing"),
    ],
)
def test_a_flaw_of_a_server_event(
    changes: dict[str, Any], path: str, rule: str, message: str
) -> None:
    found = told(lines([request(**changes)]))
    assert found == [("line 1", f"data[0].{path}", rule, message)]


def test_an_old_name_hides_no_other_flaw() -> None:
    found = told(lines([request(event="CompletePayment", event_id=7001)]))
    assert found == [
        (
            "line 1",
            "data[0].event",
            "legacy-name",
            "`CompletePayment` is an old name; it is `Purchase` today",
        ),
        ("line 1", "data[0].event_id", "event-id", "it is a number (7001), not text"),
    ]


def test_what_is_right_has_no_finding() -> None:
    findings, summary = check(lines([request(1), request(2), message(1), message(2)]))
    assert findings == []
    assert (summary.requests, summary.events, summary.messages) == (2, 2, 2)


def test_a_batch_that_is_too_large() -> None:
    body = request()
    body["data"] *= 1001
    (finding,) = check(lines([body]))[0]
    assert (finding.path, finding.rule) == ("data", "batch")
    assert finding.message == "it has 1,001 events, more than 1,000"


def test_a_recommended_parameter_is_a_warning() -> None:
    body = request()
    del body["data"][0]["properties"]["order_id"]
    (finding,) = check(lines([body]))[0]
    assert (finding.level, finding.path, finding.rule) == (
        *("warning", "data[0].properties.order_id", "recommended"),
    )


def test_one_event_alone_is_checked_as_one() -> None:
    event = request()["data"][0]
    assert told(lines([event, {**event, "event_id": 1}])) == [
        ("line 2", "event_id", "event-id", "it is a number (1), not text")
    ]


def test_a_message_of_the_site() -> None:
    wrong = message()
    del wrong["ecommerce"]["transaction_id"]
    other = {"event": "gtm.js"}
    assert told(lines([wrong, other, {"ecommerce": None}])) == [
        ("line 1", "ecommerce.transaction_id", "missing", "it is missing")
    ]


def test_raw_values_of_the_site_tell_wrong_hashes_of_the_server() -> None:
    who = {"user": {"email": " Bob@Example.com", "phone": "+49 151 23456789"}}
    for wrong, reason in (
        (" Bob@Example.com", "the value as it was typed was hashed, not the normalised one"),
        ("BOB@EXAMPLE.COM", "the value was hashed in capitals"),
        (sha256("bob@example.com"), "the value was hashed twice"),
    ):
        sent = request(**user(email=[sha256(wrong)]))
        assert told(lines([sent, who])) == [("line 1", "data[0].user.email", "wrong-hash", reason)]
    for wrong, reason in (
        ("15123456789", "the number was hashed without its country code"),
        ("015123456789", "the number was hashed without its country code"),
        ("004915123456789", "the number was hashed with 00 instead of its `+`"),
    ):
        sent = request(**user(phone=[sha256(wrong)]))
        assert told(lines([who, sent])) == [("line 2", "data[0].user.phone", "wrong-hash", reason)]
    right = request(**user(email=[sha256("bob@example.com")], phone=sha256("+4915123456789")))
    assert told(lines([who, right])) == []


def test_no_finding_shows_personal_data() -> None:
    secrets = {"email": "ada.lovelace@example.com", "phone": "+4915112345678", "ip": "not an ip"}
    sent = request(**user(**secrets, external_id="customer-4711", city="Zürich West"))
    findings, _ = check(lines([sent]))
    assert {finding.path for finding in findings} == {
        f"data[0].user.{field}" for field in ("email", "phone", "ip", "external_id", "city")
    }
    for value in (*secrets.values(), "customer-4711", "Zürich West"):
        assert value not in str(findings)


def test_no_finding_shows_an_address() -> None:
    page = {"url": "//kiosk.example/?mail=ada@example.com", "referrer": "ada@example.com"}
    findings, _ = check(lines([request(page=page)]))
    assert [finding.path for finding in findings] == ["data[0].page.url", "data[0].page.referrer"]
    assert "ada@" not in str(findings)


def test_no_finding_shows_personal_data_of_a_message() -> None:
    spec = load_text(
        SHOP.replace(
            "order: {path: ecommerce.transaction_id,",
            "order: {pii: true, path: ecommerce.transaction_id,",
        )
    ).spec
    checking = RecordingCheck(spec)
    wrong = message()
    wrong["ecommerce"]["transaction_id"] = 471100815
    (finding,) = checking.check("file", Piece("line 1", wrong))
    assert finding.path == "ecommerce.transaction_id"
    assert finding.message == "it is a number, not text"


def test_a_recording_of_the_network() -> None:
    pixel = "https://analytics.tiktok.com/api/v2/pixel"
    content = har(
        ("https://shop.example/", {"event": "nothing"}),
        (URL, request(1)),
        (pixel, beacon(1)),
        ("http://127.0.0.1:8080/open_api/v1.3/event/track/", request(2, event_id=2)),
        (f"{URL}?access_token=SECRET-TOKEN", request(3)),
    )
    findings, summary = check(content)
    assert [(one.place, one.path, one.rule) for one in findings] == [
        ("entries[3]", "data[0].event_id", "event-id"),
        ("entries[4]", "", "token"),
    ]
    assert "SECRET-TOKEN" not in str(findings)
    assert (summary.requests, summary.browser_events) == (3, 1)
    assert [(pair.state, pair.first.event_id) for pair in summary.pairs] == [
        ("merged", "purchase_1")
    ]


def test_a_browser_event_without_an_id() -> None:
    (finding,) = check(lines([{**beacon(), "event_id": ""}]))[0]
    assert finding[2:6] == (
        "event_id",
        "event-id",
        "error",
        "the browser's `Purchase` has no ID, so that it is counted beside the server's",
    )


def test_lines_that_a_server_template_has_logged() -> None:
    logged = [
        {"Type": "Request", "RequestUrl": URL, "RequestBody": json.dumps(request(event_id=5))},
        {"type": "request", "request_url": URL, "request_body": request(), "timestamp": 1},
        {"Type": "Request", "RequestUrl": "https://graph.facebook.com/v24.0/1/events"}
        | {"RequestBody": "{}"},
    ]
    findings, summary = check(lines(logged))
    assert [(one.place, one.path) for one in findings] == [("line 1", "data[0].event_id")]
    assert summary.requests == 2


MINUTE, HOUR = 60, 3600


@pytest.mark.parametrize(
    ("records", "states"),
    [
        ([pushed(time=0 * MINUTE), request(time=1_000_000_000)], ["counted twice"]),
        ([pushed(), request()], ["merged"]),
        ([request(), pushed(time="2026-01-01T12:05:00Z")], ["merged"]),
        ([request(), pushed(time="2026-01-01T12:05:01Z")], ["dropped"]),
        ([request(), beacon(time="2026-01-01T12:00:30Z")], ["merged"]),
        ([request(), request()], ["dropped"]),
        ([request(), request(time=1_767_268_800 + 48 * HOUR)], ["dropped"]),
        ([request(), request(time=1_767_268_800 + 48 * HOUR + 1)], ["counted twice"]),
        ([request(), message()], ["time unknown"]),
        ([request(), pushed(), pushed(time=1_767_268_800_000)], ["merged", "merged"]),
        ([request(1), pushed(2)], []),
    ],
)
def test_events_pair_by_name_id_and_time(records: list[Any], states: list[str]) -> None:
    assert [pair.state for pair in check(lines(records))[1].pairs] == states


def test_events_that_one_side_alone_has_are_lost() -> None:
    _, summary = check(lines([request(1), request(2), pushed(2), pushed(3)]))
    assert [(one.side, one.event_id) for one in summary.lost] == [
        ("server", "purchase_1"),
        ("browser", "purchase_3"),
    ]


def test_with_one_side_nothing_is_lost() -> None:
    assert check(lines([request(1), request(2)]))[1].lost == []


def test_an_id_that_the_browser_makes_pairs_with_none() -> None:
    view = {"event": "view_item", "ecommerce": message()["ecommerce"]}
    with_id = {**view, "event_id": "site-1"}
    _, summary = check(lines([view, with_id, request()]))
    assert summary.unpaired == 1
    assert [(one.side, one.event_id) for one in summary.lost] == [
        ("browser", "site-1"),
        ("server", "purchase_7001"),
    ]
