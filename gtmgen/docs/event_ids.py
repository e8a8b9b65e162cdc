"""How the ID of an event is made, and whether browser and server can have the same one."""

from __future__ import annotations

import uuid

from gtmgen.docs.deliveries import Tools
from gtmgen.docs.message import Names
from gtmgen.docs.model import EventIdDoc
from gtmgen.spec.model import Event, Test
from gtmgen.spec.parse import to_text

_NAMESPACE = uuid.NAMESPACE_URL


def event_id_doc(tools: Tools, event: Event, names: Names, tests: tuple[Test, ...]) -> EventIdDoc:
    """``names`` are the dataLayer events that it fires on; ``tests`` what its example meets."""
    words, key, own = tools.words, tools.spec.site.event_id_key, event.event_id
    example = _generated(tools, event)
    steps = [words("event_id.given", key=key)] if names else []
    agreement = "given" if names else "none"
    if own is not None:
        example = f"{own.prefix}{to_text(tools.examples.meeting(own.source, tests))}"
        steps.append(words("event_id.data", source=own.source, example=example))
        agreement = "data"
    elif not names and not takes_from_servers(tools, event):
        agreement = "browser"
    steps.append(words("event_id.generated"))
    return EventIdDoc(
        kind="generated" if own is None else "data",
        shared=own is not None or bool(names),
        source=None if own is None else own.source,
        prefix="" if own is None else own.prefix,
        key=key,
        example=example,
        steps=tuple(steps),
        agreement=words(f"agreement.{agreement}", key=key, example=example),
        at_risk=agreement == "none",
    )


def takes_from_servers(tools: Tools, event: Event) -> bool:
    """Whether a platform of the event takes events from servers, too."""
    return any(tools.packs[send.platform].server is not None for send in event.send)


def _generated(tools: Tools, event: Event) -> str:
    """An ID as a site might make one; always the same for the same event."""
    return f"{event.key}-{uuid.uuid5(_NAMESPACE, f'{tools.spec.project}/{event.key}')}"
