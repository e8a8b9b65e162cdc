"""What the spec says of messages and calls, ready to be asked for each entry of a recording."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from gtmgen.contract.build import build_contract
from gtmgen.contract.check import MessageChecker
from gtmgen.contract.model import EventContract
from gtmgen.diagnostics import Span
from gtmgen.scenarios.model import Account, Call
from gtmgen.spec.effective import event_name, trigger_of
from gtmgen.spec.model import Event, Send, Spec
from gtmgen.verify.setting import VerifiedSpec


@dataclass(frozen=True, slots=True)
class AccountDelivery:
    """An event on its way to an account: the platform's ``name`` of it, and whether each message
    must arrive (``certain``), or conditions decide that nobody outside the container sees."""

    event: Event
    send: Send
    account: Account
    name: str
    certain: bool


class PlatformCalls:
    """The spec's words for what a page does."""

    def __init__(self, subject: VerifiedSpec, read_from_requests: Collection[str] = ()) -> None:
        """``read_from_requests``: accounts whose calls are seen in their requests alone."""
        self.read_from_requests = frozenset(read_from_requests)
        self.spec: Spec = subject.spec
        self.accounts = {one.name: one for one in subject.accounts}
        self.contract = build_contract(subject.spec)
        self.checker = MessageChecker(self.contract)
        self._version = subject.container.version

    # ------------------------------------------------------------------------------ messages
    def events_of(self, name: str) -> list[EventContract]:
        """The events that a message with this name stands for."""
        return [one for one in self.contract.events.values() if _is_named(one, name)]

    def is_listened_to(self, name: str) -> bool:
        """Whether a trigger of the container waits for a message with this name."""
        return name in self._exact or any(one.search(name) for one in self._patterns)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every name of a message that the spec knows."""
        exact = (name for one in self.contract.events.values() for name in one.names.exact)
        return tuple(dict.fromkeys([*exact, *sorted(self._exact)]))

    @cached_property
    def _exact(self) -> frozenset[str]:
        return frozenset(value for kind, value in self._list_filters() if kind == "EQUALS")

    @cached_property
    def _patterns(self) -> list[re.Pattern[str]]:
        patterns = []
        for kind, value in self._list_filters():
            if kind == "MATCH_REGEX":
                try:
                    patterns.append(re.compile(value))
                except re.error:  # one that only JavaScript reads: nothing is said about it
                    patterns.append(re.compile(""))
        return patterns

    def _list_filters(self) -> Iterator[tuple[str, str]]:
        for trigger in self._version.get("trigger", ()):
            for condition in trigger.get("customEventFilter", ()):
                values = {one["key"]: one.get("value", "") for one in condition["parameter"]}
                yield condition["type"], values.get("arg1", "")

    # --------------------------------------------------------------------------------- calls
    def account_of(self, call: Call) -> Account | None:
        """The spec's account that a call reaches."""
        for account in self.accounts.values():
            if account.pack == call.pack and account.id == call.account:
                return account
        return None

    @cached_property
    def deliveries(self) -> tuple[AccountDelivery, ...]:
        """All events that the spec sends, by account."""
        return tuple(
            AccountDelivery(
                event, send, self.accounts[send.platform], name, _is_certain(self.spec, event)
            )
            for event in self.spec.events.values()
            for send in event.send
            if send.platform in self.accounts
            and (name := event_name(event, send, self.spec.platforms[send.platform]))
        )

    def deliveries_of(self, account: Account, name: str) -> list[AccountDelivery]:
        """The events that reach an account under the platform's name."""
        return [one for one in self.deliveries if one.account == account and one.name == name]

    def page_view_of(self, account: Account) -> str:
        """The platform's name of a page view."""
        return account.observer.page_view

    def consent_of(self, account: Account, send: Send | None = None) -> tuple[str, ...]:
        """The consent types that an account's calls need."""
        if send is not None and send.consent is not None:
            return send.consent
        return self.spec.platforms[account.name].consent

    # -------------------------------------------------------------------------------- places
    def place_of_path(self, event: Event, path: str) -> Span:
        """The data key that stands at a path of a message, else the event."""
        plain = re.sub(r"\[\d+\].*", "", path)
        for data in self.spec.data.values():
            if data.source == "path" and data.argument == plain:
                return data.origin.span
        return event.origin.span

    def place_of_account(self, account: Account) -> Span:
        """The account's place in the spec."""
        return self.spec.platforms[account.name].origin.span


def _is_named(contract: EventContract, name: str) -> bool:
    if name in contract.names.exact:
        return True
    for pattern, ignore_case in contract.names.patterns:
        try:
            if re.search(pattern, name, re.IGNORECASE if ignore_case else 0):
                return True
        except re.error:  # one that only JavaScript reads
            continue
    return False


def _is_certain(spec: Spec, event: Event) -> bool:
    """Whether the message alone decides that the event is sent."""
    triggers = [trigger_of(spec, item) for item in event.on]
    narrowed = event.narrowing or any(one.narrowing for one in triggers)
    only_messages = all(one.form in ("event", "event_matches") for one in triggers)
    free = all(not send.where and send.once == "event" and not send.paused for send in event.send)
    return only_messages and not narrowed and free


def read_value(body: Mapping[str, Any], path: str) -> Any:
    """What stands at a dotted path of a message, or None."""
    value: Any = body
    for step in path.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return value
