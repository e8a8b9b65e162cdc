"""What an import did, for people and for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from gtmgen.container.entities import Kind
from gtmgen.container.kinds.table import SECTION
from gtmgen.importer.lift.model import ImportFinding, Lift
from gtmgen.importer.read.container import Imported
from gtmgen.importer.run import Done
from gtmgen.importer.verify.coverage import measure
from gtmgen.report.migration import build_migration_json, render_migration_lines
from gtmgen.report.visible import json_text
from gtmgen.text import listing, plural, printable

FORMAT_VERSION = "1.0"
_MOST = 25
_MOST_NAMES = 5
_HEADINGS = {
    "secret": "Credentials, which a push takes from the environment and no file holds",
    "left-out": "Left out of the spec (in gtm/left-out.json, as it was; no verb touches it)",
    "refused": "GTM would refuse (a push stops before its first call)",
    "looks-wrong": "Looks wrong",
    "suggestion": "Could be better, by a change of the container",
    "left": "Left as GTM has it",
}


def import_text(source: Imported, done: Done, where: str, *, verbose: bool) -> str:
    """A summary; all findings with ``verbose``, else the first of each sort."""
    lines = [
        f"{printable(source.label)} -> {where}",
        "",
        f"{_count_entities(source)}. {_format_proof(done)}",
        _count_lifted(source, done.converted.lifts),
        *_list_shares(done),
    ]
    if done.migration is not None:
        lines += render_migration_lines(done.migration)
    for sort, heading in _HEADINGS.items():
        findings = [item for item in done.converted.findings if item.sort == sort]
        if findings:
            lines += [
                "",
                f"{heading} ({len(findings)}):",
                *_list_findings(findings, verbose=verbose),
            ]
    # First what the import could not keep: of what the file itself lacks there may be too much.
    notes = (*done.notes, *source.notes)
    if notes:
        lines += ["", f"About the source ({len(notes)}):"]
        lines += _cut([f"  {printable(note)}" for note in notes], verbose=verbose)
    changes = done.changes
    lines += ["", f"Files: {_format_file_counts(done)}."]
    if not changes.unchanged and not changes.changed and not changes.removed:
        return "\n".join(lines)
    for mark, paths in (("+", changes.added), ("~", changes.changed), ("-", changes.removed)):
        lines += _cut([f"  {mark} {path}" for path in paths], verbose=verbose)
    return "\n".join(lines)


def _format_proof(done: Done) -> str:
    source = done.converted.source
    left_out = len(source.left_out) + len(source.malformed)
    but = []
    if left_out:
        but.append(f"{left_out} {'entity' if left_out == 1 else 'entities'} that it cannot hold")
    if done.migration is not None and done.migration.replaced:
        but.append(f"{plural(len(done.migration.replaced), 'tag')} that it replaces")
    same = "The spec compiles to the same container"
    return f"{same}, but for {' and '.join(but)}." if but else f"{same}."


def _count_entities(source: Imported) -> str:
    parts = [
        plural(len(entities), SECTION[kind].removesuffix("s").replace("_", " "))
        for kind, entities in source.entities.items()
        if entities
    ]
    parts.append(plural(len(source.built_ins), "built-in variable"))
    return ", ".join(parts)


def _count_lifted(source: Imported, lifts: Sequence[Lift]) -> str:
    total = sum(map(len, source.entities.values()))
    replaced = len({entity for lift in lifts for entity in lift.replaces})
    sections = Counter(lift.section for lift in lifts if lift.section not in ("site", "gone"))
    if not lifts:
        return f"Lifted none of {total} entities: all of them are under `gtm`."
    parts = ", ".join(
        f"{number} {section.removesuffix('s') if number == 1 else section}"
        for section, number in sorted(sections.items())
    )
    return f"Lifted {replaced} of {total} entities into {parts}; the rest is under `gtm`."


def _list_shares(done: Done) -> list[str]:
    """How much of each kind is in the language's words; nothing where all of it is raw."""
    coverage = measure(done.converted)
    if not done.converted.lifts:
        return []
    parts = [
        f"{coverage.lifted[kind]} of {plural(coverage.total[kind], kind.value)} {verb} "
        f"({coverage.share(kind):.0f}%)"
        for kind, verb in _LIFTED.items()
        if coverage.total.get(kind)
    ]
    return [f"Of each kind: {', '.join(parts)}."]


_LIFTED = {
    Kind.TAG: "on events",
    Kind.TRIGGER: "lifted",
    Kind.VARIABLE: "lifted",
}


def _list_findings(findings: Iterable[ImportFinding], *, verbose: bool) -> list[str]:
    """A line for each text, with all that it is said of."""
    groups: dict[tuple[Kind | None, str], list[str]] = {}
    for item in findings:
        groups.setdefault((item.kind, item.text), []).append(printable(item.name))
    lines = [
        f"  {_format_count(kind, len(names))}"
        f"{listing(names, len(names) if verbose else _MOST_NAMES)}: {printable(text)}"
        for (kind, text), names in groups.items()
    ]
    return _cut(lines, verbose=verbose)


def _format_count(kind: Kind | None, number: int) -> str:
    if kind is None:
        return ""
    word = SECTION[kind].replace("_", " ")
    return f"{number} {word} " if number > 1 else f"{kind.value.replace('_', ' ')} "


def _cut(lines: list[str], *, verbose: bool) -> list[str]:
    if verbose or len(lines) <= _MOST:
        return lines
    return [*lines[:_MOST], f"  ... and {len(lines) - _MOST} more, with --verbose"]


def _format_file_counts(done: Done) -> str:
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
            **({"migration": build_migration_json(done.migration)} if done.migration else {}),
            "notes": [*done.notes, *source.notes],
            "files": {
                "added": [*changes.added],
                "changed": [*changes.changed],
                "removed": [*changes.removed],
                "unchanged": [*changes.unchanged],
            },
        }
    )
