"""``--keep-ids``: what an export has beside its meaning, so that the same file can be written.

IDs, order, fingerprints, the container's own description and the spelling of odd values stand
in a file beside the spec. The values themselves come from the spec: a change there is the only
one in the export.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from gtmgen.container.builtins import built_in_order
from gtmgen.container.entities import (
    ID_FIELD,
    KIND_OF,
    KIND_OF_FIELD,
    VERSION_FIELD,
    AnyEntity,
    Container,
    Kind,
)
from gtmgen.container.export import EXPORT_TIME, dangling_ids, export_entity, gallery_type
from gtmgen.container.names import Refs
from gtmgen.container.version import built_in_key
from gtmgen.errors import GtmgenError
from gtmgen.importer.exact.layout import GTM, FileLayout, write_like
from gtmgen.importer.exact.spelling import record_spelling, restore_spelling
from gtmgen.importer.read.container import Place, find_entity_name

Json = dict[str, Any]
FORMAT = 1
_HERE = {"gtmgen": "entities"}
"""Stands in the envelope where a list of entities goes."""
_BUILT_INS = "builtInVariable"


def make_layout(
    document: Json,
    version: Json,
    container: Container,
    bytes_: FileLayout = GTM,
    *,
    spelled: bool = True,
    malformed: Sequence[tuple[str, int]] = (),
) -> bytes:
    """The layout file of an export; ``container`` is what the spec compiles to.

    ``version`` is the document's container version as it was read (with what was odd put right).
    What it lacks of the document is ``malformed``, lists and places in them, and stays verbatim.
    Without ``spelled`` only IDs and order are kept: what the API answers is no export.
    """
    written = document.get("containerVersion", document)
    layout: Json = {
        "format": FORMAT,
        "bytes": {
            **dataclasses.asdict(bytes_),
            "bom": bytes_.bom.hex(),
        },
        "envelope": _copy_envelope(document, written),
        "entities": {},
    }
    for kind, field in VERSION_FIELD.items():
        if field in version:
            layout["entities"][kind.value] = [
                {"name": find_entity_name(kind, item), "id": item[ID_FIELD[kind]]}
                for item in version[field]
            ]
            for index in sorted(place for of, place in malformed if of == field):
                # No entity has this name: no YAML can say it.
                id_ = _read_id(written[field][index], ID_FIELD[kind])
                layout["entities"][kind.value].insert(index, {"name": f"\0{index}", "id": id_})
    maker = _Maker(container, layout)
    for kind, field in VERSION_FIELD.items():
        for kept, item in zip(
            layout["entities"].get(kind.value, ()), written.get(field) or (), strict=True
        ):
            if not maker.knows(kind, kept["name"]):
                kept["verbatim"] = item  # the spec cannot hold it
    if spelled:
        for kind, field in VERSION_FIELD.items():
            for kept, item in zip(
                layout["entities"].get(kind.value, ()), written.get(field) or (), strict=True
            ):
                if "verbatim" not in kept:
                    respelled = record_spelling(item, maker.plain(kind, kept["name"]))
                    if respelled is not None:
                        kept["spelling"] = respelled
    layout["built_ins"] = [*(written.get(_BUILT_INS) or ())]
    text = json.dumps(layout, indent=1, ensure_ascii=False)
    return (text + "\n").encode("utf-8", "backslashreplace")


def _read_id(item: Any, field: str) -> str:
    id_ = item.get(field) if isinstance(item, dict) else None
    return str(id_) if isinstance(id_, (str, int)) else ""


def _copy_envelope(document: Json, written: Json) -> Json:
    lists = {*KIND_OF_FIELD, _BUILT_INS}

    def hollow(version: Json) -> Json:
        return {
            key: dict(_HERE) if key in lists and value is not None else value
            for key, value in version.items()
        }

    if written is document:
        return hollow(document)
    return {
        key: hollow(value) if key == "containerVersion" else value
        for key, value in document.items()
    }


def export_like(container: Container, layout_text: str) -> bytes:
    """The export with the IDs, the order and the spelling that a layout file keeps.

    Raises :class:`GtmgenError` for a file that is no layout.
    """
    try:
        layout = json.loads(layout_text)
        if layout["format"] != FORMAT:
            raise GtmgenError(
                f"the export layout has the format {layout['format']}, not {FORMAT}",
                hint="import again with `--keep-ids`",
            )
        kept = {**layout["bytes"], "bom": bytes.fromhex(layout["bytes"]["bom"])}
        kept["separators"] = tuple(kept["separators"])
        return write_like(_make_document(container, layout), FileLayout(**kept))
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise GtmgenError(
            f"the export layout is damaged ({type(error).__name__})",
            hint="import again with `--keep-ids`, or take `export_layout` out of the spec",
        ) from error


def _make_document(container: Container, layout: Json) -> Json:
    maker = _Maker(container, layout)
    lists: Json = {field: maker.entities(kind) for kind, field in VERSION_FIELD.items()}
    lists[_BUILT_INS] = _list_built_ins(container, layout["built_ins"], maker)

    def filled(version: Json) -> Json:
        fields = {
            key: lists.pop(key) if value == _HERE else value for key, value in version.items()
        }
        return {**fields, **{key: items for key, items in lists.items() if items}}

    envelope = layout["envelope"]
    if "containerVersion" not in envelope:
        return filled(envelope)
    return {
        key: filled(value) if key == "containerVersion" else value
        for key, value in envelope.items()
    }


def _list_built_ins(container: Container, kept: list[Json], maker: _Maker) -> list[Json]:
    enabled = {item.key: item for item in container.built_ins}
    keys = [_read_built_in(item) for item in kept]
    items = [item for item, key in zip(kept, keys, strict=True) if key is None or key in enabled]
    for key in keys:
        enabled.pop(key or "", None)
    return items + [
        {**maker.head, "type": key.upper(), "name": enabled[key].name}
        for key in sorted(enabled, key=built_in_order)
    ]


def _read_built_in(item: Any) -> str | None:
    """The key of a built-in variable; None for what is none."""
    type_ = item.get("type") if isinstance(item, dict) else None
    return built_in_key(type_) if isinstance(type_, str) and type_ else None


class _Maker:
    """The JSON of a container's entities, with the IDs of a layout; new ones get new IDs."""

    def __init__(self, container: Container, layout: Json) -> None:
        self._kept: dict[Place, Json] = {
            (Kind(kind), item["name"]): item
            for kind, items in layout["entities"].items()
            for item in items
        }
        self._entities: dict[Place, AnyEntity] = {
            (KIND_OF[type(entity)], entity.name): entity for entity in container.entities()
        }
        envelope = layout["envelope"]
        version = envelope.get("containerVersion", envelope)
        self.head = {
            "accountId": str(version.get("accountId", "0")),
            "containerId": str(version.get("containerId", "0")),
        }
        self._ids = dict(self._give_new_ids(container))
        galleries = {item.name: gallery_type(item) for item in container.templates}
        self._refs = Refs(
            trigger=lambda name: self._ids[Kind.TRIGGER, name],
            folder=lambda name: self._ids[Kind.FOLDER, name],
            template=lambda name: (
                galleries.get(name)
                or f"cvt_{self.head['containerId']}_{self._ids[Kind.TEMPLATE, name]}"
            ),
        )

    def _give_new_ids(self, container: Container) -> Iterator[tuple[Place, str]]:
        # Above all that are there: an ID that was used once, in any kind, may be what something
        # refers to.
        numbers = [int(item["id"]) for item in self._kept.values() if str(item["id"]).isdecimal()]
        dangling = dangling_ids(container, self.head["containerId"])
        # Ten digits are GTM's own triggers (2147479553, All Pages), above which there is nothing to
        # give.
        numbers += [int(id_) for id_ in dangling if id_.isdecimal() and len(id_) < 10]
        number = max(numbers, default=0)
        for entity in self._entities:
            if entity in self._kept:
                yield entity, self._kept[entity]["id"]
            else:
                number += 1
                yield entity, str(number)

    def knows(self, kind: Kind, name: str) -> bool:
        """Whether the spec has such an entity."""
        return (kind, name) in self._entities

    def entities(self, kind: Kind) -> list[Json]:
        """In the order of the layout, and then those that it does not know."""
        places = [place for place in self._kept if place[0] is kind]
        places += [place for place in self._entities if place[0] is kind]
        return [
            self._write_entity(place)
            for place in dict.fromkeys(places)
            if place in self._entities or "verbatim" in self._kept[place]
        ]

    def _write_entity(self, entity: Place) -> Json:
        kept = self._kept.get(entity, {})
        if entity not in self._entities:
            verbatim: Json = kept["verbatim"]
            return verbatim
        respelled: Json = restore_spelling(self.plain(*entity), kept.get("spelling"))
        return respelled

    def plain(self, kind: Kind, name: str) -> Json:
        """An entity as a fresh export has it; what was imported has no line of gtmgen's."""
        entity = self._entities[kind, name]
        if (kind, name) in self._kept:
            # Its line in the notes is not in the file that has to come out the same.
            entity = replace(entity, owner=None)
        return export_entity(entity, self._refs, self.head, self._ids[kind, name])


def wrap_version(version: Mapping[str, Any]) -> Json:
    """A version that the API gave, as an export would hold it."""
    return {
        "exportFormatVersion": 2,
        "exportTime": EXPORT_TIME,
        "containerVersion": dict(version),
    }
