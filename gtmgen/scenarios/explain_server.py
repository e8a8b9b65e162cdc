"""Why a server's tag did or did not send: which requests came, who claimed them, what matched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gtmgen.scenarios.explain import Explainer
from gtmgen.scenarios.model import Account, Call, ServerRun


class ServerExplainer(Explainer):
    """Explains one run of a server container."""

    def __init__(self, version: Mapping[str, Any], server: ServerRun) -> None:
        super().__init__(version, server.run.trace, server.step_of)
        self._server = server

    def why_not(self, account: Account, event: str, step: int | None) -> list[str]:
        """What reached the server, and why no tag sent the event on."""
        return [
            *self._describe_arrivals(step),
            *super().why_not(account, event, step),
            *self._list_errors(step),
        ]

    def why(self, call: Call) -> list[str]:
        """On what a tag fired that sent a call."""
        return [
            f"sent by the tag `{entry['tag']}` of the server container on {self._event_text(event)}"
            for event in self._events(call.step)
            for entry in event["tags"]
            if entry["status"] == "fired" and entry["tag"] == call.tag
        ][:1]

    def _describe_arrivals(self, step: int | None) -> Iterator[str]:
        responses = [
            one
            for one in self._server.run.observed["responses"]
            if step in (None, self._step_of(one["step"]))
        ]
        if not responses:
            yield "no request reached the server container"
        for one in responses:
            if one["client"] is None:
                yield "a request reached the server container, and no client claimed it"
                continue
            names = ", ".join(f"`{event.get('event_name', '')}`" for event in one["events"])
            yield f"the client `{one['client']}` took a request with {names or 'no event'}"

    def _list_errors(self, step: int | None) -> Iterator[str]:
        for one in self._server.run.errors:
            if step in (None, self._step_of(one["step"])):
                yield f"error at {one['where']}: {one['message']}"
