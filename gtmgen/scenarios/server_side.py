"""The server container's part of a scenario: which requests reach it, and what its tags send."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from gtmgen.runtime.engine import Json, PreparedContainer, Run, RunLimits, RunOptions
from gtmgen.runtime.server_engine import run_requests
from gtmgen.scenarios.hits import ADDRESS, USER_AGENT, Hit, hits_of
from gtmgen.scenarios.model import Account, Call, Scenario, ServerRun

SERVER_URL = "https://server.example"
"""Stands for a server container's address where a step's request names none."""


class ServerSide:
    """Plays the requests of scenarios against one server container."""

    def __init__(
        self, container: PreparedContainer, accounts: Sequence[Account], origin: str
    ) -> None:
        self._container = container
        self._accounts = [one for one in accounts if one.endpoint is not None]
        self._origin = origin

    @property
    def version(self) -> Json:
        """The container's version, as exported."""
        return self._container.version

    def play(
        self,
        scenario: Scenario,
        page: Run | None,
        page_steps: Sequence[int],
        *,
        trace: bool,
        seconds: float,
    ) -> ServerRun:
        """``page`` is the page's run, ``page_steps`` the scenario's step of each of its steps."""
        # By the step alone: within one, hits keep the order in which the page sent them.
        requests = sorted(
            [
                *self._list_hits_of_page(scenario, page, page_steps),
                *self._list_requests_of_steps(scenario),
            ],
            key=lambda one: one[0],
        )
        run = (
            run_requests(
                self._container,
                [request for _, request in requests],
                answers=[_build_answer(one) for one in scenario.setup.get("answers", ())],
                options=RunOptions(trace=trace),
                limits=RunLimits(seconds=seconds),
            )
            if requests
            else Run(observed={"http": [], "responses": []})
        )
        steps = tuple(step for step, _ in requests)
        return ServerRun(run, steps, tuple(self._calls(run, steps)))

    def _list_hits_of_page(
        self, scenario: Scenario, page: Run | None, steps: Sequence[int]
    ) -> Iterator[tuple[int, Json]]:
        for hit in hits_of(page) if page is not None else ():
            # The engine counts from the load, which is -1.
            step = steps[hit.step + 1]
            if _is_same_site(hit.server, hit.page):
                yield step, hit.request(_build_cookies(scenario, step))
            else:
                yield step, {**hit.request(), "keeps_cookies": False}

    def _list_requests_of_steps(self, scenario: Scenario) -> Iterator[tuple[int, Json]]:
        for number, step in enumerate(scenario.steps):
            if step.action == "request":
                yield (
                    number,
                    request_of(step.argument, self._origin, _build_cookies(scenario, number)),
                )

    def _calls(self, run: Run, steps: Sequence[int]) -> Iterator[Call]:
        for record in run.observed.get("http", ()):
            for account in self._accounts:
                if account.endpoint is not None and account.endpoint.is_at(record["url"]):
                    yield from _list_calls_in(record, account, steps[record["step"]])
                    break


def request_of(argument: Mapping[str, Any], origin: str, cookies: Mapping[str, str]) -> Json:
    """A `request` step as a request: one that is written out, or a hit of GA4's."""
    if "event" not in argument:
        url = str(argument["url"])
        body = argument.get("body")
        return {
            "method": argument.get("method", "POST" if body is not None else "GET"),
            "url": url if "://" in url else SERVER_URL + url,
            "headers": _build_headers(argument, cookies),
            "body": body if body is None or isinstance(body, str) else json.dumps(body),
            "remote_address": argument.get("ip", ADDRESS),
        }
    consent = {name: word == "granted" for name, word in argument.get("consent", {}).items()}
    hit = Hit(
        server=str(argument.get("url", SERVER_URL)),
        measurement_id=str(argument.get("measurement_id", "")),
        event=str(argument["event"]),
        params=argument.get("params", {}),
        page=str(argument.get("page", origin + "/")),
        referrer=str(argument.get("referrer", "")),
        consent=consent,
    )
    request = hit.request()
    request["headers"] |= _build_headers(argument, cookies)
    request["remote_address"] = argument.get("ip", ADDRESS)
    return request


def _build_headers(argument: Mapping[str, Any], cookies: Mapping[str, str]) -> dict[str, str]:
    headers = {"User-Agent": USER_AGENT, **argument.get("headers", {})}
    if cookies:
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
    return headers


def _build_answer(raw: Mapping[str, Any]) -> Json:
    body = raw.get("body")
    text = body if body is None or isinstance(body, str) else json.dumps(body)
    return {**raw, "body": text}


def _build_cookies(scenario: Scenario, until: int) -> dict[str, str]:
    """The visitor's cookies at a step; those that scripts set are not known here."""
    cookies = dict(scenario.setup.get("cookies", {}))
    for step in scenario.steps[: until + 1]:
        if step.action == "set_cookie":
            cookies |= step.argument
    return cookies


def _is_same_site(server: str, page: str) -> bool:
    """Whether a browser sends the page's cookies along: hosts that share their last two labels."""
    # Takes `a.co.uk` and `b.co.uk` for one site: to know better needs the list of public suffixes.
    hosts = [(urlsplit(one).hostname or "").split(".")[-2:] for one in (server, page)]
    return hosts[0] == hosts[1]


def _list_calls_in(record: Json, account: Account, step: int) -> Iterator[Call]:
    """The events of one request to a platform; a body that is none of its kind is one, unnamed."""
    assert account.endpoint is not None
    places = account.endpoint.places
    body = _read_json(record["body"])
    events = body.get("data")
    for event in events if isinstance(events, list) else [{}]:
        event = event if isinstance(event, dict) else {}
        yield Call(
            pack=account.pack,
            account=str(body.get(places["account"], "")),
            event=str(event.get(places["event"], "")),
            step=step,
            params=_read_object(event.get(places["params"])),
            event_id=event.get(places["event_id"]),
            identify=_read_object(event.get(places["user"])),
            tag=record["tag"] or "",
        )


def _read_json(text: str | None) -> dict[str, Any]:
    try:
        return _read_object(json.loads(text or ""))
    except ValueError:
        return {}


def _read_object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
