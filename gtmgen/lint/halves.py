"""A web container and the server container behind it: what they tell a platform differently.

The platform drops one of two equal events only where account, name and ID are the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gtmgen.container.entities import Tag
from gtmgen.lint.constants import constant_of
from gtmgen.lint.recognise import EVENT, LOAD, Platform, Use
from gtmgen.lint.view import ContainerView
from gtmgen.text import listing, quoted

_ID = "event_id"
"""The field of the event data in which servers' tags look for the event's ID."""


def halves_differ(web: ContainerView, server: ContainerView) -> Iterator[str]:
    """Sentences about what is counted twice, or reaches another account."""
    for platform in server.sent.platforms():
        own = [(tag, use) for tag, use in server.sent.of(platform, EVENT) if use.is_server]
        browser = web.sent.of(platform, EVENT)
        if own and browser:
            yield from _accounts(web, server, platform)
            yield from _names(server, platform, own, {str(use.name) for _, use in browser})
            yield from _ids(web, platform, own)
            yield from _one_side(platform, own, browser)


def _accounts(web: ContainerView, server: ContainerView, platform: Platform) -> Iterator[str]:
    ours, theirs = _account_ids(web, platform), _account_ids(server, platform)
    others = [id_ for id_ in theirs if id_ not in ours]
    if ours and others:
        yield (
            f"the server sends {platform.pack.title} events to {listing(others)}, the browser to "
            f"{listing(ours)}: as the {platform.account}s differ, nothing is dropped as the same"
        )


def _account_ids(view: ContainerView, platform: Platform) -> list[str]:
    """The accounts that are named; what a variable looks up is not known."""
    uses = [use for what in (LOAD, EVENT) for _, use in view.sent.of(platform, what)]
    ids = (constant_of(view, text) for use in uses for text in use.accounts)
    return [id_ for id_ in dict.fromkeys(ids) if "{{" not in id_]


def _names(
    server: ContainerView, platform: Platform, own: list[tuple[Tag, Use]], browser: set[str]
) -> Iterator[str]:
    legacy = platform.pack.legacy
    newest = {legacy.get(name) or name: name for name in sorted(browser)}
    for tag, use in own:
        names = [use.name] if use.name is not None else _renamed(server, tag, use)
        for name in names:
            theirs = newest.get(legacy.get(name) or name)
            if theirs is not None and name not in browser:
                yield (
                    f"the server's tag {quoted(tag.name)} sends {platform.pack.title} `{name}`, "
                    f"the browser `{theirs}`: both may be counted"
                )


def _renamed(server: ContainerView, tag: Tag, use: Use) -> list[str]:
    return [use.renames[name] for name in server.sent.events_of(tag) if name in use.renames]


def _one_side(
    platform: Platform, own: Sequence[tuple[Tag, Use]], browser: Sequence[tuple[Tag, Use]]
) -> Iterator[str]:
    """Events that one side alone sends; silent where a tag takes the name from elsewhere."""
    uses = [use for _, use in (*own, *browser)]
    if any(use.name is None for use in uses):
        return
    theirs, ours = _newest(platform, browser), _newest(platform, own)
    for side, names, others in (("browser", theirs, ours), ("server", ours, theirs)):
        alone = sorted(name for newest, name in names.items() if newest not in others)
        if alone:
            yield f"the {side} alone sends {platform.pack.title} {listing(alone)}"


def _newest(platform: Platform, sent: Sequence[tuple[Tag, Use]]) -> dict[str, str]:
    """The names that are sent, by what each is called now; page views have no second side."""
    names = {str(use.name) for _, use in sent} - {platform.page_view}
    return {platform.pack.legacy.get(name) or name: name for name in sorted(names)}


def _ids(web: ContainerView, platform: Platform, own: list[tuple[Tag, Use]]) -> Iterator[str]:
    """Where the server's tags name no ID, the Google tag has to bring the browser's."""
    reading = [tag.name for tag, use in own if use.event_id is None]
    carriers = [use for _, uses in web.sent.tags for use in uses if use.own_type]
    if platform.wants_event_id and reading and not any(_ID in use.params for use in carriers):
        yield (
            f"the server's {'tags read' if len(reading) > 1 else 'tag reads'} the event's ID from "
            f"`{_ID}` ({listing(reading)}), which no GA4 tag of the web container sends"
        )
