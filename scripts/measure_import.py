"""Measures how much of real exports `gtmgen import` has words for.

    python scripts/measure_import.py FOLDER_OR_FILE...

Reads every JSON file that is named or lies below a folder, imports it (which proves that the spec
compiles to the same container) and prints, over all of them:
- of the tags, those that hang on an event or are sent by one; of the triggers and the variables,
  those that are in the language's own words; each with the share that is aimed at;
- what is raw, by kind, type and reason, the most frequent first;
- the files that are no exports, or that cannot be imported, with the reason.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from gtmgen.container.entities import Kind
from gtmgen.errors import GtmgenError
from gtmgen.importer.convert import convert
from gtmgen.importer.keys import assign_keys
from gtmgen.importer.read.container import Imported
from gtmgen.importer.read.source import open_export
from gtmgen.importer.verify.coverage import ImportCoverage, add_up, measure
from gtmgen.importer.write.render import SpecSettings
from gtmgen.text import plural

AIMS = {Kind.TAG: 60, Kind.TRIGGER: 92, Kind.VARIABLE: 88}
WORDS = {
    Kind.TAG: "tags hang on an event or are sent by one",
    Kind.TRIGGER: "triggers are lifted",
    Kind.VARIABLE: "variables are lifted",
}
_NAME = re.compile(r"`[^`]*`")


@dataclass(frozen=True)
class Measured:
    """What a set of files holds; ``refused`` are files with the reason."""

    files: int
    coverage: ImportCoverage
    refused: tuple[tuple[str, str], ...]


def find_exports(paths: Iterable[Path]) -> list[Path]:
    """The files that are named, and every JSON file below the folders."""
    found: list[Path] = []
    for path in paths:
        found += sorted(path.rglob("*.json")) if path.is_dir() else [path]
    return found


def measure_files(files: Iterable[Path]) -> Measured:
    """Import each file in memory; nothing is written."""
    coverages: list[ImportCoverage] = []
    refused: list[tuple[str, str]] = []
    for file in files:
        try:
            coverages.append(_measure_file(file))
        except GtmgenError as error:
            refused.append((str(file), str(error).split("\n", 1)[0]))
    return Measured(len(coverages), add_up(coverages), tuple(refused))


def _measure_file(file: Path) -> ImportCoverage:
    export = open_export(file, leaves_out=True)
    source = Imported(export.version, file.name, export.notes, malformed=export.malformed)
    entities = ((kind.value, id_, name) for (kind, name), id_ in source.ids.items())
    keys = {(Kind(item.kind), item.name): item.key for item in assign_keys(entities, ())}
    return measure(convert(source, SpecSettings(source.project), keys, lift=True))


def describe(measured: Measured) -> Iterator[str]:
    """The figures as lines of text."""
    coverage = measured.coverage
    yield plural(measured.files, "export")
    for kind, aim in AIMS.items():
        lifted, total = coverage.lifted.get(kind, 0), coverage.total.get(kind, 0)
        share = coverage.share(kind)
        yield f"{share:5.1f} % of {total:,} {WORDS[kind]} ({lifted:,}; aim: {aim} %)"
    reasons: Counter[tuple[str, str, str]] = Counter()
    for item in coverage.raw:
        reasons[item.kind.value, item.type, _NAME.sub("`...`", item.reason)] += 1
    yield from (["", "Raw, by kind, type and reason:"] if reasons else [])
    order = [kind.value for kind in AIMS]
    for (kind_name, type_, reason), count in sorted(
        reasons.items(), key=lambda item: (order.index(item[0][0]), -item[1], item[0])
    ):
        yield f"{count:6} {' '.join(filter(None, (kind_name, type_)))}: {reason}"
    yield from (["", "Not imported:"] if measured.refused else [])
    yield from (f"  {file}: {reason}" for file, reason in measured.refused)


def main(arguments: list[str]) -> int:
    """Print the figures of the files and folders."""
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 2
    print("\n".join(describe(measure_files(find_exports(map(Path, arguments))))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
