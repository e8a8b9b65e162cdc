"""Why a tag did or did not fire: its triggers, condition by condition, from a run's trace."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from gtmgen.runtime.engine import Json
from gtmgen.scenarios.model import LOAD, Account, Call, without_undefined
from gtmgen.spec.matchers import shown

_OPERATORS = {
    "EQUALS": "equals",
    "CONTAINS": "contains",
    "STARTS_WITH": "starts with",
    "ENDS_WITH": "ends with",
    "MATCH_REGEX": "matches",
    "GREATER": "is greater than",
    "GREATER_OR_EQUALS": "is at least",
    "LESS": "is less than",
    "LESS_OR_EQUALS": "is at most",
    "CSS_SELECTOR": "matches the selector",
    "URL_MATCHES": "matches the URL",
}
_MOST = 2
_STATUS = {
    "blocked": "was blocked",
    "consent": "was held back by consent",
    "paused": "is paused",
    "once": "was used up",
    "schedule": "is not scheduled now",
    "setup_failed": "was stopped",
}


class Explainer:
    """Explains one run of a container; ``trace`` is that of :class:`Run`."""

    def __init__(
        self, version: Mapping[str, Any], trace: Sequence[Json], step_of: Callable[[int], int]
    ) -> None:
        self._tags = {tag["name"]: tag for tag in version.get("tag", ())}
        self._trace = trace
        self._step_of = step_of

    def why_not(self, account: Account, event: str, step: int | None) -> list[str]:
        """Why no tag sent an event to an account."""
        names = self._find_tags(account, event)
        if not names:
            return [f"no tag of the container sends `{event}` to {account.name}"]
        return [line for name in names for line in self.why_tag_not(name, step)]

    def has_tag(self, name: str) -> bool:
        """Whether the container has a tag of this name."""
        return name in self._tags

    def fired(self, name: str, step: int | None) -> list[Json]:
        """The runs of a tag in a step, or in the whole run."""
        return [
            entry
            for event in self._trace
            for entry in event["tags"]
            if entry["tag"] == name
            and entry["status"] == "fired"
            and step in (None, self._step_of(entry["step"]))
        ]

    def why_tag_not(self, name: str, step: int | None) -> list[str]:
        """What became of a tag in a step, or in the whole run."""
        tag = self._tags.get(name)
        if tag is None:
            return [f"the container has no tag `{name}`"]
        entries = [
            (event, entry)
            for event in self._events(step)
            for entry in event["tags"]
            if entry["tag"] == name
        ]
        if entries:
            return [self._describe_outcome(name, event, entry) for event, entry in entries]
        return [f"the tag `{name}` did not fire:", *self._describe_triggers(tag, step)]

    def why(self, call: Call) -> list[str]:
        """On what a tag fired that sent a call."""
        for event in self._events(call.step):
            for entry in event["tags"]:
                if entry["status"] == "fired" and _list_sends(
                    self._tags.get(entry["tag"], {}), call
                ):
                    return [f"sent by the tag `{entry['tag']}` on {self._event_text(event)}"]
        return []

    def _events(self, step: int | None) -> list[Json]:
        return [
            event for event in self._trace if step is None or self._step_of(event["step"]) == step
        ]

    def _find_tags(self, account: Account, event: str) -> list[str]:
        standard = account.events | {event}
        if event == account.observer.page_view:
            return [
                name
                for name, tag in self._tags.items()
                if _names_account(tag, account) and not standard & set(_list_values(tag))
            ]
        return [
            name
            for name, tag in self._tags.items()
            if event in _list_values(tag) and _names_account(tag, account)
        ]

    def _describe_outcome(self, name: str, event: Json, entry: Json) -> str:
        on = self._event_text(event)
        if entry["status"] == "fired":
            if entry["outcome"] == "success":
                return f"the tag `{name}` fired on {on}"
            outcome = "failed" if entry["outcome"] == "failure" else "has not ended"
            return f"the tag `{name}` fired on {on} and {outcome}"
        why = f": {entry['why']}" if entry["why"] else ""
        return f"the tag `{name}` {_STATUS.get(entry['status'], entry['status'])} on {on}{why}"

    def _event_text(self, event: Json) -> str:
        step = self._step_of(event["step"])
        return f"`{event['event']}` ({'load' if step == LOAD else f'step {step + 1}'})"

    # ------------------------------------------------------------------------- triggers
    def _describe_triggers(self, tag: Json, step: int | None) -> Iterator[str]:
        trigger_ids = {str(one) for one in tag.get("firingTriggerId", ())}
        best: dict[str, list[tuple[int, int, Json, Json]]] = {}
        for order, event in enumerate(self._events(step)):
            for trigger in event["triggers"]:
                if trigger["id"] in trigger_ids:
                    score = _rate_likeness(trigger)
                    best.setdefault(trigger["id"], []).append((-score, order, event, trigger))
        for attempts in best.values():
            near = [one for one in sorted(attempts, key=lambda one: one[:2]) if one[0] < 0]
            if not near:
                yield from self._describe_never_fired(attempts)
            for _, _, event, trigger in near[:_MOST]:
                yield f"  trigger `{trigger['trigger']}` on {self._event_text(event)}"
                yield from map(condition_text, trigger["conditions"])
        if not best:
            yield "  no event occurred that its triggers listen to"

    def _describe_never_fired(
        self, attempts: Sequence[tuple[int, int, Json, Json]]
    ) -> Iterator[str]:
        trigger = attempts[0][3]
        names = dict.fromkeys(event["event"] for _, _, event, _ in attempts)
        awaited = next(
            (c["right"] for c in trigger["conditions"] if c["left"] == "{{_event}}"), None
        )
        listed = ", ".join(f"`{name}`" for name in names)
        # A name of several, as the compiler writes them; any other pattern is shown as it is.
        several = re.fullmatch(r"\^\(\?:([\w.\\|-]+)\)\$", awaited or "")
        awaited_names = several[1].replace("\\", "").split("|") if several else [awaited]
        waits = f" waits for {' or '.join(f'`{one}`' for one in awaited_names)}" if awaited else ""
        yield f"  trigger `{trigger['trigger']}`{waits}; the events were {listed}"


def _rate_likeness(trigger: Json) -> int:
    """How near a trigger came: conditions that held before one did not."""
    return sum(condition["holds"] is True for condition in trigger["conditions"])


def condition_text(condition: Json) -> str:
    """A condition in one line: whether it holds, and the value that it looked at."""
    mark = {True: "holds", False: "fails", None: "not looked at"}[condition["holds"]]
    operator = _OPERATORS.get(condition["type"], condition["type"].lower())
    negated = "not: " if condition["negate"] else ""
    text = f"    {mark}: {negated}{condition['left']} {operator} {condition['right']}"
    if not condition["evaluated"]:
        return text
    left = condition["left_value"]
    value = "undefined" if left == {"$undefined": True} else shown(without_undefined(left))
    return f"{text} (it is {value})"


def _list_values(tag: Json) -> list[str]:
    return [str(one.get("value")) for one in tag.get("parameter", ()) if "value" in one]


def _names_account(tag: Json, account: Account) -> bool:
    return account.id is None or account.id in _list_values(tag)


def _list_sends(tag: Json, call: Call) -> bool:
    values = _list_values(tag)
    return call.account in values and (call.event in values or call.method == "page")


def call_text(call: Call) -> str:
    """A call in one line."""
    step = "load" if call.step == LOAD else f"step {call.step + 1}"
    parts = [f"`{call.event}` ({step})"]
    if call.event_id is not None:
        parts.append(f"event_id {shown(call.event_id)}")
    if call.params:
        parts.append(f"params {shown(dict(call.params))}")
    if call.state != "sent":
        parts.append(call.state)
    return ", ".join(parts)
