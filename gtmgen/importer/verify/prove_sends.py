"""Whether a proposal holds: the imported spec with it applied is loaded and compiled.

What does not hold is not proposed; a line says what ``validate`` would say to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from gtmgen.container.entities import Kind
from gtmgen.diagnostics import Severity
from gtmgen.errors import SpecError
from gtmgen.importer.lift.model import ImportFinding, KeptTag, Lift, SendProposal
from gtmgen.importer.migrate.apply_send import apply_send
from gtmgen.importer.read.container import Imported, Place
from gtmgen.importer.verify.prove import compile_files
from gtmgen.importer.write.render import SpecSettings, render
from gtmgen.importer.write.yaml_out import format_flow
from gtmgen.spec.lifting import NotLiftedError
from gtmgen.text import listing


def prove_sends(
    proposals: Iterable[SendProposal | KeptTag],
    source: Imported,
    settings: SpecSettings,
    keys: Mapping[Place, str],
    lifts: Sequence[Lift],
) -> Iterator[SendProposal | KeptTag]:
    """The proposals that hold; the others with the reason why they are not made."""
    listed = [_require_event(proposal, lifts) for proposal in proposals]

    def find_problem(group: Sequence[SendProposal]) -> str | None:
        parts = lifts
        try:
            for proposal in group:
                parts = apply_send(proposal, parts, keys)
            # Only that it is valid: what the container then has otherwise is what the proposal is
            # for.
            compile_files(render(source, settings, keys, parts), settings.main)
        except NotLiftedError as error:
            return str(error)
        except SpecError as error:
            return describe_refusal(error, group[0])
        return None

    # Nobody is told of a tag of the pack's own type: a migration proves all of them at once.
    told = [one for one in listed if isinstance(one, SendProposal) and not one.is_own_type]
    refused = {id(one): problem for one, problem in _find_refusals(told, find_problem)}
    for one in listed:
        problem = refused.get(id(one))
        yield one if problem is None else KeptTag(one.tag, one.pack, problem)


def _require_event(
    proposal: SendProposal | KeptTag, lifts: Sequence[Lift]
) -> SendProposal | KeptTag:
    if isinstance(proposal, KeptTag) or any(proposal.tag in lift.fires for lift in lifts):
        return proposal
    reason = "it hangs on no event of the spec"
    return KeptTag(proposal.tag, proposal.pack, reason, proposal.is_own_type)


def _find_refusals(
    group: Sequence[SendProposal], find_problem: Callable[[Sequence[SendProposal]], str | None]
) -> Iterator[tuple[SendProposal, str]]:
    """Those that do not hold by themselves, with the reason.

    Most hold, and to compile a spec takes long: all are tried together, then halves of them.
    """
    problem = find_problem(group) if group else None
    if problem is None:
        return
    if len(group) == 1:
        yield group[0], problem
        return
    middle = len(group) // 2
    yield from _find_refusals(group[:middle], find_problem)
    yield from _find_refusals(group[middle:], find_problem)


def describe_refusal(error: SpecError, proposal: SendProposal) -> str:
    """Why a proposal does not hold, without a full stop."""
    problem = next(one for one in error.diagnostics if one.severity is Severity.ERROR)
    said = f"`validate` would refuse it ({problem.message} [{problem.rule}])"
    return _append_losses(said, proposal)


def report_proposal(proposal: SendProposal | KeptTag) -> ImportFinding:
    """A line of the report."""
    if isinstance(proposal, KeptTag):
        text = f"No tag of gtmgen's own is proposed in place of this one: {proposal.reason}."
    else:
        text = _describe(proposal)
    return ImportFinding("suggestion", Kind.TAG, proposal.tag, text)


def describe_send(proposal: SendProposal) -> str:
    """What a spec says in place of the tag."""
    said: set[str] = set()
    parts = []
    for part in proposal.parts:
        platforms = {key: value for key, value in part.platforms.items() if key not in said}
        said |= platforms.keys()
        parts.append(_describe_part(replace(part, platforms=platforms)))
    return ", and ".join(parts)


def _describe_part(proposal: SendProposal) -> str:
    given = {
        "params": proposal.params,
        "event_id": proposal.event_id,
        "data": proposal.data,
        "platforms": proposal.platforms,
        "server": {"accounts": proposal.server} if proposal.server else {},
    }
    parts = [f"`{name}: {format_flow(value)}`" for name, value in given.items() if value]
    joined = f"{', '.join(parts[:-1])}{' and ' if parts[1:] else ''}{parts[-1]}" if parts else ""
    if proposal.send_by_trigger:
        send = _list_sends(proposal.send_by_trigger)
    elif proposal.send:
        send = f"`send: {format_flow(proposal.send)}`"
    else:
        return joined
    return f"{send} with {joined}" if joined else send


def _list_sends(sends: Mapping[str, Mapping[str, Any]]) -> str:
    """What is sent on each trigger."""
    return ", ".join(
        f"`send: {format_flow(send)}` on `{trigger}`" for trigger, send in sends.items()
    )


def _describe(proposal: SendProposal) -> str:
    text = describe_send(proposal)
    what, whose = ("these events", "tags") if proposal.also else ("this event", "a tag")
    text += f" would send {what} by {whose} of gtmgen's own, in place of this one."
    sentences = dict.fromkeys(one for part in proposal.parts for one in part.changes)
    changes = f" What changes: {'; '.join(sentences)}." if sentences else ""
    others = proposal.together_with
    too = f" Only together with {listing(others)}: the code is to be loaded once." if others else ""
    return f"{_append_losses(text, proposal)}{changes}{too}"


def _append_losses(text: str, proposal: SendProposal) -> str:
    losses = (name for part in proposal.parts for name in part.losses)
    lost = tuple(dict.fromkeys((*losses, *proposal.lost_settings)))
    if not lost:
        return text
    names = ", ".join(f"`{name}`" for name in lost)
    separator = " It would lose " if text.endswith(".") else "; it would lose "
    return f"{text}{separator}{names}{'.' if text.endswith('.') else ''}"
