"""Pixels that no pack is for, and what loads them: Custom HTML, a tag type, a template, an image.

Sources: the gallery templates of Meta and Reddit, Microsoft's help pages and real exports for the
tag type, and beacons that were recorded in browsers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from gtmgen.container.entities import Tag
from gtmgen.lint.commands import commands_in, written
from gtmgen.lint.html import text_of
from gtmgen.lint.recognise import galleries_of
from gtmgen.lint.view import ContainerView

SCRIPT, TEMPLATE, IMAGE = "script", "template", "image"

# Where the browser runs scripts, and GTM with them, what stands in `noscript` is never loaded. What
# is not closed goes to the end, as in a browser; and `<!--` in a script hides nothing.
_HIDDEN = re.compile(
    r"(<script\b[^<>]*>.*?(?:</script\s*>|\Z))"
    r"|<!--.*?(?:-->|\Z)|<noscript\b.*?(?:</noscript\s*>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_IMAGE = re.compile(
    r"""<img\b[^<>]{0,500}?\ssrc\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE | re.DOTALL
)
_UET_ID = re.compile(r"""\bti\s*:\s*["']([^"']+)["']""")


class Load(NamedTuple):
    """A tag loads a platform's pixel; ``how`` is one of SCRIPT, TEMPLATE and IMAGE."""

    tag: Tag
    platform: str
    account: str
    how: str


class _Pixel(NamedTuple):
    """``fields`` are the parameters with the account, by tag type or gallery template; an image
    counts as loading where ``event`` is absent from its address or one of ``page_views``."""

    platform: str
    in_script: Callable[[str], Iterator[str]]
    fields: Mapping[str, str]
    image: str
    account: str
    event: str
    page_views: tuple[str, ...]
    function: str = ""
    """What a script calls with `track` and the name of an event, if anything."""


class PageView(NamedTuple):
    """A tag reports a page view to a platform; without ``accounts``, to all that are loaded."""

    tag: Tag
    platform: str
    accounts: frozenset[str]


def _initialised(function: str) -> Callable[[str], Iterator[str]]:
    def accounts(html: str) -> Iterator[str]:
        for arguments in commands_in(html, function, "init"):
            yield from map(written, arguments[:1])

    return accounts


def _find_uet_accounts(html: str) -> Iterator[str]:
    if "bat.bing.com" in html:
        yield from _UET_ID.findall(html)


_META_TEMPLATE = "GoogleTagManager-WebTemplate-For-FacebookPixel"
_PIXELS = (
    _Pixel(
        "Meta",
        _initialised("fbq"),
        {f"facebookarchive/{_META_TEMPLATE}": "pixelId", f"facebook/{_META_TEMPLATE}": "pixelId"},
        "facebook.com/tr",
        "id",
        "ev",
        ("PageView",),
        "fbq",
    ),
    _Pixel(
        "Reddit",
        _initialised("rdt"),
        {},
        "alb.reddit.com/rp.gif",
        "id",
        "event",
        ("PageVisit",),
        "rdt",
    ),
    _Pixel(
        "Microsoft Advertising",
        _find_uet_accounts,
        {"baut": "tagId"},
        "bat.bing.com/action/0",
        "ti",
        "evt",
        ("pageLoad",),
    ),
)


_BY_TYPE = {type_: (pixel, field) for pixel in _PIXELS for type_, field in pixel.fields.items()}


def pixel_loads(view: ContainerView) -> Iterator[Load]:
    """Tags that are not paused, with each account that they load."""
    galleries = galleries_of(view)
    for tag in view.tags():
        if tag.paused:
            continue
        if tag.type in ("html", "img"):
            yield from (load for pixel in _PIXELS for load in _find_loads(tag, pixel))
        else:
            known_pixel = _BY_TYPE.get(galleries.get(tag.type) or str(tag.type))
            if known_pixel is not None:
                accounts = (account.strip() for account in text_of(tag, known_pixel[1]).split(","))
                yield from (
                    Load(tag, known_pixel[0].platform, one, TEMPLATE) for one in accounts if one
                )


def reports_page(load: Load) -> bool:
    """Whether a script that loads a pixel reports the page view as well, by itself or by a call."""
    pixel = next(one for one in _PIXELS if one.platform == load.platform)
    if not pixel.function:
        return True
    return any(load.account in one.accounts for one in _find_calls(load.tag, pixel, [load]))


def pixel_page_views(view: ContainerView) -> Iterator[PageView]:
    """Tags that are not paused and report a page view each time that they fire.

    The fields of Meta's template are those of its commit 08b9bbb.
    """
    galleries = galleries_of(view)
    for tag in view.tags():
        if tag.paused:
            continue
        if tag.type in ("html", "img"):
            for pixel in _PIXELS:
                yield from _find_page_views(tag, pixel)
        elif (galleries.get(tag.type) or "").partition("/")[2] == _META_TEMPLATE:
            is_standard = text_of(tag, "eventName") == "standard"
            says_page_view = text_of(tag, "standardEventName") == "PageView"
            if is_standard and says_page_view and text_of(tag, "enhancedEcommerce") != "true":
                accounts = (part.strip() for part in text_of(tag, "pixelId").split(","))
                yield PageView(tag, "Meta", frozenset(filter(None, accounts)))


def _find_page_views(tag: Tag, pixel: _Pixel) -> Iterator[PageView]:
    loads = list(_find_loads(tag, pixel))
    images = frozenset(load.account for load in loads if load.how == IMAGE)
    if images:
        yield PageView(tag, pixel.platform, images)
    if tag.type == "html" and pixel.function:
        yield from _find_calls(tag, pixel, loads)


def _find_calls(tag: Tag, pixel: _Pixel, loads: Sequence[Load]) -> Iterator[PageView]:
    """The page views that a script's calls report, of what it loads or of an account they name."""
    html = text_of(tag, "html")
    for arguments in commands_in(html, pixel.function, "track", only_at_once=True):
        if arguments and written(arguments[0]) in pixel.page_views:
            yield PageView(tag, pixel.platform, frozenset(load.account for load in loads))
    for arguments in commands_in(html, pixel.function, "trackSingle", only_at_once=True):
        account, name = (*map(written, arguments[:2]), "", "")[:2]
        if account and name in pixel.page_views:
            yield PageView(tag, pixel.platform, frozenset((account,)))


def _find_loads(tag: Tag, pixel: _Pixel) -> Iterator[Load]:
    """What Custom HTML or an image does for one platform."""
    loads: list[tuple[str, str]] = []
    if tag.type == "img":
        loads.append((_find_in_address(text_of(tag, "url"), pixel), IMAGE))
    else:
        html = _HIDDEN.sub(lambda match: match.group(1) or "", text_of(tag, "html"))
        loads += [(account, SCRIPT) for account in pixel.in_script(html)]
        addresses = ("".join(match.groups("")) for match in _IMAGE.finditer(html))
        loads += [(_find_in_address(one, pixel), IMAGE) for one in addresses]
    for account, how in dict.fromkeys(loads):
        if account:
            yield Load(tag, pixel.platform, account, how)


def _find_in_address(address: str, pixel: _Pixel) -> str:
    """The account whose page view an image's address reports; empty where it reports none."""
    try:
        parts = urlsplit(address.replace("&amp;", "&"))
    except ValueError:
        return ""
    path = f"{parts.netloc.lower().removeprefix('www.')}{parts.path.rstrip('/')}"
    query = parse_qs(parts.query)
    events = query.get(pixel.event, pixel.page_views)
    is_page_view = path == pixel.image and events[0] in pixel.page_views
    return query.get(pixel.account, [""])[0] if is_page_view else ""
