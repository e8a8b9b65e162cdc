"""The quota on a clock that stands still until a test moves it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gtmgen.emulator import ApiRequest, EmulatedQuota, Meter, Response, VirtualClock

GET = ApiRequest("GET", "/tagmanager/v2/accounts")
WINDOW = "per minute per user"
MIDNIGHT = 1_700_035_200.0  # 2023-11-15 00:00 Pacific standard time
NEW = (
    "Quota exceeded for quota metric 'Queries' and limit 'Queries {}' of service "
    "'tagmanager.googleapis.com' for consumer 'project_number:1'."
)
OLD = (
    "Quota exceeded for quota group 'default' and limit 'Queries {}' of service "
    "'tagmanager.googleapis.com' for consumer 'project_number:1'."
)


def send(_: ApiRequest) -> Response:
    return Response(200)


def passed(meter: Meter, times: int) -> int:
    return [meter(GET, send).status for _ in range(times)].count(200)


def test_any_100_seconds_hold_25_requests() -> None:
    clock = VirtualClock()
    meter = Meter(EmulatedQuota(), clock)
    assert passed(meter, 10) == 10
    clock.advance(60)
    assert passed(meter, 30) == 15
    assert meter.refused == 15
    clock.advance(39.9)
    assert passed(meter, 1) == 0
    clock.advance(0.1)
    assert passed(meter, 30) == 10


def test_windows_may_follow_one_another() -> None:
    clock = VirtualClock(1_000_090.0)
    meter = Meter(EmulatedQuota(window="fixed"), clock)
    assert passed(meter, 30) == 25
    clock.advance(10)
    assert passed(meter, 30) == 25


def test_a_day_ends_at_midnight_in_the_pacific() -> None:
    clock = VirtualClock(MIDNIGHT - 1)
    meter = Meter(EmulatedQuota(per_window=100, per_day=3), clock)
    assert passed(meter, 5) == 3
    clock.advance(0.9)
    assert passed(meter, 1) == 0
    clock.advance(0.1)
    assert passed(meter, 5) == 3


def test_refused_requests_may_count() -> None:
    clock = VirtualClock()
    meter = Meter(EmulatedQuota(per_window=1, window_s=10, count_refused=True), clock)
    assert passed(meter, 1) == 1
    for _ in range(3):
        clock.advance(6)
        assert passed(meter, 1) == 0
    clock.advance(10)
    assert passed(meter, 1) == 1


def error(**options: Any) -> tuple[int, Any, Any]:
    clock = VirtualClock()
    meter = Meter(EmulatedQuota(per_window=1, **options), clock)
    meter(GET, send)
    response = meter(GET, send)
    body = json.loads(response.body)["error"]
    assert body.pop("code") == response.status
    return response.status, body, dict(response.headers)


def test_the_error_that_was_seen() -> None:
    message = NEW.format(WINDOW)
    detail = {"message": message, "domain": "global", "reason": "rateLimitExceeded"}
    body = {"message": message, "errors": [detail], "status": "RESOURCE_EXHAUSTED"}
    assert error() == (429, body, {})
    assert error(status=403) == (403, {**body, "status": "PERMISSION_DENIED"}, {})


@pytest.mark.parametrize(
    "reason",
    ["rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "dailyLimitExceeded"],
)
def test_older_forms(reason: Any) -> None:
    message = OLD.format(WINDOW)
    detail = {"message": message, "domain": "usageLimits", "reason": reason}
    assert error(status=403, reason=reason)[1] == {
        "message": message,
        "errors": [detail],
        "status": "PERMISSION_DENIED",
    }


def test_the_form_without_errors() -> None:
    assert error(reason="status only")[1] == {
        "message": NEW.format(WINDOW),
        "status": "RESOURCE_EXHAUSTED",
    }


def test_the_day_has_its_own_text_and_the_header_says_how_long() -> None:
    clock = VirtualClock(MIDNIGHT - 7.5)
    meter = Meter(EmulatedQuota(per_day=1, retry_after=True), clock)
    meter(GET, send)
    response = meter(GET, send)
    assert response.json()["error"]["message"] == NEW.format("per day")
    assert response.headers == {"retry-after": "8"}


@pytest.mark.parametrize(("window", "seconds"), [("sliding", "88"), ("fixed", "78")])
def test_the_header_of_a_window(window: Any, seconds: str) -> None:
    clock = VirtualClock(1_000_010.0)
    meter = Meter(EmulatedQuota(per_window=1, window=window, retry_after=True), clock)
    meter(GET, send)
    clock.advance(12)
    assert meter(GET, send).headers == {"retry-after": seconds}


def test_from_json() -> None:
    data = {"per_window": 5, "window_s": 10, "status": 403, "reason": "quotaExceeded"}
    assert EmulatedQuota.from_json(data) == EmulatedQuota(5, 10, status=403, reason="quotaExceeded")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ([], "the quota is not an object"),
        (
            {"per_minute": 1},
            (
                "the quota has no `per_minute`; it has per_window, window_s, per_day, status, "
                "reason, retry_after, window, count_refused"
            ),
        ),
        ({"per_day": "1"}, "`per_day` of the quota is '1', not a whole number"),
        ({"per_day": True}, "`per_day` of the quota is True, not a whole number"),
        ({"window_s": "1"}, "`window_s` of the quota is '1', not a number"),
        ({"status": 500}, "`status` of the quota is 500, not 403 or 429"),
        ({"per_window": 0}, "`per_window` is 0, not 1 or more"),
        ({"window_s": 0}, "`window_s` is 0, not more than 0"),
        ({"retry_after": 1}, "`retry_after` of the quota is 1, not true or false"),
    ],
)
def test_what_is_wrong_in_the_json_is_named(data: Any, message: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011  (the whole text is compared)
        EmulatedQuota.from_json(data)
    assert str(caught.value) == message
