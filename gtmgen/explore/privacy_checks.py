"""What leaves about the visitor, and what becomes of pixels that the page has itself."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from gtmgen.diagnostics import Path
from gtmgen.explore.call_checks import ERROR, CallChecks
from gtmgen.explore.fault import BrokenInvariant
from gtmgen.explore.model import Variant
from gtmgen.scenarios.judge import belongs, times_text
from gtmgen.scenarios.model import Call, Result
from gtmgen.spec.matchers import shown


class PrivacyChecks(CallChecks):
    """Checks identities, withdrawals and other pixels on the page."""

    def _check_privacy(self, calls: Sequence[Call]) -> Iterator[BrokenInvariant]:
        for call in calls:
            text = json.dumps([dict(call.params), dict(call.identify)], ensure_ascii=False)
            for value, packs in self._personal.items():
                if value in text and call.pack not in packs:
                    message = f"{call.pack} receives `{value}`, which is personal, in plain text"
                    yield BrokenInvariant("personal-in-clear", ERROR, message, self._path)

    def _check_identity(
        self, variant: Variant, mine: Mapping[str, list[Call]]
    ) -> Iterator[BrokenInvariant]:
        for one in self._deliveries:
            for call in mine.get(one.platform, ()):
                for name, digest in variant.identity.get(one.platform, {}).items():
                    if call.identify.get(name) == digest:
                        continue
                    received = shown(call.identify.get(name))
                    message = f"{one.platform} receives `{one.event}` with the {name} {received}"
                    right = {one.platform: one.event, "identify": {name: digest}}
                    path: Path = ("platforms", one.platform, "identify")
                    why = ", not the SHA-256 of what the site says"
                    yield BrokenInvariant("identity", ERROR, message + why, path, [right])

    def _check_loaded_by_page(
        self, variant: Variant, calls: Sequence[Call], result: Result
    ) -> Iterator[BrokenInvariant]:
        """A pixel that the page has loaded is loaded, and has its page view, once."""
        if variant.loaded_by_page is None:
            return
        account = self._accounts[variant.loaded_by_page]
        path: Path = ("platforms", account.name)
        views = [one for one in calls if one.method == "page" and belongs(one, account, None)]
        if len(views) > 1:
            message = f"{account.name} counts {len(views)} page views where the page has loaded it"
            right = {account.name: views[0].event, "times": 1}
            yield BrokenInvariant("page-views", ERROR, message, path, [right])
        url = account.observer.script_url or ""
        loads = [one["url"] for one in result.run.observed.get("requests", ())]
        of_account = [
            one for one in loads if url and one.startswith(url) and str(account.id) in one
        ]
        if len(of_account) > 1:
            message = f"{account.name}'s script is loaded {times_text(len(of_account))}"
            yield BrokenInvariant("loaded-twice", ERROR, message, path)

    def _check_withdrawal(
        self, variant: Variant, calls: Sequence[Call]
    ) -> Iterator[BrokenInvariant]:
        """A pixel that is on the page goes on by itself unless it is told of a withdrawal."""
        for name in sorted(variant.only or ()) if variant.is_withdrawn else ():
            account = self._accounts[name]
            withdrawal = account.observer.withdrawal
            own = [
                call
                for call in calls
                if call.pack == account.pack and account.id in call.account.split()
            ]
            if withdrawal and own and all(call.event != withdrawal for call in own):
                message = f"{name} is on the page and never told that consent is withdrawn"
                path: Path = ("platforms", name, "consent")
                yield BrokenInvariant("withdrawal-untold", ERROR, message, path)

    def _check_neighbour(
        self, variant: Variant, calls: Sequence[Call]
    ) -> Iterator[BrokenInvariant]:
        if variant.neighbour is None:
            return
        theirs = [call for call in calls if variant.neighbour in call.account.split()]
        identified = [call for call in theirs if call.method == "identify"]
        views = [call for call in theirs if call.method == "page"]
        path: Path = ("platforms",)
        for one in self._deliveries:
            if self._accounts[one.platform].pack in {call.pack for call in theirs}:
                path = ("platforms", one.platform)
                break
        if identified:
            message = "another pixel on the page is told who the visitor is"
            yield BrokenInvariant("identifies-elsewhere", ERROR, message, path)
        if len(views) > 1:
            message = (
                f"another pixel on the page counts {len(views)} page views instead of its own one"
            )
            view = views[0].event
            right = {str(path[-1]): view, "account": variant.neighbour, "times": 1}
            yield BrokenInvariant("pages-elsewhere", ERROR, message, path, [right])
        if any(call.method == "track" for call in theirs):
            message = "another pixel on the page receives our events"
            yield BrokenInvariant("tracks-elsewhere", ERROR, message, path)
