"""Platforms that no pack is for: what loads their pixel, and what reports an event to it.

Sources: the gallery templates of Meta, Reddit, Snap (06a6fe6), Pinterest (274d67a) and LinkedIn
(0d26029), the base codes and beacons that nuxt/scripts records (5052a9f), Microsoft's help pages,
and GTM's own tag types in compiled containers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from gtmgen.lint.code import Code, Mapped, Value
from gtmgen.lint.code_tokens import split_tokens, unquote
from gtmgen.lint.commands import commands_in, written
from gtmgen.lint.html import inline_scripts

_UET_ID = re.compile(r"""\bti\s*:\s*["']([^"']+)["']""")
_LINKEDIN_WAITS = re.compile(r"\b(?:_wait_for_lintrk|_already_called_lintrk)\s*=\s*(?:true|!0)")
_EVENT_ID = frozenset(
    ("eventID", "event_id", "eid", "client_dedup_id", "transaction_id", "order_id", "conversionId")
)


class PixelEvent(NamedTuple):
    """An event that a tag sends; without ``account``, to all that are loaded.

    ``has_id`` unless nothing tells the platform that it is one with another.
    """

    name: str
    account: str = ""
    has_id: bool = False


class PixelTag(NamedTuple):
    """A tag type or gallery template: its field with the account, and the one with the event.

    ``loads`` and ``sends`` are what other fields must say for it to load the pixel, and to send the
    event; ``page_view`` is the event that is sent without the field.
    """

    account: str
    event: str = ""
    loads: Mapping[str, Sequence[str]] = {}
    sends: Mapping[str, Sequence[str]] = {}
    page_view: str = ""


class PixelImage(NamedTuple):
    """The address of an image, and what its query says.

    It reports a page view where the ``event`` is absent or one of the ``page_views``.
    """

    address: str
    account: str
    event: str
    page_views: Sequence[str]


class Pixel(NamedTuple):
    """A platform's pixel; ``page_view`` is the name of that event in ``events``.

    ``reports_by_itself`` tells whether a script that loads it reports the page view, too, without a
    call that says so.
    """

    platform: str
    loads: Callable[[str], Iterator[str]]
    events: Callable[[str], Iterator[PixelEvent]]
    page_view: str
    tags: Mapping[str, PixelTag] = {}
    image: PixelImage | None = None
    reports_by_itself: Callable[[str], bool] = lambda html: False


# -- calls in code ---------------------------------------------------------------------


def _initialised(function: str, *commands: str) -> Callable[[str], Iterator[str]]:
    def find(html: str) -> Iterator[str]:
        for command in commands:
            for arguments in commands_in(html, function, command):
                yield from map(written, arguments[:1])

    return find


def _events(
    function: str,
    to_all: Sequence[str] = ("track",),
    to_one: Sequence[str] = (),
    page: str = "",
) -> Callable[[str], Iterator[PixelEvent]]:
    """``function(command, name, ...)`` of each command, and ``function(command, account, name)``;
    ``page`` is a command that is the page view itself."""

    def find(html: str) -> Iterator[PixelEvent]:
        for command in to_all:
            for arguments in commands_in(html, function, command, only_at_once=True):
                if name := written(next(iter(arguments), None)):
                    yield PixelEvent(name, has_id=_has_id(arguments[1:]))
        for command in to_one:
            for arguments in commands_in(html, function, command, only_at_once=True):
                account, name = (*map(written, arguments[:2]), "", "")[:2]
                if account and name:
                    yield PixelEvent(name, account, _has_id(arguments[2:]))
        if page:
            yield from (
                PixelEvent(page) for _ in commands_in(html, function, page, only_at_once=True)
            )

    return find


def _has_id(arguments: Sequence[Value]) -> bool:
    """What cannot be read may hold one."""
    return any(
        not isinstance(value, Mapped) or not value.whole or bool(_EVENT_ID & value.items.keys())
        for value in arguments
    )


def _find_snap_events(html: str) -> Iterator[PixelEvent]:
    """``snaptr('track', EVENT, data)``, and ``snaptr('track', PIXEL, EVENT, data)``."""
    for arguments in commands_in(html, "snaptr", "track", only_at_once=True):
        first, second = (*map(written, arguments[:2]), "", "")[:2]
        if second:
            yield PixelEvent(second, first, _has_id(arguments[2:]))
        elif first:
            yield PixelEvent(first, has_id=_has_id(arguments[1:]))


def _find_linkedin_accounts(html: str) -> Iterator[str]:
    """What the variable is set to that the script reads, by code that loads it."""
    if "licdn.com" not in html:
        return
    for code, _ in inline_scripts(html):
        tokens = split_tokens(code)
        for name, sign, value in zip(tokens, tokens[1:], tokens[2:], strict=False):
            if name.text == "_linkedin_partner_id" and sign.text == "=":
                if value.kind == "text":
                    yield unquote(value.text)
                elif value.kind in ("number", "reference"):
                    yield value.text


def _find_linkedin_events(html: str) -> Iterator[PixelEvent]:
    """A conversion by its ID; without one, it is a page view."""
    for arguments in commands_in(html, "lintrk", "track", only_at_once=True):
        options = next(iter(arguments), None)
        if options is None:
            yield PixelEvent("page view")
        elif isinstance(options, Mapped) and options.whole:
            value = options.items.get("conversion_id")
            name = value.source if isinstance(value, Code) else written(value)
            has_id = "event_id" in options.items
            yield PixelEvent(name or "page view", has_id=has_id and bool(name))


def _find_uet_accounts(html: str) -> Iterator[str]:
    if "bat.bing.com" in html:
        yield from _UET_ID.findall(html)


# -- the platforms ---------------------------------------------------------------------

_META = PixelTag(
    "pixelId",
    "standardEventName",
    sends={"eventName": ("standard",), "enhancedEcommerce": ("", "false")},
)
_META_TEMPLATE = "GoogleTagManager-WebTemplate-For-FacebookPixel"

PIXELS = (
    Pixel(
        "Meta",
        _initialised("fbq", "init"),
        _events("fbq", ("track", "trackCustom"), ("trackSingle", "trackSingleCustom")),
        "PageView",
        {f"{owner}/{_META_TEMPLATE}": _META for owner in ("facebookarchive", "facebook")},
        PixelImage("facebook.com/tr", "id", "ev", ("PageView",)),
    ),
    Pixel(
        "Reddit",
        _initialised("rdt", "init"),
        _events("rdt"),
        "PageVisit",
        image=PixelImage("alb.reddit.com/rp.gif", "id", "event", ("PageVisit",)),
    ),
    Pixel(
        "Microsoft Advertising",
        _find_uet_accounts,
        _events("uetq.push", ("event",), page="pageLoad"),
        "pageLoad",
        {
            "baut": PixelTag(
                "tagId",
                loads={"eventType": ("", "PAGE_LOAD")},
                sends={"eventType": ("", "PAGE_LOAD"), "c_disableAutoPageView": ("", "false")},
                page_view="pageLoad",
            )
        },
        PixelImage("bat.bing.com/action/0", "ti", "evt", ("pageLoad",)),
        reports_by_itself=lambda html: True,
    ),
    # Its template loads the pixel only where nothing else has: it doubles nothing.
    Pixel(
        "Pinterest",
        _initialised("pintrk", "load"),
        _events("pintrk", page="page"),
        "page",
        image=PixelImage("ct.pinterest.com/v3", "tid", "event", ("init",)),
    ),
    Pixel(
        "Snap",
        _initialised("snaptr", "init"),
        _find_snap_events,
        "PAGE_VIEW",
        {"Snapchat/snapchat-google-tag-manager": PixelTag("pixel_id", "event_type")},
    ),
    Pixel(
        "LinkedIn",
        _find_linkedin_accounts,
        _find_linkedin_events,
        "page view",
        {
            "bzi": PixelTag("id"),
            "linkedin/linkedin-gtm-community-template": PixelTag(
                "partnerId", "conversionId", {"conversionId": ("",)}, page_view="page view"
            ),
        },
        PixelImage("px.ads.linkedin.com/collect", "pid", "conversionId", ("",)),
        reports_by_itself=lambda html: not _LINKEDIN_WAITS.search(html),
    ),
    Pixel(
        "X",
        _initialised("twq", "config", "init"),
        _events("twq", ("event", "track")),
        "PageView",
        {"twitter_website_tag": PixelTag("twitter_pixel_id", "event_type")},
        reports_by_itself=lambda html: any(True for _ in commands_in(html, "twq", "config")),
    ),
)
