"""Who loads an account's code, and who sends it which events: so that a double install is seen.

Nothing in GTM or at the platform reports one. Two tags that load the same pixel, or send the same
event to the same account, count everything twice, whoever has made them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from gtmgen.lint.google import google_accounts
from gtmgen.lint.uses import EVENT, LOAD
from gtmgen.lint.view import ContainerView

_GOOGLE = "Google's tag"


class Install(NamedTuple):
    """One thing that a tag does for an account.

    ``event`` is None where the account's code is loaded; ``account`` is None where the tag names
    none, so that every account of the page gets the event.
    """

    tag: str
    platform: str
    account: str | None
    event: str | None


class DoubleInstall(NamedTuple):
    """What a tag of somebody else's does that the spec does, too.

    ``project`` is that of the other spec; None where gtmgen has not made the tag.
    """

    tag: str
    project: str | None
    text: str


def installs_of(view: ContainerView) -> list[Install]:
    """What the tags do that are not paused."""
    installs = [*_list_recognised(view)]
    installs += [Install(tag.name, _GOOGLE, id_, None) for tag, id_ in google_accounts(view)]
    # What a variable holds nobody knows before the tag fires.
    return [one for one in dict.fromkeys(installs) if "{{" not in f"{one.account}{one.event}"]


def double_installs(
    own: Iterable[Install], others: Iterable[Install], projects: Mapping[str, str | None]
) -> list[DoubleInstall]:
    """What ``others`` do that the spec does, too; ``projects`` are those of their tags."""
    own_installs = list(own)
    doubles: dict[tuple[str, str], DoubleInstall] = {}
    for other in others:
        if any(_is_same(other, one) for one in own_installs):
            double = DoubleInstall(other.tag, projects.get(other.tag), _describe_install(other))
            doubles.setdefault((double.tag, double.text), double)
    return list(doubles.values())


def _is_same(one: Install, other: Install) -> bool:
    # Who loads the code doubles whatever the spec does for the account, which loads it, too.
    is_same_thing = one.event is None or one.event == other.event
    if one.platform != other.platform or not is_same_thing:
        return False
    return None in (one.account, other.account) or one.account == other.account


def _describe_install(install: Install) -> str:
    account = f" ({install.account})" if install.account else ""
    if install.event is None and install.platform == _GOOGLE:
        return f"sets up {_GOOGLE}{account}, as the spec does"
    if install.event is None:
        return f"loads {install.platform}'s code{account}, as the spec does"
    return f"sends `{install.event}` to {install.platform}{account}, as the spec does"


def _list_recognised(view: ContainerView) -> Iterator[Install]:
    """What packs know of tags, their own and those that others make.

    A pack's own template loads its account once, however many tags it has: that is the event's.
    """
    for tag, uses in view.sent.tags:
        for use in uses:
            accounts: list[str | None] = [
                part.strip() for text in use.accounts for part in text.split(",")
            ]
            if use.what == LOAD and not use.is_own:
                yield from (
                    Install(tag.name, use.platform.pack.title, account, None)
                    for account in accounts
                )
            elif use.what == EVENT and use.name is not None:
                yield from (
                    Install(tag.name, use.platform.pack.title, account, use.name)
                    for account in accounts or [None]
                )
