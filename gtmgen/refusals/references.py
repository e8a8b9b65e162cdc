"""References to what is not there: tags by name, triggers by ID, types of custom templates."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from gtmgen.container.builtins import BUILT_IN_TRIGGER_IDS, MOBILE_TRIGGER_IDS
from gtmgen.container.entities import AnyEntity, Container, Tag, Trigger, TriggerId, Variable, Zone
from gtmgen.container.parameters import walk_parameter
from gtmgen.container.references import TRIGGER_LISTS
from gtmgen.container.values import REFERENCE, TRIGGER_NAME, Parameter
from gtmgen.diagnostics import Path, Problem
from gtmgen.refusals.templates import template_types
from gtmgen.spec.cycles import find_cycles
from gtmgen.text import did_you_mean

_BUILT_IN_FROM = 2147479553
"""The lowest ID that a built-in trigger was seen with; those of a container's own count from 1."""


def unknown_tags(entity: AnyEntity, path: Path, known: Collection[str]) -> Iterator[Problem]:
    """Tags that run before or after this one, or that an entity's parameters refer to."""
    for at, name in _list_tag_names(entity, path):
        if name not in known and not REFERENCE.search(name):
            message = f"there is no tag with the name `{name}` in GTM"
            yield Problem("unknown-name", at, message, did_you_mean(name, known))


def _list_tag_names(entity: AnyEntity, path: Path) -> Iterator[tuple[Path, str]]:
    extra = dict(entity.extra)
    for word, field in (("setup", "setupTag"), ("teardown", "teardownTag")):
        items = extra.get(field)
        for item in items if isinstance(items, list) else ():
            if isinstance(item, dict) and isinstance(item.get("tagName"), str):
                yield (*path, word, "tag"), item["tagName"]
    for parameter in getattr(entity, "parameter", ()):
        for name in _list_values(parameter, "TAG_REFERENCE"):
            yield (*path, "parameters", str(parameter.key)), name


def _list_values(parameter: Parameter, type_: str) -> Iterator[str]:
    """Those of all parameters of a type; a trigger that has a name has another type here."""
    return (str(item.value or "") for item in walk_parameter(parameter) if item.type == type_)


def unknown_trigger_ids(entity: AnyEntity, path: Path) -> Iterator[Problem]:
    """Triggers that are named by an ID: no spec can know another one than a built-in's.

    An import writes the ID where the container lacks the trigger, which GTM then refuses.
    """
    for field in _list_trigger_fields(entity):
        for index, ref in enumerate(getattr(entity, field)):
            if isinstance(ref, TriggerId) and ref.id not in MOBILE_TRIGGER_IDS:
                yield Problem("unknown-trigger-id", (*path, field, index), *_words(ref.id))
    for name, refs in entity.extra:
        for index, ref in enumerate(refs if name in TRIGGER_LISTS else ()):
            if isinstance(ref, TriggerId) and ref.id not in MOBILE_TRIGGER_IDS:
                yield Problem("unknown-trigger-id", (*path, "more", name, index), *_words(ref.id))
    for parameter in getattr(entity, "parameter", ()):
        for id_ in _list_values(parameter, "TRIGGER_REFERENCE"):
            if id_ not in MOBILE_TRIGGER_IDS and id_ not in BUILT_IN_TRIGGER_IDS:
                at = (*path, "parameters", str(parameter.key))
                yield Problem("unknown-trigger-id", at, *_words(id_))


def group_cycles(triggers: Iterable[Trigger]) -> Iterator[Problem]:
    """Groups in GTM's own words that contain each other: none has an ID before the others.

    The spec's own groups are checked in the spec, by their keys.
    """
    groups = {
        trigger.name: (trigger, [name for item in trigger.parameter for name in _members(item)])
        for trigger in triggers
        if trigger.raw and trigger.type == "TRIGGER_GROUP"
    }
    for cycle in find_cycles({name: members for name, (_, members) in groups.items()}):
        origin = groups[cycle[0]][0].origin
        chain = " -> ".join([*cycle, cycle[0]])
        at: Path = origin.path if origin is not None else ()
        message = f"the groups contain each other: {chain}"
        yield Problem("group-cycle", at, message, on_key=True)


