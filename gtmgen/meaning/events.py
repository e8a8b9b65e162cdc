"""What has changed at the events: when they fire, where they go, and with what."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

from gtmgen.meaning.deliveries import compare_deliveries
from gtmgen.meaning.model import EVENT_GONE, NEW_EVENT, Fact, Risk, Who
from gtmgen.meaning.params import compare_params
from gtmgen.meaning.phrases import Condition, Exclusion, Occasion, Pages, Phrase, Saying, say
from gtmgen.meaning.renames import Renames
from gtmgen.meaning.sayings import list_occasions
from gtmgen.meaning.sides import CompiledSpec, Sides
from gtmgen.meaning.subject import NARROWED, WIDENED, Subject
from gtmgen.meaning.usage import is_personal, list_params
from gtmgen.spec.effective import all_triggers, event_name, trigger_of
from gtmgen.spec.model import Event, Narrowing, Spec, TriggerSpec

ALL: tuple[Who, ...] = ("marketing", "developers", "backend", "qa")
_SEEN: tuple[Who, ...] = ("marketing", "developers", "qa")
_NO_RENAMES = Renames()


def compare_events(sides: Sides) -> Iterator[Fact]:
    """All of them, in the order of the events as they are now; those that are gone last."""
    old, was = sides.before.spec.events, _build_inverse(sides)
    kept = set()
    for event in sides.after.spec.events.values():
        earlier = old.get(was.get(event.key, event.key))
        subject = Subject("event", event.key, find_title(event))
        if earlier is None:
            yield _report_new(subject, sides.after.spec, event)
            continue
        kept.add(earlier.key)
        yield from _list_facts(sides, subject, earlier, event)
    for event in old.values():
        if event.key not in kept:
            subject = Subject("event", event.key, find_title(event))
            yield subject.fact(
                "gone", EVENT_GONE, ALL, Risk.LOSS,
                before=summarize_event(sides.before.spec, event), risk="event_gone",
            )  # fmt: skip


def find_title(event: Event) -> str:
    """The event's title, or what its key says."""
    return event.title or event.key.replace("_", " ").capitalize()


def _build_inverse(sides: Sides) -> dict[str, str]:
    """New key of a renamed event -> the old one."""
    return {new: old for old, new in sides.renames.events.items()}


def _report_new(subject: Subject, spec: Spec, event: Event) -> Fact:
    sources = [source for send in event.send for source in list_params(event, send).values()]
    personal = any(is_personal(spec, source) for source in sources)
    return subject.fact(
        "new",
        NEW_EVENT,
        ALL,
        Risk.PRIVACY if personal else Risk.HARMLESS,
        after=summarize_event(spec, event),
        risk="personal" if personal else "",
    )


def summarize_event(spec: Spec, event: Event) -> Saying:
    """When an event fires, and where it goes."""
    when = list_occasions(spec, event)
    if not event.send:
        return say("summary.silent", when=when)
    told = []
    for send in event.send:
        platform = spec.platforms[send.platform]
        told.append(f"{platform.title} (`{event_name(event, send, platform) or event.key}`)")
    return say("summary.sent", when=when, platforms=tuple(told))


def _list_facts(sides: Sides, subject: Subject, old: Event, new: Event) -> Iterator[Fact]:
    if old.key != new.key:
        yield subject.fact("changed", "key", ALL, before=old.key, after=new.key)
    if old.title or new.title:  # else the title only follows the key
        yield from subject.field("title", find_title(old), find_title(new), ("marketing",))
    yield from subject.field("description", old.description, new.description, ("marketing",))
    yield from subject.field("owner", old.owner, new.owner, ("marketing",))
    yield from subject.field("purpose", old.purpose, new.purpose, ("marketing",))
    if old.protected != new.protected:
        about = "protected" if new.protected else "unprotected"
        yield subject.fact("changed", about, ("marketing", "developers"))
    yield from _compare_occasions(sides, subject, old, new)
    yield from _compare_event_id(sides, subject, old, new)
    yield from compare_deliveries(sides, subject, old, new)
    yield from compare_params(sides, subject, old, new)
    tags = [
        _join_raw_tags(side, event) for side, event in ((sides.before, old), (sides.after, new))
    ]
    yield from subject.field("tag", tags[0], tags[1], ("developers", "qa"), Risk.VALUES)


def _join_raw_tags(side: CompiledSpec, event: Event) -> str:
    return ", ".join(map(side.raw_tag_name, event.custom_tags))


# -- when ------------------------------------------------------------------------------


