"""A web container and the server container behind it: what they tell a platform differently.

The platform drops one of two equal events only where account, name and ID are the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from gtmgen.container.entities import Kind, Tag, Variable
from gtmgen.container.values import REFERENCE
from gtmgen.lint.constants import constant_of
from gtmgen.lint.html import text_of
from gtmgen.lint.uses import EVENT, LOAD, PackFile, Use
from gtmgen.lint.view import ContainerView, Finding
from gtmgen.text import listing, quoted_value

_ID = "event_id"
"""The field of the event data in which servers' tags look for the event's ID."""
_PREFIXED = re.compile(r"([^{}]*)(\{\{[^{}]+\}\})")

Side = Literal["web", "server"]
_Sent = list[tuple[Tag, Use]]


class HalfFinding(NamedTuple):
    """A finding, and the container that it is about."""

    side: Side
    finding: Finding


def lint_halves(web: ContainerView, server: ContainerView) -> Iterator[HalfFinding]:
    """What is counted twice, reaches another account, or is sent by one side alone."""
    for platform in server.sent.platforms():
        sent = [(tag, use) for tag, use in server.sent.of(platform, EVENT) if use.is_server]
        browser = [*web.sent.of(platform, EVENT)]
        if sent and browser:
            pair = _Pair(platform, web, server, browser, sent)
            yield from pair.accounts()
            yield from pair.event_ids()
            yield from pair.names()


class _Pair:
    """One platform's tags on both sides."""

    def __init__(
        self,
        platform: PackFile,
        web: ContainerView,
        server: ContainerView,
        browser: _Sent,
        server_sent: _Sent,
    ) -> None:
        self._platform = platform
        self._title = platform.pack.title
        self._web = web
        self._server = server
        self._browser = browser
        self._own = server_sent

    def accounts(self) -> Iterator[HalfFinding]:
        of_web = _list_accounts(self._web, self._platform)
        for tag, use in self._own:
            unknown = [id_ for id_ in _list_named(self._server, use) if id_ not in of_web]
            if of_web and unknown:
                text = (
                    f"It sends {self._title} events to {listing(unknown)}, the browser to "
                    f"{listing(of_web)}: as the {self._platform.account}s differ, nothing is "
                    "dropped as the same."
                )
                yield _make_finding("server", tag, "halves-account", text)

    def names(self) -> Iterator[HalfFinding]:
        browser = {use.name for _, use in self._browser if use.name is not None}
        newest = {self._newest(name): name for name in sorted(browser)}
        sent: set[str] = set()
        all_known = all(use.name is not None for _, use in self._browser)
        for tag, use in self._own:
            for name in self._names_of(tag, use):
                sent.add(self._newest(name))
                theirs = newest.get(self._newest(name))
                if theirs is None and all_known:
                    text = f"It sends {self._title} `{name}`, which no tag of the browser sends."
                    yield _make_finding("server", tag, "halves-one-side", text)
                elif theirs is not None and name not in browser:
                    text = (
                        f"It sends {self._title} `{name}`, the browser `{theirs}`: both may be "
                        "counted."
                    )
                    yield _make_finding("server", tag, "halves-name", text)
        if all(self._knows_names(tag, use) for tag, use in self._own):
            yield from self._browser_alone(sent)

    def _browser_alone(self, sent: set[str]) -> Iterator[HalfFinding]:
        for tag, use in self._browser:
            name = use.name
            if name in (None, self._platform.page_view) or self._newest(str(name)) in sent:
                continue  # the platform's page views are the browser's own
            text = f"It sends {self._title} `{name}`, which no tag of the server container sends."
            yield _make_finding("web", tag, "halves-one-side", text)

    def event_ids(self) -> Iterator[HalfFinding]:
        if not self._platform.wants_event_id:
            return
        carriers = [use for _, uses in self._web.sent.tags for use in uses if use.own_type]
        is_carried = any(_ID in use.params for use in carriers)
        ids = {
            self._newest(use.name): (tag, use) for tag, use in self._browser if use.name is not None
        }
        reported: set[str] = set()
        for tag, use in self._own:
            if not is_carried and self._is_of_hit(use):
                text = (
                    f"It reads the event's ID from `{_ID}`, which no GA4 tag of the web container "
                    "sends: without it, both sides are counted."
                )
                yield _make_finding("server", tag, "halves-event-id", text)
            for name in map(self._newest, self._names_of(tag, use)):
                if name in ids and name not in reported:
                    reported.add(name)
                    yield from self._compare_ids(tag, use, *ids[name])

    def _compare_ids(self, tag: Tag, use: Use, other: Tag, browser: Use) -> Iterator[HalfFinding]:
        if not browser.has_event_id:
            text = (
                f"It sends {self._title} `{browser.name}` without an event ID, and the server "
                "container sends it, too: both are counted."
            )
            yield _make_finding("web", other, "halves-event-id", text)
            return
        theirs, server_prefix = _find_prefix(browser.event_id), _find_prefix(use.event_id)
        if (
            self._is_of_hit(use)
            or theirs is None
            or server_prefix is None
            or theirs == server_prefix
        ):
            return
        text = (
            f"Its event ID begins with {quoted_value(server_prefix)}, that of the browser's "
            f"`{browser.name}` with {quoted_value(theirs)}: both are counted."
        )
        yield _make_finding("server", tag, "halves-event-id", text)

    def _is_of_hit(self, use: Use) -> bool:
        """Whether a server's tag has the ID that came with the hit."""
        if use.event_id is None:
            return True
        reference = REFERENCE.fullmatch(use.event_id)
        return reference is not None and any(
            isinstance(item, Variable)
            and (item.name, item.type) == (use.event_id[2:-2], "ed")
            and text_of(item, "keyPath") == _ID
            for item in self._server.of_kind(Kind.VARIABLE)
        )

    def _newest(self, name: str) -> str:
        return self._platform.pack.legacy.get(name) or name

    def _knows_names(self, tag: Tag, use: Use) -> bool:
        """Whether each trigger waits for one event alone, where the tag takes its name from it."""
        return use.name is not None or all(self._server.sent.event_of(ref) for ref in tag.firing)

    def _names_of(self, tag: Tag, use: Use) -> list[str]:
        if use.name is not None:
            return [use.name]
        return [use.renames.get(name, name) for name in self._server.sent.events_of(tag)]


def _list_accounts(view: ContainerView, platform: PackFile) -> list[str]:
    uses = [use for use_kind in (LOAD, EVENT) for _, use in view.sent.of(platform, use_kind)]
    return [*dict.fromkeys(id_ for use in uses for id_ in _list_named(view, use))]


def _list_named(view: ContainerView, use: Use) -> Iterator[str]:
    """The accounts that are named; what a variable looks up is not known."""
    ids = (constant_of(view, part.strip()) for text in use.accounts for part in text.split(","))
    return (id_ for id_ in ids if id_ and "{{" not in id_)


def _find_prefix(event_id: str | None) -> str | None:
    """What stands before the one variable of an ID; None for an ID of another form."""
    parts = _PREFIXED.fullmatch(event_id or "")
    return parts.group(1) if parts else None


def _make_finding(side: Side, tag: Tag, rule: str, text: str) -> HalfFinding:
    return HalfFinding(side, Finding(Kind.TAG, tag.name, text, rule))
