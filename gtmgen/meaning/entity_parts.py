"""What is the same for every kind of entity: new, gone, renamed, other notes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from gtmgen.container.canonical import flatten
from gtmgen.container.entities import Kind
from gtmgen.meaning.entities import EntityPair, strip_type
from gtmgen.meaning.model import Fact, Risk, Who
from gtmgen.meaning.phrases import Phrase, mark_code, say
from gtmgen.meaning.subject import Subject
from gtmgen.meaning.users import Users
from gtmgen.plan.words import format_kind

PLURALS = {kind: f"{format_kind(kind)}s" for kind in Kind}
WHO: tuple[Who, ...] = ("marketing", "developers", "qa")
TEXTS = ("notes", "parentFolderId", "monitoringMetadata", "monitoringMetadataTagNameKey")
CODE = ("html", "javascript")

Facts = Iterator[Fact]
Galleries = Mapping[str, str]
"""The templates of GTM's gallery: name -> owner/repository."""
Make = Callable[[Subject, EntityPair, Users, Galleries], Facts]


def name_kind(change: EntityPair) -> dict[str, Phrase]:
    return {"kind": say(f"entity.kind.{change.kind.value}"), "name": mark_code(change.name)}


def explain_whole(subject: Subject, change: EntityPair) -> Facts:
    """New, gone, renamed: what is the same for every kind."""
    if change.before is None:
        yield subject.fact("new", "entity_new", WHO, values=name_kind(change))
    elif change.after is None:
        severity = Risk.VALUES if subject.events else Risk.HARMLESS
        yield subject.fact("gone", "entity_gone", WHO, severity, values=name_kind(change))
    if change.is_adopted:
        yield subject.alone().fact("changed", "entity_adopted", WHO, values=name_kind(change))
    if change.before and change.after and change.old_name != change.name:
        yield subject.alone().fact(
            "changed", "entity_renamed", WHO,
            before=change.old_name, after=change.name, values=name_kind(change),
        )  # fmt: skip


def explain_texts(subject: Subject, change: EntityPair) -> Facts:
    """Notes and folder, in one line."""
    before, after = change.before or {}, change.after or {}
    names = [key for key in TEXTS if before.get(key) != after.get(key)]
    if names:
        labels = tuple(say(f"entity.text.{name}") for name in names)
        yield subject.alone().fact(
            "changed", "entity_texts", WHO, values={**name_kind(change), "fields": labels}
        )


def join_flat(value: Any) -> str:
    return ", ".join(strip_type(text) for _, text in flatten(value))
