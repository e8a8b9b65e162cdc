"""What tags do with the pixels that no pack is for: by Custom HTML, a tag type, a template, an
image."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from gtmgen.container.entities import Tag
from gtmgen.lint.html import text_of
from gtmgen.lint.pixel_kinds import PIXELS, Pixel, PixelEvent, PixelTag
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


class Load(NamedTuple):
    """A tag loads a platform's pixel; ``how`` is one of SCRIPT, TEMPLATE and IMAGE."""

    tag: Tag
    platform: str
    account: str
    how: str


class PageView(NamedTuple):
    """A tag reports a page view to a platform; without ``accounts``, to all that are loaded."""

    tag: Tag
    platform: str
    accounts: frozenset[str]


class SentEvent(NamedTuple):
    """A tag sends a platform an event that is no page view."""

    tag: Tag
    platform: str
    event: PixelEvent


_BY_TYPE = {type_: (pixel, tag) for pixel in PIXELS for type_, tag in pixel.tags.items()}
_BY_PLATFORM = {pixel.platform: pixel for pixel in PIXELS}


def pixel_loads(view: ContainerView) -> Iterator[Load]:
    """Tags that are not paused, with each account that they load."""
    for tag, known in _tags(view):
        if known is None:
            yield from (load for pixel in PIXELS for load in _find_loads(tag, pixel))
        elif _says(tag, known[1].loads):
            yield from (
                Load(tag, known[0].platform, account, TEMPLATE)
                for account in _list_accounts(tag, known[1])
            )


def reports_page(load: Load) -> bool:
    """Whether a script that loads a pixel reports the page view as well, by itself or by a call."""
    pixel = _BY_PLATFORM[load.platform]
    html = text_of(load.tag, "html")
    return pixel.reports_by_itself(html) or any(
        event.account in ("", load.account) for event in _find_events(html, pixel, page_views=True)
    )


def pixel_page_views(view: ContainerView) -> Iterator[PageView]:
    """Tags that are not paused and report a page view each time that they fire."""
    for tag, known in _tags(view):
        if known is None:
            for pixel in PIXELS:
                yield from _find_page_views(tag, pixel)
        elif _name_event(tag, known[1]) == known[0].page_view:
            accounts = frozenset(_list_accounts(tag, known[1]))
            yield PageView(tag, known[0].platform, accounts)


def pixel_events(view: ContainerView) -> Iterator[SentEvent]:
    """Tags that are not paused, with each event that they send each time that they fire; page views
    are left out."""
    for tag, known in _tags(view):
        if known is None and tag.type == "html":
            html = text_of(tag, "html")
            for pixel in PIXELS:
                for event in _find_events(html, pixel, page_views=False):
                    yield SentEvent(tag, pixel.platform, event)
        elif known is not None and (name := _name_event(tag, known[1])) != known[0].page_view:
            for account in _list_accounts(tag, known[1]) if name else ():
                yield SentEvent(tag, known[0].platform, PixelEvent(name, account, has_id=True))


def _tags(view: ContainerView) -> Iterator[tuple[Tag, tuple[Pixel, PixelTag] | None]]:
    """Tags that may do something with a pixel; None where their code or address has to say."""
    galleries = galleries_of(view)
    for tag in view.tags():
        if not tag.paused:
            known = _BY_TYPE.get(galleries.get(tag.type) or str(tag.type))
            if known is not None or tag.type in ("html", "img"):
                yield tag, known


def _says(tag: Tag, fields: Mapping[str, Sequence[str]]) -> bool:
    return all(text_of(tag, key) in values for key, values in fields.items())


def _list_accounts(tag: Tag, fields: PixelTag) -> Iterator[str]:
    accounts = (account.strip() for account in text_of(tag, fields.account).split(","))
    yield from filter(None, accounts)


def _name_event(tag: Tag, fields: PixelTag) -> str:
    """The event that a tag sends; empty for one that a variable names, and where it sends none."""
    if not _says(tag, fields.sends):
        return ""
    name = text_of(tag, fields.event) if fields.event else ""
    return "" if "{{" in name else name or fields.page_view


def _find_events(html: str, pixel: Pixel, *, page_views: bool) -> Iterator[PixelEvent]:
    for event in pixel.events(html):
        if (event.name == pixel.page_view) is page_views and "{{" not in event.name:
            yield event


def _find_page_views(tag: Tag, pixel: Pixel) -> Iterator[PageView]:
    loads = list(_find_loads(tag, pixel))
    images = frozenset(load.account for load in loads if load.how == IMAGE)
    if images:
        yield PageView(tag, pixel.platform, images)
    if tag.type != "html":
        return
    html = text_of(tag, "html")
    loaded = frozenset(load.account for load in loads)
    for event in _find_events(html, pixel, page_views=True):
        yield PageView(
            tag, pixel.platform, frozenset((event.account,)) if event.account else loaded
        )
    scripts = frozenset(load.account for load in loads if load.how == SCRIPT)
    if scripts and pixel.reports_by_itself(html):
        yield PageView(tag, pixel.platform, scripts)


def _find_loads(tag: Tag, pixel: Pixel) -> Iterator[Load]:
    """What Custom HTML or an image does for one platform."""
    loads: list[tuple[str, str]] = []
    if tag.type == "img":
        loads.append((_find_in_address(text_of(tag, "url"), pixel), IMAGE))
    else:
        html = _HIDDEN.sub(lambda match: match.group(1) or "", text_of(tag, "html"))
        loads += [(account, SCRIPT) for account in pixel.loads(html)]
        addresses = ("".join(match.groups("")) for match in _IMAGE.finditer(html))
        loads += [(_find_in_address(one, pixel), IMAGE) for one in addresses]
    for account, how in dict.fromkeys(loads):
        if account:
            yield Load(tag, pixel.platform, account, how)


def _find_in_address(address: str, pixel: Pixel) -> str:
    """The account whose page view an image's address reports; empty where it reports none."""
    image = pixel.image
    if image is None:
        return ""
    try:
        parts = urlsplit(address.replace("&amp;", "&"))
    except ValueError:
        return ""
    path = f"{parts.netloc.lower().removeprefix('www.')}{parts.path.rstrip('/')}"
    query = parse_qs(parts.query)
    events = query.get(image.event, image.page_views)
    is_page_view = path == image.address and events[0] in image.page_views
    return query.get(image.account, [""])[0] if is_page_view else ""
