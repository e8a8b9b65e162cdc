"""Containers made from the discovery document, through a whole import and back."""

from __future__ import annotations

import json
from typing import Any

from container import generated
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gtmgen.container.entities import ID_FIELD, VERSION_FIELD, Kind
from gtmgen.container.export import export_json
from gtmgen.errors import ExportError
from gtmgen.importer.convert import convert
from gtmgen.importer.exact.keep_ids import export_like, make_layout
from gtmgen.importer.read.container import Imported
from gtmgen.importer.read.source import read_export
from gtmgen.importer.verify.prove import compile_files
from gtmgen.importer.write.render import SpecSettings
from importer.exports import keys_of

SETTINGS = SpecSettings("shop")


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """An export with an entity or two of each kind, and all that they refer to."""
    version: dict[str, Any] = {
        "accountId": "1",
        "containerId": "7",
        "containerVersionId": "0",
        "container": {"name": "x", "publicId": "GTM-X1", "usageContext": ["WEB"]},
    }
    for field, items in generated.version().items():
        version[field] = [
            {"type": "pageview", **item} if field == "trigger" else item for item in items
        ]
    for template in version["customTemplate"]:
        template["templateData"] = "___INFO___\n\n{}\n"
    for kind, field in VERSION_FIELD.items():
        bodies = draw(st.lists(generated.body(kind), max_size=2))
        for number, body in enumerate(bodies):
            body[ID_FIELD[kind]] = str(500 + number)
            if kind is not Kind.GTAG_CONFIG:
                body["name"] = f"{kind.value} {number} {body['name']}"
            else:
                body["type"] = f"{body['type']}{number}"
            body["containerId"] = "7"
        version[field] = version.get(field, []) + bodies
    return {"exportFormatVersion": 2, "exportTime": "2026-01-01", "containerVersion": version}


@settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=[*HealthCheck],
    # To shrink a whole container takes minutes.
    phases=[Phase.generate],
)
@given(documents(), st.booleans())
def test_every_container_comes_back(document: dict[str, Any], lift: bool) -> None:
    data = json.dumps(document, indent=4, ensure_ascii=False).encode()
    try:
        export = read_export(data, "export.json")
    except ExportError:
        return  # names that are there twice, and the like: refused, not mangled
    source = Imported(export.version, "export.json", export.notes)
    converted = convert(source, SETTINGS, keys_of(source), lift=lift)
    container = compile_files(converted.files, SETTINGS.main)

    back = read_export(export_json(container), "back.json")
    assert Imported(back.version, "").canonical == source.canonical
    layout = make_layout(export.document, export.version, container, export.layout)
    assert export_like(container, layout.decode()) == data
