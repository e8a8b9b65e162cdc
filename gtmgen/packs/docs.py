"""What a pack's ``docs.yaml`` adds for readers: server events, deduplication, checklists.

Every text is a string, or a mapping from language to string. A pack without the file has none
of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from gtmgen.packs.companion import check_companion
from gtmgen.packs.model import Pack
from gtmgen.source.yaml_file import read_yaml

FILE = "docs.yaml"

_TEXT: dict[str, Any] = {
    "type": ["string", "object"],
    "minLength": 1,
    "additionalProperties": {"type": "string"},
}
_TEXTS: dict[str, Any] = {"type": "array", "items": _TEXT}
_CHECK: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["if_server", "text"],
    "properties": {"if_server": {"const": True}, "text": _TEXT},
}
_SCHEMA: dict[str, Any] = {
    "type": ["object", "null"],
    "additionalProperties": False,
    "properties": {
        "item_id": {"type": "string"},
        "notes": _TEXTS,
        "deduplication": _TEXTS,
        "checklist": {"type": "array", "items": {"anyOf": [_TEXT, _CHECK]}},
        "links": {"type": "object", "additionalProperties": _TEXT},
        "server": {
            "type": "object",
            "additionalProperties": False,
            "required": ["title", "method", "url", "payload"],
            "properties": {
                "title": _TEXT,
                "method": {"enum": ["POST", "PUT", "GET"]},
                "url": {"type": "string", "pattern": "^https://"},
                "headers": {"type": "object", "additionalProperties": {"type": "string"}},
                "notes": _TEXTS,
                "payload": {"type": "object"},
            },
        },
    },
}


@dataclass(frozen=True)
class PackDocs:
    """The parts of a pack's ``docs.yaml``; ``item_id`` names the setting of the item field.

    ``checklist_with_server`` also holds what is to be checked where the backend sends the event.
    """

    item_id: str | None
    notes: tuple[Any, ...]
    deduplication: tuple[Any, ...]
    checklist: tuple[Any, ...]
    checklist_with_server: tuple[Any, ...]
    links: Mapping[str, Any]
    server: Mapping[str, Any] | None


def load_pack_docs(pack: Pack) -> PackDocs:
    """Read it; raises :class:`GtmgenError` naming the file and what is wrong in it."""
    return _load(pack.directory)


@lru_cache(maxsize=64)
def _load(directory: Path) -> PackDocs:
    file = directory / FILE
    raw = (read_yaml(file) if file.is_file() else None) or {}
    check_companion(file, raw, _SCHEMA)
    checklist = raw.get("checklist", ())
    return PackDocs(
        item_id=raw.get("item_id"),
        notes=tuple(raw.get("notes", ())),
        deduplication=tuple(raw.get("deduplication", ())),
        checklist=tuple(item for item in checklist if not _needs_server(item)),
        checklist_with_server=tuple(
            item["text"] if _needs_server(item) else item for item in checklist
        ),
        links=raw.get("links", {}),
        server=raw.get("server"),
    )


def _needs_server(item: Any) -> bool:
    """``{if_server: true, text: ...}``: only where browser and server can share an ID."""
    return isinstance(item, Mapping) and "if_server" in item
