"""Specs made in tests, compiled, and their entities in a form that can be asserted whole."""

from __future__ import annotations

import copy
import json
import re
import tempfile
from pathlib import Path
from typing import Any

from gtmgen.compile.compiler import compile_spec
from gtmgen.container.entities import Container
from gtmgen.container.export import export_json
from gtmgen.spec.load import Loaded, load

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((ROOT / "specs").glob("*.yaml"))
TIKTOK = {"pixel_id": "C4A1B2C3D4E5F6G7H8I0", "page_view": "off", "consent": ["ad_storage"]}
GA4 = {"measurement_id": "G-ABC1234567", "page_view": "off", "consent": ["analytics_storage"]}
BASE: dict[str, Any] = {
    "gtmgen": 1,
    "project": "shop",
    "container": {"gtm": "GTM-ACME42"},
    "consent": {"default": "site"},
    "platforms": {"ga4": GA4},
}


def spec(**sections: Any) -> dict[str, Any]:
    """A spec with GA4 on a site of pages; a section replaces that of the base."""
    return {**copy.deepcopy(BASE), **sections}


def to_yaml(value: Any) -> str:
    """Data as YAML that reads back as exactly this data."""
    text = json.dumps(_without_variables(value), ensure_ascii=False)
    return re.sub(r"[^\x20-\x7e]", lambda match: f"\\U{ord(match.group()):08X}", text)


def _without_variables(value: Any) -> Any:
    """`${NAME}` is filled in where a value has it, and in no key."""
    if isinstance(value, dict):
        return {key: _without_variables(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_variables(item) for item in value]
    return value.replace("${", "$${") if isinstance(value, str) else value


def loaded(data: dict[str, Any], folder: Path | None = None) -> Loaded:
    if folder is not None:
        return _write(data, folder)
    with tempfile.TemporaryDirectory() as name:
        return _write(data, Path(name))


def _write(data: dict[str, Any], folder: Path) -> Loaded:
    file = folder / "spec.yaml"
    file.write_text(to_yaml(data), encoding="utf-8")
    return load(file, {})


def compiled(data: dict[str, Any], folder: Path | None = None) -> Container:
    return compile_spec(loaded(data, folder))


def exported(data: dict[str, Any], folder: Path | None = None) -> dict[str, Any]:
    return json.loads(export_json(compiled(data, folder)))["containerVersion"]


def parameters(items: list[dict[str, Any]]) -> dict[str, Any]:
    """Parameters by key: text as it is, other scalars as `TYPE value`, tables as lists."""
    return {item["key"]: parameter(item) for item in items}


def parameter(item: dict[str, Any]) -> Any:
    kind = item["type"]
    if kind == "LIST":
        return [parameter(inner) for inner in item["list"]] if "list" in item else "LIST"
    if kind == "MAP":
        return parameters(item["map"]) if "map" in item else "MAP"
    assert not {"list", "map"} & item.keys()
    if kind == "TEMPLATE":
        return item.get("value", "")
    return f"{kind} {item['value']}" if "value" in item else kind


def conditions(items: list[dict[str, Any]]) -> list[str]:
    """`arg0 [not ]TYPE[/i] arg1`."""
    found = []
    for item in items:
        given = parameters(item["parameter"])
        assert list(given) == [
            name for name in ("arg0", "arg1", "ignore_case", "negate") if name in given
        ]
        assert {given.get("ignore_case"), given.get("negate")} <= {None, "BOOLEAN true"}
        negate = "not " if "negate" in given else ""
        flag = "/i" if "ignore_case" in given else ""
        found.append(f"{given['arg0']} {negate}{item['type']}{flag} {given['arg1']}")
    return found


_HOUSEKEEPING = {
    "accountId": "0",
    "containerId": "0",
    "fingerprint": "1577836800000",
}


def compact(entity: dict[str, Any]) -> dict[str, Any]:
    """An exported entity whole, without its IDs and the line of its owner."""
    out: dict[str, Any] = {}
    for key, value in entity.items():
        if key in _HOUSEKEEPING:
            assert value == _HOUSEKEEPING[key]
        elif key == "notes":
            assert re.search(r"\[gtmgen shop \S+\]\Z", value), value
            if "\n" in value:
                out[key] = value.rsplit("\n", 1)[0]
        elif key == "parameter":
            out[key] = parameters(value)
        elif key in ("filter", "customEventFilter", "autoEventFilter"):
            out[key] = conditions(value)
        elif isinstance(value, dict) and "type" in value:
            out[key] = parameter(value)
        elif key == "formatValue":
            if value:
                out[key] = {name: parameter(item) for name, item in value.items()}
        elif key not in ("tagId", "triggerId", "variableId", "folderId", "templateId"):
            out[key] = value
    return out


def by_name(entities: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    found = {entity["name"]: entity for entity in entities}
    assert len(found) == len(entities)
    return found


def trigger_names(version: dict[str, Any], ids: list[str]) -> list[str]:
    names = {item["triggerId"]: item["name"] for item in version.get("trigger", [])}
    built_in = {
        "2147479553": "All Pages",
        "2147479572": "Consent Initialization - All Pages",
        "2147479573": "Initialization - All Pages",
    }
    return [names.get(id_) or built_in[id_] for id_ in ids]
