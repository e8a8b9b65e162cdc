"""Every real export: import -> compile gives the same container, and with IDs the same file.

The folder is that of ``GTMGEN_CORPUS``; with ``-s``, the figures of what is lifted are printed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from container.corpus import FOLDER, needs_corpus
from support import load_script

from gtmgen.container.canonical import canonical_json, flatten
from gtmgen.container.export import export_json
from gtmgen.container.ownership import without_owner
from gtmgen.container.version import bodies_of, built_ins_of, names_of
from gtmgen.errors import GtmgenError
from gtmgen.importer.exact.keep_ids import export_like
from gtmgen.importer.read.container import Imported, find_entity_name
from gtmgen.importer.read.source import ExportFile, open_export, read_export
from gtmgen.importer.run import run
from gtmgen.importer.verify.prove import compile_files
from gtmgen.importer.write.folder import OutFolder
from gtmgen.importer.write.render import LAYOUT_FILE, SpecSettings

measure_import = load_script("measure_import")
pytestmark = needs_corpus
FILES = measure_import.find_exports([FOLDER]) if FOLDER.is_dir() else []


def exports() -> Iterator[tuple[Path, ExportFile]]:
    """The files that are exports: others may lie beside them, and are told."""
    for path in FILES:
        try:
            yield path, open_export(path)
        except GtmgenError as error:
            print(f"no export: {error}")


def forms(version: dict[str, Any]) -> dict[tuple[str, str], Any]:
    """The canonical form of everything, read off an export without gtmgen's importer."""
    bodies = bodies_of(version)
    names = names_of(bodies)
    return {
        (kind.value, find_entity_name(kind, item)): without_owner(
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
    for path, export in exports():
        source = Imported(export.version, path.name, export.notes)
        done = run(
            source,
            OutFolder(tmp_path / path.stem),
            SpecSettings(source.project),
            lift=lift,
            keep_ids=False,
        )
        text = export_json(compile_files(done.converted.files, done.main))
        back = read_export(text, "back.json").version
        before, after = forms(export.version), forms(back)
        for kind, name in done.converted.source.left_out:
            del before[kind.value, name]

        assert after == before, path.name
        assert built_ins_of(back) == built_ins_of(export.version), path.name
        entities += len(before)
        leaves += sum(1 for _ in parameters(before))
    print(f"{len(FILES)} files, {entities:,} entities, {leaves:,} parameters compared")
    assert entities


@pytest.mark.parametrize("lift", [True, False], ids=["lift", "no-lift"])
def test_with_ids_every_export_is_the_same_file(tmp_path: Path, lift: bool) -> None:
    size, others = 0, []
    for path, export in exports():
        source = Imported(export.version, path.name, export.notes)
        done = run(
            source,
            OutFolder(tmp_path / path.stem),
            SpecSettings(source.project),
            lift=lift,
            keep_ids=True,
            export=export,
        )
        if not export.exact:
            others.append(path.name)
        layout = done.converted.files[LAYOUT_FILE].decode("utf-8")
        data = export_like(compile_files(done.converted.files, done.main), layout)

        assert (data == path.read_bytes()) is export.exact, path.name
        assert json.loads(data) == export.document, path.name
        size += len(data)
    print(f"{len(FILES)} files, {size:,} bytes compared; laid out otherwise: {others}")


def test_how_much_is_lifted() -> None:
    measured = measure_import.measure_files(FILES)

    print("\n".join(measure_import.describe(measured)))
    assert measured.files + len(measured.refused) == len(FILES)
    coverage = measured.coverage
    assert sum(coverage.lifted.values()) + len(coverage.raw) == sum(coverage.total.values())
    assert [item for item in coverage.raw if item.reason == "nothing was to be lifted"] == []