def _members(parameter: Parameter) -> list[str]:
    return list(_list_values(parameter, TRIGGER_NAME))


def unknown_folder_id(entity: AnyEntity, path: Path) -> Iterator[Problem]:
    """A folder by an ID: where the container lacks it, an import leaves it as it is."""
    for field, value in entity.extra:
        if field == "parentFolderId" and value not in (None, "", "0"):
            yield Problem(
                "unknown-folder-id",
                (*path, "more", field),
                f"nothing in the spec is the folder with the ID {value}",
                "take it out, or put the folder under `gtm.folders` and write `folder: NAME`",
            )


def _list_trigger_fields(entity: AnyEntity) -> tuple[str, ...]:
    if isinstance(entity, Tag):
        return "firing", "blocking"
    return ("evaluation",) if isinstance(entity, Zone) else ()


def _words(id_: str) -> tuple[str, str]:
    if id_.isdecimal() and int(id_) >= _BUILT_IN_FROM:
        known = ", ".join(
            [
                *(
                    f"{trigger.value} ({trigger.label})"
                    for trigger in BUILT_IN_TRIGGER_IDS.values()
                ),
                *MOBILE_TRIGGER_IDS,
            ]
        )
        return f"GTM has no built-in trigger with the ID {id_}", f"known: {known}"
    return (
        f"nothing in the spec is the trigger with the ID {id_}",
        "take it out, or put the trigger under `gtm.triggers` and write its name here",
    )


# What people, and programs that write exports, call types of GTM's own. GTM has more types than
# anybody has listed: one that is merely unknown here may be right.
_MEANT: Mapping[type, Mapping[str, str]] = {
    Tag: {
        **dict.fromkeys(("custom_html", "customhtml", "html_tag"), "html"),
        **dict.fromkeys(("custom_image", "image", "image_tag"), "img"),
        **dict.fromkeys(("google_tag", "gtag"), "googtag"),
        "conversion_linker": "gclidw",
        "google_ads_conversion": "awct",
    },
    Variable: {
        **dict.fromkeys(("custom_javascript", "customjs", "custom_js"), "jsm"),
        **dict.fromkeys(("data_layer", "datalayer", "data_layer_variable", "dlv"), "v"),
        **dict.fromkeys(("first_party_cookie", "cookie"), "k"),
        **dict.fromkeys(("lookup", "lookup_table"), "smm"),
        **dict.fromkeys(("regex_table", "regex_lookup"), "remm"),
        **dict.fromkeys(("dom", "dom_element"), "d"),
        "constant": "c",
        "javascript_variable": "j",
        "url": "u",
    },
}


def unknown_type(entity: Any, path: Path, container: Container) -> Iterator[Problem]:
    """A type that GTM does not have: a custom template's in text, for which `{template: NAME}`
    says the same and is checked, and what only people call one of GTM's own."""
    type_ = getattr(entity, "type", None)
    if not isinstance(type_, str):
        return
    word = re.sub(r"[\s-]+", "_", type_.lower())
    meant = _MEANT.get(type(entity), {}).get(word)
    if meant is not None:
        noun = type(entity).__name__.lower()
        yield Problem(
            "unknown-type",
            (*path, "type"),
            f"GTM has no type `{type_}` of {noun}s",
            f"write `{meant}`, which is its name in the API",
        )
    if not type_.startswith("cvt_"):
        return
    known = {name for template in container.templates for name in template_types(template)}
    if type_ not in known:
        yield Problem(
            "unknown-type",
            (*path, "type"),
            f"no template of the spec makes the type `{type_}`",
            "write `{template: NAME}`, and put the template under `gtm.templates`",
        )
