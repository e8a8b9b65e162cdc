"""The whole import: read, convert, prove, write."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, replace

from gtmgen.container.entities import Kind
from gtmgen.errors import GtmgenError, UsageError
from gtmgen.importer.container import Imported
from gtmgen.importer.convert import Converted, convert
from gtmgen.importer.folder import Changes, OutFolder
from gtmgen.importer.keep_ids import as_document, export_like, make_layout
from gtmgen.importer.layout import write_like
from gtmgen.importer.prove import compiled
from gtmgen.importer.render import SCHEMA_FILE, Settings, render
from gtmgen.importer.source import ExportFile
from gtmgen.packs.load import find_packs, load_pack
from gtmgen.spec.load import schema_for


@dataclass(frozen=True)
class Done:
    """What an import did."""

    converted: Converted
    changes: Changes
    main: str


def run(
    source: Imported,
    folder: OutFolder,
    settings: Settings,
    *,
    lift: bool,
    keep_ids: bool,
    export: ExportFile | None = None,
    overwrite: Collection[str] = (),
) -> Done:
    """Import into a folder; nothing is written before everything is proved.

    ``export`` is the file that the source was read from, if it was one.
    """
    entities = folder.keys((kind.value, id_, name) for (kind, name), id_ in source.ids.items())
    keys = {(Kind(item.kind), item.name): item.key for item in entities}
    converted = convert(source, settings, keys, lift=lift)
    if keep_ids:
        layout = _layout(source, settings, converted, export)
        files = render(source, replace(settings, layout=layout), keys, converted.lifts)
        converted = replace(converted, files=files)
    converted = replace(converted, files={**converted.files, SCHEMA_FILE: schema_text()})
    changes = folder.write(converted.files, entities, source=source.label, overwrite=overwrite)
    return Done(converted, changes, settings.main)


def schema_text() -> bytes:
    """The schema of the language for editors, which the spec's first line names."""
    packs = {name: load_pack(folder) for name, folder in sorted(find_packs([]).items())}
    text = json.dumps(schema_for(packs), indent=2, ensure_ascii=False)
    return (text + "\n").encode("utf-8")


def _layout(
    source: Imported, settings: Settings, converted: Converted, export: ExportFile | None
) -> bytes:
    """What the export has beside its meaning; proves that the same file comes of it."""
    container = compiled(converted.files, settings.main)
    if export is None:
        document = as_document(source.version)
        return make_layout(document, source.version, container, spelled=False)
    layout = make_layout(export.document, source.version, container, export.layout)
    if not export.exact:
        raise UsageError(
            f"`{export.path}` is laid out in no way that can be kept byte for byte",
            hint="import it without `--keep-ids`, or format the JSON anew",
        )
    wanted = write_like(export.document, export.layout)
    if export_like(container, layout.decode("utf-8", "surrogatepass")) != wanted:
        raise GtmgenError(
            f"`{export.path}` does not come back byte for byte",
            hint="import it without `--keep-ids`; please report it",
        )
    return layout
