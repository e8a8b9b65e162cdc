"""Whether a proposal holds: the imported spec with it applied is loaded and compiled.

What does not hold is not proposed; a line says what ``validate`` would say to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from gtmgen.container.entities import Kind
from gtmgen.diagnostics import Severity
from gtmgen.errors import SpecError
from gtmgen.importer.container import Imported, Place
from gtmgen.importer.lift.model import Finding, Lift, SendProposal
from gtmgen.importer.lift.suggestions import not_proposed
from gtmgen.importer.prove import compiled
from gtmgen.importer.render import Settings, render
from gtmgen.importer.yaml_out import flow


def prove_sends(
    proposals: Iterable[SendProposal],
    source: Imported,
    settings: Settings,
    keys: Mapping[Place, str],
    lifts: Sequence[Lift],
) -> Iterator[Finding]:
    """A line for each proposal: what it is, or why it is not made."""
    for proposal in proposals:
        if not any(proposal.tag in lift.fires for lift in lifts):
            yield not_proposed(proposal.tag, "it hangs on no event of the spec")
            continue
        files = render(source, settings, keys, apply_send(proposal, lifts, keys))
        try:
            compiled(files, settings.main)
        except SpecError as error:
            problem = next(one for one in error.diagnostics if one.severity is Severity.ERROR)
            said = f"`validate` would refuse it ({problem.message} [{problem.rule}])"
            yield not_proposed(proposal.tag, _with_losses(said, proposal))
        else:
            yield Finding("suggestion", Kind.TAG, proposal.tag, _describe(proposal))


def apply_send(
    proposal: SendProposal, lifts: Sequence[Lift], keys: Mapping[Place, str]
) -> list[Lift]:
    """The parts of the spec with the proposal in place of its tag."""
    applied = [Lift("platforms", key, dict(data)) for key, data in proposal.platforms.items()]
    applied += [Lift("data", key, data) for key, data in proposal.data.items()]
    tag = (Kind.TAG, proposal.tag)
    for lift in lifts:
        if proposal.tag not in lift.fires:
            applied.append(lift)
            continue
        data = _replace_tag(lift.data, keys[tag], proposal)
        if data["send"]:
            applied.append(replace(lift, data=data, replaces=(*lift.replaces, tag)))
        else:
            applied.append(Lift("gone", lift.key, None, replaces=(tag,)))
    return applied


def _replace_tag(event: Mapping[str, Any], key: str, proposal: SendProposal) -> dict[str, Any]:
    tags = event["send"]["custom"]["tag"]
    others = [other for other in ([tags] if isinstance(tags, str) else tags) if other != key]
    custom = {"custom": {"tag": others[0] if len(others) == 1 else others}} if others else {}
    more = {"event_id": proposal.event_id, "params": proposal.params}
    given = {name: value for name, value in more.items() if value}
    return {**event, **given, "send": {**proposal.send, **custom}}


def _describe(proposal: SendProposal) -> str:
    platforms = f"`platforms: {flow(proposal.platforms)}`"
    if proposal.send:
        what = f"`send: {flow(proposal.send)}`"
        given = {"params": proposal.params, "event_id": proposal.event_id, "data": proposal.data}
        parts = [f"`{name}: {flow(value)}`" for name, value in given.items() if value]
        parts.append(platforms)
        text = f"{what} with {', '.join(parts[:-1])}{' and ' if parts[1:] else ''}{parts[-1]}"
    else:
        text = platforms
    text += " would send this event by a tag of gtmgen's own, in place of this one."
    changes = f" What changes: {'; '.join(proposal.changes)}." if proposal.changes else ""
    return f"{_with_losses(text, proposal)}{changes}"


def _with_losses(text: str, proposal: SendProposal) -> str:
    if not proposal.losses:
        return text
    names = ", ".join(f"`{name}`" for name in proposal.losses)
    separator = " It would lose " if text.endswith(".") else "; it would lose "
    return f"{text}{separator}{names}{'.' if text.endswith('.') else ''}"
