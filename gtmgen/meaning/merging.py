"""One fact instead of many alike: what holds for several tags is told once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from gtmgen.container.entities import Kind
from gtmgen.meaning.entity_parts import PLURALS
from gtmgen.meaning.model import Fact
from gtmgen.meaning.phrases import Phrase

_LEAST = 3
"""From so many tags on; two are better told each with its own event."""


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
    if not fact.about.startswith("tag_") or fact.sort != "changed":
        return id(fact)
    values = tuple(pair for pair in fact.values if pair[0] != "name")
    return (fact.about, fact.severity, fact.before, fact.after, fact.risk, values)


def _merge_alike(alike: list[Fact]) -> Fact:
    first = alike[0]
    names: tuple[Phrase, ...] = tuple(dict(fact.values)["name"] for fact in alike)
    values = tuple((key, names if key == "name" else value) for key, value in first.values)
    key = PLURALS[Kind.TAG]
    return replace(first, group="container", key=key, title=key, values=values)
