"""A container to a spec that is proved to compile to the same container."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gtmgen.container.entities import Kind
from gtmgen.container.kinds.table import SECTION
from gtmgen.diagnostics import Diagnostic
from gtmgen.errors import GtmgenError
from gtmgen.importer.container import Imported, Place
from gtmgen.importer.lift.model import Finding, Lift, Source
from gtmgen.importer.lift.propose import propose
from gtmgen.importer.prove import Verdict, prove
from gtmgen.importer.render import Settings, render

_MOST_ROUNDS = 40


@dataclass(frozen=True)
class Converted:
    """The files, and for the report what was lifted and what was found on the way."""

    files: Mapping[str, bytes]
    lifts: tuple[Lift, ...]
    undone: tuple[Lift, ...]
    findings: tuple[Finding, ...]


def convert(
    source: Imported, settings: Settings, keys: Mapping[Place, str], *, lift: bool
) -> Converted:
    """Lift what can be lifted, take back what does not compile to the same, and prove the rest.

    Raises :class:`GtmgenError` with the reason when even the raw entities do not come back: then
    nothing may be written.
    """
    lifts: tuple[Lift, ...] = ()
    findings: tuple[Finding, ...] = ()
    if lift:
        proposal = propose(Source(source.entities, source.built_ins, source.context, keys))
        lifts, findings = proposal.lifts, proposal.findings
    undone: list[Lift] = []
    for _ in range(_MOST_ROUNDS):
        files = render(source, settings, keys, lifts)
        verdict = prove(files, settings.main, source)
        if verdict:
            return Converted(files, lifts, tuple(undone), findings)
        back = _to_undo(verdict, lifts)
        if not back:
            raise _refusal(source, verdict)
        undone.extend(back)
        gone = {(item.section, item.key) for item in back}
        lifts = tuple(item for item in lifts if (item.section, item.key) not in gone)
    raise _refusal(source, verdict)


def _to_undo(verdict: Verdict, lifts: Sequence[Lift]) -> list[Lift]:
    """The lifts that are to blame, and those that make no sense without them."""
    bad = verdict.surplus | verdict.broken
    found = [
        lift
        for lift in lifts
        if (lift.section, lift.key) in bad
        or verdict.different.intersection(lift.replaces)
        or verdict.different.intersection((Kind.TAG, name) for name in lift.fires)
    ]
    if not found and lifts and not verdict:
        # Nothing tells whose fault it is: first what makes the most of its own, then all.
        found = [lift for lift in lifts if lift.section in ("platforms", "events", "site")]
        found = found or [*lifts]
    return _with_dependents(found, lifts)


def _with_dependents(found: list[Lift], lifts: Sequence[Lift]) -> list[Lift]:
    gone = {(lift.section, lift.key) for lift in found}
    while True:
        more = [
            lift
            for lift in lifts
            if (lift.section, lift.key) not in gone and gone.intersection(lift.needs)
        ]
        if not more:
            return [lift for lift in lifts if (lift.section, lift.key) in gone]
        gone.update((lift.section, lift.key) for lift in more)


def _refusal(source: Imported, verdict: Verdict) -> GtmgenError:
    lines = [*_problem_lines(verdict.problems)]
    lines += [
        f"{kind.value} `{name}` does not come back as it was"
        for kind, name in _sorted(verdict.different)
    ]
    lines += [f"the built-in variable `{key}`" for key in sorted(verdict.built_ins)]
    shown = "\n  ".join(lines[:10])
    return GtmgenError(
        f"{source.label} cannot be imported without a change of its meaning\n  {shown}",
        hint="nothing was written; please report it with the entity's JSON",
    )


def _problem_lines(problems: Iterable[Diagnostic]) -> Iterable[str]:
    return (f"{item.message} [{item.rule}]" for item in problems)


def _sorted(places: Iterable[Place]) -> list[Place]:
    return sorted(places, key=lambda place: (SECTION[place[0]], place[1]))
