"""The door: everything that a container offers to be lifted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from gtmgen.container.entities import KIND_OF, AnyEntity, Trigger, Variable
from gtmgen.diagnostics import Severity
from gtmgen.importer.lift.events import lift_events
from gtmgen.importer.lift.google_sends import suggest_google
from gtmgen.importer.lift.model import (
    ImportFinding,
    KeptTag,
    Lift,
    LiftedContainer,
    Proposal,
    SendProposal,
)
from gtmgen.importer.lift.pages import PageKeys
from gtmgen.importer.lift.personal import list_personal
from gtmgen.importer.lift.suggestions import suggest_sends
from gtmgen.importer.lift.triggers import lift_trigger
from gtmgen.importer.lift.variables import lift_variable
from gtmgen.lint import view as lint
from gtmgen.lint.engine import lint_container
from gtmgen.rules.registry import all_rules
from gtmgen.spec.lifting import NotLiftedError

E = TypeVar("E", bound=AnyEntity)


def propose(source: LiftedContainer) -> Proposal:
    """Proposals in an order in which each comes after what it needs."""
    lifts: list[Lift] = []
    findings: list[ImportFinding] = []
    pages = PageKeys()
    personal = list_personal(source)
    for proposal in (
        *_lift_each(source, Variable, lambda item: lift_variable(source, item, personal)),
        *_lift_each(source, Trigger, lambda item: lift_trigger(source, item, pages)),
        *lift_events(source, source.uses),
    ):
        if isinstance(proposal, Lift):
            lifts.append(proposal)
        else:
            findings.append(proposal)
    needed_entries = {need for lift in lifts for need in lift.needs}
    declared = [lift for lift in pages.lifts() if (lift.section, lift.key) in needed_entries]
    findings += (_report_finding(finding) for finding in lint_container(source))
    sends: list[SendProposal | KeptTag] = []
    for suggested in suggest_sends(source):
        if isinstance(suggested, ImportFinding):
            findings.append(suggested)
        else:
            sends.append(suggested)
    for platform in source.sent.platforms():
        if platform.tags:
            sends += suggest_google(source, platform.pack)
    return Proposal((*declared, *lifts), tuple(findings), tuple(sends))


def _report_finding(linted: lint.Finding) -> ImportFinding:
    is_note = all_rules()[linted.rule].severity is Severity.NOTE
    return ImportFinding(
        "suggestion" if is_note else "looks-wrong", linted.kind, linted.name, linted.text
    )


def _lift_each(
    source: LiftedContainer, type_: type[E], lift: Callable[[E], Lift]
) -> Iterator[Lift | ImportFinding]:
    kind = KIND_OF[type_]
    for entity in source.of_kind(kind):
        if isinstance(entity, type_):
            try:
                yield lift(entity)
            except NotLiftedError as error:
                yield ImportFinding("left", kind, entity.name, str(error))
