"""What has changed at the data keys: where a value is read, what is made of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gtmgen.meaning.model import Fact, Risk, Who
from gtmgen.meaning.phrases import Origin, Phrase, mark_code, say
from gtmgen.meaning.sayings import describe_data
from gtmgen.meaning.sides import Sides
from gtmgen.meaning.subject import Subject
from gtmgen.meaning.usage import is_personal
from gtmgen.spec.model import DataKey

_ALL: tuple[Who, ...] = ("marketing", "developers", "backend", "qa")
_SEEN: tuple[Who, ...] = ("marketing", "developers", "qa")
_CHECKED: tuple[Who, ...] = ("developers", "qa")
_TESTED = "condition_value"
_NUMBERS = frozenset(("number", "integer"))


def compare_data(sides: Sides) -> Iterator[Fact]:
    """Data keys that are new, gone, or read otherwise."""
    before, after = sides.before.spec, sides.after.spec
    was = {key: former for former, key in sides.renames.data.items()}
    kept = set()
    for data in after.data.values():
        earlier = before.data.get(was.get(data.key, data.key))
        if earlier is None:
            subject = Subject("data", data.key, data.key)
            yield subject.fact("new", "data_new", _CHECKED, after=Origin(data.key, after))
        else:
            kept.add(earlier.key)
            yield from _Data(sides, earlier, data).facts()
    for data in before.data.values():
        if data.key not in kept:
            subject = Subject("data", data.key, data.key)
            yield subject.fact("gone", "data_gone", _CHECKED, before=Origin(data.key, before))


class _Data:
    """One data key, before and after; what a change does depends on what it is used for."""

    def __init__(self, sides: Sides, old: DataKey, new: DataKey) -> None:
        usage = sides.after.usage
        self._sides = sides
        self._old = old
        self._new = new
        raw = sides.after.raw_tags_of(new.key) if sides.after.spec.raw_tags else ()
        self._subject = Subject("data", new.key, new.key, (*usage.of_data(new.key), *raw))
        self._in_id = bool(usage.of_event_id(new.key))
        fired = sides.after.raw_tags_fired_by(new.key) if raw else ()
        self._tested = (*usage.of_condition(new.key), *fired)
        self._is_sent = bool(usage.of_param(new.key)) or len(raw) > len(fired)
        self._is_used = bool(self._subject.events) or usage.is_of_visitor(new.key)

    def facts(self) -> Iterator[Fact]:
        tested: Phrase = tuple(mark_code(key) for key in self._tested)
        for fact in self._compare():
            if _TESTED in fact.risk.split():
                yield replace(fact, values=(*fact.values, ("tested", tested)))
            else:
                yield fact

    def _compare(self) -> Iterator[Fact]:
        old, new, subject = self._old, self._new, self._subject
        alone = subject.alone()
        if old.key != new.key:
            yield alone.fact("changed", "key", _CHECKED, before=old.key, after=new.key)
        yield from self._compare_source()
        yield from self._compare_types()
        if old.required != new.required:
            about = "data_required" if new.required else "data_optional"
            yield subject.fact("changed", about, _CHECKED)
        yield from self._compare_personal()
        # A fixed value needs neither a default nor a way to be read.
        if "constant" not in (old.source, new.source):
            yield from self._compare_default()
            yield from self._compare_reading()
        if old.protected != new.protected:
            about = "protected" if new.protected else "unprotected"
            yield alone.fact("changed", about, ("developers",))
        yield from alone.field("description", old.description, new.description, ("developers",))
        # Its example is left out: the spec may give none, and then it follows from other things.

    def _rate_severity(self) -> Risk:
        """What it does at worst that the value is another one."""
        if self._in_id:
            return Risk.DEDUPLICATION
        if self._tested:
            return Risk.FIRING
        return Risk.VALUES if self._is_used else Risk.HARMLESS

    def _name_risk(self, otherwise: str) -> str:
        if self._in_id:
            return "event_id"
        if self._tested:
            # What is tested may be sent as well.
            return f"{_TESTED} {otherwise if self._is_sent else ''}".rstrip()
        return otherwise if self._is_used else ""

    def _compare_default(self) -> Iterator[Fact]:
        """A currency without a default of its own is the site's."""
        old, new = self._old, self._new
        was, now = old.default or "", new.default or ""
        severity, otherwise = self._rate_severity(), "default"
        if new.type == "currency":
            sites = self._sides.before.spec.site.currency, self._sides.after.spec.site.currency
            otherwise = "currency" if now or sites[1] else "currency_missing"
            if (was or sites[0]) == (now or sites[1]):
                severity, otherwise = Risk.HARMLESS, ""
        risk = self._name_risk(otherwise) if severity is not Risk.HARMLESS else ""
        yield from self._subject.field("default", was, now, _CHECKED, severity, risk=risk)

    def _compare_source(self) -> Iterator[Fact]:
        old, new, subject = self._old, self._new, self._subject
        before, after = self._sides.before.spec, self._sides.after.spec
        names = self._sides.renames
        if old.source == new.source == "path":
            yield from subject.text(
                "data_path", str(old.argument), str(new.argument), _SEEN,
                self._rate_severity(), risk=self._name_risk("data_source"),
            )  # fmt: skip
        elif names.data_content(old) != type(names)().data_content(new):
            risk = "data_constant" if new.source == "constant" else "data_source"
            yield subject.fact(
                "changed", "data_source", _SEEN, self._rate_severity(),
                before=Origin(old.key, before), after=Origin(new.key, after),
                risk=self._name_risk(risk),
            )  # fmt: skip

    def _compare_types(self) -> Iterator[Fact]:
        old, new = self._old, self._new
        was_number, is_number = old.type in _NUMBERS, new.type in _NUMBERS
        risk = "number_lost" if was_number and not is_number else ""
        yield from self._subject.field(
            "type",
            old.type,
            new.type,
            _CHECKED,
            self._rate_severity(),
            risk=self._name_risk(risk),
        )

    def _compare_personal(self) -> Iterator[Fact]:
        old, new = self._old, self._new
        before, after = self._sides.before.spec, self._sides.after.spec
        if old.pii != new.pii:
            about = "data_pii" if new.pii else "data_no_pii"
            # The mark keeps a value from what must not have it: to take it away is the risk.
            severity = Risk.HARMLESS if new.pii else Risk.PRIVACY
            risk = "" if new.pii else "unmarked"
            yield self._subject.alone().fact("changed", about, _ALL, severity, risk=risk)
        elif is_personal(after, new.key) and not is_personal(before, old.key):
            yield self._subject.fact(
                "changed", "data_personal", _ALL, Risk.PRIVACY, risk="personal"
            )

    def _compare_reading(self) -> Iterator[Fact]:
        old, new, subject = self._old, self._new, self._subject
        before, after = self._sides.before.spec, self._sides.after.spec
        if old.source == new.source == "path" and old.scope != new.scope:
            yield subject.fact(
                "changed", "data_lifetime", _CHECKED, self._rate_severity(),
                before=say(f"lifetime.{old.scope}"), after=say(f"lifetime.{new.scope}"),
                risk=self._name_risk(f"scope_{new.scope}"),
            )  # fmt: skip
        if old.type == new.type:
            was, now = tuple(describe_data(before, old)), tuple(describe_data(after, new))
            risk = self._name_risk("item_fields" if old.fields != new.fields else "")
            yield from subject.phrases("fact", was, now, _CHECKED, self._rate_severity(), risk=risk)
        yield from self._compare_value_field("case", old.case or "", new.case or "")
        if old.type != new.type:  # else the sayings above tell of it
            yield from self._compare_value_field("decimal", old.decimal or "", new.decimal or "")
        yield from self._compare_value_field("replace", _join_pairs(old), _join_pairs(new))

    def _compare_value_field(self, label: str, before: str, after: str) -> Iterator[Fact]:
        return self._subject.field(
            label, before, after, _CHECKED, self._rate_severity(), risk=self._name_risk("")
        )


def _join_pairs(data: DataKey) -> str:
    return ", ".join(f"{old} → {new}" for old, new in data.replace.items())
