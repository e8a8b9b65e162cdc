"""What every handler gets: the routed request, the state, the switches."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass

from gtmgen.emulator.behaviour import Behaviour
from gtmgen.emulator.discovery import Method
from gtmgen.emulator.messages import NOT_FOUND, ApiRequest, Json, Refusal
from gtmgen.emulator.state import State

WEB = "https://tagmanager.google.com/#"


@dataclass(frozen=True)
class ApiCall:
    method: Method
    ids: Mapping[str, str]
    request: ApiRequest
    body: Json
    state: State
    behaviour: Behaviour
    now_ms: int

    def query(self, name: str) -> str | None:
        return self.request.query.get(name, (None,))[0]

    @property
    def container(self) -> Json:
        return self.state.container(self.ids["accounts"], self.ids["containers"])

    @property
    def workspace(self) -> Json:
        workspaces: Json = self.container["workspaces"]
        if self.ids["workspaces"] not in workspaces:
            raise Refusal(NOT_FOUND, 404)
        workspace: Json = workspaces[self.ids["workspaces"]]
        return workspace

    @property
    def container_path(self) -> str:
        return f"accounts/{self.ids['accounts']}/containers/{self.ids['containers']}"

    def workspace_path(self, workspace_id: str | None = None) -> str:
        return f"{self.container_path}/workspaces/{workspace_id or self.ids['workspaces']}"

    @property
    def container_ids(self) -> Json:
        return {"accountId": self.ids["accounts"], "containerId": self.ids["containers"]}

    def fingerprint(self) -> str:
        """A new one, for what is being written."""
        return self.state.next_fingerprint(self.now_ms)

    def check_fingerprint(self, stored: str, noun: str) -> None:
        """Refuse a stale ``fingerprint`` of the query."""
        self.refuse_stale(self.query("fingerprint"), stored, noun)

    def refuse_stale(self, sent: str | None, stored: str, noun: str) -> None:
        """That it must match, when given, is documented; status and text are guesses."""
        if sent is not None and sent != stored:
            raise Refusal(
                f"The provided fingerprint does not match the fingerprint of the {noun} "
                "in storage.",
                self.behaviour.stale_fingerprint_status,
            )

    def page(self, key: str, items: list[Json]) -> Json:
        """One page of a list response; an empty list is left out, as Google's JSON does."""
        start = _decode(token) if (token := self.query("pageToken")) else 0
        end = start + self.behaviour.page_size
        reply: Json = {key: items[start:end]} if items[start:end] else {}
        if end < len(items):
            reply["nextPageToken"] = _encode(end)
        return reply


def _encode(offset: int) -> str:
    return base64.urlsafe_b64encode(f"from:{offset}".encode()).decode()


def _decode(token: str) -> int:
    try:
        return int(base64.urlsafe_b64decode(token).decode().removeprefix("from:"))
    except (binascii.Error, ValueError):
        raise Refusal("Invalid page token.") from None
