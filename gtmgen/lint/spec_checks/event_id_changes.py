"""An event ID that is another one for each tag."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.lint.spec_view import Remark, made_from
from gtmgen.spec.model import DataKey, Spec

_RANDOM = "random_number"


def check(spec: Spec) -> Iterator[Remark]:
    """IDs that are made anew at every reference: from a script, or from a random number."""
    for event in spec.events.values():
        if event.event_id is None:
            continue
        source = event.event_id.source
        why = "is a random number" if source == _RANDOM else _why(made_from(spec, source))
        if why is not None:
            yield Remark(
                ("events", event.key, "event_id", "from"),
                f"`{source}` {why}, which GTM asks for again for each tag: browser, server and "
                "every platform get an ID of their own",
                "leave `event_id` out for one ID per event, or name a key that the site pushes",
            )


def _why(keys: Iterator[DataKey]) -> str | None:
    for data in keys:
        if data.source == "script":
            return "comes from a script"
        if data.source == "builtin" and data.argument == _RANDOM:
            return "comes from a random number"
    return None
