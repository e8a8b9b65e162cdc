"""How the ID of an event is made, and whether browser and server can have the same one."""

from __future__ import annotations

from gtmgen.contract.model import EventContract
from gtmgen.docs.deliveries import Tools
from gtmgen.docs.event_model import EventIdDoc


def document_event_id(tools: Tools, event: EventContract) -> EventIdDoc:
    """The rule of the contract in words."""
    words, key, rule = tools.words, tools.spec.site.event_id_key, event.event_id
    if tools.spec.is_server:
        return _document_id_of_hit(tools, event)
    steps = [words("event_id.given", key=key)] if event.names else []
    agreement = "given" if event.names else "none"
    if rule.source is not None:
        steps.append(words("event_id.data", source=rule.source, example=rule.example))
        agreement = "data"
    elif _is_carried(tools, event):
        agreement = "carried"
    elif not event.names and not _takes_from_servers(tools, event):
        agreement = "browser"
    steps.append(words("event_id.generated"))
    return EventIdDoc(
        kind="generated" if rule.source is None else "data",
        shared=rule.shared,
        source=rule.source,
        prefix=rule.prefix,
        key=key,
        example=rule.example,
        steps=tuple(steps),
        agreement=words(f"agreement.{agreement}", key=key, example=rule.example),
        at_risk=agreement == "none",
    )


def _document_id_of_hit(tools: Tools, event: EventContract) -> EventIdDoc:
    """In the spec of a server container alone: what the hit brings, and nothing else."""
    return EventIdDoc(
        kind="generated",
        shared=True,
        source=None,
        prefix="",
        key="event_id",
        example=event.event_id.example,
        steps=(tools.words("event_id.of_hit"),),
        agreement=tools.words("agreement.of_hit"),
        at_risk=False,
    )


def _is_carried(tools: Tools, event: EventContract) -> bool:
    """Whether the server container sends the event wherever a server can."""
    names = [send.platform for send in event.event.send if tools.packs[send.platform].server]
    return bool(names) and all(name in tools.spec.server_accounts for name in names)


def _takes_from_servers(tools: Tools, event: EventContract) -> bool:
    """Whether a platform of the event takes events from servers, too."""
    return any(tools.packs[send.platform].server is not None for send in event.event.send)
