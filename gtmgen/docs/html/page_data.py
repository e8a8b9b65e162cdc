"""The model as the data that the page's script draws: what is empty is left out."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from gtmgen.contract.model import Json
from gtmgen.docs.event_model import DeveloperMessage, EventDoc
from gtmgen.docs.model import Documentation
from gtmgen.docs.words import Words

_TITLES = ("label", "ui", "list", "privacy")


def build_page_data(documentation: Documentation, words: Words) -> dict[str, Json]:
    """Everything that the page shows, with the words that it shows it in."""
    fields: dict[str, Json] = {
        field.name: _convert_plain(getattr(documentation, field.name))
        for field in dataclasses.fields(documentation)
        if field.name not in ("events", "visitor", "side")
    }
    fields["events"] = [_build_event(event) for event in documentation.events]
    if documentation.visitor is not None:
        fields["visitor"] = _build_message(documentation.visitor)
    fields["words"] = {
        f"{section}.{key}": text
        for section in _TITLES
        for key, text in words.section(section).items()
    }
    return fields


def _build_event(event: EventDoc) -> dict[str, Json]:
    fields: dict[str, Json] = _convert_plain(event)
    if event.message is not None:
        fields["message"] = _build_message(event.message)
    return fields


def _build_message(message: DeveloperMessage) -> dict[str, Json]:
    return {"code": message.code, "schema": message.schema, "notes": list(message.notes)}


_FIELDS: dict[type, tuple[str, ...]] = {}


def _convert_plain(value: Any) -> Any:
    """Dataclasses and named tuples as objects, without what is empty."""
    if isinstance(value, str | int | float | None):
        return value
    names = _list_names(type(value))
    if names:
        fields = {}
        for name in names:
            item = getattr(value, name)
            if item is None or item == () or item == "" or item is False:
                continue
            fields[name] = item if name in _AS_IT_IS else _convert_plain(item)
        return fields
    if isinstance(value, list | tuple):
        return [_convert_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _convert_plain(item) for key, item in value.items()}
    return str(value)


_AS_IT_IS = frozenset(("example", "payload", "schema"))


def _list_names(kind: type) -> tuple[str, ...]:
    field_names = _FIELDS.get(kind)
    if field_names is None:
        if dataclasses.is_dataclass(kind):
            field_names = tuple(field.name for field in dataclasses.fields(kind))
        else:
            field_names = tuple(getattr(kind, "_fields", ()))
        _FIELDS[kind] = field_names
    return field_names
