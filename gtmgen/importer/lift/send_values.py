"""What a tag sends with an event, in the words of the spec: parameters and the event's ID."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gtmgen.container.entities import Kind, Variable
from gtmgen.container.values import REFERENCE
from gtmgen.importer.lift.model import LiftedContainer
from gtmgen.importer.names import make_key
from gtmgen.lint.html import text_of
from gtmgen.lint.uses import Use
from gtmgen.packs.model import PackParam
from gtmgen.spec.lifting import NotLiftedError
from gtmgen.text import listing

Json = dict[str, Any]
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_PREFIXED = re.compile(r"([^{}]*)(\{\{[^{}]+\}\})")
NUMBERS = frozenset(("number", "integer"))
# GA4's own place for items, which alone says what they look like.
_ITEMS_PATH = "ecommerce.items"
# A variable that only renames the fields of another one's items. Possessive: code can be hostile.
_RENAMING = re.compile(
    r"\s*+function\s*+\(\s*+\)\s*+\{\s*+return\s*+\(?\s*+(?P<items>\{\{[^{}]+\}\})\s*+"
    r"(?:\|\|\s*+\[\s*+\]\s*+\))?\s*+\.map\(\s*+function\s*+\(\s*+(?P<item>\w+)\s*+\)\s*+\{\s*+"
    r"return\s*+\{(?P<fields>[^{}]*)\}\s*+;?\s*+\}\s*+\)\s*+;?\s*+\}\s*+;?\s*+"
)


@dataclass
class FilledParams:
    """Parameters of the spec, the data keys that they need, and the platform's that are lost."""

    filled: Json = field(default_factory=dict)
    data: Json = field(default_factory=dict)
    losses: list[str] = field(default_factory=list)
    item_changes: list[str] = field(default_factory=list)
    """What becomes of the items otherwise, as half a sentence each."""
    moves: list[str] = field(default_factory=list)
    """What is sent in another place, likewise."""


def lift_params(source: LiftedContainer, use: Use, tag: str = "") -> FilledParams:
    """The parameters of a use that the spec can fill, and the names of the others.

    ``tag`` is the name of a tag whose code may spell out items; they are called by it.
    """
    pack = use.platform.pack
    settings = pack.settings.get("properties", {})
    canonical = {param.to: (key, param) for key, param in pack.params.items()}
    params = FilledParams()
    beside_items = []
    for theirs, value in sorted(use.params.items()):
        if value is not None and settings.get(theirs, {}).get("default") == value:
            beside_items.append(theirs)  # the pack sends it anyway, where there are items
            continue
        key, param = canonical.get(theirs, (theirs, None))
        filled = _fill(source, use, value, param, params) if param is not None else None
        if filled is None and param is not None and param.type == "items" and theirs in use.lists:
            filled = _spell_items(source, use, use.lists[theirs], f"{tag} {theirs}", params)
        if filled is None:
            params.losses.append(theirs)
        else:
            params.filled[key] = filled
    if tag:
        _gather_item(source, use, tag, params)
    if not any(pack.params[key].type == "items" for key in params.filled):
        params.losses += beside_items
        return params
    for theirs in [name for name in params.losses if "default" in settings.get(name, {})]:
        # The account has one for all of its events, and the pack's tag says it beside the items.
        params.losses.remove(theirs)
        own, before = settings[theirs]["default"], use.params[theirs]
        instead = f"`{before}`" if before else "what its code says"
        params.item_changes.append(f"`{theirs}` is `{own}`, and no longer {instead}")
    return params


def lift_event_id(source: LiftedContainer, use: Use) -> Json | None:
    """``event_id`` of the spec; None where the tag sends none. Raises :class:`NotLiftedError`
    where the spec would send another ID, so that the server's event would count, too."""
    if use.event_id is None:
        if use.has_event_id:
            raise NotLiftedError("code makes its event ID, which the server would not match")
        return None
    parts = _PREFIXED.fullmatch(use.event_id)
    key = _find_key(source, parts.group(2)) if parts else None
    if parts is None or key is None or "${" in parts.group(1):
        raise NotLiftedError(f"its event ID `{use.event_id}` is not a prefix and one variable")
    return {"from": key, **({"prefix": parts.group(1)} if parts.group(1) else {})}


def _fill(
    source: LiftedContainer, use: Use, value: str | None, param: PackParam, params: FilledParams
) -> str | Json | None:
    """What fills a parameter; None where that is not known."""
    if not value:
        return None
    if param.type == "items":
        return _fill_items(source, use, value, param.to, params)
    if "{{" in value:
        return _find_key(source, value)
    if "${" in value:
        return None
    # GTM holds every constant as text; `const: 5` says the number that the template makes of it.
    if param.type in NUMBERS and _NUMBER.fullmatch(value):
        return {"const": float(value) if "." in value else int(value)}
    return {"const": value}


def fill_from_reference(source: LiftedContainer, value: str) -> str | Json | None:
    """A variable's key, or a constant; None for a text with both."""
    if "{{" in value:
        return _find_key(source, value)
    return None if "${" in value else {"const": value}


