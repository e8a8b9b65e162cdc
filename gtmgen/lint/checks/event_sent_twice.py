"""One event that two tags send to the same account at the same moment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from gtmgen.container.entities import Kind, Tag
from gtmgen.lint.code import Mapped
from gtmgen.lint.commands import commands_in, written, written_list
from gtmgen.lint.html import custom_html
from gtmgen.lint.pixels import pixel_events
from gtmgen.lint.recognise import platforms
from gtmgen.lint.uses import EVENT, PackFile
from gtmgen.lint.view import ContainerView, Finding


class _Sent(NamedTuple):
    """``account`` is None for all that the page has."""

    tag: Tag
    name: str
    account: str | None
    has_id: bool


def check(view: ContainerView) -> Iterator[Finding]:
    """Tags that share a trigger, an event's name and an account; page views have their own rule."""
    sent: dict[str, list[_Sent]] = {}
    for platform in platforms():
        sent[platform.pack.title] = [*_list_of_pack(view, platform), *_list_in_code(view, platform)]
    for tag, title, event in pixel_events(view):
        one = _Sent(tag, event.name, event.account or None, event.has_id)
        sent.setdefault(title, []).append(one)
    for title, events in sent.items():
        yield from _check(view, title, events)


def _list_of_pack(view: ContainerView, platform: PackFile) -> Iterator[_Sent]:
    for tag, use in view.sent.of(platform, EVENT):
        if use.name not in (None, platform.page_view):
            for account in use.accounts:
                yield _Sent(tag, str(use.name), account, use.event_id is not None)


def _list_in_code(view: ContainerView, platform: PackFile) -> Iterator[_Sent]:
    """``gtag('event', NAME, {send_to: ...})``, for a platform that code sets up with the function:
    to the accounts that it names, or to all of the page."""
    for function in dict.fromkeys(command[0] for command in platform.account_id.commands):
        for tag, html in custom_html(view):
            for arguments in commands_in(html, function, "event", only_at_once=True):
                name, options = written(arguments[0]) if arguments else "", arguments[1:2]
                if not name or "{{" in name or name == platform.page_view or tag.paused:
                    continue
                if not options:
                    yield _Sent(tag, name, None, has_id=False)
                elif isinstance(options[0], Mapped) and options[0].whole:
                    target = options[0].items.get("send_to")
                    has_id = "transaction_id" in options[0].items
                    if target is None:
                        yield _Sent(tag, name, None, has_id)
                    for account in written_list(target):
                        if "{{" in account or re.fullmatch(platform.account_id.shape, account):
                            yield _Sent(tag, name, account, has_id)


def _check(view: ContainerView, title: str, events: list[_Sent]) -> Iterator[Finding]:
    groups: dict[tuple[str, str | None], list[_Sent]] = {}
    for one in events:
        # An exception may be what keeps two tags apart: nothing is said unless it is certain.
        if not one.tag.blocking:
            groups.setdefault((one.name, one.account), []).append(one)
    meaning_of = view.sent.meaning_of
    reported: set[str] = set()
    for group in groups.values():
        if len(group) == 1:
            continue
        first: dict[object, Tag] = {}
        for one in group:
            other = None
            for trigger in one.tag.firing:
                earlier = first.setdefault(meaning_of(trigger), one.tag)
                if other is None and earlier is not one.tag and earlier.name != one.tag.name:
                    other = earlier
            if other is not None and one.tag.name not in reported:
                reported.add(one.tag.name)
                yield Finding(Kind.TAG, one.tag.name, _write_text(title, one, other))


def _write_text(title: str, one: _Sent, other: Tag) -> str:
    return (
        f"It sends `{one.name}` to {title} on a trigger on which `{other.name}` "
        "sends it, too, to the same account: "
        f"{'unless both have the same event ID, ' if one.has_id else ''}it is counted twice."
    )
