"""Each call against the spec: to whom, with what consent, for which message, how often."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from gtmgen.scenarios.model import Account
from gtmgen.text import listing, plural
from gtmgen.verify.judge.values import judge_values
from gtmgen.verify.judge.view import View
from gtmgen.verify.model import RecordedMessage, SentCall, VisitFinding
from gtmgen.verify.platform_calls import AccountDelivery

_MOST_COMPARED: Final = 50  # messages that one call may come of


def judge_calls(view: View) -> Iterator[VisitFinding]:
    """Findings about calls; page views have a module of their own."""
    yield from _judge_unknown_accounts(view)
    yield from _find_before_consent(view)
    for account in view.expected.accounts.values():
        yield from _judge_unknown_events(view, account)
        names = dict.fromkeys(
            one.name for one in view.expected.deliveries if one.account == account
        )
        for name in names:
            yield from _Matching(view, account, name).findings()


def _judge_unknown_accounts(view: View) -> Iterator[VisitFinding]:
    """Calls to pixels and streams that are not the spec's, each of these once."""
    strangers: dict[tuple[str, str], list[SentCall]] = {}
    packs = {one.pack for one in view.expected.accounts.values()}
    for sent in view.calls:
        if sent.call.pack in packs and view.expected.account_of(sent.call) is None:
            strangers.setdefault((sent.call.pack, sent.call.account), []).append(sent)
            view.explained.add(sent.at.order)
    for (pack, id_), calls in strangers.items():
        account = next(one for one in view.expected.accounts.values() if one.pack == pack)
        names = listing(list(dict.fromkeys(one.call.event for one in calls)))
        yield view.finding(
            "unknown-account",
            f"the page sends to `{id_}`, which is not an account of the spec: {names}",
            view.expected.place_of_account(account),
            calls[0].at,
            hint=f"The spec's is `{account.id}`. Who has put the other one into the page?",
            platform=account.name,
        )


def _find_before_consent(view: View) -> Iterator[VisitFinding]:
    """Calls without the consent that their platform needs, each event once."""
    early: dict[tuple[str, str], list[SentCall]] = {}
    for sent in view.calls:
        account = view.expected.account_of(sent.call)
        if account is None or sent.call.state != "sent":
            continue
        if not view.consent.is_granted(_list_needed(view, account, sent), sent.at):
            early.setdefault((account.name, sent.call.event), []).append(sent)
            view.explained.add(sent.at.order)
    for (name, event), calls in early.items():
        account = view.expected.accounts[name]
        types = listing(list(_list_needed(view, account, calls[0])))
        times = "" if len(calls) == 1 else f" ({plural(len(calls), 'call')})"
        yield view.finding(
            "before-consent",
            f"`{event}` was sent to {name} while {types} was denied{times}",
            view.expected.place_of_account(account),
            calls[0].at,
            hint="The container asks for consent: what the page itself sends does not.",
            platform=name,
        )


def _list_needed(view: View, account: Account, sent: SentCall) -> tuple[str, ...]:
    sends = view.expected.deliveries_of(account, sent.call.event)
    return view.expected.consent_of(account, sends[0].send if sends else None)


def _judge_unknown_events(view: View, account: Account) -> Iterator[VisitFinding]:
    names = {one.name for one in view.expected.deliveries if one.account == account}
    names.add(view.expected.page_view_of(account))
    reported: set[str] = set()
    for sent in view.calls:
        name = sent.call.event
        strange = name not in names and view.expected.account_of(sent.call) == account
        if not strange or name in reported or sent.at.order in view.explained:
            continue
        reported.add(name)
        yield view.finding(
            "unknown-call",
            f"`{name}` was sent to {account.name}, and the spec has no such event",
            view.expected.place_of_account(account),
            sent.at,
            # Scripts of platforms send events of their own, which no list of ours has.
            level="warning" if sent.in_request else "error",
            platform=account.name,
        )


