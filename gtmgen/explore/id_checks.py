"""Event IDs: there, from the right place, alike on all platforms and never used twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gtmgen.diagnostics import Path
from gtmgen.explore.call_checks import ERROR, CallChecks
from gtmgen.explore.fault import BrokenInvariant
from gtmgen.explore.model import Variant
from gtmgen.scenarios.model import Call
from gtmgen.spec.matchers import shown


class IdChecks(CallChecks):
    """Checks the event IDs of an event."""

    def _ids(self, variant: Variant, mine: Mapping[str, list[Call]]) -> Iterator[BrokenInvariant]:
        ids = {name: [call.event_id for call in calls] for name, calls in mine.items()}
        path = (*self._path, "event_id") if self._event.event_id else self._path
        for one in self._deliveries:
            for call in mine.get(one.platform, ()):
                if not isinstance(call.event_id, str) or not call.event_id.strip():
                    subject = f"{one.platform} receives `{one.event}`"
                    message = f"{subject} with event_id {shown(call.event_id)}"
                    right = {one.platform: one.event, "event_id": {"type": "string"}}
                    yield BrokenInvariant("no-event-id", ERROR, message, path, [right])
                elif variant.event_id is not None and call.event_id != variant.event_id:
                    message = (
                        f"{one.platform} receives `{one.event}` with event_id "
                        f"{shown(call.event_id)}, not `{variant.event_id}`"
                    )
                    right = {one.platform: one.event, "event_id": variant.event_id}
                    yield BrokenInvariant("event-id-source", ERROR, message, path, [right])
        yield from self._check_unique(variant, ids, path)
        of_others = {name: values for name, values in ids.items() if name not in variant.apart}
        of_apart = {name: values for name, values in ids.items() if name in variant.apart}
        yield from self._check_alike(of_others, path)
        yield from self._check_alike(of_apart, path)

    def _check_alike(self, ids: Mapping[str, list[Any]], path: Path) -> Iterator[BrokenInvariant]:
        several = [name for name, values in ids.items() if values]
        if len({tuple(map(str, ids[name])) for name in several}) > 1 and all(
            len(ids[name]) == len(ids[several[0]]) for name in several
        ):
            same: list[Mapping[str, Any]] = [{one.platform: one.event} for one in self._deliveries]
            same.append({"same_event_id": several})
            text = "; ".join(f"{name}: {', '.join(map(str, ids[name]))}" for name in several)
            message = f"the platforms receive other event IDs ({text})"
            yield BrokenInvariant("event-ids-differ", ERROR, message, path, same)

    def _check_unique(
        self, variant: Variant, ids: Mapping[str, list[Any]], path: Path
    ) -> Iterator[BrokenInvariant]:
        if variant.occurrences < 2:
            return
        source = self._event.event_id.source if self._event.event_id is not None else None
        from_data = source is not None and source not in variant.missing
        for one in self._deliveries:
            values = [str(value) for value in ids.get(one.platform, ()) if value is not None]
            # With a source, equal data means the same event: that is what the source is for.
            if len(values) < 2 or from_data or one.once_per_page:
                continue
            if len(set(values)) < len(values):
                message = (
                    f"{one.platform} receives different `{one.event}` events with one event_id, "
                    f"`{values[-1]}`: the later ones are dropped as duplicates"
                )
                right = {
                    one.platform: one.event,
                    "times": len(values),
                    "event_id": {"not": values[-1]},
                }
                yield BrokenInvariant("event-id-repeats", ERROR, message, path, [right])
