"""An event ID that is another one for each tag."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gtmgen.lint.spec_view import Remark, SpecView
from gtmgen.spec.model import DataKey

_RANDOM = "random_number"


def check(view: SpecView) -> Iterator[Remark]:
    """IDs that are made anew at every reference: from a script, or from a random number."""
    for event in view.spec.events.values():
        if event.event_id is None:
            continue
        source = event.event_id.source
        why = "is a random number" if source == _RANDOM else _why(view.made_from(source))
        if why is not None:
            yield Remark(
                ("events", event.key, "event_id", "from"),
                f"`{source}` {why}, which GTM asks for again for each tag: browser, server and "
                "every platform get an ID of their own",
                "leave `event_id` out for one ID per event, or name a key that the site pushes",
            )


def _why(keys: Iterable[DataKey]) -> str | None:
    for data in keys:
        if data.source == "script":
            return "comes from a script"
        if data.source == "builtin" and data.argument == _RANDOM:
            return "comes from a random number"
    return None
