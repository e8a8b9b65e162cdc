"""Whether a proposal holds: the imported spec with it applied is loaded and compiled.

What does not hold is not proposed; a line says what ``validate`` would say to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from gtmgen.container.entities import Kind
from gtmgen.diagnostics import Severity
from gtmgen.errors import SpecError
from gtmgen.importer.lift.model import Finding, KeptTag, Lift, SendProposal
from gtmgen.importer.migrate.apply_send import apply_send
from gtmgen.importer.read.container import Imported, Place
from gtmgen.importer.verify.prove import compiled
from gtmgen.importer.write.render import Settings, render
from gtmgen.importer.write.yaml_out import flow


def prove_sends(
    proposals: Iterable[SendProposal | KeptTag],
    source: Imported,
    settings: Settings,
    keys: Mapping[Place, str],
    lifts: Sequence[Lift],
) -> Iterator[SendProposal | KeptTag]:
    """The proposals that hold; the others with the reason why they are not made."""
    for proposal in proposals:
        if isinstance(proposal, KeptTag):
            yield proposal
            continue
        if not any(proposal.tag in lift.fires for lift in lifts):
            reason = "it hangs on no event of the spec"
            yield KeptTag(proposal.tag, proposal.pack, reason, proposal.is_own_type)
            continue
        if proposal.is_own_type:
            yield proposal  # nobody is told of it: a migration proves all of them at once
            continue
        files = render(source, settings, keys, apply_send(proposal, lifts, keys))
        try:
            compiled(files, settings.main)
        except SpecError as error:
            yield KeptTag(proposal.tag, proposal.pack, refusal_of(error, proposal))
        else:
            yield proposal


def refusal_of(error: SpecError, proposal: SendProposal) -> str:
    """Why a proposal does not hold, without a full stop."""
    problem = next(one for one in error.diagnostics if one.severity is Severity.ERROR)
    said = f"`validate` would refuse it ({problem.message} [{problem.rule}])"
    return _with_losses(said, proposal)


def told(proposal: SendProposal | KeptTag) -> Finding:
    """A line of the report."""
    if isinstance(proposal, KeptTag):
        text = f"No tag of gtmgen's own is proposed in place of this one: {proposal.reason}."
    else:
        text = _describe(proposal)
    return Finding("suggestion", Kind.TAG, proposal.tag, text)


def describe_send(proposal: SendProposal) -> str:
    """What a spec says in place of the tag."""
    given = {
        "params": proposal.params,
        "event_id": proposal.event_id,
        "data": proposal.data,
        "platforms": proposal.platforms,
        "server": {"accounts": proposal.server} if proposal.server else {},
    }
    parts = [f"`{name}: {flow(value)}`" for name, value in given.items() if value]
    joined = f"{', '.join(parts[:-1])}{' and ' if parts[1:] else ''}{parts[-1]}" if parts else ""
    if proposal.send_by_trigger:
        send = _list_sends(proposal.send_by_trigger)
    elif proposal.send:
        send = f"`send: {flow(proposal.send)}`"
    else:
        return joined
    return f"{send} with {joined}" if joined else send


def _list_sends(sends: Mapping[str, Mapping[str, Any]]) -> str:
    """What is sent on each trigger."""
    return ", ".join(f"`send: {flow(send)}` on `{trigger}`" for trigger, send in sends.items())


def _describe(proposal: SendProposal) -> str:
    text = describe_send(proposal)
    text += " would send this event by a tag of gtmgen's own, in place of this one."
    changes = f" What changes: {'; '.join(proposal.changes)}." if proposal.changes else ""
    return f"{_with_losses(text, proposal)}{changes}"


def _with_losses(text: str, proposal: SendProposal) -> str:
    lost = (*proposal.losses, *proposal.lost_settings)
    if not lost:
        return text
    names = ", ".join(f"`{name}`" for name in lost)
    separator = " It would lose " if text.endswith(".") else "; it would lose "
    return f"{text}{separator}{names}{'.' if text.endswith('.') else ''}"