def _fill_items(
    source: LiftedContainer, use: Use, value: str, theirs: str, params: FilledParams
) -> str | None:
    """Items are taken where their fields are known; they would arrive empty otherwise."""
    variable = find_variable(source, value)
    if variable is None:
        return None
    # GA4 says what fields an item has there (its reference of events); of items elsewhere nobody
    # knows, and a wrong name arrives as an empty field without any error.
    if variable.type == "v" and text_of(variable, "name") == _ITEMS_PATH:
        names = listing(sorted(use.platform.items))
        params.item_changes.append(f"its `{theirs}` have {names}, and no longer GA4's names")
        return _find_key(source, value)
    code = text_of(variable, "javascript")
    renaming = _RENAMING.fullmatch(code)
    items = find_variable(source, renaming.group("items")) if renaming else None
    if renaming is None or items is None or items.type != "v":
        return None
    fields = _match_item_fields(renaming, use.platform.items)
    if fields is None or _has_syntax_error(code):
        return None
    more = [name for name, ours in sorted(use.platform.items.items()) if ours not in fields]
    if more:
        said = f"its `{theirs}` say {listing(more)}, too, where the site's items do"
        no_quantity = "quantity" not in fields
        params.item_changes.append(f"{said}{' (a `quantity` of 1 else)' if no_quantity else ''}")
    key = make_key(f"{items.name} as items", source.variable_keys, "items")
    params.data[key] = {
        "path": text_of(items, "name"),
        "scope": "model",
        "type": "items",
        "fields": fields,
    }
    return key


def _gather_item(source: LiftedContainer, use: Use, tag: str, params: FilledParams) -> None:
    """One product of what code says of it beside the other parameters, as TikTok's once did."""
    key, items = next(
        ((key, param) for key, param in use.platform.pack.params.items() if param.type == "items"),
        ("", None),
    )
    fields = {name: str(use.params[name]) for name in params.losses if use.params.get(name)}
    item = {name: value for name, value in fields.items() if name in use.platform.items}
    has_id = any(use.platform.items[name] == "item_id" for name in item)
    if items is None or items.to in use.params or not has_id:
        return
    filled = _spell_items(source, use, (item,), f"{tag} {items.to}", params)
    if filled is None:
        return
    params.filled[key] = filled
    params.losses = [name for name in params.losses if name not in item]
    are = "are" if len(item) > 1 else "is"
    params.moves.append(
        f"{listing(sorted(item))} {are} no longer sent beside the other parameters, but in its "
        f"`{items.to}`"
    )


def _spell_items(
    source: LiftedContainer,
    use: Use,
    items: Sequence[Mapping[str, str]],
    name: str,
    params: FilledParams,
) -> str | None:
    """Items that the tag's own code spells out, by a function that returns the same ones."""
    settings = use.platform.pack.settings.get("properties", {})
    lines = []
    for item in items:
        fields = {}
        for theirs, value in item.items():
            ours = use.platform.items.get(theirs)
            spelled = _spell(value)
            if ours is not None and spelled is not None:
                fields[ours] = spelled
            elif settings.get(theirs, {}).get("default") != value:
                return None
        lines.append("{" + ", ".join(f"{ours}: {value}" for ours, value in fields.items()) + "}")
    key = make_key(name, source.variable_keys, "items")
    params.data[key] = {
        "script": f"function() {{ return [{', '.join(lines)}]; }}",
        "type": "items",
    }
    return key


def _spell(value: str) -> str | None:
    """A value in JavaScript: a reference, or a text without one; items read numbers from text."""
    if REFERENCE.fullmatch(value):
        return value
    return None if "{{" in value or "${" in value else json.dumps(value)


def _has_syntax_error(function: str) -> bool:
    from gtmgen.runtime.javascript import find_syntax_error

    return find_syntax_error(f"_ = {function}") is not None


def _match_item_fields(
    renaming: re.Match[str], known: Mapping[str, str]
) -> Mapping[str, str] | None:
    """The language's name of each field and the site's; None where one has no such name."""
    fields = {}
    for pair in filter(None, map(str.strip, renaming.group("fields").split(","))):
        theirs, _, source = pair.partition(":")
        item, _, name = source.strip().partition(".")
        field_name = known.get(theirs.strip().strip("'\""))
        if item != renaming.group("item") or not name.isidentifier() or field_name is None:
            return None
        fields[field_name] = name
    return fields


def find_variable(source: LiftedContainer, value: str) -> Variable | None:
    """The user-defined variable that the whole text refers to, or None."""
    reference = REFERENCE.fullmatch(value)
    for item in source.of_kind(Kind.VARIABLE) if reference else ():
        if isinstance(item, Variable) and item.name == value[2:-2]:
            return item
    return None


def _find_key(source: LiftedContainer, value: str) -> str | None:
    reference = REFERENCE.fullmatch(value)
    return source.keys.get((Kind.VARIABLE, reference.group(1))) if reference else None
