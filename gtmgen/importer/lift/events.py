"""Tags to events of the spec: what a tag sends, and the moment at which it fires.

The tag itself stays as GTM has it: it is another tag than the one a pack would make. What is
lifted is when it happens, under the name that the language has for it; tags that send the same
event on the same triggers become one event. A tag that does not say what it sends (a conversion,
a Google tag, a template of the gallery) goes to the event of its moment, which is named after
the moment where no other tag names it; so does code that sends several. Other code says nothing of
that sort: Custom HTML that sends nothing known goes only where another tag has made an event of its
moment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gtmgen.container.builtins import BuiltInTrigger
from gtmgen.container.entities import Kind, Tag, Trigger, TriggerRef
from gtmgen.importer.lift.model import ImportFinding, Lift, LiftedContainer
from gtmgen.importer.names import make_key
from gtmgen.lint.recognise import Uses
from gtmgen.lint.uses import EVENT, Use
from gtmgen.spec.forms.lifecycle import WORD_OF_BUILT_IN
from gtmgen.spec.lifting import NotLiftedError, bare_sides, is_key

Data = dict[str, Any]
_Moment = tuple[frozenset[TriggerRef], frozenset[TriggerRef]]
"""The firing and the blocking triggers."""
_Named = tuple[str, _Moment]
"""An event's name in the language, and when it happens."""

_CODE = frozenset(("html", "img"))
"""Types of tags that can do anything."""


def lift_events(source: LiftedContainer, uses: Uses) -> Iterator[Lift | ImportFinding]:
    """An event for each name and moment, and a sentence for each tag that has none."""
    events: dict[_Named, list[Tag]] = {}
    unnamed: list[tuple[Tag, _Moment]] = []
    tags = [tag for tag in source.of_kind(Kind.TAG) if isinstance(tag, Tag)]
    for tag in sorted(tags, key=lambda tag: tag.name):
        sent = [use for use in uses.get(tag.name, ()) if use.what == EVENT]
        try:
            name = _name_sent(tag, sent)
            moment = _find_moment(source, tag)
        except NotLiftedError as error:
            yield ImportFinding("left", Kind.TAG, tag.name, str(error))
            continue
        if name is None:
            unnamed.append((tag, moment))
        else:
            events.setdefault((name, moment), []).append(tag)
    yield from _join(source, uses, unnamed, events)
    used: set[str] = set()
    for (name, _), same in events.items():
        key = make_key(name, used, "event")
        used.add(key)
        yield _lift_event(source, key, same)


def _name_sent(tag: Tag, sent: list[Use]) -> str | None:
    """The language's name of the event that a tag sends; None where it does not say one."""
    names = dict.fromkeys(_name(use) for use in sent if use.name is not None)
    if tag.type not in _CODE:
        # A template may choose among several names by its own rules: it stays under the name of its
        # moment. Of code the names are all that is known, and it stays where they do not tell.
        return next(iter(names)) if len(names) == 1 and _has_all_names(sent) else None
    if not _has_all_names(sent):
        raise NotLiftedError("it takes the event's name from a variable")
    return next(iter(names)) if len(names) == 1 else None


def _has_all_names(sent: list[Use]) -> bool:
    return all(use.name is not None for use in sent)


def _name(use: Use) -> str:
    assert use.name is not None  # those without one are asked for before
    canonical = use.platform.canonical(use.name)
    return canonical or (use.name if is_key(use.name) else make_key(use.name, (), "event"))


def _find_moment(source: LiftedContainer, tag: Tag) -> _Moment:
    # Not a list of IDs, as hand-made exports have them: nobody knows when such a tag fires.
    if any(field in dict(tag.extra) for field in ("firingTriggerId", "blockingTriggerId")):
        raise NotLiftedError("its triggers have an odd form")
    if not tag.firing:
        raise NotLiftedError("it has no firing triggers")
    for ref in tag.firing:
        _lift_on(source, ref)
    # Asked for their errors alone: a tag whose exception has no name would fire more often.
    for ref in tag.blocking:
        _find_key(source, ref)
    # As sets: a tag fires once on an event, whichever of its triggers match, in whatever order.
    return frozenset(tag.firing), frozenset(tag.blocking)


def _join(
    source: LiftedContainer,
    uses: Uses,
    unnamed: list[tuple[Tag, _Moment]],
    events: dict[_Named, list[Tag]],
) -> Iterator[ImportFinding]:
    """Add each tag to the event of its moment; one that is not code, or sends several events, can
    make one."""

    def is_unknown(tag: Tag) -> bool:
        return tag.type in _CODE and all(use.what != EVENT for use in uses.get(tag.name, ()))

    messages = _collect_messages(source)
    moments: dict[_Moment, list[str]] = {}
    for name, moment in events:
        moments.setdefault(moment, []).append(name)
    # Code last, when the events exist that it may join: by itself it makes none.
    for tag, moment in sorted(unnamed, key=lambda item: is_unknown(item[0])):
        moment_name = _name_of_moment(tag, messages)
        names = moments.get(moment, [])
        if names:
            events[moment_name if moment_name in names else min(names), moment].append(tag)
        elif not is_unknown(tag):
            events[moment_name, moment] = [tag]
            moments[moment] = [moment_name]
        else:
            why = "it is code, which does not say what it sends, if anything"
            yield ImportFinding("left", Kind.TAG, tag.name, why)


def _name_of_moment(tag: Tag, messages: Mapping[TriggerRef, str]) -> str:
    """The one trigger's event or name; of several triggers, what the tag is called."""
    if len(tag.firing) > 1:
        return tag.name
    (ref,) = tag.firing
    if isinstance(ref, BuiltInTrigger):
        return WORD_OF_BUILT_IN.get(ref, "every_event")
    return messages.get(ref, str(ref))


def _collect_messages(source: LiftedContainer) -> dict[TriggerRef, str]:
    """The dataLayer event that a trigger waits for, by the names of triggers that wait for one."""
    messages: dict[TriggerRef, str] = {}
    for trigger in source.of_kind(Kind.TRIGGER):
        if isinstance(trigger, Trigger) and len(trigger.custom_event_filter) == 1:
            (item,) = trigger.custom_event_filter
            left, right = bare_sides(item) or ("", "")
            if item.type == "EQUALS" and left == "{{_event}}" and right and "{{" not in right:
                messages[trigger.name] = right
    return messages


def _lift_event(source: LiftedContainer, key: str, tags: list[Tag]) -> Lift:
    first = tags[0]
    on = [_lift_on(source, ref) for ref in first.firing]
    keys = [source.keys[(Kind.TAG, tag.name)] for tag in tags]
    data: Data = {"title": key.replace("_", " ").capitalize(), "on": on[0] if len(on) == 1 else on}
    if first.blocking:
        data["except"] = [_find_key(source, ref) for ref in first.blocking]
    data["send"] = {"custom": {"tag": keys[0] if len(keys) == 1 else keys}}
    return Lift("events", key, data, fires=tuple(tag.name for tag in tags))


def _lift_on(source: LiftedContainer, ref: TriggerRef) -> str | Data:
    if isinstance(ref, BuiltInTrigger) and ref in WORD_OF_BUILT_IN:
        return {"lifecycle": WORD_OF_BUILT_IN[ref]}
    if ref is BuiltInTrigger.SERVER_ALL:
        return {"always": True}
    return _find_key(source, ref)


def _find_key(source: LiftedContainer, ref: TriggerRef) -> str:
    key = source.keys.get((Kind.TRIGGER, ref)) if type(ref) is str else None
    if key is None:
        raise NotLiftedError("one of its triggers has no name that the spec could refer to")
    return key
