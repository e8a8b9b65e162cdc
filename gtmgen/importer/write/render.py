"""An imported container as the files of a spec."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gtmgen.container.entities import AnyEntity, Kind, Tag
from gtmgen.container.kinds.table import SECTION
from gtmgen.container.raw import to_data
from gtmgen.diagnostics import Path
from gtmgen.importer.lift.model import Lift
from gtmgen.importer.read.container import UNKNOWN_GTM, Imported, Place
from gtmgen.importer.read.secrets import add_variables
from gtmgen.importer.write.comments import describe_entity
from gtmgen.importer.write.sidecars import Sidecars
from gtmgen.importer.write.yaml_out import dump

SCHEMA_FILE = "gtmgen.schema.json"
LAYOUT_FILE = "gtm/export-layout.json"
LEFT_OUT_FILE = "gtm/left-out.json"
"""What the spec cannot hold, as the source has it; no verb reads it."""
_SECTIONS = ("data", "pages", "triggers", "events")
_IN_MAIN = ("site", "platforms", "server")


@dataclass(frozen=True)
class SpecSettings:
    """What the spec says that the container does not."""

    project: str
    workspace: str | None = None
    layout: bytes | None = None

    @property
    def main(self) -> str:
        """The spec's own file; the others, whose names it leaves alone, are included."""
        suffix = "-spec" if self.project in _SECTIONS else ""
        return f"{self.project}{suffix}.yaml"


def render(
    source: Imported, settings: SpecSettings, keys: Mapping[Place, str], lifts: Iterable[Lift]
) -> dict[str, bytes]:
    """Every file of the spec, by its path below the folder."""
    lifts = tuple(lifts)
    sidecars = Sidecars(source.secrets)
    texts: dict[str, str] = {}
    for section in _SECTIONS:
        sections = {
            lift.key: sidecars.of_lifted(section, lift.key, lift.data)
            for lift in lifts
            if lift.section == section
        }
        if sections:
            texts[f"{section}.yaml"] = dump({section: _sort_entries(sections)}, sections=1)
    lifted = {place for lift in lifts for place in lift.replaces}
    fired = {name for lift in lifts for name in lift.fires}
    for kind, entities in source.entities.items():
        data, comments = _render_raw(
            kind, entities, keys, lifted, fired, sidecars, source.unnamed_types
        )
        if data:
            section = SECTION[kind]
            texts[f"gtm/{section}.yaml"] = dump({"gtm": {section: data}}, comments, sections=2)
    built_ins = {"gtm": {"built_in_variables": sorted(source.built_ins)}}
    texts["gtm/built_in_variables.yaml"] = dump(built_ins)
    files = {settings.main: _render_main(source, settings, lifts, sorted(texts)).encode("utf-8")}
    files.update({path: text.encode("utf-8") for path, text in texts.items()})
    if settings.layout is not None:
        files[LAYOUT_FILE] = settings.layout
    if source.left_out or source.malformed:
        text = json.dumps(source.left_out_bodies, indent=4, ensure_ascii=False)
        # Half of a character is written as JSON spells it.
        files[LEFT_OUT_FILE] = (text + "\n").encode("utf-8", "backslashreplace")
    return add_variables({**files, **sidecars.files}, source)


def _render_main(
    source: Imported, settings: SpecSettings, lifts: tuple[Lift, ...], files: list[str]
) -> str:
    container: dict[str, Any] = {"gtm": source.gtm}
    if settings.workspace is not None:
        container["workspace"] = settings.workspace
    if source.context != "WEB":
        container["context"] = source.context.lower()
    if source.secrets and source.context != "SERVER":
        # They stand in the container already, for everybody to read.
        container["public_secrets"] = sorted(source.secrets)
    if settings.layout is not None:
        container["export_layout"] = LAYOUT_FILE
    data: dict[str, Any] = {"gtmgen": 1, "project": settings.project, "container": container}
    for lift in lifts:
        if lift.section in _IN_MAIN:
            data.setdefault(lift.section, {})[lift.key] = lift.data
    data["include"] = files
    head = (
        f"yaml-language-server: $schema={SCHEMA_FILE}\n"
        f"Imported from {source.label} by `gtmgen import`."
    )
    comments: dict[Path, str] = {(): head}
    if source.gtm == UNKNOWN_GTM:
        comments[("container", "gtm")] = "The export does not say which container it is from."
    return dump(data, comments)


def _render_raw(
    kind: Kind,
    entities: Iterable[AnyEntity],
    keys: Mapping[Place, str],
    lifted: set[Place],
    fired: set[str],
    sidecars: Sidecars,
    unnamed_types: Mapping[str, Sequence[str]],
) -> tuple[dict[str, Any], dict[Path, str]]:
    raw: dict[str, Any] = {}
    comments: dict[Path, str] = {}
    section = SECTION[kind]
    for entity in entities:
        if (kind, entity.name) in lifted:
            continue
        key = keys[kind, entity.name]
        data = to_data(entity)
        if data.get("name") == key:
            del data["name"]
        if isinstance(entity, Tag) and entity.name in fired:
            data.pop("firing", None)
            data.pop("blocking", None)
        raw[key] = sidecars.of_raw(kind, key, data)
        comment = describe_entity(kind, entity, unnamed_types)
        if comment:
            comments["gtm", section, key] = comment
    return _sort_entries(raw), comments


def _sort_entries(entries: Mapping[str, Any]) -> dict[str, Any]:
    return {key: entries[key] for key in sorted(entries)}
