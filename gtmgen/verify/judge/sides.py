"""Browser and backend: the same events, under the same IDs, with the same values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gtmgen.text import listing, shorten
from gtmgen.verify.judge.view import View
from gtmgen.verify.model import BackendEvent, SentCall, VisitFinding
from gtmgen.verify.platform_calls import AccountDelivery

_MONEY = 0.005


def judge_sides(view: View, server_events: Sequence[BackendEvent]) -> Iterator[VisitFinding]:
    """Events that one side alone has, and those that the two sides tell differently.

    An event that the backend has not sent once in the visit is none of the backend's.
    """
    for delivery in view.expected.deliveries:
        servers = [
            one
            for one in server_events
            if (one.account, one.event) == (delivery.account.id, delivery.name)
        ]
        flawed = any(
            message.at.order in view.explained
            for message in view.messages
            for contract in view.expected.events_of(message.event)
            if contract.event.key == delivery.event.key
        )
        if servers:
            yield from _compare_event(view, delivery, servers, is_flawed=flawed)


def _compare_event(
    view: View, delivery: AccountDelivery, servers: Sequence[BackendEvent], *, is_flawed: bool
) -> Iterator[VisitFinding]:
    browser = {
        str(sent.call.event_id): sent
        for sent in view.calls
        if sent.call.event == delivery.name
        and sent.call.state == "sent"
        and view.expected.account_of(sent.call) == delivery.account
    }
    server = {one.event_id: one for one in servers}
    if not is_flawed:  # a message with a flaw that is told has an ID of its own
        yield from _report_alone(view, delivery, browser, server)
    for event_id in browser.keys() & server.keys():
        yield from _list_differences(view, delivery, browser[event_id], server[event_id])


def _report_alone(
    view: View,
    delivery: AccountDelivery,
    browser: Mapping[str, SentCall],
    server: Mapping[str, BackendEvent],
) -> Iterator[VisitFinding]:
    span = delivery.event.origin.span
    for event_id in [one for one in browser if one not in server]:
        yield view.finding(
            "side-missing",
            f"`{delivery.name}` {shorten(event_id)} came from the browser alone: "
            f"the server sent {listing(list(server))}",
            span,
            browser[event_id].at,
            platform=delivery.account.name,
        )
    for event_id in [one for one in server if one not in browser]:
        yield view.finding(
            "side-missing",
            f"`{delivery.name}` {shorten(event_id)} came from the server alone: "
            f"the browser sent {listing(list(browser)) or 'none'}",
            span,
            platform=delivery.account.name,
        )


def _list_differences(
    view: View, delivery: AccountDelivery, sent: SentCall, server: BackendEvent
) -> Iterator[VisitFinding]:
    span = delivery.event.origin.span
    browser_ids, theirs = collect_item_ids(sent.call.params), collect_item_ids(server.params)
    subject = f"`{delivery.name}` {shorten(server.event_id)}"
    if browser_ids and theirs and browser_ids != theirs:
        yield view.finding(
            "ids-differ",
            f"{subject}: the items are {listing(sorted(browser_ids))} in the browser "
            f"and {listing(sorted(theirs))} at the server",
            span,
            sent.at,
            hint="Is one of them the variant, and the other its parent?",
            platform=delivery.account.name,
        )
    for name in sorted(sent.call.params.keys() & server.params.keys()):
        one, other = sent.call.params[name], server.params[name]
        if _is_different(one, other):
            yield view.finding(
                "values-differ",
                f"{subject}: `{name}` is {shorten(str(one))} in the browser "
                f"and {shorten(str(other))} at the server",
                span,
                sent.at,
                platform=delivery.account.name,
            )


def collect_item_ids(params: Mapping[str, Any]) -> frozenset[str]:
    """The IDs of the items in an event's parameters: what stands under `..._id` in its lists."""
    return frozenset(
        str(value)
        for items in params.values()
        if isinstance(items, list)
        for item in items
        if isinstance(item, dict)
        for name, value in item.items()
        if name.endswith("_id")
    )


def _is_different(one: Any, other: Any) -> bool:
    if isinstance(one, dict | list) or isinstance(other, dict | list):
        return False
    try:
        return abs(float(one) - float(other)) >= _MONEY
    except (TypeError, ValueError):
        return str(one) != str(other)
