"""The whole import: read, convert, prove, write."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

import msgspec

from gtmgen.container.entities import VERSION_FIELD, Kind
from gtmgen.errors import GtmgenError
from gtmgen.importer.convert import Converted, convert
from gtmgen.importer.exact.keep_ids import export_like, make_layout, wrap_version
from gtmgen.importer.exact.layout import write_like
from gtmgen.importer.lift.model import ImportFinding
from gtmgen.importer.migrate.run import Migration, migrate
from gtmgen.importer.read.container import Imported
from gtmgen.importer.read.secrets import hide_secrets, report_secrets
from gtmgen.importer.read.source import ExportFile
from gtmgen.importer.verify.prove import compile_files
from gtmgen.importer.write.folder import FolderChanges, OutFolder
from gtmgen.importer.write.render import SCHEMA_FILE, SpecSettings, render
from gtmgen.packs.load import find_packs, load_pack
from gtmgen.spec.schema_of_packs import schema_for

_OTHER_LAYOUT = (
    "the file is laid out in a way that cannot be repeated byte for byte (a list or object on one "
    "line among others that are not, a blank line, ...): IDs, order and values are kept, and "
    "`compile` lays the file out as GTM does"
)


_MOST_REASONS = 3
_WITHOUT_SECRETS = (
    "`compile` gives the same file but for the credentials, in whose places it writes the names "
    "of variables"
)


@dataclass(frozen=True)
class Done:
    """What an import did; ``notes`` is what it has to say about the file that was kept.

    ``migration`` is there where tags were to be replaced.
    """

    converted: Converted
    changes: FolderChanges
    main: str
    notes: tuple[str, ...] = ()
    migration: Migration | None = None


def run(
    source: Imported,
    folder: OutFolder,
    settings: SpecSettings,
    *,
    lift: bool,
    keep_ids: bool,
    export: ExportFile | None = None,
    overwrite: Collection[str] = (),
    packs: Sequence[str] = (),
) -> Done:
    """Import into a folder; nothing is written before everything is proved.

    ``export`` is the file that the source was read from, if it was one. ``packs`` are those that
    replace the tags of others where they can.
    """
    source, export = hide_secrets(source, export)
    entities = folder.keys((kind.value, id_, name) for (kind, name), id_ in source.ids.items())
    keys = {(Kind(item.kind), item.name): item.key for item in entities}
    converted = convert(source, settings, keys, lift=lift)
    notes: tuple[str, ...] = ()
    migration = None
    if packs:
        converted, migration = migrate(converted, packs, settings, keys)
    if keep_ids:
        layout, notes = _render_layout(converted.source, settings, converted, export)
        notes = (*notes, _WITHOUT_SECRETS) if source.secrets else notes
        settings = replace(settings, layout=layout)
        files = render(converted.source, settings, keys, converted.lifts)
        converted = replace(converted, files=files)
    converted = replace(
        converted,
        files={**converted.files, SCHEMA_FILE: render_schema()},
        findings=(
            *report_secrets(source),
            *report_malformed(source),
            *converted.findings,
        ),
    )
    changes = folder.write(converted.files, entities, source=source.label, overwrite=overwrite)
    return Done(converted, changes, settings.main, notes, migration)


def report_malformed(source: Imported) -> Iterator[ImportFinding]:
    """What the file holds in place of an entity, with the reason."""
    kinds = {field: kind for kind, field in VERSION_FIELD.items()}
    for one in source.malformed:
        reason = "; ".join(one.problems[:_MOST_REASONS])
        yield ImportFinding("left-out", kinds.get(one.field), _spell(one.name), _spell(reason))


def _spell(text: str) -> str:
    """A text that can be written: half of a character as JSON spells it."""
    return text.encode(errors="backslashreplace").decode()


def render_schema() -> bytes:
    """The schema of the language for editors, which the spec's first line names."""
    packs = {name: load_pack(folder) for name, folder in sorted(find_packs([]).items())}
    return msgspec.json.format(msgspec.json.encode(schema_for(packs)), indent=2) + b"\n"


def _render_layout(
    source: Imported, settings: SpecSettings, converted: Converted, export: ExportFile | None
) -> tuple[bytes, tuple[str, ...]]:
    """What the export has beside its meaning, and what of it cannot be repeated.

    IDs, order and values are proved to come back; so are the bytes where the file is laid out in
    a way that can be repeated.
    """
    container = compile_files(converted.files, settings.main)
    if export is None:
        document = wrap_version(source.version)
        return make_layout(document, source.version, container, spelled=False), ()
    layout = make_layout(
        export.document,
        source.version,
        container,
        export.layout,
        malformed=[(one.field, one.number) for one in source.malformed],
    )
    again = export_like(container, layout.decode("utf-8", "surrogatepass"))
    if again != write_like(export.document, export.layout):
        raise GtmgenError(
            f"`{export.path}` does not come back with its IDs",
            hint="import it without `--keep-ids`; please report it",
        )
    return layout, () if export.exact else (_OTHER_LAYOUT,)
