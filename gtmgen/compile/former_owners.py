"""The owners that entities had before their keys changed (`renamed_from`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product
from typing import NamedTuple
from urllib.parse import unquote

from gtmgen.compile.context import key_part
from gtmgen.container.entities import AnyEntity, Owner
from gtmgen.spec.model import DataKey, Event, Spec, TriggerSpec

Names = Mapping[str, tuple[str, ...]]


def former_owners(spec: Spec, entities: Iterable[AnyEntity]) -> dict[Owner, tuple[Owner, ...]]:
    """For each owner of a renamed event, data key or trigger, those that it may have in GTM.

    A page has no entity of its own: its conditions are part of those that name it.
    """
    names = _Names(
        _renamed(spec.events.values()),
        _renamed(spec.data.values()),
        _renamed(spec.triggers.values()),
    )
    if not any(names):
        return {}
    owners: dict[Owner, tuple[Owner, ...]] = {}
    for entity in entities:
        if entity.owner is None:
            continue
        kind, _, key_path = entity.owner.key.partition("/")
        _, *former = _keys(kind, key_path, names)
        if former:
            owners[entity.owner] = tuple(Owner(spec.project, f"{kind}/{key}") for key in former)
    return owners


class _Names(NamedTuple):
    """The former keys of what was renamed, by section and present key."""

    events: Names
    data: Names
    triggers: Names


def _renamed(entries: Iterable[DataKey] | Iterable[Event] | Iterable[TriggerSpec]) -> Names:
    return {str(entry.key): entry.renamed_from for entry in entries if entry.renamed_from}


def _keys(kind: str, key: str, names: _Names) -> list[str]:
    """An owner's key, and then those that it may have had: see where `compile` makes its entities
    for how each is put together."""
    section, slash, inner = key.rpartition("/")
    if kind == "variable" and section.startswith("late/"):
        # What a data key, or another variable, is for a tag that goes out late.
        _, of, read = key.split("/", 2)
        tags = _with_former(of, names.events)
        return [f"late/{tag}/{one}" for tag in tags for one in _keys(kind, read, names)]
    if kind == "tag" and key.startswith("consent.wait."):
        return [
            f"consent.wait.{one}"
            for one in _with_former(key.removeprefix("consent.wait."), names.triggers)
        ]
    if section == "consent" and inner.startswith("told."):
        told = _with_former(inner.removeprefix("told."), names.triggers)
        return [f"consent/told.{one}" for one in told]
    parts_of_key = inner.split(".")
    if section == "consent" and len(parts_of_key) > 3 and parts_of_key[-2] == "value":
        # What another variable was on the event whose turn it is.
        turns = _with_former(".".join(parts_of_key[:-2]), names.events)
        variables = _keys(kind, unquote(parts_of_key[-1]), names)
        return [f"consent/{turn}.value.{key_part(one)}" for turn in turns for one in variables]
    if section == "consent" and inner.startswith("except."):
        exceptions = _with_former(inner.removeprefix("except."), names.triggers)
        return [f"consent/except.{one}" for one in exceptions]
    if kind == "variable" and section == "first_of":
        parts = [_with_former(one, names.data) for one in inner.split(".")]
        return [f"first_of/{'.'.join(one)}" for one in product(*parts)]
    renamed: Names = {}
    match kind, section:
        case "tag", "":
            renamed = names.events
        case ("trigger", "event") | ("variable", "event_id" | "consent"):
            renamed = names.events
        case "trigger", "":
            renamed = names.triggers
        case "variable", "" | "source" | "event_data" | "or_empty" | "readable" | "site_currency":
            renamed = names.data
    return [f"{section}{slash}{one}" for one in _with_former(inner, renamed)]


def _with_former(key: str, renamed: Names) -> list[str]:
    """The key as it is, and with each former name of its first part."""
    head, dot, tail = key.partition(".")
    return [key, *(f"{former}{dot}{tail}" for former in renamed.get(head, ()))]
