"""What the tags of a container send to platforms, and when."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence

from gtmgen.container.builtins import BuiltInTrigger
from gtmgen.container.entities import Kind, Tag, Trigger, TriggerRef
from gtmgen.container.values import Condition
from gtmgen.lint.uses import PackFile, Use
from gtmgen.lint.view import ContainerView

_ON_EVERY_PAGE = frozenset(("CONSENT_INIT", "INIT", "PAGEVIEW", "DOM_READY", "WINDOW_LOADED"))
_EVERY_EVENT = frozenset((".*", ".+", ".", "^.*$", "^.+$", "^.*", "^.+", ".*$", ".+$"))


class TagUses:
    """The uses of all tags that can fire, and when they do."""

    def __init__(self, view: ContainerView, without: Container[str] = ()) -> None:
        """``without`` are the names of tags that do not run."""
        self._triggers = {
            trigger.name: trigger
            for trigger in view.of_kind(Kind.TRIGGER)
            if isinstance(trigger, Trigger)
        }
        self._numbers: dict[object, int] = {}
        self._meaning_of: dict[TriggerRef, int] = {}  # each platform asks
        self.tags = [
            (tag, view.uses[tag.name])
            for tag in view.tags()
            if not tag.paused and tag.name in view.uses and tag.name not in without
        ]
        places: dict[int, list[int]] = {}
        for place, (_, uses) in enumerate(self.tags):
            places.setdefault(id(uses), []).append(place)
        self._alike = list(places.values())
        self._platforms: dict[str, PackFile] = {}
        self._by_platform: dict[tuple[str, str], list[tuple[Tag, Use]]] = {}
        for tag, uses in self.tags:
            for use in uses:
                name = use.platform.pack.name
                self._platforms[name] = use.platform
                self._by_platform.setdefault((name, use.what), []).append((tag, use))
        self._loads = {
            *_PAGE_TRIGGERS,
            *(
                trigger.name
                for trigger in self._triggers.values()
                if trigger.type in _ON_EVERY_PAGE and not trigger.filter
            ),
        }

    def platforms(self) -> Sequence[PackFile]:
        """The platforms that something is sent to, each once."""
        return tuple(self._platforms.values())

    def of(self, platform: PackFile, what: str) -> Sequence[tuple[Tag, Use]]:
        """Who loads the platform's code, or sends it events."""
        return self._by_platform.get((platform.pack.name, what), ())

    def tags_with(self, is_asked_for: Callable[[Use], bool]) -> Sequence[tuple[Tag, Sequence[Use]]]:
        """The tags with such a use, and all their uses; those of tags that do the same are looked
        at once."""
        places = sorted(
            place
            for alike in self._alike
            if any(map(is_asked_for, self.tags[alike[0]][1]))
            for place in alike
        )
        return [self.tags[place] for place in places]

    def fires_on_every_page(self, tag: Tag) -> bool:
        """Whether one of its triggers fires on every load, and none may keep it from that."""
        # Any exception is taken for one that may hold: what is said of every page must be true of
        # each.
        return not tag.blocking and not self._loads.isdisjoint(tag.firing)

    def fires_on(self, tag: Tag, type_: str) -> bool:
        """Whether one of its triggers is of a type."""
        return any(
            trigger.type == type_
            for ref in tag.firing
            if type(ref) is str and (trigger := self._triggers.get(ref)) is not None
        )

    def type_of(self, ref: TriggerRef) -> str | None:
        """What a trigger waits for, in GTM's words; None for one that is unknown."""
        if isinstance(ref, BuiltInTrigger):
            return _TYPE_OF.get(ref)
        trigger = self._triggers.get(str(ref))
        return trigger.type if trigger is not None else None

    def fire_together(self, tag: Tag, other: Tag) -> bool:
        """Whether something that fires one of the tags fires the other as well.

        That is one trigger, or two that wait for the same, where the conditions of one are among
        those of the other. What blocks a tag is not looked at.
        """
        if not {*tag.firing}.isdisjoint(other.firing):
            return True
        waiting = [waits for ref in tag.firing if (waits := self._waits(ref))]
        others = [waits for ref in other.firing if (waits := self._waits(ref))]
        return any(
            # GTM fires a trigger where all of its conditions hold: those of the one that has more
            # hold only where those of the other do.
            what == same and (conditions <= more or more <= conditions)
            for what, conditions in waiting
            for same, more in others
        )

    def _waits(self, ref: TriggerRef) -> tuple[object, frozenset[object]] | None:
        """What a trigger waits for, and its conditions; None for a group, and for one unknown."""
        if isinstance(ref, BuiltInTrigger):
            return (_TYPE_OF.get(ref, ref.label), None, frozenset(), frozenset()), frozenset()
        trigger = self._triggers.get(str(ref))
        # A group fires after its last member, which nobody can tell from here.
        if trigger is None or trigger.members:
            return None
        event = self.event_of(ref)
        if trigger.custom_event_filter and event is None:
            return None
        conditions = _freeze_conditions((*trigger.filter, *trigger.auto_event_filter))
        return (trigger.type, event, *_read_options(trigger)), conditions

    def meaning_of(self, ref: TriggerRef) -> int:
        """One number for all triggers that do the same: a spec's events have triggers of their own.

        A trigger's own ID (``uniqueTriggerId``) says nothing of what it does.
        """
        meaning = self._meaning_of.get(ref)
        if meaning is None:
            trigger = self._triggers.get(ref) if type(ref) is str else None
            known = ref if trigger is None else _read_meaning(trigger)
            meaning = self._meaning_of[ref] = self._numbers.setdefault(known, len(self._numbers))
        return meaning

    def events_of(self, tag: Tag) -> Sequence[str]:
        """The names of events that a tag's triggers wait for, each by itself."""
        names = (self.event_of(ref) for ref in tag.firing)
        return tuple(dict.fromkeys(name for name in names if name is not None))

    def event_of(self, ref: TriggerRef) -> str | None:
        """The name of the one event that a trigger waits for; None where it waits for others."""
        trigger = self._triggers.get(ref) if type(ref) is str else None
        if trigger is None or len(trigger.custom_event_filter) != 1:
            return None
        (item,) = trigger.custom_event_filter
        sides = {part.key: part.value for part in item.parameter}
        is_name = item.type == "EQUALS" and sides.get("arg0") == "{{_event}}"
        is_plain = sides.keys() == {"arg0", "arg1"}
        return str(sides["arg1"]) if is_name and is_plain and sides["arg1"] else None

    def fires_on_every_event(self, tag: Tag) -> bool:
        """Whether one of its triggers takes every message of the data layer."""
        return any(
            trigger.type == "CUSTOM_EVENT"
            and not trigger.filter
            and len(trigger.custom_event_filter) == 1
            and _is_for_all(trigger)
            for ref in tag.firing
            if type(ref) is str and (trigger := self._triggers.get(ref)) is not None
        )


