"""The names of the dataLayer events on which a trigger can fire: what two triggers may share."""

from __future__ import annotations

from typing import NamedTuple

from gtmgen.compile.conditions import may_match
from gtmgen.compile.context import Context
from gtmgen.compile.regex import any_of
from gtmgen.container.builtins import built_in_name
from gtmgen.container.entities import Trigger
from gtmgen.container.values import Condition, condition, reference
from gtmgen.spec.forms.lifecycle import MOMENTS
from gtmgen.spec.forms.registry import FORM_OF_TYPE, FORMS
from gtmgen.spec.model import TriggerSpec

_OF_MOMENTS = {moment.type: moment.event for moment in MOMENTS.values()}
_NAMES = frozenset((reference("_event"), reference(built_in_name("event"))))
_AS_PATTERN = {"CONTAINS": "{}", "STARTS_WITH": "^{}", "ENDS_WITH": "{}$"}


class EventNames(NamedTuple):
    """``words`` are the names; where these are open, ``pattern`` is what they match, if known."""

    words: frozenset[str] | None = None
    pattern: str | None = None
    ignore_case: bool = False

    def may_share(self, other: EventNames) -> bool:
        """Whether an event can have a name of both. In doubt it can."""
        if self.words is None:
            if other.words is None or self.pattern is None:
                return True
            return may_match(self.pattern, sorted(other.words), ignore_case=self.ignore_case)
        if other.words is None:
            return other.may_share(self)
        return bool(self.words & other.words)

    def is_within(self, other: EventNames) -> bool:
        """Whether every name is one of the other's. In doubt it is not."""
        return bool(self.words and other.words and self.words <= other.words)

    def condition(self, context: Context) -> Condition | None:
        """What holds on the events of these names; None where nobody can say."""
        event = context.built_in("event")
        if self.words is None:
            if self.pattern is None:
                return None
            pattern = context.literal(self.pattern)
            return condition("MATCH_REGEX", event, pattern, ignore_case=self.ignore_case)
        if len(self.words) == 1:
            return condition("EQUALS", event, context.literal(*self.words))
        names = any_of(tuple(sorted(self.words)))
        return condition("MATCH_REGEX", event, context.literal(f"^{names}$"))


def names_of(trigger: TriggerSpec, *, is_spa: bool) -> EventNames:
    """Those of a trigger of the spec."""
    if trigger.form == "event_matches":
        return EventNames(
            pattern=str(trigger.argument), ignore_case=bool(trigger.options.get("ignore_case"))
        )
    return EventNames(FORMS[trigger.form].events(trigger, is_spa))


def names_of_raw(trigger: Trigger, raw: TriggerSpec) -> EventNames:
    """Those of a trigger in GTM's own words; ``raw`` stands for it in the spec."""
    if trigger.type == "CUSTOM_EVENT":
        return _names_of_filter(trigger.custom_event_filter)
    if trigger.type in _OF_MOMENTS:
        return EventNames(frozenset((_OF_MOMENTS[trigger.type],)))
    form = FORM_OF_TYPE.get(trigger.type)
    return EventNames(form.events(raw, False) if form is not None else None)


def _names_of_filter(conditions: tuple[Condition, ...]) -> EventNames:
    """All of them must hold: each one alone holds on all the names that there are."""
    for item in conditions:
        values = {one.key: one.value for one in item.parameter}
        left, right = values.get("arg0"), values.get("arg1")
        is_plain = isinstance(right, str) and "{{" not in right and "negate" not in values
        if left not in _NAMES or not is_plain:
            continue
        assert isinstance(right, str)
        if item.type == "EQUALS":
            return EventNames(frozenset((right,)))
        if item.type == "MATCH_REGEX":
            return EventNames(pattern=right, ignore_case="ignore_case" in values)
        if item.type in _AS_PATTERN:
            return EventNames(pattern=_AS_PATTERN[item.type].format(any_of((right,))))
    return EventNames()
