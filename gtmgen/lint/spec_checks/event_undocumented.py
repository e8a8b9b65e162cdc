"""An event that nobody can read about."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.lint.spec_view import Remark, SpecView
from gtmgen.text import listing

_HINT = "add what is missing: `gtmgen docs` shows it to everyone who works with the event"
_SHOWN = 4


def check(view: SpecView) -> Iterator[Remark]:
    """Events without a description or an owner, and data of theirs that show no example."""
    senders: dict[str, list[str]] = {
        key: []
        for key, data in view.spec.data.items()
        if data.source == "path" and data.example is None
    }
    for event in view.spec.events.values():
        missing = ["`description`"] * (not event.description) + ["`owner`"] * (not event.owner)
        if missing:
            words = " or ".join(missing)
            yield Remark(("events", event.key), f"`{event.key}` has no {words}", _HINT, on_key=True)
        for source in dict.fromkeys(event.params.values()):
            if isinstance(source, str) and source in senders:
                senders[source].append(event.key)
    # At the data key, once: each event that sends it would ask for the same line.
    for key, events in senders.items():
        if events:
            message = f"`{key}` has no `example`, and is sent by {listing(events, _SHOWN)}"
            yield Remark(("data", key), message, _HINT, on_key=True)