def _compare_occasions(sides: Sides, subject: Subject, old: Event, new: Event) -> Iterator[Fact]:
    before, after, names = sides.before.spec, sides.after.spec, sides.renames
    fires = [trigger_of(before, item) for item in old.on], [trigger_of(after, x) for x in new.on]
    pushed = {trigger.argument for trigger in all_triggers(before) if trigger.form == "event"}
    awaited = any(x.form == "event" and x.argument not in pushed for x in fires[1])
    yield from subject.phrases(
        "firing",
        [Occasion(trigger, before) for trigger in fires[0]],
        [Occasion(trigger, after) for trigger in fires[1]],
        _SEEN,
        Risk.FIRING,
        keys=(
            [names.occasion(before, trigger) for trigger in fires[0]],
            [_NO_RENAMES.occasion(after, trigger) for trigger in fires[1]],
        ),
        # A message that nothing waited for until now is one that the site may not push yet.
        risk={**WIDENED, "changed": "new_message" if awaited else ""},
    )
    was, is_now = _Narrowed(before, names), _Narrowed(after, _NO_RENAMES)
    for narrowings in (
        ([trigger.narrowing for trigger in fires[0]], [trigger.narrowing for trigger in fires[1]]),
        ([old.narrowing], [new.narrowing]),
    ):
        yield from subject.phrases(
            "condition",
            was.conditions(narrowings[0]),
            is_now.conditions(narrowings[1]),
            _SEEN,
            Risk.FIRING,
            keys=(was.keys(narrowings[0]), is_now.keys(narrowings[1])),
            risk=NARROWED,
        )
    yield from subject.phrases(
        "exception",
        was.exceptions(old, fires[0]),
        is_now.exceptions(new, fires[1]),
        _SEEN,
        Risk.FIRING,
        keys=(was.exception_keys(old, fires[0]), is_now.exception_keys(new, fires[1])),
        risk=NARROWED,
    )


class _Narrowed:
    """What narrows events of one side: as phrases, and as keys that both sides can compare."""

    def __init__(self, spec: Spec, names: Renames) -> None:
        self._spec = spec
        self._names = names

    def conditions(self, narrowings: Sequence[Narrowing]) -> list[Phrase]:
        return [phrase for phrase, _ in self._collect_conditions(narrowings)]

    def keys(self, narrowings: Sequence[Narrowing]) -> list[Hashable]:
        return [key for _, key in self._collect_conditions(narrowings)]

    def _collect_conditions(self, narrowings: Sequence[Narrowing]) -> list[tuple[Phrase, Hashable]]:
        phrases: dict[Hashable, Phrase] = {}
        for narrowing in narrowings:
            if narrowing.pages:
                phrase = say("condition.pages", pages=Pages(narrowing.pages, self._spec))
                phrases.setdefault(self._names.page_keys(self._spec, narrowing.pages), phrase)
            for test in narrowing.where:
                phrases.setdefault(self._names.test(test), Condition(test))
        return [(phrase, key) for key, phrase in phrases.items()]

    def exceptions(self, event: Event, triggers: Sequence[TriggerSpec]) -> list[Phrase]:
        return [Exclusion(name, self._spec) for name in self._list_excepted(event, triggers)]

    def exception_keys(self, event: Event, triggers: Sequence[TriggerSpec]) -> list[Hashable]:
        hashables: list[Hashable] = []
        for name in self._list_excepted(event, triggers):
            trigger = trigger_of(self._spec, name)
            hashables.append(
                (
                    self._names.occasion(self._spec, trigger),
                    self._names.narrowing(self._spec, trigger.narrowing),
                )
            )
        return hashables

    def _list_excepted(self, event: Event, triggers: Sequence[TriggerSpec]) -> list[str]:
        names = [*event.narrowing.except_]
        names += [name for trigger in triggers for name in trigger.narrowing.except_]
        return list(dict.fromkeys(names))


# -- the event ID ----------------------------------------------------------------------


def _compare_event_id(sides: Sides, subject: Subject, old: Event, new: Event) -> Iterator[Fact]:
    was, now = old.event_id, new.event_id
    # A data key that has only another name gives the same IDs.
    renamed = was and was._replace(source=sides.renames.data.get(was.source, was.source))
    if renamed == now:
        return
    # Either side will do: a server that has sent the old ID goes on with it until somebody changes
    # it.
    paired = is_paired_with_server(sides.before.spec, old) or is_paired_with_server(
        sides.after.spec, new
    )
    yield subject.fact(
        "changed",
        _ID_FACTS[was is not None, now is not None],
        ALL,
        Risk.DEDUPLICATION if paired else Risk.VALUES,
        before="" if was is None else f"{was.prefix}{{{was.source}}}",
        after="" if now is None else f"{now.prefix}{{{now.source}}}",
        risk="" if not paired else "event_id" if now else "event_id_generated",
        values={"source": "" if now is None else now.source},
    )


_ID_FACTS = {
    (False, True): "event_id_data",
    (True, False): "event_id_generated",
    (True, True): "event_id_changed",
}


def is_paired_with_server(spec: Spec, event: Event) -> bool:
    """Whether a platform of the event merges what browser and server send."""
    return any(spec.platforms[send.platform].pack.deduplicates for send in event.send)
