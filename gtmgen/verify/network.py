"""The network of a visited page: what goes out, what is answered here, what is only recorded."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, parse_qsl, urlsplit

from gtmgen.recordings.records import at
from gtmgen.scenarios.model import Account, Call
from gtmgen.verify.addresses import add_environment
from gtmgen.verify.model import ContainerFailure, Fate
from gtmgen.verify.script import build_container_script, build_stand_in
from gtmgen.verify.setting import GOOGLE, VerifiedSpec, VisitedSite, VisitSetting, matches

if TYPE_CHECKING:
    from playwright.async_api import Request as PageRequest
    from playwright.async_api import Route

_LOCAL: Final = ("data", "blob", "about")
_LEFT: Final = "net::ERR_ABORTED"
_PATIENCE: Final = 10.0  # s, until Google is given up
_MOST_BODY: Final = 100_000
_ANSWER: Final = {
    "access-control-allow-origin": "*",
    "access-control-allow-headers": "*",
    "access-control-allow-methods": "*",
    "cache-control": "no-store",
}
_TYPES: Final = {"script": "text/javascript", "stylesheet": "text/css"}

Tell = Callable[["PageRequest", Fate, str, list[Call]], object]
"""Gets each request, what became of it, its platform, and the calls that it carries."""


class Traffic:
    """Answers the requests of one visit."""

    def __init__(
        self, site: VisitedSite, subject: VerifiedSpec, setting: VisitSetting, tell: Tell
    ) -> None:
        self._site, self._subject, self._setting = site, subject, setting
        self._tell = tell
        self._pixels = subject.pixel_paths()
        self.containers: list[str] = []
        self._asked = 0.0
        self._is_served = False
        self._failure: ContainerFailure | None = None

    @property
    def container_failure(self) -> ContainerFailure | None:
        """Why gtm.js, which the page asked Google for, did not come; None where it did."""
        if self._failure is None and self._asked and not self._is_served:
            return ContainerFailure(f"{GOOGLE} does not answer", is_unreachable=True)
        return self._failure

    @property
    def is_given_up(self) -> bool:
        """Whether gtm.js does not come any more: without it, nothing else is worth a step."""
        is_late = not self._is_served and 0 < self._asked < time.monotonic() - _PATIENCE
        return self._failure is not None or is_late

    def hear_answer(self, address: str, status: int) -> None:
        """A request was answered."""
        if not self._is_googles_answer(address):
            return
        if status < 400:
            self._is_served = True
        else:
            self._failure = ContainerFailure(f"gtm.js answers {status}", is_unreachable=False)

    def hear_failure(self, address: str, reason: str) -> None:
        """A request got no answer; one of a page that was left says nothing."""
        if self._is_googles_answer(address) and reason != _LEFT:
            message = f"{GOOGLE} cannot be reached ({reason})"
            self._failure = ContainerFailure(message, is_unreachable=True)

    def _is_googles_answer(self, address: str) -> bool:
        is_own = _find_container(address) == self._subject.container_id
        return is_own and self._setting.source != "compiled"

    async def answer(self, route: Route, request: PageRequest) -> None:
        """Answers one request; a page that went away meanwhile needs no answer."""
        from playwright.async_api import Error

        with contextlib.suppress(Error):
            await self._answer(route, request)

    async def _answer(self, route: Route, request: PageRequest) -> None:
        url = urlsplit(request.url)
        if url.scheme in _LOCAL:
            await route.continue_()
        elif self._is_container(request):
            await self._answer_container(route, request)
        elif script := self._find_script(request.url):
            self._tell(request, "answered", script[0], [])
            await route.fulfill(body=script[1], headers=_collect_script_headers())
        elif platform := self._find_platform(request.url):
            await self._answer_platform(route, request, platform)
        elif self._is_allowed(url.hostname or ""):
            self._tell(request, "sent", "", [])
            await route.continue_()
        else:
            self._tell(request, "blocked", "", [])
            await route.abort()

    def _is_allowed(self, host: str) -> bool:
        """Whether a host may be visited; Google's own gtm.js needs Google's."""
        is_googles = host == GOOGLE and self._setting.source != "compiled"
        return is_googles or self._site.allows(host)

    # ------------------------------------------------------------------------- the container
    def _is_container(self, request: PageRequest) -> bool:
        """Whether it is a request for gtm.js, of this container; the page's are remembered, and not
        those of a frame in it."""
        name = _find_container(request.url)
        if name is None:
            return False
        if _is_of_page(request):
            self.containers.append(name)
        return name == self._subject.container_id

    async def _answer_container(self, route: Route, request: PageRequest) -> None:
        if self._setting.source == "compiled":
            self._tell(request, "answered", "", [])
            script = build_container_script(self._subject.container, self._site.data_layer)
            await route.fulfill(body=script, headers=_collect_script_headers())
            return
        self._asked = self._asked or time.monotonic()
        self._tell(request, "sent", "", [])
        await route.continue_(url=add_environment(request.url, self._setting.environment))

    # ------------------------------------------------------------------------- the platforms
    def _find_script(self, address: str) -> tuple[str, str] | None:
        """A vendor's script that has a stand-in: its pack and the stand-in."""
        if self._setting.send:
            return None
        for account in self._subject.accounts:
            observer = account.observer
            if observer.script is not None and address.startswith(str(observer.script_url)):
                return account.pack, build_stand_in(account.pack, observer.script)
        return None

    def _find_platform(self, address: str) -> Account | None:
        url = urlsplit(address)
        for account in self._subject.accounts:
            signs = account.observer.requests
            if matches(url.hostname or "", signs.hosts):
                return account
            if signs.path is not None and url.path.endswith(signs.path):
                return account
        return None

    async def _answer_platform(self, route: Route, request: PageRequest, account: Account) -> None:
        calls = list(self._read_calls(request, account))
        if self._setting.send:
            self._tell(request, "sent", account.pack, calls)
            await route.continue_()
            return
        self._tell(request, "recorded", account.pack, calls)
        type_ = _TYPES.get(request.resource_type, "text/plain")
        await route.fulfill(body="", headers={**_ANSWER, "content-type": type_})

    def _read_calls(self, request: PageRequest, account: Account) -> Iterator[Call]:
        signs = account.observer.requests
        body = (request.post_data_buffer or b"")[:_MOST_BODY].decode("utf-8", "replace")
        if signs.event is not None:
            yield from read_query_calls(request.url, body, account)
        paths = self._pixels.get(account.pack)
        if paths is not None and urlsplit(request.url).path == paths["path"]:
            yield from read_body_calls(body, account.pack, paths)


