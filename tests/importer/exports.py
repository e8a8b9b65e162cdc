"""Exports for tests: real ones where the corpus is, and made ones."""

from __future__ import annotations

import json
from typing import Any

from gtmgen.container.entities import Kind
from gtmgen.importer.read.container import Imported, Place
from gtmgen.importer.read.source import read_export
from gtmgen.importer.write.folder import OutFolder

IDS = {"accountId": "1", "containerId": "2"}


def export(**entities: Any) -> dict[str, Any]:
    """An export that holds the given lists (``tag=[...]``)."""
    version = {
        "path": "accounts/1/containers/2/versions/0",
        **IDS,
        "containerVersionId": "0",
        "container": {
            **IDS,
            "path": "accounts/1/containers/2",
            "name": "My Shop",
            "publicId": "GTM-SHOP1",
            "usageContext": ["WEB"],
        },
        **{
            field: [{**IDS, **item} for item in items]
            for field, items in entities.items()
            if isinstance(items, list)
        },
    }
    return {
        "exportFormatVersion": 2,
        "exportTime": "2026-01-02 03:04:05",
        "containerVersion": version,
    }


def text(document: Any) -> str:
    return json.dumps(document, indent=4, ensure_ascii=False)


def imported(document: Any) -> Imported:
    found = read_export(text(document).encode(), "export.json")
    return Imported(found.version, "export.json", found.notes)


def keys_of(source: Imported) -> dict[Place, str]:
    keys = OutFolder("/nowhere/at/all").keys(
        (kind.value, id_, name) for (kind, name), id_ in source.ids.items()
    )
    return {(Kind(item.kind), item.name): item.key for item in keys}


def tag(id_: str, name: str, **fields: Any) -> dict[str, Any]:
    html = {"type": "TEMPLATE", "key": "html", "value": f"<script>{name}</script>"}
    return {"tagId": id_, "name": name, "type": "html", "parameter": [html], **fields}


def variable(id_: str, name: str, value: str = "x", **fields: Any) -> dict[str, Any]:
    parameter = [{"type": "TEMPLATE", "key": "value", "value": value}]
    return {"variableId": id_, "name": name, "type": "c", "parameter": parameter, **fields}


def trigger(id_: str, name: str, type_: str = "DOM_READY", **fields: Any) -> dict[str, Any]:
    return {"triggerId": id_, "name": name, "type": type_, **fields}
