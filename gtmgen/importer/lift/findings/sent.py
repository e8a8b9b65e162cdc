"""What tags send to platforms: names, IDs, page views that are sent twice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from gtmgen.container.builtins import BuiltInTrigger
from gtmgen.container.entities import REFERENCE, Kind, Tag, Trigger
from gtmgen.importer.lift.model import Finding, Source
from gtmgen.importer.lift.recognise import EVENT, LOAD, Platform, Use, Uses
from gtmgen.text import listing

WRONG, SUGGESTION = "looks-wrong", "suggestion"

_CONSTANT = re.compile(r"[A-Za-z][\w-]*")
_ON_EVERY_PAGE = frozenset(("CONSENT_INIT", "INIT", "PAGEVIEW", "DOM_READY", "WINDOW_LOADED"))
_EVERY_EVENT = frozenset((".*", ".+", ".", "^.*$", "^.+$", "^.*", "^.+", ".*$", ".+$"))


class Sent:
    """The uses of all tags that can fire, and when they do."""

    def __init__(self, source: Source, uses: Uses) -> None:
        self.source = source
        self._triggers = {
            trigger.name: trigger
            for trigger in source.of_kind(Kind.TRIGGER)
            if isinstance(trigger, Trigger)
        }
        self.tags = [
            (tag, uses[tag.name])
            for tag in source.of_kind(Kind.TAG)
            if isinstance(tag, Tag) and tag.name in uses and not tag.paused
        ]

    def fires_on_every_page(self, tag: Tag) -> bool:
        """Whether one of its triggers fires on every load, and none may keep it from that."""
        return not tag.blocking and any(
            ref in _PAGE_TRIGGERS if isinstance(ref, BuiltInTrigger) else self._is_load(str(ref))
            for ref in tag.firing
        )

    def _is_load(self, name: str) -> bool:
        trigger = self._triggers.get(name)
        return trigger is not None and trigger.type in _ON_EVERY_PAGE and not trigger.filter

    def fires_on(self, tag: Tag, type_: str) -> bool:
        """Whether one of its triggers is of a type."""
        return any(
            trigger.type == type_
            for ref in tag.firing
            if type(ref) is str and (trigger := self._triggers.get(ref)) is not None
        )

    def fires_on_every_event(self, tag: Tag) -> bool:
        """Whether one of its triggers takes every message of the data layer."""
        return any(
            trigger.type == "CUSTOM_EVENT"
            and not trigger.filter
            and len(trigger.custom_event_filter) == 1
            and _takes_all(trigger)
            for ref in tag.firing
            if type(ref) is str and (trigger := self._triggers.get(ref)) is not None
        )


_PAGE_TRIGGERS = frozenset(
    (
        BuiltInTrigger.ALL_PAGES,
        BuiltInTrigger.INITIALIZATION,
        BuiltInTrigger.CONSENT_INITIALIZATION,
    )
)


def _takes_all(trigger: Trigger) -> bool:
    (item,) = trigger.custom_event_filter
    values = {parameter.key: parameter.value for parameter in item.parameter}
    return (
        item.type == "MATCH_REGEX" and values.get("arg1") in _EVERY_EVENT and "negate" not in values
    )


# -- names and IDs ---------------------------------------------------------------------


def names(sent: Sent) -> Iterator[Finding]:
    """Old names, names in the wrong case, and tags that send whatever comes along."""
    for tag, uses in sent.tags:
        told: set[str] = set()
        for use in uses:
            if use.what != EVENT:
                continue
            text = _name(use) if use.name is not None else _no_name(sent, tag, use)
            if text and text not in told:
                told.add(text)
                yield Finding(WRONG, Kind.TAG, tag.name, text)


def _name(use: Use) -> str | None:
    pack, name = use.platform.pack, str(use.name)
    if name in pack.legacy:
        new = pack.legacy[name]
        instead = f"; its name is `{new}` now" if new else ", and nothing has taken its place"
        return f"`{name}` is an old event name of {pack.title}{instead}."
    if name in pack.events or name == use.platform.page_view:
        return None
    known = {event.lower(): event for event in (*pack.events, use.platform.page_view)}
    right = known.get(name.lower())
    if right is None:
        return None
    return f"{pack.title} takes `{name}` for an event of your own: the standard one is `{right}`."


def _no_name(sent: Sent, tag: Tag, use: Use) -> str | None:
    if not sent.fires_on_every_event(tag):
        return None
    return (
        f"It sends every message of the data layer to {use.platform.pack.title} as an event of the "
        "same name, those that are meant for others too."
    )


def ids(sent: Sent) -> Iterator[Finding]:
    """Accounts that are missing, and event IDs."""
    without: dict[str, list[str]] = {}
    for tag, uses in sent.tags:
        for use in uses:
            platform = use.platform
            if use.lacks_account:
                text = (
                    f"It has no {platform.account}, so {platform.pack.title} receives nothing "
                    "from it."
                )
                yield Finding(WRONG, Kind.TAG, tag.name, text)
            wanted = use.what == EVENT and platform.wants_event_id
            if wanted and not use.has_event_id and use.name not in (None, platform.page_view):
                without.setdefault(platform.pack.title, []).append(tag.name)
    for title, tags in sorted(without.items()):
        listed = [*dict.fromkeys(tags)]
        text = (
            f"These tags send {title} no event ID: if a server sends the same events, "
            f"each is counted twice: {listing(listed, 20)}."
        )
        yield Finding(SUGGESTION, None, title, text)


# -- page views and base code ----------------------------------------------------------


def page_views(sent: Sent) -> Iterator[Finding]:
    """Two tags that send the same page view, and code that nobody loads."""
    for platform in {
        use.platform.pack.name: use.platform for _, uses in sent.tags for use in uses
    }.values():
        yield from _loaded_twice(sent, platform)
        yield from _sent_twice(sent, platform)
        yield from _watched_and_sent(sent, platform)
        yield from _not_loaded(sent, platform)


def _of(sent: Sent, platform: Platform, what: str) -> list[tuple[Tag, Use]]:
    return [
        (tag, use)
        for tag, uses in sent.tags
        for use in uses
        if use.platform.pack.name == platform.pack.name and use.what == what
    ]


def _loaded_twice(sent: Sent, platform: Platform) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for tag, use in _of(sent, platform, LOAD):
        # A template may well look whether it has loaded the code; a call in code does not.
        if tag.type != "html" or not sent.fires_on_every_page(tag):
            continue
        others = [account for account in use.accounts if first.get(account, tag.name) != tag.name]
        if others:
            text = (
                f"It loads the {platform.account} {others[0]} of {platform.pack.title} on every "
                f"page, and so does `{first[others[0]]}`."
            )
            yield Finding(WRONG, Kind.TAG, tag.name, text)
        for account in use.accounts:
            first.setdefault(account, tag.name)


def _sent_twice(sent: Sent, platform: Platform) -> Iterator[Finding]:
    views = [
        tag.name
        for tag, use in _of(sent, platform, EVENT)
        if use.name == platform.page_view and sent.fires_on_every_page(tag)
    ]
    accounts = _accounts(sent, platform)
    first: dict[frozenset[str], str] = {}
    for name in dict.fromkeys(views):
        own = accounts[name]
        # A tag that names no account sends to all.
        other = next((there for of, there in first.items() if not own or not of or own & of), None)
        if other is not None:
            text = (
                f"On every page it sends {platform.pack.title} a {platform.page_view}, and so does "
                f"`{other}`: each page view is counted twice."
            )
            yield Finding(WRONG, Kind.TAG, name, text)
        first.setdefault(own, name)


def _accounts(sent: Sent, platform: Platform) -> Mapping[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for tag, uses in sent.tags:
        for use in uses:
            if use.platform.pack.name == platform.pack.name:
                found[tag.name] = found.get(tag.name, frozenset()) | set(use.accounts)
    return found


def _watched_and_sent(sent: Sent, platform: Platform) -> Iterator[Finding]:
    loads = [use for _, use in _of(sent, platform, LOAD)]
    if not platform.watches_history or not loads or any(use.history_off for use in loads):
        return
    for tag, use in _of(sent, platform, EVENT):
        if use.name == platform.page_view and sent.fires_on(tag, "HISTORY_CHANGE"):
            title = platform.pack.title
            text = (
                f"It sends {title} a {platform.page_view} on in-app navigation, which {title}'s "
                "own code does as well unless that is switched off: each would be counted twice."
            )
            yield Finding(WRONG, Kind.TAG, tag.name, text)


def _not_loaded(sent: Sent, platform: Platform) -> Iterator[Finding]:
    if _of(sent, platform, LOAD):
        return
    for tag, use in _of(sent, platform, EVENT):
        if use.needs_base_code:
            title = platform.pack.title
            text = (
                f"Its template needs {title}'s base code, which no tag here loads: unless the site "
                "does, nothing is sent."
            )
            yield Finding(WRONG, Kind.TAG, tag.name, text)


# -- what the spec could say instead -----------------------------------------------------


def in_the_spec(sent: Sent) -> Iterator[Finding]:
    """How an event would be sent by the platform's own pack."""
    own: dict[tuple[str, str], list[str]] = {}
    for tag, uses in sent.tags:
        events = [use for use in uses if use.what == EVENT and use.name is not None]
        if not events or len({use.name for use in events}) > 1:
            continue
        use = events[0]
        pack, name = use.platform.pack, str(use.name)
        if use.own_type:
            own.setdefault((pack.name, pack.title), []).append(tag.name)
        elif name == use.platform.page_view:
            text = (
                f"`page_view: manual` under `platforms.{pack.name}` would send {name}, on in-app "
                "navigation too, by a tag of gtmgen's own in place of this one."
            )
            yield Finding(SUGGESTION, Kind.TAG, tag.name, text)
        else:
            new = pack.legacy.get(name) or name
            if new in pack.events:
                yield Finding(SUGGESTION, Kind.TAG, tag.name, _words(sent.source, use, new))
    for (name, title), tags in sorted(own.items()):
        text = (
            f"With `{name}` under `platforms`, `send: {{{name}: EVENT}}` would say what "
            f"{len(tags)} tag{'s say' if len(tags) > 1 else ' says'}, and check names and "
            "parameters; it also adds an event ID to each."
        )
        yield Finding(SUGGESTION, None, title, text)


def _words(source: Source, use: Use, name: str) -> str:
    pack = use.platform.pack
    canonical = {param.to: key for key, param in pack.params.items()}
    params = []
    for theirs, value in sorted(use.params.items()):
        filled = _filled(source, value)
        if theirs in canonical and filled is not None:
            params.append(f"{canonical[theirs]}: {filled}")
    given = [f"`params: {{{', '.join(params)}}}`"] if params else []
    event_id = _key(source, use.event_id)
    if event_id is not None:
        given.append(f"`event_id: {{from: {event_id}}}`")
    return (
        f"`send: {{{pack.name}: {name}}}`{' with ' if given else ''}{' and '.join(given)} would "
        "send this event by a tag of gtmgen's own, in place of this one."
    )


def _filled(source: Source, value: str | None) -> str | None:
    """What fills a parameter, in the words of the spec; None where that is not known."""
    if value is None or _CONSTANT.fullmatch(value) is None:
        return _key(source, value)
    return f"{{const: {value}}}"


def _key(source: Source, value: str | None) -> str | None:
    found = REFERENCE.fullmatch(value) if value else None
    return source.keys.get((Kind.VARIABLE, found.group(1))) if found else None
