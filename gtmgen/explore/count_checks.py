"""How often platforms are called, and that they are not before they may be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gtmgen.diagnostics import Path
from gtmgen.explore.call_checks import ERROR, WARNING, CallChecks, has_failed
from gtmgen.explore.fault import BrokenInvariant
from gtmgen.explore.model import Variant
from gtmgen.scenarios.judge import belongs, times_text
from gtmgen.scenarios.model import Account, Call, Result


class CountChecks(CallChecks):
    """Checks how often and when an event is sent."""

    def _check_times(
        self, variant: Variant, mine: Mapping[str, list[Call]], result: Result
    ) -> Iterator[BrokenInvariant]:
        if variant.times is None:
            yield from self._check_at_least(variant, mine)
            return
        for one in self._deliveries:
            if one.platform not in mine:
                continue
            calls = [call for call in mine[one.platform] if call.state == variant.state]
            expected = 1 if one.once_per_page and variant.times else variant.times
            if one.once_per_page and "reload" in variant.title:
                expected = variant.times
            if len(calls) == expected or (
                variant.may_fail and len(calls) < expected and has_failed(result)
            ):
                continue
            right = {one.platform: one.event, "times": expected}
            if variant.state != "sent":
                right["state"] = variant.state
            code = "sent-anyway" if not expected else "lost" if len(calls) < expected else "doubled"
            if variant.quiet and not expected:
                continue  # said by what may not be sent in these steps
            message = (
                f"{one.platform} receives `{one.event}` {times_text(len(calls))} instead of "
                f"{times_text(expected)}"
            )
            yield BrokenInvariant(code, ERROR, message, self._path, [right])

    def _check_at_least(
        self, variant: Variant, mine: Mapping[str, list[Call]]
    ) -> Iterator[BrokenInvariant]:
        for one in self._deliveries:
            if one.platform in mine and len(mine[one.platform]) < variant.at_least:
                message = f"{one.platform} never receives `{one.event}`"
                yield BrokenInvariant(
                    "lost", ERROR, message, self._path, [{one.platform: one.event}]
                )

    def _check_quiet(
        self, variant: Variant, events: Sequence[Call], result: Result
    ) -> Iterator[BrokenInvariant]:
        if not variant.quiet or variant.only is None:
            return
        sets_default = "consent_default" in variant.raw or _sets_default(result)
        # Where neither the container nor the scenario sets a default, the site may: GTM takes
        # consent that nobody has set for granted.
        severity = ERROR if sets_default else WARNING
        for name in sorted(variant.only):
            account = self._accounts[name]
            path: Path = ("platforms", name, "consent")
            early = [
                call
                for call in events
                if belongs(call, account, None)
                and call.step in variant.quiet
                and call.state == "sent"
            ]
            if early:
                listed = ", ".join(dict.fromkeys(f"`{call.event}`" for call in early))
                message = f"{name} receives {listed} without consent"
                yield BrokenInvariant("before-consent", severity, message, path, quiet=name)
            elif self._is_requested(account, variant, result):
                message = f"{name}'s script is loaded without consent"
                yield BrokenInvariant("before-consent", severity, message, path, quiet=name)

    def _is_requested(self, account: Account, variant: Variant, result: Result) -> bool:
        """Whether the vendor's script is asked for when nothing may be."""
        url = account.observer.script_url
        return url is not None and any(
            request["url"].startswith(url)
            and result.scenario_step(request["step"]) in variant.quiet
            for request in result.run.observed.get("requests", ())
        )

    def _check_page_views(
        self, variant: Variant, events: Sequence[Call]
    ) -> Iterator[BrokenInvariant]:
        """As many page views as pages: the first load, and each in-app navigation."""
        steps = variant.raw["steps"]
        pages = sum("load" in step or "navigate" in step for step in steps)
        for name, account in self._accounts.items():
            if variant.only is not None and name not in variant.only:
                continue
            if account.endpoint is not None:
                continue  # page views are the browser's
            view = account.observer.page_view
            platform = self._spec.platforms[name]
            # Only where our own tag sends them, one a page: the vendor's code and an event of the
            # spec's have other rules.
            if platform.setting("page_view") != "manual" or platform.page_view is not None:
                continue
            calls = [c for c in events if belongs(c, account, None) and c.event == view]
            if len(calls) != pages:
                message = f"{name} receives {times_text(len(calls))} `{view}` for {pages} pages"
                if pages == 1:
                    message = f"{name} receives `{view}` {times_text(len(calls))} for one page"
                right = [{name: view, "times": pages}]
                yield BrokenInvariant("page-views", ERROR, message, ("platforms", name), right)


def _sets_default(result: Result) -> bool:
    """Whether the container itself says what holds until the visitor chooses."""
    messages = result.run.observed.get("dataLayer", ())
    return any(
        isinstance(one, dict) and one.get("$arguments", [])[:2] == ["consent", "default"]
        for one in messages
    )
