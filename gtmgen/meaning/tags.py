"""Facts about one changed tag of a container: what it sends, where to, and when."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gtmgen.container.canonical import Canonical
from gtmgen.meaning.entities import EntityPair, FormFields, Row, list_changed_rows, strip_type
from gtmgen.meaning.entity_parts import (
    CODE,
    TEXTS,
    WHO,
    Facts,
    Galleries,
    explain_texts,
    explain_whole,
    join_flat,
    name_kind,
)
from gtmgen.meaning.model import Fact, Risk, Sort
from gtmgen.meaning.phrases import Phrase, mark_code, say
from gtmgen.meaning.roles import Role, TagShape, find_shape, grade_limit
from gtmgen.meaning.subject import NARROWED, WIDENED, Subject
from gtmgen.meaning.users import Users

# -- tags ------------------------------------------------------------------------------


def explain_tag(subject: Subject, change: EntityPair, users: Users, galleries: Galleries) -> Facts:
    """What a tag sends, where to, and when."""
    shape = find_shape(change.type, galleries)
    if change.before is None or change.after is None:
        yield _build_tag_as_a_whole(subject, change, shape)
        return
    yield from explain_whole(subject, change)
    facts = list(_TagFacts(subject, change, shape, users).facts())
    yield from facts
    if not facts and users.behind.is_same_form(change.before, change.after):
        yield subject.fact("changed", "tag_references", WHO, values=name_kind(change))
    yield from explain_texts(subject, change)


def _build_tag_as_a_whole(subject: Subject, change: EntityPair, shape: TagShape | None) -> Fact:
    is_new = change.before is None
    form = (change.after if is_new else change.before) or {}
    triggers = tuple(map(mark_code, form.get("firingTriggerId", ()))) or say("entity.no_trigger")
    values = {
        **name_kind(change),
        "sends": _describe_sent(form, shape),
        "triggers": triggers,
    }
    if is_new:
        about = "tag_new_paused" if form.get("paused") else "tag_new"
        return subject.fact("new", about, WHO, values=values)
    # One that was paused, or had no trigger, sent nothing that could be lost.
    sent = bool(form.get("firingTriggerId")) and not form.get("paused")
    severity = Risk.LOSS if sent else Risk.HARMLESS
    return subject.fact(
        "gone", "tag_gone", WHO, severity, risk="tag_gone" if sent else "", values=values
    )


def _describe_sent(form: Canonical, shape: TagShape | None) -> Phrase:
    """What a tag sends and where to, as far as its type is known."""
    if shape is None:
        return say("entity.of_type", type=str(form.get("type", "")))
    values = FormFields(form).values
    names = [text for row, text in values.items() if shape.role(row.key) is Role.EVENT]
    accounts = [text for row, text in values.items() if shape.role(row.key) is Role.ACCOUNT]
    account = mark_code(accounts[0]) if accounts else ""
    if names:
        return say("entity.sends", event=names[0], platform=shape.pack.title, account=account)
    return say("entity.serves", platform=shape.pack.title, account=account)


class _TagFacts:
    """One tag that is there before and after."""

    def __init__(
        self, subject: Subject, change: EntityPair, shape: TagShape | None, users: Users
    ) -> None:
        assert change.before is not None
        assert change.after is not None
        self._subject = subject
        self._before: Canonical = change.before
        self._after: Canonical = change.after
        self._shape = shape
        self._users = users
        # The site's own tag, which says what holds until the visitor has chosen.
        self._is_consent_default = subject.group == "site"
        self._paired = shape is not None and shape.pack.deduplicates
        self._about: dict[str, Phrase] = {
            **name_kind(change), "platform": shape.pack.title if shape else "",
        }  # fmt: skip

    def facts(self) -> Facts:
        if self._before.get("type") != self._after.get("type"):
            yield self._make_fact("tag_type", Risk.LOSS, self._strip_both("type"), risk="tag_type")
        yield from self._compare_firing()
        yield from self._compare_consent()
        yield from self._compare_fields()
        yield from self._compare_rest()

    def _strip_both(self, key: str) -> tuple[str, str]:
        return strip_type(self._before.get(key, "")), strip_type(self._after.get(key, ""))

    def _make_fact(
        self,
        about: str,
        severity: Risk,
        sides: tuple[Phrase, Phrase] = ("", ""),
        *,
        risk: str = "",
        **values: Phrase,
    ) -> Fact:
        return self._subject.fact(
            "changed", about, WHO, severity,
            before=sides[0], after=sides[1], risk=risk, values={**self._about, **values},
        )  # fmt: skip

    # -- when --

    def _compare_firing(self) -> Facts:
        for key, about in (("firingTriggerId", "tag_firing"), ("blockingTriggerId", "tag_blocked")):
            old, new = self._before.get(key, []), self._after.get(key, [])
            gone = tuple(mark_code(name) for name in old if name not in new)
            come = tuple(mark_code(name) for name in new if name not in old)
            if gone or come:
                sort: Sort = "changed" if gone and come else "new" if come else "gone"
                ending = "" if gone and come else f"_{sort}"
                risks = WIDENED if key == "firingTriggerId" else NARROWED
                yield self._subject.fact(
                    sort, about + ending, WHO, Risk.FIRING,
                    before=gone, after=come, risk=risks.get(sort, ""), values=self._about,
                )  # fmt: skip
        was, now = bool(self._before.get("paused")), bool(self._after.get("paused"))
        if was != now:
            about, severity = ("tag_paused", Risk.LOSS) if now else ("tag_resumed", Risk.FIRING)
            yield self._make_fact(about, severity, risk="tag_gone" if now else "")
        # GTM's own default, which hand-made exports leave out.
        once = [str(form.get("tagFiringOption", "ONCE_PER_EVENT")) for form in
                (self._before, self._after)]  # fmt: skip
        if once[0] != once[1]:
            yield self._make_fact("tag_once", Risk.LOSS, (once[0], once[1]), risk="once")

    def _compare_consent(self) -> Facts:
        old, new = _list_consent_types(self._before), _list_consent_types(self._after)
        if old == new:
            return
        dropped = [item for item in old if item not in new]
        yield self._make_fact(
            "tag_consent" if new else "tag_consent_gone",
            Risk.PRIVACY if dropped else Risk.FIRING,
            (", ".join(old), ", ".join(new)),
            risk="consent_less" if dropped else "consent_more",
            dropped=tuple(map(mark_code, dropped)),
            types=tuple(map(mark_code, new)),
            before_types=tuple(map(mark_code, old)) or say("changes.nothing"),
        )

    # -- what --

    def _compare_fields(self) -> Facts:
        old, new = FormFields(self._before).values, FormFields(self._after).values
        renamed = _match_renamed(old, new, self._build_role)
        for row in list_changed_rows(old, new):
            # The new row is told with the old one.
            if row in renamed.values() or self._is_told(row):
                continue
            if self._users.behind.is_same(old.get(row, ""), new.get(row, "")):
                continue
            if row in renamed:
                yield self._make_fact(
                    "tag_param_renamed", Risk.VALUES, (row.name, renamed[row].name),
                    risk="param_renamed",
                )  # fmt: skip
            else:
                yield self._compare_field(row, old.get(row, ""), new.get(row, ""))

    def _is_told(self, row: Row) -> bool:
        """Our own templates have the consent types as a field, too."""
        types = _list_consent_types(self._before), _list_consent_types(self._after)
        return types[0] != types[1] and self._build_role(row) is Role.CONSENT

    def _build_role(self, row: Row) -> Role:
        if self._shape is not None:
            return self._shape.role(row.key)
        return Role.SETTING

    def _compare_field(self, row: Row, old: str, new: str) -> Fact:
        sides = old, new
        match self._build_role(row) if not row.column else Role.SETTING:
            case Role.ACCOUNT:
                return self._make_fact("tag_account", Risk.ACCOUNT, sides, risk="setting_account")
            case Role.EVENT:
                severity = Risk.DEDUPLICATION if self._paired else Risk.LOSS
                risk = "paired_name" if self._paired else "platform_name"
                return self._make_fact("tag_event", severity, sides, risk=risk)
            case Role.EVENT_ID:
                severity = Risk.DEDUPLICATION if self._paired else Risk.VALUES
                risk = "event_id" if self._paired else ""
                return self._make_fact("tag_event_id", severity, sides, risk=risk)
            case Role.PERSON:
                # What is no longer told costs matches, and nobody's privacy.
                severity = Risk.PRIVACY if new else Risk.VALUES
                risk = "personal" if new else "identify_gone"
                return self._make_named_fact("tag_person", row.name, severity, sides, risk)
            case Role.PARAM:
                personal = self._users.is_personal(new)
                severity = Risk.PRIVACY if personal else Risk.VALUES
                risk = "personal" if personal else ""
                return self._make_named_fact(
                    "tag_param", row.name or row.key, severity, sides, risk
                )
        if self._is_consent_default and row.key == "states":
            severity = Risk.FIRING if new == "denied" else Risk.PRIVACY
            risk = "consent_denied" if new == "denied" else "consent_default"
            return self._make_named_fact("tag_setting", row.label, severity, sides, risk)
        if row.key in CODE and not row.name:
            return self._make_fact("tag_code", Risk.VALUES, risk="code")
        name = row.label
        if self._shape is not None and row.key in self._shape.limits:
            severity, risk = grade_limit(new)
            return self._make_named_fact("tag_setting", name, severity, sides, risk)
        severities = self._shape.severities if self._shape else {}
        severity = severities.get(row.key, Risk.VALUES)
        risk = f"setting_{severity}" if severity in (Risk.LOSS, Risk.PRIVACY) else ""
        return self._make_named_fact("tag_setting", name, severity, sides, risk)

    def _make_named_fact(
        self, about: str, name: str, severity: Risk, sides: tuple[str, str], risk: str
    ) -> Fact:
        ending = "" if all(sides) else "_new" if sides[1] else "_gone"
        return self._make_fact(about + ending, severity, sides, risk=risk, field=name)

    def _compare_rest(self) -> Facts:
        """Fields beside the parameters: priority, schedule, sequence."""
        explained = {
            "type", "parameter", "firingTriggerId", "blockingTriggerId", "paused", "name",
            "tagFiringOption", "consentSettings", *TEXTS,
        }  # fmt: skip
        for key in sorted((self._before.keys() | self._after.keys()) - explained):
            sides = join_flat(self._before.get(key)), join_flat(self._after.get(key))
            if sides[0] != sides[1]:
                severity = Risk.HARMLESS if key == "priority" else Risk.FIRING
                yield self._make_named_fact("tag_setting", key, severity, sides, "")


def _list_consent_types(form: Canonical) -> tuple[str, ...]:
    settings: Mapping[str, Any] = form.get("consentSettings") or {}
    # NOT_SET and NOT_NEEDED both let the tag fire whatever the visitor has chosen.
    if settings.get("consentStatus") != "NEEDED":
        return ()
    types = settings.get("consentType") or ()
    return tuple(strip_type(item) for item in types) if isinstance(types, list) else ()


def _match_renamed(
    old: Mapping[Row, str], new: Mapping[Row, str], role: Callable[[Row], Role]
) -> dict[Row, Row]:
    """Parameters that have another name and the value of before, each with its new row."""
    removed: dict[tuple[str, str], list[Row]] = {}
    come: dict[tuple[str, str], list[Row]] = {}
    for rows, other_rows, moved in ((old, new, removed), (new, old, come)):
        for row, text in rows.items():
            if row.name and not row.column and row not in other_rows and role(row) is Role.PARAM:
                moved.setdefault((row.key, text), []).append(row)
    return {
        rows[0]: come[content][0]
        for content, rows in removed.items()
        if len(rows) == 1 and len(come.get(content, ())) == 1
    }
