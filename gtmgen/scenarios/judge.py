"""Do the calls of a run meet a scenario's expectations? Each that is not met, with the reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gtmgen.diagnostics import Path, Span
from gtmgen.scenarios.explain import Explainer, call_text
from gtmgen.scenarios.model import Account, Call, Expectation, Failure, Scenario, without_undefined
from gtmgen.spec.matchers import MISSING, differences, shown

ALL = "all"


@dataclass(frozen=True)
class Evidence:
    """What a scenario is judged by."""

    calls: tuple[Call, ...]
    accounts: tuple[Account, ...]
    explainers: Mapping[str, Explainer]
    """Of the side to which each account belongs."""
    sides: tuple[Explainer, ...]
    """Of each container: the page's, the server's."""

    def side_with_tag(self, name: str) -> Explainer:
        """The container that has a tag; the first, where none has it."""
        return next((one for one in self.sides if one.has_tag(name)), self.sides[0])


def judge(scenario: Scenario, evidence: Evidence, locate: Callable[[Path], Span]) -> list[Failure]:
    """The failures, in the order of the scenario's text."""
    failures = []
    for index, step in enumerate(scenario.steps):
        if step.expect is not None:
            within = _Judge(evidence, index, scenario.ordered, locate)
            failures += within.judge(step.expect, (*step.path, "expect"))
    if scenario.expect is not None:
        whole = _Judge(evidence, None, scenario.ordered, locate)
        failures += whole.judge(scenario.expect, (*scenario.path, "expect"))
    return failures


