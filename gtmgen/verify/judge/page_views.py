"""Page views: none at all, more than one for a page, and one for an address that was passed by."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from urllib.parse import urlsplit

from gtmgen.scenarios.model import Account
from gtmgen.verify.judge.view import View
from gtmgen.verify.model import Move, SentCall, VisitFinding


def judge_page_views(view: View) -> Iterator[VisitFinding]:
    """Findings about each account's page views."""
    for account in view.expected.accounts.values():
        page_views = [
            sent
            for sent in view.calls
            if sent.call.event == view.expected.page_view_of(account)
            and view.expected.account_of(sent.call) == account
            and sent.call.state == "sent"
        ]
        if not page_views:
            yield from _find_none(view, account)
        counted = [one for one in page_views if one.at.order not in view.explained]
        for step in dict.fromkeys(one.at.step for one in counted):
            yield from _check_step(view, account, [one for one in counted if one.at.step == step])


def _check_step(view: View, account: Account, views: list[SentCall]) -> Iterator[VisitFinding]:
    """A step that shows one page has one page view, with the address that stays."""
    pages = _list_pages(view, views[0].at.step)
    for before, after in pairwise(pages):
        if after.how == "replaceState":
            early = [one for one in views if before.at.order < one.at.order < after.at.order]
            if early or len(views) > 1:
                yield _report_redirected(view, account, before, after, is_twice=len(views) > 1)
                return
    if len(views) > max(1, len(pages)):
        yield view.finding(
            "sent-twice",
            f"{account.name} has {len(views)} `{view.expected.page_view_of(account)}` for one page",
            view.expected.place_of_account(account),
            views[1].at,
            platform=account.name,
        )


def _report_redirected(
    view: View, account: Account, before: Move, after: Move, *, is_twice: bool
) -> VisitFinding:
    name, delay = view.expected.page_view_of(account), (after.at.seconds - before.at.seconds) * 1000
    old, new = _find_path(before), _find_path(after)
    if is_twice:
        message = f"has a `{name}` for {old} and one for {new}, which took its"
    else:
        message = f"has its `{name}` for {old}, and {new} took its"
    return view.finding(
        "redirected",
        f"{account.name} {message} place after {delay:.0f} ms (replaceState)",
        view.expected.place_of_account(account),
        after.at,
        hint="Open the page under its last address at once.",
        platform=account.name,
    )


def _list_pages(view: View, step: int) -> list[Move]:
    """The addresses of a step whose path is another than that before."""
    pages: list[Move] = []
    before: Move | None = None
    for move in view.moves:
        is_new = before is None or move.how == "load" or _find_path(move) != _find_path(before)
        if move.at.step == step and is_new:
            pages.append(move)
        before = move
    return pages


def _find_path(move: Move) -> str:
    return urlsplit(move.url).path


def _find_none(view: View, account: Account) -> Iterator[VisitFinding]:
    """No page view of an account whose page views are the container's, though it was allowed."""
    platform = view.expected.spec.platforms[account.name]
    types = view.expected.consent_of(account)
    is_own = platform.setting("page_view") == "manual" and account.name not in view.kept_away
    last = view.recording.entries[-1].at if view.recording.entries else None
    if view.started and is_own and last is not None and view.consent.is_granted(types, last):
        yield view.finding(
            "missed",
            f"`{view.expected.page_view_of(account)}` did not reach {account.name}",
            view.expected.place_of_account(account),
            platform=account.name,
        )
