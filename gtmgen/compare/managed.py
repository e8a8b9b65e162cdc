"""What of two containers is ours: the entities that carry gtmgen's line in their notes."""

from __future__ import annotations

from dataclasses import replace

from gtmgen.compare.snapshot import Snapshot


def managed(
    snapshot: Snapshot, projects: frozenset[str], built_ins: frozenset[str] | None
) -> Snapshot:
    """Only what the projects own, or any project where none is named.

    Nobody owns a built-in variable: only ``built_ins``, those that a spec asks for, are looked
    at; none where there is no spec.
    """
    entries = tuple(
        entry
        for entry in snapshot.entries
        if entry.owner is not None and (not projects or entry.owner.project in projects)
    )
    return replace(
        snapshot, entries=entries, built_ins=snapshot.built_ins & (built_ins or frozenset())
    )