def _is_of_page(request: PageRequest) -> bool:
    from playwright.async_api import Error

    try:
        return request.frame.parent_frame is None
    except Error:  # a service worker's, or of a frame that has gone
        return False


def _find_container(address: str) -> str | None:
    """The ID of the container that is asked for; None of other requests."""
    url = urlsplit(address)
    if url.hostname != GOOGLE or url.path != "/gtm.js":
        return None
    return "".join(parse_qs(url.query).get("id", ()))


def read_query_calls(address: str, body: str, account: Account) -> Iterator[Call]:
    """The events of a request whose parameters are a query; of several, one on a line each."""
    signs = account.observer.requests
    shared = dict(parse_qsl(urlsplit(address).query))
    for line in body.splitlines() or [""]:
        query = {**shared, **dict(parse_qsl(line))}
        name, target = query.get(str(signs.event)), query.get(str(signs.account))
        if not name or not target:
            continue
        params = {
            key.removeprefix(prefix): value
            for key, value in query.items()
            for prefix in signs.prefixes
            if key.startswith(prefix)
        }
        event_id = params.pop(str(signs.event_id), None)
        yield Call(account.pack, target, name, 0, params, event_id)


def read_body_calls(body: str, pack: str, paths: Mapping[str, str]) -> Iterator[Call]:
    """The event of a pixel's own request, whose body is JSON."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return
    name, target = at(value, paths["event"]), at(value, paths["account"])
    if isinstance(name, str) and isinstance(target, str):
        params = at(value, paths.get("params", ""))
        event_id = at(value, paths["event_id"]) or None
        yield Call(pack, target, name, 0, params if isinstance(params, dict) else {}, event_id)


def _collect_script_headers() -> dict[str, str]:
    return {**_ANSWER, "content-type": "text/javascript; charset=utf-8"}