_TYPE_OF = {
    BuiltInTrigger.ALL_PAGES: "PAGEVIEW",
    BuiltInTrigger.INITIALIZATION: "INIT",
    BuiltInTrigger.CONSENT_INITIALIZATION: "CONSENT_INIT",
}
_PAGE_TRIGGERS = frozenset(_TYPE_OF)


def _read_meaning(trigger: Trigger) -> object:
    return (
        trigger.type,
        _freeze_conditions(trigger.custom_event_filter),
        _freeze_conditions(trigger.filter),
        _freeze_conditions(trigger.auto_event_filter),
        *_read_options(trigger),
        trigger.members and frozenset(trigger.members),
    )


def _freeze_conditions(conditions: Sequence[Condition]) -> frozenset[object]:
    """What the conditions ask for, in whatever order they and their sides are written."""
    if not conditions:
        return _NONE
    return frozenset([(item.type, frozenset(item.parameter)) for item in conditions])


def _read_options(trigger: Trigger) -> tuple[frozenset[object], frozenset[object]]:
    if not (trigger.settings or trigger.parameter):
        return _NO_OPTIONS
    settings = [item for item in trigger.settings if item[0] != "uniqueTriggerId"]
    return frozenset(settings), frozenset(trigger.parameter)


_NONE: frozenset[object] = frozenset()
_NO_OPTIONS = _NONE, _NONE


def _is_for_all(trigger: Trigger) -> bool:
    (item,) = trigger.custom_event_filter
    values = {parameter.key: parameter.value for parameter in item.parameter}
    return (
        item.type == "MATCH_REGEX" and values.get("arg1") in _EVERY_EVENT and "negate" not in values
    )
