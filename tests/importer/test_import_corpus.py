"""Every real export: import -> compile gives the same container, and with IDs the same file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from container.corpus import FOLDER, needs_corpus

from gtmgen.container.canonical import canonical_json, flatten
from gtmgen.container.export import export_json
from gtmgen.container.ownership import without_owner
from gtmgen.container.version import bodies_of, built_ins_of, names_of
from gtmgen.importer.container import Imported, entity_name
from gtmgen.importer.folder import OutFolder
from gtmgen.importer.keep_ids import export_like
from gtmgen.importer.prove import compiled
from gtmgen.importer.render import LAYOUT_FILE, Settings
from gtmgen.importer.run import run
from gtmgen.importer.source import open_export, read_export

pytestmark = needs_corpus
FILES = sorted(FOLDER.glob("*.json"))


def forms(version: dict[str, Any]) -> dict[tuple[str, str], Any]:
    """The canonical form of everything, read off an export without gtmgen's importer."""
    bodies = bodies_of(version)
    names = names_of(bodies)
    return {
        (kind.value, entity_name(kind, item)): without_owner(
            kind, canonical_json(kind, item, names)
        )
        for kind, items in bodies.items()
        for item in items
    }


def parameters(found: dict[tuple[str, str], Any]) -> Iterator[str]:
    for form in found.values():
        yield from (path for path, _ in flatten(form.get("parameter", {})))


@pytest.mark.parametrize("lift", [True, False], ids=["lift", "no-lift"])
def test_every_export_comes_back(tmp_path: Path, lift: bool) -> None:
    entities = leaves = 0
    for path in FILES:
        export = open_export(path)
        source = Imported(export.version, path.name, export.notes)
        done = run(
            source,
            OutFolder(tmp_path / path.stem),
            Settings(source.project),
            lift=lift,
            keep_ids=False,
        )
        text = export_json(compiled(done.converted.files, done.main))
        back = read_export(text.encode(), "back.json").version
        before, after = forms(export.version), forms(back)

        assert after == before, path.name
        assert built_ins_of(back) == built_ins_of(export.version), path.name
        entities += len(before)
        leaves += sum(1 for _ in parameters(before))
    print(f"{len(FILES)} files, {entities:,} entities, {leaves:,} parameters compared")
    assert entities > 2000


@pytest.mark.parametrize("lift", [True, False], ids=["lift", "no-lift"])
def test_with_ids_every_export_is_the_same_file(tmp_path: Path, lift: bool) -> None:
    size = 0
    for path in FILES:
        export = open_export(path)
        source = Imported(export.version, path.name, export.notes)
        done = run(
            source,
            OutFolder(tmp_path / path.stem),
            Settings(source.project),
            lift=lift,
            keep_ids=True,
            export=export,
        )
        layout = done.converted.files[LAYOUT_FILE].decode("utf-8")
        data = export_like(compiled(done.converted.files, done.main), layout)

        assert data == path.read_bytes(), path.name
        size += len(data)
    print(f"{len(FILES)} files, {size:,} bytes compared")
