"""Exports that are only looked at: what `import` would leave out of them is left out, and told."""

from __future__ import annotations

from pathlib import Path

from gtmgen.cli.output import talk
from gtmgen.importer.read.container import Imported
from gtmgen.importer.read.source import ExportFile, open_export, read_export
from gtmgen.text import indent_list


def open_for_reading(path: Path, name: str, data: bytes | None = None) -> Imported:
    """An export, from a file or as its ``data``; ``name`` is what to call it."""
    if data is None:
        export = open_export(path, leaves_out=True)
    else:
        export = read_export(data, name, leaves_out=True)
    _tell_left_out(export, name)
    return Imported(export.version, name, export.notes, malformed=export.malformed)


def _tell_left_out(export: ExportFile, name: str) -> None:
    # Also where no talk is wanted: without these, the result would be another one.
    if export.malformed:
        lines = [problem for one in export.malformed for problem in one.problems]
        talk(f"warning: `{name}`: left out, as GTM has no such entities:\n{indent_list(lines)}\n")
