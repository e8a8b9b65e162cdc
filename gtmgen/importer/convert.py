"""A container to a spec that is proved to compile to the same container."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from gtmgen.container.entities import Kind
from gtmgen.container.kinds.table import SECTION
from gtmgen.diagnostics import Diagnostic
from gtmgen.errors import GtmgenError
from gtmgen.importer.lift.model import (
    ImportFinding,
    KeptTag,
    Lift,
    LiftedContainer,
    Proposal,
    SendProposal,
)
from gtmgen.importer.lift.propose import propose
from gtmgen.importer.read.container import Imported, Place
from gtmgen.importer.verify.prove import Verdict, prove
from gtmgen.importer.verify.prove_sends import prove_sends, report_proposal
from gtmgen.importer.write.render import SpecSettings, render

_MOST_ROUNDS = 40


@dataclass(frozen=True)
class Converted:
    """The files, and for the report what was lifted and what was found on the way.

    ``source`` is what the files were proved against: what was to be imported, without those
    entities that do not come back from a spec. ``sends`` are what could stand for raw tags.
    """

    files: Mapping[str, bytes]
    lifts: tuple[Lift, ...]
    undone: tuple[Lift, ...]
    findings: tuple[ImportFinding, ...]
    source: Imported
    sends: tuple[SendProposal | KeptTag, ...] = ()


def convert(
    source: Imported, settings: SpecSettings, keys: Mapping[Place, str], *, lift: bool
) -> Converted:
    """Lift what can be lifted, take back what does not compile to the same, and prove the rest.

    A raw entity that does not come back, either, is left out, and a finding says why. Raises
    :class:`GtmgenError` with the reason where nothing tells which entity is to blame: then
    nothing may be written.
    """
    left_out: list[ImportFinding] = []
    first: Verdict | None = None
    for _ in range(_MOST_ROUNDS):
        converted, verdict = _convert(source, settings, keys, lift=lift)
        if verdict:
            refused = map(report_refused, verdict.refusals)
            return replace(converted, findings=(*left_out, *refused, *converted.findings))
        first = verdict if first is None else first
        unproved = find_unproved(source, settings, keys, verdict)
        if not unproved:
            break
        left_out += (
            ImportFinding("left-out", kind, name, unproved[kind, name])
            for kind, name in sort_places(unproved)
        )
        source = source.without(unproved)
    raise explain_refusal(source, verdict if first is None else first)


def _convert(
    source: Imported, settings: SpecSettings, keys: Mapping[Place, str], *, lift: bool
) -> tuple[Converted, Verdict]:
    """The files with as many lifts as can be proved; the verdict on what is left of them."""
    lifts: tuple[Lift, ...] = ()
    proposal = Proposal()
    if lift:
        proposal = propose(
            LiftedContainer(
                source.entities, source.built_ins, source.context, keys, needed=source.needed
            )
        )
        lifts = proposal.lifts
    undone: list[Lift] = []
    for _ in range(_MOST_ROUNDS):
        files = render(source, settings, keys, lifts)
        verdict = prove(files, settings.main, source)
        back = _to_undo(verdict, lifts)
        if not back:
            break
        undone.extend(back)
        dropped = {(item.section, item.key) for item in back}
        lifts = tuple(item for item in lifts if (item.section, item.key) not in dropped)
    proved = prove_sends(proposal.sends, source, settings, keys, lifts) if verdict else ()
    sends = tuple(proved)
    findings = (
        *proposal.findings,
        *(report_proposal(send) for send in sends if not send.is_own_type),
    )
    return Converted(files, lifts, tuple(undone), findings, source, sends), verdict


def _to_undo(verdict: Verdict, lifts: Sequence[Lift]) -> list[Lift]:
    """The lifts that are to blame, and those that make no sense without them."""
    bad = verdict.surplus | verdict.broken.keys()
    to_undo = [
        lift
        for lift in lifts
        if (lift.section, lift.key) in bad
        or verdict.different.intersection(lift.replaces)
        or verdict.different.intersection((Kind.TAG, name) for name in lift.fires)
    ]
    if not to_undo and lifts and not verdict:
        # Nothing tells whose fault it is: first what makes the most of its own, then all.
        to_undo = [lift for lift in lifts if lift.section in ("platforms", "events", "site")]
        to_undo = to_undo or [*lifts]
    return add_dependents(to_undo, lifts)


def add_dependents(lifts_gone: list[Lift], lifts: Sequence[Lift]) -> list[Lift]:
    dropped = {(lift.section, lift.key) for lift in lifts_gone}
    while True:
        more = [
            lift
            for lift in lifts
            if (lift.section, lift.key) not in dropped and dropped.intersection(lift.needs)
        ]
        if not more:
            return [lift for lift in lifts if (lift.section, lift.key) in dropped]
        dropped.update((lift.section, lift.key) for lift in more)


# -- raw entities that do not come back ------------------------------------------------


def find_unproved(
    source: Imported, settings: SpecSettings, keys: Mapping[Place, str], verdict: Verdict
) -> dict[Place, str]:
    """The raw entities to blame for a verdict on a spec without lifts, each with the reason."""
    blamed = dict.fromkeys(verdict.different, "it does not come back from a spec as it was")
    places = {(f"gtm.{SECTION[kind]}", keys[kind, name]): (kind, name) for kind, name in source.ids}
    for spot, problem in verdict.broken.items():
        if spot in places:
            blamed[places[spot]] = describe_problem(problem)
    if blamed:
        return blamed
    # Problems without a place: each entity by itself shows whose they are.
    for entity_key in source.ids:
        alone = source.without(source.ids.keys() - {entity_key})
        verdict = prove(render(alone, settings, keys, ()), settings.main, alone)
        if not verdict:
            reason = (
                describe_problem(verdict.problems[0])
                if verdict.problems
                else "it does not come back"
            )
            blamed[entity_key] = reason
    return blamed


def explain_refusal(source: Imported, verdict: Verdict) -> GtmgenError:
    lines = [*map(describe_problem, verdict.problems)]
    lines += [
        f"{kind.value} `{name}` does not come back as it was"
        for kind, name in sort_places(verdict.different)
    ]
    lines += [f"the built-in variable `{key}`" for key in sorted(verdict.built_ins)]
    excerpt = "\n  ".join(lines[:10])
    return GtmgenError(
        f"{source.label} cannot be imported without a change of its meaning\n  {excerpt}",
        hint="nothing was written; please report it with the entity's JSON",
    )


def report_refused(item: Diagnostic) -> ImportFinding:
    return ImportFinding("refused", None, str(item.span), describe_problem(item))


def describe_problem(problem: Diagnostic) -> str:
    return f"{problem.message} [{problem.rule}]"


def sort_places(places: Iterable[Place]) -> list[Place]:
    return sorted(places, key=lambda place: (SECTION[place[0]], place[1]))
