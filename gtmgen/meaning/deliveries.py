"""What has changed between an event and its platforms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gtmgen.meaning.model import Fact, Risk, Who
from gtmgen.meaning.phrases import Condition, Phrase, mark_code, say
from gtmgen.meaning.sides import Sides
from gtmgen.meaning.subject import NARROWED, Subject
from gtmgen.meaning.usage import is_personal, list_consent, list_params
from gtmgen.spec.effective import event_name
from gtmgen.spec.model import Event, Platform, Send, Spec

_ALL: tuple[Who, ...] = ("marketing", "developers", "backend", "qa")
_SEEN: tuple[Who, ...] = ("marketing", "developers", "qa")
_CHECKED: tuple[Who, ...] = ("developers", "qa")


def compare_deliveries(sides: Sides, subject: Subject, old: Event, new: Event) -> Iterator[Fact]:
    """Platforms that are new, gone, or get the event in another way."""
    before = {send.platform: send for send in old.send}
    after = {send.platform: send for send in new.send}
    for name, send in after.items():
        if name in before:
            yield from _Delivery(sides, subject, (old, before[name]), (new, send)).facts()
        else:
            yield _report_new(subject, sides.after.spec, new, send)
    for name, send in before.items():
        if name not in after:
            platform = sides.before.spec.platforms[name]
            yield subject.fact(
                "gone", "delivery_gone", _ALL, Risk.LOSS, risk="delivery_gone",
                before=_find_event_name(sides.before.spec, old, send),
                values={"platform": platform.title},
            )  # fmt: skip


def _report_new(subject: Subject, spec: Spec, event: Event, send: Send) -> Fact:
    personal = any(is_personal(spec, source) for source in list_params(event, send).values())
    return subject.fact(
        "new",
        "delivery_new",
        _ALL,
        Risk.PRIVACY if personal else Risk.HARMLESS,
        after=_find_event_name(spec, event, send),
        risk="personal" if personal else "",
        values={"platform": spec.platforms[send.platform].title},
    )


def _find_event_name(spec: Spec, event: Event, send: Send) -> str:
    return event_name(event, send, spec.platforms[send.platform]) or event.key


class _Delivery:
    """One event for one platform, before and after."""

    def __init__(
        self, sides: Sides, subject: Subject, old: tuple[Event, Send], new: tuple[Event, Send]
    ) -> None:
        self._sides = sides
        self._subject = subject
        self._old = old
        self._new = new
        self._was: Platform = sides.before.spec.platforms[old[1].platform]
        self._now: Platform = sides.after.spec.platforms[new[1].platform]
        self._about: Mapping[str, Phrase] = {"platform": self._now.title}

    def facts(self) -> Iterator[Fact]:
        (old_event, old), (new_event, new) = self._old, self._new
        subject, about = self._subject, self._about
        before, after = self._sides.before, self._sides.after
        paired = self._now.pack.deduplicates
        yield from subject.text(
            "delivery_event",
            _find_event_name(before.spec, old_event, old),
            _find_event_name(after.spec, new_event, new),
            _ALL,
            # Platforms that merge both sides do so by name and ID (TikTok: help page "event
            # deduplication"): with a name that the server does not have, each event counts twice.
            # Elsewhere the old name's audiences and conversions get nothing more.
            Risk.DEDUPLICATION if paired else Risk.LOSS,
            risk="paired_name" if paired else "platform_name",
            values=about,
        )
        yield from self._compare_consent(old, new)
        yield from self._compare_often(old, new)
        named = [
            side.tag_names(event.key, send.platform)
            for side, event, send in ((before, old_event, old), (after, new_event, new))
        ]
        # A further tag for what is sent late is not another name.
        tags = [", ".join(names[: min(map(len, named))]) for names in named]
        if old_event.key == new_event.key:  # else the tags only follow the event
            yield from subject.text("tags", tags[0], tags[1], _CHECKED, values=about)

    def _compare_consent(self, old: Send, new: Send) -> Iterator[Fact]:
        was, now = list_consent(self._was, old), list_consent(self._now, new)
        # What only follows the platform is told there, once for all events.
        follows = (was, now) == (self._was.consent, self._now.consent)
        if was != now and not follows:
            yield report_consent(self._subject, was, now, self._about)

    def _compare_often(self, old: Send, new: Send) -> Iterator[Fact]:
        subject, about = self._subject, self._about
        yield from subject.text(
            "once",
            say(f"once.{old.once}"),
            say(f"once.{new.once}"),
            _SEEN,
            Risk.LOSS,
            risk="once",
            values=about,
        )
        if old.paused != new.paused:
            name, severity = ("paused", Risk.LOSS) if new.paused else ("resumed", Risk.FIRING)
            risk = "delivery_gone" if new.paused else ""
            yield subject.fact("changed", name, _SEEN, severity, risk=risk, values=about)
        priorities = ["" if sent.priority is None else str(sent.priority) for sent in (old, new)]
        yield from subject.field("priority", priorities[0], priorities[1], ("developers",))
        yield from subject.phrases(
            "send_condition",
            tuple(map(Condition, old.where)),
            tuple(map(Condition, new.where)),
            _SEEN,
            Risk.FIRING,
            keys=(self._sides.renames.tests(old.where), new.where),
            risk=NARROWED,
            values=about,
        )


def report_consent(
    subject: Subject,
    old: tuple[str, ...],
    new: tuple[str, ...],
    about: Mapping[str, Phrase],
    name: str = "consent",
) -> Fact:
    """The event, or the platform, waits for other consent."""
    dropped = [item for item in old if item not in new]
    return subject.fact(
        "changed",
        name if new else f"{name}_gone",
        _SEEN,
        # Fewer types: something is sent that somebody has not agreed to. More: only less is sent.
        Risk.PRIVACY if dropped else Risk.FIRING,
        before=", ".join(old),
        after=", ".join(new),
        risk="consent_less" if dropped else "consent_more",
        values={
            **about,
            "dropped": tuple(map(mark_code, dropped)),
            "types": tuple(map(mark_code, new)),
            "before_types": tuple(map(mark_code, old)) or say("changes.nothing"),
        },
    )
