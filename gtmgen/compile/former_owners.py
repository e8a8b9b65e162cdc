"""The owners that entities had before their keys changed (`renamed_from`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gtmgen.container.entities import AnyEntity, Owner
from gtmgen.spec.model import DataKey, Event, Spec, TriggerSpec

Names = Mapping[str, tuple[str, ...]]


def former_owners(spec: Spec, entities: Iterable[AnyEntity]) -> dict[Owner, tuple[Owner, ...]]:
    """For each owner of a renamed event, data key or trigger, those that it may have in GTM.

    A page has no entity of its own: its conditions are part of those that name it.
    """
    events = _renamed(spec.events.values())
    data = _renamed(spec.data.values())
    triggers = _renamed(spec.triggers.values())
    if not (events or data or triggers):
        return {}
    owners: dict[Owner, tuple[Owner, ...]] = {}
    for entity in entities:
        if entity.owner is None:
            continue
        former = tuple(_former_keys(entity.owner.key, events, data, triggers))
        if former:
            owners[entity.owner] = tuple(Owner(spec.project, key) for key in former)
    return owners


def _renamed(entries: Iterable[DataKey] | Iterable[Event] | Iterable[TriggerSpec]) -> Names:
    return {str(entry.key): entry.renamed_from for entry in entries if entry.renamed_from}


def _former_keys(key: str, events: Names, data: Names, triggers: Names) -> Iterable[str]:
    """`key` is an owner's: see where `compile` makes its entities for how it is put together."""
    kind, _, rest = key.partition("/")
    section, slash, inner = rest.rpartition("/")
    head, dot, tail = inner.partition(".")
    names: Names = {}
    match kind, section:
        case "tag", "":
            names = events
        case ("trigger", "event") | ("variable", "event_id"):
            names = events
        case "trigger", "":
            names = triggers
        case "variable", "" | "source" | "event_data" | "or_empty" | "readable":
            names = data
    for former in names.get(head, ()):
        yield f"{kind}/{section}{slash}{former}{dot}{tail}"
