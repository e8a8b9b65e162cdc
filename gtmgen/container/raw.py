"""Entities as the ``gtm`` section of a spec has them: plain YAML data, both ways round.

What a kind has a word for is said in that word; every other field of GTM stands under ``more``
in GTM's own spelling. Sidecar files are the importer's choice: here, text is text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gtmgen.container.entities import AnyEntity, GtagConfig, Kind, Owner, TemplateRef
from gtmgen.container.fields import SERVER_FIELDS
from gtmgen.container.kinds.codecs import YamlReader
from gtmgen.container.kinds.fields import Data, Field
from gtmgen.container.kinds.table import KINDS, TABLE_OF
from gtmgen.container.plain import PlainError, Read
from gtmgen.container.plain_references import (
    trigger_from_plain,
    trigger_to_plain,
    type_from_plain,
    type_to_plain,
)
from gtmgen.container.references import TRIGGER_LISTS, Converters, map_references
from gtmgen.diagnostics import Origin

_TO_PLAIN = Converters(trigger_to_plain, type_to_plain)
_FROM_PLAIN = Converters(trigger_from_plain, type_from_plain)
WORDED = SERVER_FIELDS | {"name", "notes", "type", "firingTriggerId", "blockingTriggerId"}


def to_data(entity: AnyEntity) -> Data:
    """An entity as the spec writes it. Of the owner, nothing: that is the spec's own."""
    data: Data = {}
    extra = dict(entity.extra)
    for entry in TABLE_OF[type(entity)].in_yaml:
        entry.to_yaml(entity, extra, data)
    if entity.protected:
        data["protected"] = True
    if extra:
        data["more"] = {key: map_references(key, value, _TO_PLAIN) for key, value in extra.items()}
    return data


def from_data(
    kind: Kind, key: str, data: Mapping[str, Any], owner: Owner, origin: Origin | None, read: Read
) -> AnyEntity:
    """Inverse of :func:`to_data`. Raises :class:`PlainError` with the path of the value.

    ``read`` gives the text of the files that ``{file: ...}`` names. The error holds the other
    values that are wrong, too.
    """
    table, yaml = KINDS[kind], YamlReader(read)
    extra = {
        field: yaml.convert(("more", field), _read_more, field, value)
        for field, value in (data.get("more") or {}).items()
    }
    for entry in table.in_yaml:
        if (
            isinstance(entry, Field)
            and entry.gtm in extra
            and data.get(entry.word or "") is not None
        ):
            yaml.convert(("more", entry.gtm), _refuse_twice, entry.gtm, entry.word)
    attributes: Data = {}
    for entry in table.in_yaml:
        entry.from_yaml({"name": key, **data}, yaml, attributes, extra)
    if data.get("gallery") is not None and data.get("protected") is True:
        yaml.convert(("protected",), _refuse_protected)
    if yaml.errors:
        first, *further = yaml.errors
        first.others = tuple(further)
        raise first
    if table.make is GtagConfig:
        attributes["name"] = _gtag_config_name(attributes)
    # A Google tag configuration has no notes. In a template of the gallery, a line of ours would
    # end the updates that the gallery offers.
    unowned = table.make is GtagConfig or data.get("gallery") is not None
    return table.make(
        **attributes,
        owner=None if unowned else owner,
        origin=origin,
        raw=True,
        protected=data.get("protected") is True,
        extra=tuple(extra.items()),
    )


def _refuse_twice(field: str, word: str) -> None:
    raise PlainError(f"`{field}` would take the place of `{word}`: leave one of them out")


def _refuse_protected() -> None:
    raise PlainError("a template of the gallery cannot be protected: gtmgen writes nothing into it")


def _gtag_config_name(attributes: Data) -> str:
    type_ = attributes["type"]
    ids = [
        str(item.value or "")
        for item in attributes.get("parameter", ())
        if item.key == "tagId" and item.type == "TEMPLATE"
    ]
    return " ".join([type_.template if isinstance(type_, TemplateRef) else str(type_), *ids])


def _read_more(field: str, value: Any) -> Any:
    if field in WORDED:
        raise PlainError(f"`{field}` cannot stand under `more`: gtmgen sets it")
    if field in TRIGGER_LISTS and not isinstance(value, list):
        raise PlainError(f"`{field}` takes a list of triggers")
    return map_references(field, value, _FROM_PLAIN)
