"""The quota's window, with a clock that the test moves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httplib2
import pytest

from gtmgen.api import Pacer, connect_api


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def test_the_first_25_calls_do_not_wait_and_the_next_waits_for_the_oldest() -> None:
    clock, told = Clock(), list[float]()
    pacer = Pacer(clock, clock.sleep, on_wait=told.append)
    for _ in range(25):
        pacer.wait()
        clock.now += 1
    assert clock.slept == []
    pacer.wait()
    assert clock.slept == told == [75.0]
    pacer.wait()
    assert clock.slept == [75.0, 1.0]


def test_no_window_holds_more_than_its_calls() -> None:
    clock = Clock()
    pacer, made = Pacer(clock, clock.sleep), list[float]()
    for number in range(200):
        pacer.wait()
        made.append(clock.now)
        clock.now += number % 7
    assert all(later - earlier >= 100 for earlier, later in zip(made, made[25:], strict=False))


def test_slow_calls_never_wait() -> None:
    clock = Clock()
    pacer = Pacer(clock, clock.sleep, calls=2, window=10)
    for _ in range(5):
        pacer.wait()
        clock.now += 5
    assert clock.slept == []


def test_every_request_of_a_connection_is_paced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = {
        "type": "authorized_user",
        "client_id": "i",
        "client_secret": "s",
        "refresh_token": "r",
    }
    path = tmp_path / "adc.json"
    path.write_text(json.dumps(key))

    def request(_self: Any, uri: str, _method: str = "GET", **_: Any) -> Any:
        if "token" in uri:
            reply: dict[str, Any] = {"access_token": "t", "expires_in": 3600}
        else:
            reply = {"path": "accounts/1/containers/2"}
        return httplib2.Response({"status": "200"}), json.dumps(reply).encode()

    monkeypatch.setattr(httplib2.Http, "request", request)
    clock = Clock()
    pacer = Pacer(clock, clock.sleep, calls=2, window=10)
    with connect_api(credentials_file=path, pacer=pacer) as gtm:
        for _ in range(3):
            gtm.container("accounts/1/containers/2")
    assert clock.slept == [10.0]