class _Matching:
    """Which message a call comes of: of those of one name at one account that have none yet, one
    with its values, else the latest. A container that starts late works off a queue."""

    def __init__(self, view: View, account: Account, name: str) -> None:
        self._view, self._account, self._name = view, account, name
        self._deliveries = {
            one.event.key: one for one in view.expected.deliveries_of(account, name)
        }
        self._messages = [
            (message, delivery)
            for message in view.messages
            for contract in view.expected.events_of(message.event)
            if (delivery := self._deliveries.get(contract.event.key)) is not None
        ]
        self._pairs: dict[int, SentCall] = {}
        self._surplus: list[SentCall] = []
        self._match()

    def _match(self) -> None:
        unmatched = []
        for sent in self._view.calls:
            is_own = self._view.expected.account_of(sent.call) == self._account
            if not is_own or sent.call.event != self._name or sent.call.state != "sent":
                continue
            free = self._list_free(sent)
            near = free if len(free) <= _MOST_COMPARED else [free[0], *free[1 - _MOST_COMPARED :]]
            for message, delivery in reversed(near):
                if next(judge_values(self._view, message, sent, delivery), None) is None:
                    self._pairs[message.at.order] = sent
                    break
            else:
                unmatched.append(sent)
        for sent in unmatched:
            if free := self._list_free(sent):
                self._pairs[free[-1][0].at.order] = sent
            else:
                self._surplus.append(sent)

    def _list_free(self, sent: SentCall) -> list[tuple[RecordedMessage, AccountDelivery]]:
        return [
            (message, delivery)
            for message, delivery in self._messages
            if message.at.order < sent.at.order
            and message.at.order not in self._pairs
            and message.at.document == sent.at.document
        ]

    def findings(self) -> Iterator[VisitFinding]:
        """Missed, sent without a reason, sent with other values."""
        missed: dict[tuple[str, str], list[RecordedMessage]] = {}
        for message, delivery in self._messages:
            sent = self._pairs.get(message.at.order)
            if message.at.order in self._view.explained:
                continue
            if sent is not None:
                yield from judge_values(self._view, message, sent, delivery)
            elif self._must_arrive(message, delivery):
                missed.setdefault((message.event, delivery.event.key), []).append(message)
        for (_, key), messages in missed.items():
            yield self._report_missed(messages, self._deliveries[key])
        yield from self._check_unasked()

    def _must_arrive(self, message: RecordedMessage, delivery: AccountDelivery) -> bool:
        view = self._view
        if not delivery.certain or message.at.document not in self._documents:
            return False
        is_cut_off = bool(view.recording.stopped) and message.at.step > view.last_step
        if is_cut_off or self._account.name in view.kept_away:
            return False
        types = view.expected.consent_of(self._account, delivery.send)
        if view.consent.is_granted(types, message.at):
            return True
        waits = view.expected.spec.platforms[self._account.name].holds_while_denied
        return waits and view.consent.is_granted_later(types, message.at)

    @property
    def _documents(self) -> frozenset[int]:
        """Where calls could be seen: Google's own gtm.js does not tell when it begins."""
        return self._view.started or frozenset(one.at.document for one in self._view.messages)

    def _report_missed(
        self, messages: Sequence[RecordedMessage], delivery: AccountDelivery
    ) -> VisitFinding:
        message, times = messages[0], len(messages)
        again = f" ({plural(times, 'message')})" if times > 1 else ""
        waiting = any(
            sent.call.state == "queued" and sent.call.event == self._name
            for sent in self._view.calls
        )
        hint = f"`{self._name}` waits for the platform's script, which did not load."
        if self._is_read_from_requests:
            waiting, hint = True, "Its script may send later: add a `wait` to the journey's end."
        return self._view.finding(
            "missed",
            f"`{message.event}` was pushed and `{self._name}` did not reach {self._account.name}"
            f"{again}",
            delivery.event.origin.span,
            message.at,
            level="warning" if self._is_read_from_requests else "error",
            hint=hint if waiting else "",
            platform=self._account.name,
        )

    @property
    def _is_read_from_requests(self) -> bool:
        """Whether nobody saw the account's calls but in requests of its own script."""
        return self._account.name in self._view.expected.read_from_requests

    def _check_unasked(self) -> Iterator[VisitFinding]:
        """Calls more than there is a reason for."""
        contract = self._view.expected.contract
        surplus = [one for one in self._surplus if one.at.order not in self._view.explained]
        kind, explanation = "unasked-call", "though nothing was pushed"
        if not all(contract.events[key].names for key in self._deliveries):
            # Clicks and pages fire it, too: nobody knows how often, but one ID is one event.
            kind, explanation, surplus = (
                "sent-twice",
                "again under the same event ID",
                _find_repeated(surplus),
            )
        elif self._pairs:
            kind, explanation = "sent-twice", "once more than it was pushed"
        if surplus:
            delivery = next(iter(self._deliveries.values()))
            times = f" ({plural(len(surplus), 'call')})" if len(surplus) > 1 else ""
            yield self._view.finding(
                kind,
                f"`{self._name}` reached {self._account.name} {explanation}{times}",
                delivery.event.origin.span,
                surplus[0].at,
                platform=self._account.name,
            )


def _find_repeated(calls: Sequence[SentCall]) -> list[SentCall]:
    """Those whose event ID an earlier call has."""
    ids: set[object] = set()
    again = []
    for sent in calls:
        event_id = sent.call.event_id
        if event_id is not None and event_id in ids:
            again.append(sent)
        ids.add(event_id)
    return again
