"""What changed entities mean: of containers for which no spec is at hand, and of raw entities.

Where the entity was made by gtmgen, its owner's key tells the event; else the entity stands for
itself.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

from gtmgen.container.entities import Kind, Owner
from gtmgen.meaning.entities import EntityPair
from gtmgen.meaning.entity_facts import FACTS
from gtmgen.meaning.entity_parts import PLURALS, TEXTS, WHO, explain_whole, name_kind
from gtmgen.meaning.merging import merge_alike
from gtmgen.meaning.model import Fact, Group, Meaning, Risk
from gtmgen.meaning.renames import freeze
from gtmgen.meaning.subject import Subject
from gtmgen.meaning.users import Users


def container_facts(
    changes: Iterable[EntityPair],
    users: Users,
    galleries: Mapping[str, str],
) -> Meaning:
    """Facts about entities; what only serves a tag that is told of is left out when it is new.

    ``galleries`` are the templates of GTM's gallery: name -> owner/repository.
    """
    facts: list[Fact] = []
    changes = list(changes)
    replaced = _match_replaced(changes)
    for change in changes:
        if change.name in replaced.values() and change.before is None:
            continue
        subject = _find_subject(change, users)
        if change.after is None and change.kind is Kind.TAG and change.name in replaced:
            facts.append(
                subject.fact(
                    "changed", "tag_replaced", WHO,
                    before=change.name, after=replaced[change.name],
                )
            )  # fmt: skip
            continue
        facts += list(FACTS[change.kind](subject, change, users, galleries)) or _compare_rest(
            subject, change
        )
    return Meaning(merge_alike(facts))


def _match_replaced(changes: Sequence[EntityPair]) -> dict[str, str]:
    """Deleted tags, each with the new one that is the same under another name.

    Of several alike nobody knows which became which.
    """
    removed: dict[Hashable, list[str]] = {}
    come: dict[Hashable, list[str]] = {}
    for change in changes:
        if change.kind is not Kind.TAG or (change.before and change.after):
            continue
        side = removed if change.after is None else come
        form = change.after or change.before or {}
        told = {key: item for key, item in form.items() if key not in ("name", *TEXTS)}
        side.setdefault(freeze(told), []).append(change.name)
    return {
        names[0]: come[form][0]
        for form, names in removed.items()
        if len(names) == 1 and len(come.get(form, ())) == 1
    }


def _compare_rest(subject: Subject, change: EntityPair) -> list[Fact]:
    """What no words are known for: the order of rows, a flag of a later day."""
    if not change.before or not change.after or change.before == change.after:
        return []
    return [subject.fact("changed", "entity_changed", WHO, Risk.VALUES, values=name_kind(change))]


def is_raw(change: EntityPair) -> bool:
    """Whether no word of the spec language stands behind an entity: GTM's own words do.

    Built-in variables, which nobody owns, follow from what refers to them.
    """
    if change.kind is Kind.BUILT_IN_VARIABLE:
        return False
    return change.owner is None or "/gtm/" in change.owner.key


def name_facts(change: EntityPair) -> Iterator[Fact]:
    """What is only called otherwise in GTM, while its key in the spec is the same.

    Tags and folders are left out: events, platforms and the site tell of theirs.
    """
    is_same = change.owner is not None and change.owner == change.old_owner
    if is_same and change.kind not in (Kind.TAG, Kind.FOLDER) and change.before and change.after:
        key = PLURALS[change.kind]
        yield from explain_whole(Subject("container", key, key), change)


def _find_subject(change: EntityPair, users: Users) -> Subject:
    group, key = _group(change)
    if change.kind is Kind.TAG:
        return Subject(group, key, key)
    name = change.name if change.after is not None else change.old_name
    tags = users.tags_of(change.kind, name)
    if group == "container":
        owners = {_parse_owner(users.owner_of(tag)) for tag in tags}
        if len(owners) == 1:  # it serves one event alone
            group, key = owners.pop() or (group, key)
    return Subject(group, key, key, tags)


def _group(change: EntityPair) -> tuple[Group, str]:
    return _parse_owner(change.owner) or ("container", PLURALS[change.kind])


def _parse_owner(owner: Owner | None) -> tuple[Group, str] | None:
    """Which event or platform an entity was made for, as its owner's key tells."""
    key = owner.key if owner else ""
    kind, _, key_path = key.partition("/")
    parts = key_path.split(".")
    if key == _CONSENT_DEFAULT or key.startswith(_CONSENT_WAIT):
        return "site", "consent"
    if kind == "tag" and len(parts) > 1 and not key_path.startswith("gtm/"):
        return ("platform", parts[1]) if parts[0] == "platform" else ("event", parts[0])
    if key.startswith("trigger/event/"):
        return "event", parts[0].removeprefix("event/")
    return None


_CONSENT_DEFAULT = "tag/consent.default"
_CONSENT_WAIT = "tag/consent.wait."
