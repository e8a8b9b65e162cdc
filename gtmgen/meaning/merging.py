"""One fact instead of many alike: what holds for several tags is told once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from gtmgen.meaning.entity_parts import PLURALS
from gtmgen.meaning.model import Fact, Risk
from gtmgen.meaning.phrases import Phrase, say

_LEAST = 3
"""From so many tags on; two are better told each with its own event."""


# What is only deleted, or only noted otherwise, and its sentence for several.
_HARMLESS = {"entity_gone": "entities_gone", "entity_texts": "entities_texts"}
_SEVERAL = {**_HARMLESS, "trigger_condition": "triggers_condition"}


def merge_alike(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Facts about single tags as one where they differ in the tag alone, in their order."""
    groups: dict[object, list[Fact]] = {}
    for fact in facts:
        groups.setdefault(_make_signature(fact), []).append(fact)
    merged: list[Fact] = []
    for alike in groups.values():
        merged += [_merge_alike(alike)] if len(alike) >= _LEAST else alike
    return tuple(merged)


def _make_signature(fact: Fact) -> object:
    values = dict(fact.values)
    told = (fact.about, fact.severity, fact.before, fact.after, fact.risk)
    if fact.about in _HARMLESS and fact.severity is not Risk.HARMLESS:
        return id(fact)
    if fact.about in _SEVERAL:
        return (*told, values["kind"], values.get("fields"))
    if not fact.about.startswith("tag_") or fact.sort != "changed" or "name" not in values:
        return id(fact)
    return (*told, tuple(pair for pair in fact.values if pair[0] != "name"))


def _merge_alike(alike: list[Fact]) -> Fact:
    first = alike[0]
    names: tuple[Phrase, ...] = tuple(dict(fact.values)["name"] for fact in alike)
    values = tuple((key, names if key == "name" else value) for key, value in first.values)
    about, noun = first.about, dict(values)["kind"]
    kind = next(kind for kind in PLURALS if say(f"entity.kind.{kind.value}") == noun)
    if about in _SEVERAL:
        values, about = (*values, ("kinds", PLURALS[kind])), _SEVERAL[about]
    key = PLURALS[kind]
    events = () if about in _HARMLESS.values() else tuple(
        dict.fromkeys(event for fact in alike for event in fact.events)
    )  # fmt: skip
    return replace(
        first, group="container", key=key, title=key, about=about, values=values, events=events
    )
