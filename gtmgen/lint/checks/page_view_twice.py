"""Two tags that send the same page view."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gtmgen.container.entities import Kind
from gtmgen.lint.google import google_page_views
from gtmgen.lint.uses import EVENT, PackFile
from gtmgen.lint.view import ContainerView, Finding


def check(view: ContainerView) -> Iterator[Finding]:
    """Two tags that send the same page view."""
    for platform in view.sent.platforms():
        yield from _check(view, platform)
    yield from _check_google(view)


def _check_google(view: ContainerView) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for tag, account in google_page_views(view):
        if account in first:
            text = (
                f"On every page it sends GA4 a page_view, and so does `{first[account]}`: each "
                "page view is counted twice."
            )
            yield Finding(Kind.TAG, tag.name, text)
        elif account:
            first[account] = tag.name


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
