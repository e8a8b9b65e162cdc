"""What a recording holds, and what is said about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

Json = Any
"""What ``json.loads`` gives."""

Kind = Literal["server", "browser", "message"]
"""A request of a backend, a request of the pixel, a message that the site pushed."""

Level = Literal["error", "warning"]


class Record(NamedTuple):
    """One recorded thing; ``place`` is where in its file, ``time`` in seconds since 1970 or None.

    ``body`` is the request's body, or the message. ``address`` is the URL of a request, if known.
    """

    kind: Kind
    file: str
    place: str
    body: Json
    time: float | None = None
    address: str = ""


class RecordingFinding(NamedTuple):
    """What is wrong: ``path`` within the record, ``message`` without personal data."""

    file: str
    place: str
    path: str
    rule: str
    level: Level
    message: str
    hint: str = ""


class Sighting(NamedTuple):
    """An event on its way to a platform, as one side has it.

    ``event_id`` is None where the message leaves it to the browser to make one. ``is_message``:
    the browser's side is known by the site's message, not by the pixel's request.
    """

    side: Literal["server", "browser"]
    account: str
    event: str
    event_id: str | None
    time: float | None
    file: str
    place: str
    is_message: bool = False


PairState = Literal["merged", "dropped", "counted twice", "time unknown"]


@dataclass(frozen=True, slots=True)
class Pair:
    """A second event with the same account, name and ID; ``seconds`` lie between the two."""

    first: Sighting
    second: Sighting
    state: PairState
    seconds: float | None


@dataclass
class Summary:
    """Totals of a check; ``lost`` are events that only one side has, where both are given."""

    requests: int = 0
    events: int = 0
    browser_events: int = 0
    messages: int = 0
    errors: int = 0
    warnings: int = 0
    rules: dict[str, int] = field(default_factory=dict)
    pairs: list[Pair] = field(default_factory=list)
    lost: list[Sighting] = field(default_factory=list)
    unpaired: int = 0
    """Messages whose ID the browser makes, so that nobody can tell their server event."""
    both_sides: bool = False
