"""Every request to the API takes its turn, those for tokens do not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httplib2
import pytest

from gtmgen.api import READ, CredentialSettings, Limits, Quota, connect_identity, find_identity


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


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
            reply = {"path": "accounts/1/containers/2", "accountId": "1", "containerId": "2"}
        return httplib2.Response({"status": "200"}), json.dumps(reply).encode()

    monkeypatch.setattr(httplib2.Http, "request", request)
    clock = Clock()
    pacer = Quota(None, "project p", clock, clock.sleep, limits=Limits(calls=2, window=10))
    identity = find_identity(CredentialSettings(path), [READ])
    with connect_identity(identity, pacer) as gtm:
        for _ in range(3):
            gtm.container("accounts/1/containers/2")
    assert clock.slept == [10.0]
