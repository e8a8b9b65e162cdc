"""Which events of browser and server are one, by the platform's rules of deduplication."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.packs.server import ServerApi
from gtmgen.recordings.model import Pair, PairState, Sighting


class Pairing:
    """Collects sightings; events with the same account, name and ID are one."""

    def __init__(self, api: ServerApi) -> None:
        self._merged = api.merged_within
        self._dropped = api.dropped_within
        self._known: dict[tuple[str, str, str], list[Sighting]] = {}
        self._sides: set[str] = set()
        self.unpaired = 0

    def add(self, sighting: Sighting) -> None:
        self._sides.add(sighting.side)
        if sighting.event_id is None:
            self.unpaired += 1
            return
        key = (sighting.account, sighting.event, sighting.event_id)
        self._known.setdefault(key, []).append(sighting)

    @property
    def has_both_sides(self) -> bool:
        return self._sides == {"browser", "server"}

    def pairs(self) -> Iterator[Pair]:
        """Every event after the first of its key, with what becomes of it."""
        for sightings in self._known.values():
            events = _judge_without_messages(sightings)
            if len(events) > 1:
                yield from self._judge(_sort_by_time(events))

    def lost(self) -> Iterator[Sighting]:
        """Events that one side alone has; nothing where only one side is known."""
        if self.has_both_sides:
            for sightings in self._known.values():
                if len({one.side for one in sightings}) == 1:
                    yield sightings[0]

    def _judge(self, sightings: list[Sighting]) -> Iterator[Pair]:
        first = sightings[0]
        for second in sightings[1:]:
            if first.time is None or second.time is None:
                yield Pair(first, second, "time unknown", None)
                continue
            seconds = second.time - first.time
            state = self._build_state(first, second, seconds)
            yield Pair(first, second, state, seconds)
            # The platform has forgotten the first; what comes now repeats the one that it counted
            # anew.
            if state == "counted twice":
                first = second

    def _build_state(self, first: Sighting, second: Sighting, seconds: float) -> PairState:
        if seconds > self._dropped:
            return "counted twice"
        across = first.side != second.side
        return "merged" if across and seconds <= self._merged else "dropped"


def _judge_without_messages(sightings: list[Sighting]) -> list[Sighting]:
    """Where the pixel's requests are known, the messages behind them are no further events."""
    if any(one.side == "browser" and not one.is_message for one in sightings):
        return [one for one in sightings if not one.is_message]
    return sightings


def _sort_by_time(sightings: list[Sighting]) -> list[Sighting]:
    """In the order of time; those without one stay behind, in the file's order."""
    return sorted(sightings, key=lambda one: (one.time is None, one.time or 0))
