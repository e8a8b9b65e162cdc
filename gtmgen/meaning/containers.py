"""What changed entities mean: of containers for which no spec is at hand, and of raw entities.

Where the entity was made by gtmgen, its owner's key tells the event; else the entity stands for
itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from gtmgen.container.entities import Kind
from gtmgen.meaning.entities import EntityChange
from gtmgen.meaning.entity_facts import FACTS
from gtmgen.meaning.entity_parts import PLURALS, whole_facts
from gtmgen.meaning.merging import merge_alike
from gtmgen.meaning.model import Fact, Group, Meaning
from gtmgen.meaning.subject import Subject
from gtmgen.meaning.users import Users


def container_facts(
    changes: Iterable[EntityChange],
    users: Users,
    galleries: Mapping[str, str],
) -> Meaning:
    """Facts about entities; what only serves a tag that is told of is left out when it is new.

    ``galleries`` are the templates of GTM's gallery: name -> owner/repository.
    """
    facts: list[Fact] = []
    for change in changes:
        subject = _subject(change, users)
        facts += FACTS[change.kind](subject, change, users, galleries)
    return Meaning(merge_alike(facts))


def is_raw(change: EntityChange) -> bool:
    """Whether no word of the spec language stands behind an entity: GTM's own words do.

    Built-in variables, which nobody owns, follow from what refers to them.
    """
    if change.kind is Kind.BUILT_IN_VARIABLE:
        return False
    return change.owner is None or "/gtm/" in change.owner.key


def name_facts(change: EntityChange) -> Iterator[Fact]:
    """What is only called otherwise in GTM, while its key in the spec is the same.

    Tags are left out: events and platforms tell of theirs.
    """
    is_same = change.owner is not None and change.owner == change.old_owner
    if is_same and change.kind is not Kind.TAG and change.before and change.after:
        key = PLURALS[change.kind]
        yield from whole_facts(Subject("container", key, key), change)


def _subject(change: EntityChange, users: Users) -> Subject:
    group, key = _group(change)
    subject = Subject(group, key, key)
    if change.kind is Kind.TAG:
        return subject
    name = change.name if change.after is not None else change.old_name
    return replace(subject, events=users.tags_of(change.kind, name))


def _group(change: EntityChange) -> tuple[Group, str]:
    """Which event or platform an entity was made for, as its owner's key tells."""
    key = change.owner.key if change.owner else ""
    parts = key.partition("/")[2].split(".")
    if key.startswith("tag/platform.") and len(parts) > 1:
        return "platform", parts[1]
    if key.startswith("tag/") and len(parts) > 1 and not key.startswith("tag/gtm/"):
        return "event", parts[0]
    if key.startswith("trigger/event/"):
        return "event", parts[0].removeprefix("event/")
    return "container", PLURALS[change.kind]
