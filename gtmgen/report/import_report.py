"""What an import did, for people and for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from gtmgen.container.kinds.table import SECTION
from gtmgen.importer.container import Imported
from gtmgen.importer.lift.model import Finding, Lift
from gtmgen.importer.run import Done
from gtmgen.report.visible import json_text
from gtmgen.text import plural, printable

FORMAT_VERSION = "1.0"
_MOST = 25
_HEADINGS = {
    "looks-wrong": "Looks wrong",
    "suggestion": "Could be better, by a change of the container",
    "left": "Left as GTM has it",
}


def import_text(source: Imported, done: Done, where: str, *, verbose: bool) -> str:
    """A summary; all findings with ``verbose``, else the first of each sort."""
    lines = [
        f"{printable(source.label)} -> {where}",
        "",
        f"{_counts(source)}. The spec compiles to the same container.",
        _lifted(source, done.converted.lifts),
    ]
    for sort, heading in _HEADINGS.items():
        found = [item for item in done.converted.findings if item.sort == sort]
        if found:
            lines += ["", f"{heading} ({len(found)}):", *_findings(found, verbose=verbose)]
    if source.notes:
        lines += ["", f"About the source ({len(source.notes)}):"]
        lines += _cut([f"  {printable(note)}" for note in source.notes], verbose=verbose)
    changes = done.changes
    lines += ["", f"Files: {_file_counts(done)}."]
    if not changes.unchanged and not changes.changed and not changes.removed:
        return "\n".join(lines)
    for mark, paths in (("+", changes.added), ("~", changes.changed), ("-", changes.removed)):
        lines += _cut([f"  {mark} {path}" for path in paths], verbose=verbose)
    return "\n".join(lines)


def _counts(source: Imported) -> str:
    parts = [
        plural(len(entities), SECTION[kind].removesuffix("s").replace("_", " "))
        for kind, entities in source.entities.items()
        if entities
    ]
    parts.append(plural(len(source.built_ins), "built-in variable"))
    return ", ".join(parts)


def _lifted(source: Imported, lifts: Sequence[Lift]) -> str:
    total = sum(map(len, source.entities.values()))
    replaced = len({place for lift in lifts for place in lift.replaces})
    sections = Counter(lift.section for lift in lifts if lift.section not in ("site",))
    if not lifts:
        return f"Lifted none of {total} entities: all of them are under `gtm`."
    parts = ", ".join(
        f"{number} {section.removesuffix('s') if number == 1 else section}"
        for section, number in sorted(sections.items())
    )
    return f"Lifted {replaced} of {total} entities into {parts}; the rest is under `gtm`."


def _findings(found: Iterable[Finding], *, verbose: bool) -> list[str]:
    lines = [
        f"  {item.kind.value.replace('_', ' ') + ' ' if item.kind else ''}"
        f"`{printable(item.name)}`: {printable(item.text)}"
        for item in found
    ]
    return _cut(lines, verbose=verbose)


def _cut(lines: list[str], *, verbose: bool) -> list[str]:
    if verbose or len(lines) <= _MOST:
        return lines
    return [*lines[:_MOST], f"  ... and {len(lines) - _MOST} more, with --verbose"]


def _file_counts(done: Done) -> str:
    changes = done.changes
    counts = (
        (len(changes.added), "added"),
        (len(changes.changed), "changed"),
        (len(changes.removed), "removed"),
        (len(changes.unchanged), "unchanged"),
    )
    return ", ".join(f"{number} {word}" for number, word in counts if number) or "none"


def import_json(source: Imported, done: Done, where: str) -> str:
    """The same for programs."""
    changes = done.changes
    return json_text(
        {
            "format_version": FORMAT_VERSION,
            "source": source.label,
            "spec": where,
            "entities": {
                SECTION[kind]: len(entities)
                for kind, entities in source.entities.items()
                if entities
            },
            "lifted": [
                {
                    "section": lift.section,
                    "key": lift.key,
                    "replaces": [f"{kind.value}:{name}" for kind, name in lift.replaces],
                    "fires": [*lift.fires],
                }
                for lift in done.converted.lifts
            ],
            "findings": [
                {
                    "sort": item.sort,
                    "kind": item.kind.value if item.kind else None,
                    "name": item.name,
                    "text": item.text,
                }
                for item in done.converted.findings
            ],
            "notes": [*source.notes],
            "files": {
                "added": [*changes.added],
                "changed": [*changes.changed],
                "removed": [*changes.removed],
                "unchanged": [*changes.unchanged],
            },
        }
    )