class _Judge:
    """Judges one list of expectations, of a step or of the whole scenario."""

    def __init__(
        self, evidence: Evidence, step: int | None, ordered: bool, locate: Callable[[Path], Span]
    ) -> None:
        self._evidence = evidence
        self._step = step
        self._ordered = ordered
        self._locate = locate
        self._accounts = {one.name: one for one in evidence.accounts}
        self._calls = [
            call for call in evidence.calls if call.is_event and step in (None, call.step)
        ]
        self._used: set[int] = set()

    def judge(self, expectations: Sequence[Expectation], path: Path) -> list[Failure]:
        failures: list[Failure] = []
        matched: dict[str, list[Call]] = {}
        for one in expectations:
            match one.subject:
                case "call":
                    failures += self._judge_call(one, matched.setdefault(one.names[0], []))
                case "tag":
                    failures += self._tag(one)
        for one in expectations:
            if one.subject == "none":
                failures += self._judge_none(one)
            # Without the calls themselves there is nothing to compare, and one cause is told once.
            elif one.subject == "same_event_id" and not failures:
                failures += self._judge_same_ids(one, matched)
        failures += self._judge_others(expectations, path)
        if self._ordered and not failures:
            failures += self._judge_order(expectations, matched)
        return failures

    # ----------------------------------------------------------------- one platform call
    def _judge_call(self, expected: Expectation, matched: list[Call]) -> list[Failure]:
        account = self._accounts[expected.names[0]]
        candidates = [
            (index, call)
            for index, call in enumerate(self._calls)
            if index not in self._used
            and belongs(call, account, expected.details.get("account"))
            and call.event == expected.event
        ]
        fitting = [(p, c) for p, c in candidates if not self._list_departures(c, expected)]
        # A number that is written down is exact, whatever else may be sent.
        exact = "times" in expected.details
        # One call each: a second expectation of the same event finds the next one.
        used = fitting if exact else fitting[:1]
        self._used.update(index for index, _ in used)
        matched.extend(call for _, call in used)
        if len(used) == expected.times:
            return []
        return [self._report_missing(expected, account, candidates, len(used))]

    def _list_departures(self, call: Call, expected: Expectation) -> list[str]:
        details = expected.details
        departures = []
        if call.state != details.get("state", "sent"):
            why = "its script has not come" if call.state == "queued" else "it was sent"
            departures.append(f"the call is {call.state}: {why}")
        if "event_id" in details:
            value = MISSING if call.event_id is None else call.event_id
            departures += differences(value, details["event_id"], "event_id")
        departures += differences(dict(call.params), details.get("params", {}), "")
        of_visitor = [
            f"identify.{text}"
            for text in differences(dict(call.identify), details.get("identify", {}), "")
        ]
        return departures + of_visitor

    def _report_missing(
        self,
        expected: Expectation,
        account: Account,
        candidates: list[tuple[int, Call]],
        matching: int,
    ) -> Failure:
        title = f"{account.name} `{expected.event}`"
        unused = [(index, call) for index, call in candidates if index not in self._used]
        details: list[str] = []
        if expected.times != 1:
            times = f"{times_text(matching)}, expected {times_text(expected.times)}"
            message = f"{title} was received {times}"
        elif unused:
            message = f"{title} was received with other values"
        else:
            message = f"{title} was not received"
        for _, call in unused:
            details.append(self._format_received(call))
            details += [f"  {text}" for text in self._list_departures(call, expected)]
        if unused and matching + len(unused) >= expected.times:
            self._used.update(index for index, _ in unused[: max(expected.times - matching, 0)])
        else:
            details += self._list_received_instead(account)
            explainer = self._evidence.explainers[account.name]
            details += explainer.why_not(account, expected.event, self._step)
        return Failure(self._locate(expected.path), message, tuple(details))

    def _list_received_instead(self, account: Account) -> Iterator[str]:
        other_calls = [call for call in self._calls if belongs(call, account, None)]
        if not other_calls:
            where = "in this step" if self._step is not None else "in this scenario"
            yield f"{account.name} received nothing {where}"
        for call in other_calls:
            yield self._format_received(call)

    def _format_received(self, call: Call) -> str:
        return f"received: {call_text(call)}"

    # ------------------------------------------------------------------------------ tags
    def _tag(self, expected: Expectation) -> list[Failure]:
        name = expected.names[0]
        explainer = self._evidence.side_with_tag(name)
        fired = explainer.fired(name, self._step)
        departures = [self._list_tag_departures(entry, expected) for entry in fired]
        right = sum(not failures for failures in departures)
        if right == expected.times and (right == len(fired) or "fields" in expected.details):
            return []
        fired_times = f"fired {times_text(len(fired))}" if fired else "never fired"
        message = f"the tag `{name}` {fired_times}, expected {times_text(expected.times)}"
        if len(fired) == expected.times:
            message = f"the tag `{name}` fired with other values"
        details = [text for failures in departures for text in failures]
        if len(fired) < expected.times:
            details += explainer.why_tag_not(name, self._step)
        return [Failure(self._locate(expected.path), message, tuple(details))]

    def _list_tag_departures(self, entry: Any, expected: Expectation) -> list[str]:
        fields = without_undefined(entry["fields"] or {})
        params: dict[str, Any] = {}
        for table in fields.values():
            if isinstance(table, list):
                for row in table:
                    if isinstance(row, dict) and len(row) >= 2:
                        key, value, *_ = row.values()
                        params[str(key)] = value
        departures = differences(fields, expected.details.get("fields", {}), "")
        return departures + differences(params, expected.details.get("params", {}), "")

    # --------------------------------------------------------------- what must not be there
    def _judge_none(self, expected: Expectation) -> Iterator[Failure]:
        names = self._accounts if ALL in expected.names else expected.names
        for name in names:
            received = [c for c in self._calls if belongs(c, self._accounts[name], None)]
            if received:
                texts = [self._format_received(call) for call in received]
                texts += self._evidence.explainers[name].why(received[0])
                message = f"{name} received {len(received)} calls, expected none"
                if len(received) == 1:
                    message = f"{name} received a call, expected none"
                yield Failure(self._locate(expected.path), message, tuple(texts))

    def _judge_others(self, expectations: Sequence[Expectation], path: Path) -> Iterator[Failure]:
        """What a listed platform received beside what is listed."""
        allowed = {name for one in expectations if one.subject == "others" for name in one.names}
        if not expectations:
            yield from self._judge_none(Expectation("none", (ALL,), path))
        listed: dict[str, set[str]] = {}
        first: dict[str, Expectation] = {}
        for one in expectations:
            if one.subject == "call":
                listed.setdefault(one.names[0], set()).add(one.event)
                first.setdefault(one.names[0], one)
        for name, events in listed.items():
            if name in allowed or ALL in allowed:
                continue
            account = self._accounts[name]
            more = [
                call
                for index, call in enumerate(self._calls)
                if index not in self._used
                and belongs(call, account, None)
                # Page views come with every load: whoever lists a purchase need not list them.
                and (call.event != account.observer.page_view or call.event in events)
                and not self._is_reported_already(call, expectations)
            ]
            if more:
                texts = [self._format_received(call) for call in more]
                texts += self._evidence.explainers[name].why(more[0])
                count_text = f"{len(more)} more calls" if len(more) > 1 else "another call"
                message = f"{name} received {count_text} than is listed"
                if len(more) == 1:
                    message = f"{name} received `{more[0].event}` beside what is listed"
                yield Failure(self._locate(first[name].path), message, tuple(texts))

    def _is_reported_already(self, call: Call, expectations: Iterable[Expectation]) -> bool:
        """Whether a failed `times` has named it."""
        return any(
            one.subject == "call"
            and one.event == call.event
            and one.times != 1
            and belongs(call, self._accounts[one.names[0]], None)
            for one in expectations
        )

    # ---------------------------------------------------------------------- relations
    def _judge_same_ids(
        self, expected: Expectation, matched: dict[str, list[Call]]
    ) -> Iterator[Failure]:
        ids = {
            name: [
                call.event_id
                for call in matched.get(name, [])
                # A page view counts where it has an ID: not every platform's takes one.
                if call.event != self._accounts[name].observer.page_view or call.event_id
            ]
            for name in expected.names
        }
        text = tuple(
            f"{name}: {', '.join(map(shown, values)) or 'no call'}" for name, values in ids.items()
        )
        first = sorted(map(str, ids[expected.names[0]]))
        if any(not values or None in values for values in ids.values()):
            message = f"{' and '.join(ids)} do not all have an event ID"
            yield Failure(self._locate(expected.path), message, text)
        elif any(sorted(map(str, values)) != first for values in ids.values()):
            message = f"{' and '.join(ids)} received other event IDs"
            yield Failure(self._locate(expected.path), message, text)

    def _judge_order(
        self, expectations: Sequence[Expectation], matched: dict[str, list[Call]]
    ) -> Iterator[Failure]:
        for name, calls in matched.items():
            order = {
                id(call): index for index, call in enumerate(self._calls)
            }  # calls may be equal
            places = [order[id(call)] for call in calls]
            if places != sorted(places):
                first = next(one for one in expectations if one.names == (name,))
                received = ", ".join(f"`{self._calls[index].event}`" for index in sorted(places))
                message = f"{name} received its events in another order: {received}"
                yield Failure(self._locate(first.path), message)


def belongs(call: Call, account: Account, account_id: str | None) -> bool:
    """Whether a call went to an account; ``account_id`` names another one of the same pack."""
    if call.pack != account.pack:
        return False
    id_ = account_id or account.id
    return id_ is None or call.account == id_


def times_text(number: int) -> str:
    """``never``, ``once``, ``twice``, ``3 times``."""
    return {0: "never", 1: "once", 2: "twice"}.get(number, f"{number} times")
