"""The values of a call against those of the message that it comes of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gtmgen.contract.model import Param
from gtmgen.spec.texts import to_text
from gtmgen.text import shorten
from gtmgen.verify.judge.view import View
from gtmgen.verify.model import RecordedMessage, SentCall, VisitFinding
from gtmgen.verify.platform_calls import AccountDelivery, read_value

_SCALARS = (str, int, float)


def judge_values(
    view: View, message: RecordedMessage, sent: SentCall, delivery: AccountDelivery
) -> Iterator[VisitFinding]:
    """Parameters that are not what was pushed, and an event ID that is not the one asked for."""
    contract = view.expected.contract.events[delivery.event.key]
    for param in contract.params[delivery.account.name]:
        pushed, got = _find_pushed(view, message, param), sent.call.params.get(param.name)
        if sent.in_request and got is None:
            continue  # a request has other names for some parameters
        if isinstance(pushed, _SCALARS) and not _is_same(pushed, got):
            yield _report_wrong(view, sent, delivery, param.name, pushed, got)
    expected_id = _expect_id(view, message, delivery)
    is_known = not sent.in_request or sent.call.event_id is not None
    if expected_id is not None and is_known and str(sent.call.event_id) != expected_id:
        yield _report_wrong(view, sent, delivery, "event_id", expected_id, sent.call.event_id)


def _find_pushed(view: View, message: RecordedMessage, param: Param) -> Any:
    """What the message says of a parameter; None where something else does."""
    data = view.expected.spec.data.get(param.data or "")
    if data is None or data.source != "path" or data.pii or data.replace or data.case:
        return None
    value = read_value(message.body, str(data.argument))
    # "12,50" is 12.5 where the spec says so: the tag's reading is not done a second time here.
    is_local = bool(data.decimal or view.expected.spec.site.decimal)
    return None if is_local and isinstance(value, str) else value


def _is_same(pushed: Any, got: Any) -> bool:
    """Numbers as text are numbers: tags make them so, and Google's requests carry text."""
    try:
        return abs(float(pushed) - float(got)) < 1e-9
    except (TypeError, ValueError):
        return isinstance(got, _SCALARS) and to_text(pushed).strip() == to_text(got)


def _expect_id(view: View, message: RecordedMessage, delivery: AccountDelivery) -> str | None:
    if delivery.account.name not in _list_with_ids(view):
        return None
    pushed_id = message.body.get(view.expected.spec.site.event_id_key)
    if isinstance(pushed_id, str | int) and not isinstance(pushed_id, bool) and pushed_id != "":
        return str(pushed_id)
    rule = view.expected.contract.events[delivery.event.key].event_id
    data = view.expected.spec.data.get(rule.source or "")
    if data is None or data.source != "path":
        return None
    value = read_value(message.body, str(data.argument))
    return f"{rule.prefix}{to_text(value)}" if isinstance(value, _SCALARS) else None


def _list_with_ids(view: View) -> frozenset[str]:
    """Accounts whose calls carry event IDs."""
    return frozenset(
        account.name
        for sent in view.calls
        if sent.call.event_id is not None
        and (account := view.expected.account_of(sent.call)) is not None
    )


def _report_wrong(
    view: View, sent: SentCall, delivery: AccountDelivery, name: str, pushed: Any, got: Any
) -> VisitFinding:
    deviation = "is missing" if got is None else f"is {shorten(to_text(got))}"
    return view.finding(
        "wrong-value",
        f"`{delivery.name}` at {delivery.account.name}: `{name}` {deviation}, "
        f"and {shorten(to_text(pushed))} was pushed",
        delivery.event.origin.span,
        sent.at,
        platform=delivery.account.name,
    )
