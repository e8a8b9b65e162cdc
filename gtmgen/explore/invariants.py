"""What always holds of the calls that platforms receive."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gtmgen.diagnostics import Path, Severity
from gtmgen.explore.both_sides import BothSides
from gtmgen.explore.fault import BrokenInvariant
from gtmgen.explore.item_checks import ItemChecks
from gtmgen.explore.model import ExpectedDelivery, Variant
from gtmgen.scenarios.judge import belongs, times_text
from gtmgen.scenarios.model import LOAD, Account, Call, Result
from gtmgen.spec.matchers import is_number, same, shown
from gtmgen.spec.model import Event, Spec

ERROR, WARNING = Severity.ERROR, Severity.WARNING
_HASH = re.compile(r"[0-9a-f]{64}\Z")
_CURRENCY = re.compile(r"[A-Z]{3}\Z")
_NOTHING = ("null", "undefined", "NaN")


class Invariants:
    """Checks one variant's calls; ``personal`` are texts that must not leave in clear.

    Each with the packs that the spec sends it to as it is, by a setting that hashes nothing.
    """

    def __init__(
        self,
        spec: Spec,
        event: Event,
        deliveries: Sequence[ExpectedDelivery],
        accounts: Mapping[str, Account],
        personal: Mapping[str, frozenset[str]],
    ) -> None:
        self._spec = spec
        self._event = event
        self._deliveries = deliveries
        self._accounts = accounts
        self._personal = personal
        self._path: Path = ("events", event.key)
        self._both_sides = BothSides(deliveries, accounts, self._path)

    def check(self, variant: Variant, result: Result) -> Iterator[BrokenInvariant]:
        """All broken rules of a run."""
        events = [call for call in result.calls if call.is_event]
        mine = {
            one.platform: [
                call
                for call in events
                if belongs(call, self._accounts[one.platform], None) and call.event == one.event
            ]
            for one in self._deliveries
            if variant.only is None or one.platform in variant.only
        }
        yield from self._times(variant, mine, result)
        yield from self._quiet(variant, events, result)
        yield from self._both_sides.check(variant, events, mine)
        yield from self._ids(variant, mine)
        yield from self._values(variant, mine, result)
        yield from self._lingering(variant, mine)
        yield from self._privacy(result.calls)
        yield from self._identity(variant, mine)
        yield from self._neighbour(variant, result.calls)
        yield from self._withdrawal(variant, result.calls)
        yield from self._loaded_by_page(variant, result.calls, result)
        if variant.page_views:
            yield from self._page_views(variant, events)

    # ---------------------------------------------------------------------------- how often
    def _times(
        self, variant: Variant, mine: Mapping[str, list[Call]], result: Result
    ) -> Iterator[BrokenInvariant]:
        if variant.times is None:
            yield from self._at_least(variant, mine)
            return
        for one in self._deliveries:
            if one.platform not in mine:
                continue
            calls = [call for call in mine[one.platform] if call.state == variant.state]
            expected = 1 if one.once_per_page and variant.times else variant.times
            if one.once_per_page and "reload" in variant.title:
                expected = variant.times
            if len(calls) == expected or (
                variant.may_fail and len(calls) < expected and self._failed(result)
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

    def _at_least(
        self, variant: Variant, mine: Mapping[str, list[Call]]
    ) -> Iterator[BrokenInvariant]:
        for one in self._deliveries:
            if one.platform in mine and len(mine[one.platform]) < variant.at_least:
                message = f"{one.platform} never receives `{one.event}`"
                yield BrokenInvariant(
                    "lost", ERROR, message, self._path, [{one.platform: one.event}]
                )

    def _failed(self, result: Result) -> bool:
        """Whether a tag told GTM that it failed, which shows in GTM's preview."""
        return any(
            tag["outcome"] == "failure" for event in result.run.trace for tag in event["tags"]
        )

    def _quiet(
        self, variant: Variant, events: Sequence[Call], result: Result
    ) -> Iterator[BrokenInvariant]:
        if not variant.quiet or variant.only is None:
            return
        known = "consent_default" in variant.raw or _sets_default(result)
        severity = ERROR if known else WARNING
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
            elif self._requested(account, variant, result):
                message = f"{name}'s script is loaded without consent"
                yield BrokenInvariant("before-consent", severity, message, path, quiet=name)

    def _requested(self, account: Account, variant: Variant, result: Result) -> bool:
        """Whether the vendor's script is asked for when nothing may be."""
        url = account.observer.script_url
        return url is not None and any(
            request["url"].startswith(url)
            and result.scenario_step(request["step"]) in variant.quiet
            for request in result.run.observed.get("requests", ())
        )

    def _page_views(self, variant: Variant, events: Sequence[Call]) -> Iterator[BrokenInvariant]:
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
            if platform.setting("page_view") != "manual" or platform.page_view is not None:
                continue
            calls = [c for c in events if belongs(c, account, None) and c.event == view]
            if len(calls) != pages:
                message = f"{name} receives {times_text(len(calls))} `{view}` for {pages} pages"
                if pages == 1:
                    message = f"{name} receives `{view}` {times_text(len(calls))} for one page"
                right = [{name: view, "times": pages}]
                yield BrokenInvariant("page-views", ERROR, message, ("platforms", name), right)

    # ---------------------------------------------------------------------------- event IDs
    def _ids(self, variant: Variant, mine: Mapping[str, list[Call]]) -> Iterator[BrokenInvariant]:
        ids = {name: [call.event_id for call in calls] for name, calls in mine.items()}
        path = (*self._path, "event_id") if self._event.event_id else self._path
        for one in self._deliveries:
            for call in mine.get(one.platform, ()):
                if not isinstance(call.event_id, str) or not call.event_id.strip():
                    what = f"{one.platform} receives `{one.event}`"
                    message = f"{what} with event_id {shown(call.event_id)}"
                    right = {one.platform: one.event, "event_id": {"type": "string"}}
                    yield BrokenInvariant("no-event-id", ERROR, message, path, [right])
                elif variant.event_id is not None and call.event_id != variant.event_id:
                    message = (
                        f"{one.platform} receives `{one.event}` with event_id "
                        f"{shown(call.event_id)}, not `{variant.event_id}`"
                    )
                    right = {one.platform: one.event, "event_id": variant.event_id}
                    yield BrokenInvariant("event-id-source", ERROR, message, path, [right])
        yield from self._unique(variant, ids, path)
        several = [name for name, found in ids.items() if found]
        if len({tuple(map(str, ids[name])) for name in several}) > 1 and all(
            len(ids[name]) == len(ids[several[0]]) for name in several
        ):
            same: list[Mapping[str, Any]] = [{one.platform: one.event} for one in self._deliveries]
            same.append({"same_event_id": several})
            text = "; ".join(f"{name}: {', '.join(map(str, ids[name]))}" for name in several)
            message = f"the platforms receive other event IDs ({text})"
            yield BrokenInvariant("event-ids-differ", ERROR, message, path, same)

    def _unique(
        self, variant: Variant, ids: Mapping[str, list[Any]], path: Path
    ) -> Iterator[BrokenInvariant]:
        if variant.occurrences < 2:
            return
        source = self._event.event_id.source if self._event.event_id is not None else None
        from_data = source is not None and source not in variant.missing
        for one in self._deliveries:
            values = [str(value) for value in ids.get(one.platform, ()) if value is not None]
            if len(values) < 2 or from_data or one.once_per_page:
                continue
            if len(set(values)) < len(values):
                message = (
                    f"{one.platform} receives different `{one.event}` events with one event_id, "
                    f"`{values[-1]}`: the later ones are dropped as duplicates"
                )
                right = {
                    one.platform: one.event,
                    "times": len(values),
                    "event_id": {"not": values[-1]},
                }
                yield BrokenInvariant("event-id-repeats", ERROR, message, path, [right])

    # ------------------------------------------------------------------------------- values
    def _values(
        self, variant: Variant, mine: Mapping[str, list[Call]], result: Result
    ) -> Iterator[BrokenInvariant]:
        for one in self._deliveries:
            for call in mine.get(one.platform, ()):
                for name, (type_, key) in one.params.items():
                    yield from self._value(variant, one, call, name, type_, key, result)
                if "value" in call.params and "currency" not in call.params:
                    right = {one.platform: one.event, "params": {"currency": {"present": True}}}
                    message = f"{one.platform} receives `{one.event}` with a value and no currency"
                    yield BrokenInvariant("no-currency", ERROR, message, self._path, [right])

    def _value(
        self,
        variant: Variant,
        one: ExpectedDelivery,
        call: Call,
        name: str,
        type_: str,
        key: str,
        result: Result,
    ) -> Iterator[BrokenInvariant]:
        path = (*self._path, "params")
        value = call.params.get(name)
        what = f"{one.platform} receives `{one.event}` with {name} {shown(value)}"

        def fault(code: str, why: str, right: Any) -> BrokenInvariant:
            expectation = {one.platform: one.event, "params": {name: right}}
            return BrokenInvariant(code, ERROR, f"{what}{why}", path, [expectation])

        is_boolean = self._spec.data[key].type == "boolean"
        if value in _NOTHING or (value is False and not is_boolean):
            yield fault("nothing-as-text", ", which stands for a missing value", {"absent": True})
        elif type_ in ("number", "integer") and value is not None and not is_number(value):
            yield fault("no-number", ", which is no number", {"type": "number"})
        elif type_ == "currency" and value is not None and not _CURRENCY.match(str(value)):
            yield fault(
                "no-currency-code", ", which is no currency code", {"matches": "^[A-Z]{3}$"}
            )
        elif type_ == "items" and value is not None:
            id_field = str(self._spec.platforms[one.platform].settings.get("content_id", "item_id"))
            expected = None if key in variant.missing else variant.values.get(key)
            yield from ItemChecks(one, name, id_field, path).check(value, expected)
        elif key in variant.values and key not in variant.missing:
            yield from self._exact(variant, value, key, result, fault)
        if type_ == "items" and value is None and key in variant.values:
            yield from self._dropped(variant, result, {"present": True}, fault)

    def _exact(
        self, variant: Variant, value: Any, key: str, result: Result, fault: Any
    ) -> Iterator[BrokenInvariant]:
        pushed = variant.values[key]
        if value is None:
            yield from self._dropped(variant, result, pushed, fault)
        elif not same(value, pushed) and str(value) != str(pushed):
            yield fault("other-value", f" instead of {shown(pushed)}", pushed)

    def _dropped(
        self, variant: Variant, result: Result, pushed: Any, fault: Any
    ) -> Iterator[BrokenInvariant]:
        if not self._failed(result):
            yield fault("dropped", ": what was pushed is dropped in silence", pushed)
        elif not variant.may_fail:
            yield fault("dropped", ": what was pushed cannot be read", pushed)

    def _lingering(
        self, variant: Variant, mine: Mapping[str, list[Call]]
    ) -> Iterator[BrokenInvariant]:
        for one in self._deliveries:
            for call in mine.get(one.platform, ()):
                for name, value in [*call.params.items(), ("event_id", call.event_id)]:
                    text = json.dumps(value)
                    if any(token in text for token in variant.tokens):
                        path = (*self._path, "params") if name != "event_id" else self._path
                        message = (
                            f"{one.platform} receives `{one.event}` with {name} {shown(value)} of "
                            "an earlier event"
                        )
                        other = {"not": value}
                        inner = other if name == "event_id" else {name: other}
                        field = "event_id" if name == "event_id" else "params"
                        right: dict[str, Any] = {one.platform: one.event, field: inner}
                        yield BrokenInvariant(
                            "lingering", self._blame(one, name), message, path, [right]
                        )

    def _blame(self, one: ExpectedDelivery, name: str) -> Severity:
        """What is said once for a page, such as a visitor's plan, may well stay: a warning."""
        key = self._spec.data[one.params[name][1]] if name in one.params else None
        stays = key is not None and key.scope == "model" and key.type != "items"
        path = str(key.argument) if key is not None else ""
        return WARNING if stays and path.split(".")[0] != "ecommerce" else ERROR

    # ------------------------------------------------------------------------------ privacy
    def _privacy(self, calls: Sequence[Call]) -> Iterator[BrokenInvariant]:
        for call in calls:
            text = json.dumps([dict(call.params), dict(call.identify)], ensure_ascii=False)
            for value, packs in self._personal.items():
                if value in text and call.pack not in packs:
                    message = f"{call.pack} receives `{value}`, which is personal, in clear"
                    yield BrokenInvariant("personal-in-clear", ERROR, message, self._path)

    def _identity(
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

    def _loaded_by_page(
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
        own = [one for one in loads if url and one.startswith(url) and str(account.id) in one]
        if len(own) > 1:
            message = f"{account.name}'s script is loaded {times_text(len(own))}"
            yield BrokenInvariant("loaded-twice", ERROR, message, path)

    def _withdrawal(self, variant: Variant, calls: Sequence[Call]) -> Iterator[BrokenInvariant]:
        """A pixel that is on the page goes on by itself unless it is told of a withdrawal."""
        for name in sorted(variant.only or ()) if variant.is_withdrawn else ():
            account = self._accounts[name]
            told = account.observer.withdrawal
            own = [
                call
                for call in calls
                if call.pack == account.pack and account.id in call.account.split()
            ]
            if told and own and all(call.event != told for call in own):
                message = f"{name} is on the page and never told that consent is withdrawn"
                path: Path = ("platforms", name, "consent")
                yield BrokenInvariant("withdrawal-untold", ERROR, message, path)

    def _neighbour(self, variant: Variant, calls: Sequence[Call]) -> Iterator[BrokenInvariant]:
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


def _sets_default(result: Result) -> bool:
    """Whether the container itself says what holds until the visitor chooses."""
    messages = result.run.observed.get("dataLayer", ())
    return any(
        isinstance(one, dict) and one.get("$arguments", [])[:2] == ["consent", "default"]
        for one in messages
    )


__all__ = ["LOAD", "BrokenInvariant", "Invariants"]
