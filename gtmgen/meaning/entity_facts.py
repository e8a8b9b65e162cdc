"""Facts about one changed trigger, variable or other entity of a container."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gtmgen.container.canonical import Canonical
from gtmgen.container.entities import Kind
from gtmgen.meaning.entities import EntityPair, FormFields, list_changed_rows, strip_type
from gtmgen.meaning.entity_parts import (
    CODE,
    TEXTS,
    WHO,
    Facts,
    Galleries,
    Make,
    explain_texts,
    explain_whole,
    join_flat,
    name_kind,
)
from gtmgen.meaning.model import Risk, Sort
from gtmgen.meaning.phrases import Phrase, Saying, mark_code, say
from gtmgen.meaning.renames import freeze
from gtmgen.meaning.subject import NARROWED, Subject
from gtmgen.meaning.tags import explain_tag
from gtmgen.meaning.users import Users

# -- triggers --------------------------------------------------------------------------


def explain_trigger(
    subject: Subject, change: EntityPair, users: Users, galleries: Galleries
) -> Facts:
    """When a trigger fires; a new one is told with the tags that fire on it."""
    del users, galleries
    if change.before is None:
        return
    yield from explain_whole(subject, change)
    if change.after is None:
        return
    noun, before, after = name_kind(change), change.before, change.after
    severity = Risk.FIRING if subject.events else Risk.HARMLESS
    if before.get("type") != after.get("type"):
        yield subject.fact(
            "changed", "trigger_type", WHO, severity,
            before=str(before.get("type", "")), after=str(after.get("type", "")), values=noun,
        )  # fmt: skip
    old, new = _list_filters(before), _list_filters(after)
    yield from _compare_conditions(subject, old, new, severity, noun)
    explained = {"type", "name", *_FILTERS, *TEXTS}
    for key in sorted((before.keys() | after.keys()) - explained):
        yield from _build_setting(subject, change, key, severity)
    yield from explain_texts(subject, change)


def _compare_conditions(
    subject: Subject,
    old: list[Mapping[str, Any]],
    new: list[Mapping[str, Any]],
    severity: Risk,
    noun: Mapping[str, Phrase],
) -> Facts:
    keys = list(map(freeze, old)), list(map(freeze, new))
    gone = tuple(
        _build_condition(item) for item, key in zip(old, keys[0], strict=True) if key not in keys[1]
    )
    come = tuple(
        _build_condition(item) for item, key in zip(new, keys[1], strict=True) if key not in keys[0]
    )
    if not gone and not come:
        return
    sort: Sort = "changed" if gone and come else "new" if come else "gone"
    about = "trigger_condition" + ("" if gone and come else f"_{sort}")
    risk = NARROWED.get(sort, "") if severity is not Risk.HARMLESS else ""
    yield subject.fact(sort, about, WHO, severity, before=gone, after=come, risk=risk, values=noun)


_FILTERS = ("customEventFilter", "filter", "autoEventFilter")


def _list_filters(form: Canonical) -> list[Mapping[str, Any]]:
    return [item for key in _FILTERS for item in form.get(key, ())]


def _build_condition(item: Mapping[str, Any]) -> Saying:
    parameters = item.get("parameter")
    values = parameters if isinstance(parameters, dict) else {}
    negated = strip_type(values.get("negate", "")) == "true"
    type_ = str(item.get("type", "")).lower()
    sides = {
        "left": strip_type(values.get("arg0", "")), "right": strip_type(values.get("arg1", "")),
    }  # fmt: skip
    condition = say("entity.condition.other", type=type_, **sides)
    if type_ in _OPERATORS:
        condition = say(f"entity.condition.{'not_' if negated else ''}{type_}", **sides)
    if strip_type(values.get("ignore_case", "")) == "true":
        return say("entity.ignore_case", condition=condition)
    return condition


_OPERATORS = frozenset(
    (
        "equals", "contains", "starts_with", "ends_with", "match_regex", "greater",
        "greater_or_equals", "less", "less_or_equals", "css_selector", "url_matches",
    )
)  # fmt: skip


def _build_setting(subject: Subject, change: EntityPair, key: str, severity: Risk) -> Facts:
    before, after = change.before or {}, change.after or {}
    old, new = join_flat(before.get(key)), join_flat(after.get(key))
    if old != new:
        ending = "" if old and new else "_new" if new else "_gone"
        yield subject.fact(
            "changed", f"tag_setting{ending}", WHO, severity,
            before=old, after=new, values={**name_kind(change), "field": key},
        )  # fmt: skip


# -- variables, and all else -----------------------------------------------------------


def explain_variable(
    subject: Subject, change: EntityPair, users: Users, galleries: Galleries
) -> Facts:
    """Where a variable's value comes from; a new one is told with what uses it."""
    del galleries
    if change.before is None:
        return
    yield from explain_whole(subject, change)
    if change.after is None:
        return
    severity, risk, values = _rate_variable(subject, change, users)
    old, new = FormFields(change.before).values, FormFields(change.after).values
    for row in list_changed_rows(old, new):
        was, now = old.get(row, ""), new.get(row, "")
        if row.key in CODE:
            yield subject.fact("changed", "tag_code", WHO, severity, risk="code", values=values)
            continue
        if users.behind.is_same(was, now):
            continue
        if row.key == "types" and change.owner is not None and "/consent/" in change.owner.key:
            # What the tags wait for is told of the tags; the ID that is kept is the same.
            yield subject.fact(
                "changed", "tag_setting", WHO, Risk.FIRING,
                before=was, after=now, values={**name_kind(change), "field": row.label},
            )  # fmt: skip
            continue
        name = row.label
        ending = "" if was and now else "_new" if now else "_gone"
        yield subject.fact(
            "changed", f"tag_setting{ending}", WHO, severity,
            before=was, after=now, risk=risk, values={**values, "field": name},
        )  # fmt: skip
    for key in sorted((change.before.keys() | change.after.keys()) - {"name", "parameter", *TEXTS}):
        yield from _build_setting(subject, change, key, severity)
    yield from explain_texts(subject, change)


