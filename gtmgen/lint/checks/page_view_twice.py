"""Two tags that send the same page view."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter

from gtmgen.container.entities import Kind
from gtmgen.lint.constants import constant_of
from gtmgen.lint.google import GooglePageView, google_page_views
from gtmgen.lint.pixels import TEMPLATE, PageView, pixel_loads, pixel_page_views
from gtmgen.lint.uses import EVENT, PackFile
from gtmgen.lint.view import ContainerView, Finding


def check(view: ContainerView) -> Iterator[Finding]:
    """Two tags that send the same page view."""
    for platform in view.sent.platforms():
        yield from _check(view, platform)
    yield from _check_google(view)
    yield from _check_other_pixels(view)


def _check_google(view: ContainerView) -> Iterator[Finding]:
    first: dict[str, GooglePageView] = {}
    for one in google_page_views(view):
        account = constant_of(view, one.account)
        if not account:
            continue
        other = first.setdefault(account, one)
        # Two that set the account up are told as such.
        if other.tag.name != one.tag.name and not (one.sets_up and other.sets_up):
            text = (
                f"On every page it sends GA4 a page_view, and so does `{other.tag.name}`: each "
                "page view is counted twice."
            )
            yield Finding(Kind.TAG, one.tag.name, text)


def _check_other_pixels(view: ContainerView) -> Iterator[Finding]:
    # A tag may report many, as a loop that was written out does.
    views = {
        (one.tag.name, one.platform, one.accounts): one
        for one in pixel_page_views(view)
        if view.sent.fires_on_every_page(one.tag)
    }
    if len(views) < 2:
        return
    loaded = {(load.tag.name, load.account): load.how for load in pixel_loads(view)}
    seen = _Seen()
    told: set[str] = set()
    for one in views.values():
        found = (
            next((item for item in items if _is_same_page_view(one, item[1], loaded)), None)
            for items in seen.list_alike(one)
        )
        first = min(filter(None, found), default=None, key=itemgetter(0))
        if first is not None and one.tag.name not in told:
            other = first[1]
            told.add(one.tag.name)
            text = (
                f"On every page it reports a page view to {one.platform}, and so does "
                f"`{other.tag.name}`: each page view is counted twice."
            )
            yield Finding(Kind.TAG, one.tag.name, text)
        seen.add(one)


class _Seen:
    """Page views, with their numbers, by the account that they are reported to."""

    def __init__(self) -> None:
        self._count = 0
        self._by_account: dict[tuple[str, str | None], list[tuple[int, PageView]]] = {}

    def add(self, one: PageView) -> None:
        for account in (*one.accounts, None) if one.accounts else ("", None):
            self._by_account.setdefault((one.platform, account), []).append((self._count, one))
        self._count += 1

    def list_alike(self, one: PageView) -> Iterator[Sequence[tuple[int, PageView]]]:
        """Those that may be the same, which one without accounts is as any other."""
        for account in (*one.accounts, "") if one.accounts else (None,):
            yield self._by_account.get((one.platform, account), ())


def _is_same_page_view(
    one: PageView, other: PageView, loaded: Mapping[tuple[str, str], str]
) -> bool:
    if one.platform != other.platform or one.tag.name == other.tag.name:
        return False
    both = one.accounts & other.accounts
    if one.accounts and other.accounts and not both:
        return False
    # Two that load one account, and not by a template, are told as such.
    loads = ({loaded.get((item.tag.name, account)) for item in (one, other)} for account in both)
    return not any(None not in how and how != {TEMPLATE} for how in loads)


def _check(view: ContainerView, platform: PackFile) -> Iterator[Finding]:
    views = [
        tag.name
        for tag, use in view.sent.of(platform, EVENT)
        if use.name == platform.page_view and view.sent.fires_on_every_page(tag)
    ]
    accounts = _list_accounts(view, platform)
    first: dict[frozenset[str], str] = {}
    for name in dict.fromkeys(views):
        own_accounts = accounts[name]
        # A tag that names no account sends to all.
        other = next(
            (
                tag_name
                for of, tag_name in first.items()
                if not own_accounts or not of or own_accounts & of
            ),
            None,
        )
        if other is not None:
            text = (
                f"On every page it sends {platform.pack.title} a {platform.page_view}, and so does "
                f"`{other}`: each page view is counted twice."
            )
            yield Finding(Kind.TAG, name, text)
        first.setdefault(own_accounts, name)


def _list_accounts(view: ContainerView, platform: PackFile) -> Mapping[str, frozenset[str]]:
    accounts: dict[str, frozenset[str]] = {}
    for tag, uses in view.sent.tags:
        for use in uses:
            if use.platform.pack.name == platform.pack.name:
                accounts[tag.name] = accounts.get(tag.name, frozenset()) | set(use.accounts)
    return accounts
