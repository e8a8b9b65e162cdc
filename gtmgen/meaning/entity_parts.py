"""What is the same for every kind of entity: new, gone, renamed, other notes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from gtmgen.container.canonical import flatten
from gtmgen.container.entities import Kind
from gtmgen.meaning.entities import EntityPair, plain_value
from gtmgen.meaning.model import Fact, Risk, Who
from gtmgen.meaning.phrases import Phrase, code, saying
from gtmgen.meaning.subject import Subject
from gtmgen.meaning.users import Users

PLURALS = {
    Kind.FOLDER: "folders",
    Kind.TEMPLATE: "templates",
    Kind.BUILT_IN_VARIABLE: "built-in variables",
    Kind.VARIABLE: "variables",
    Kind.TRIGGER: "triggers",
    Kind.CLIENT: "clients",
    Kind.TAG: "tags",
    Kind.TRANSFORMATION: "transformations",
    Kind.ZONE: "zones",
    Kind.GTAG_CONFIG: "Google tag configurations",
}
WHO: tuple[Who, ...] = ("marketing", "developers", "qa")
TEXTS = ("notes", "parentFolderId", "monitoringMetadata", "monitoringMetadataTagNameKey")
CODE = ("html", "javascript")

Facts = Iterator[Fact]
Galleries = Mapping[str, str]
"""The templates of GTM's gallery: name -> owner/repository."""
Make = Callable[[Subject, EntityPair, Users, Galleries], Facts]


def what_of(change: EntityPair) -> dict[str, Phrase]:
    return {"kind": saying(f"entity.kind.{change.kind.value}"), "name": code(change.name)}


def whole_facts(subject: Subject, change: EntityPair) -> Facts:
    """New, gone, renamed: what is the same for every kind."""
    if change.before is None:
        yield subject.fact("new", "entity_new", WHO, values=what_of(change))
    elif change.after is None:
        severity = Risk.VALUES if subject.events else Risk.HARMLESS
        yield subject.fact("gone", "entity_gone", WHO, severity, values=what_of(change))
    if change.is_adopted:
        yield subject.alone().fact("changed", "entity_adopted", WHO, values=what_of(change))
    if change.before and change.after and change.old_name != change.name:
        yield subject.alone().fact(
            "changed", "entity_renamed", WHO,
            before=change.old_name, after=change.name, values=what_of(change),
        )  # fmt: skip


def text_facts(subject: Subject, change: EntityPair) -> Facts:
    """Notes and folder, in one line."""
    before, after = change.before or {}, change.after or {}
    names = [key for key in TEXTS if before.get(key) != after.get(key)]
    if names:
        labels = tuple(saying(f"entity.text.{name}") for name in names)
        yield subject.alone().fact(
            "changed", "entity_texts", WHO, values={**what_of(change), "fields": labels}
        )


def flat_text(value: Any) -> str:
    return ", ".join(plain_value(text) for _, text in flatten(value))