def _rate_variable(
    subject: Subject, change: EntityPair, users: Users
) -> tuple[Risk, str, dict[str, Phrase]]:
    """What another value does at worst, with its risk and what the sentences need."""
    values = name_kind(change)
    if users.makes_event_id(change.name):
        return Risk.DEDUPLICATION, "event_id", values
    tags = users.fired_by(change.name)
    if tags:
        values["tested"] = tuple(map(mark_code, tags[:_SHOWN]))
        return Risk.FIRING, _TESTED if len(tags) <= _SHOWN else "", values
    return (Risk.VALUES if subject.events else Risk.HARMLESS), "", values


_SHOWN = 5
_TESTED = "condition_value"


def explain_other(
    subject: Subject, change: EntityPair, users: Users, galleries: Galleries
) -> Facts:
    """Folders, templates, built-in variables, and what a website's container does not have."""
    del users, galleries
    if change.before is None and change.kind in _SERVING:
        return
    yield from explain_whole(subject, change)
    if change.before is None or change.after is None:
        return
    keys: Sequence[str] = sorted((change.before.keys() | change.after.keys()) - {"name", *TEXTS})
    if any(change.before.get(key) != change.after.get(key) for key in keys):
        # A template of ours follows from the settings, or from gtmgen's version.
        is_ours = change.kind is Kind.TEMPLATE and change.owner is not None
        is_harmless = is_ours or change.kind is Kind.FOLDER
        severity = Risk.HARMLESS if is_harmless else Risk.VALUES
        is_template = change.kind is Kind.TEMPLATE
        yield subject.fact(
            "changed", "tag_code" if is_template else "entity_changed", WHO, severity,
            risk="code" if is_template and not is_ours else "", values=name_kind(change),
        )  # fmt: skip
    yield from explain_texts(subject, change)


_SERVING = frozenset((Kind.FOLDER, Kind.TEMPLATE, Kind.BUILT_IN_VARIABLE))

FACTS: Mapping[Kind, Make] = {
    **dict.fromkeys(Kind, explain_other),
    Kind.TAG: explain_tag,
    Kind.TRIGGER: explain_trigger,
    Kind.VARIABLE: explain_variable,
}
