"""The contract between the site, its backend and the platforms, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from gtmgen.contract.sample import sample
from gtmgen.spec.model import Event, ParamSource, Test

Json = Any
"""What ``json.dumps`` takes."""

Status = Literal["required", "recommended", "optional"]

DIALECT = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True)
class EventNames:
    """The dataLayer events of a message: by name, and by pattern with whether case is ignored."""

    exact: tuple[str, ...] = ()
    patterns: tuple[tuple[str, bool], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.exact or self.patterns)

    @property
    def examples(self) -> tuple[str, ...]:
        """Names that fire it; of a pattern one where one can be found."""
        samples = (sample(pattern, ignore_case=case) for pattern, case in self.patterns)
        return (*self.exact, *(name for name in samples if name is not None))

    def schema(self) -> dict[str, Any]:
        """What the name may be."""
        forms: list[dict[str, Any]] = []
        if self.exact:
            one = len(self.exact) == 1
            forms.append({"const": self.exact[0]} if one else {"enum": list(self.exact)})
        for pattern, ignore_case in self.patterns:
            narrower = {"minLength": 1} if ignore_case else {"pattern": pattern}
            forms.append({"type": "string", **narrower})
        return forms[0] if len(forms) == 1 else {"anyOf": forms}


@dataclass(frozen=True, slots=True)
class Message:
    """What the site pushes for an event.

    ``pushes`` are example messages in their order: what clears an object, then the event's own.
    ``schema`` is a JSON Schema (draft 2020-12) of the last. ``personal`` are the paths of
    personal data, ``cleared`` the objects to be cleared, ``item_ids`` the fields of an item that
    hold the catalogue's ID, in the site's words.
    """

    names: tuple[str, ...]
    patterns: tuple[str, ...]
    pushes: tuple[Json, ...]
    schema: dict[str, Any]
    cleared: tuple[str, ...]
    item_ids: tuple[str, ...]
    personal: tuple[str, ...]
    takes_event_id: bool


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter that a platform receives: ``name`` is the platform's, ``canonical`` GA4's.

    ``data`` is the data key that it comes from, or None for a fixed value or a built-in variable.
    """

    name: str
    canonical: str
    type: str
    source: ParamSource
    data: str | None
    example: Json
    status: Status


@dataclass(frozen=True, slots=True)
class EventIdRule:
    """How an event's ID is made, with an example.

    ``source`` is the data key of a deterministic ID and ``prefix`` what stands before it; without
    one, the ID is generated. ``shared`` tells whether browser and server can have the same one.
    """

    source: str | None
    prefix: str
    example: str
    shared: bool


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """The same event as a platform takes it from a backend.

    ``payload`` is an example of a whole request's body. ``schema`` is the JSON Schema of one event
    in it, with ``$defs`` of its own; None where the pack does not say what the platform takes.
    ``required`` and ``recommended`` are the platform's names of parameters.
    """

    account: str
    name: str
    payload: Json
    schema: dict[str, Any] | None
    required: tuple[str, ...]
    recommended: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EventContract:
    """One event. ``params`` and ``servers`` are by account; ``tests`` are the conditions that its
    examples meet; ``message`` is None where the site pushes nothing for it."""

    event: Event
    title: str
    names: EventNames
    tests: tuple[Test, ...]
    event_id: EventIdRule
    params: Mapping[str, tuple[Param, ...]]
    data: tuple[str, ...]
    message: Message | None
    servers: Mapping[str, ServerEvent]


@dataclass(frozen=True, slots=True)
class Contract:
    """All events of a spec, by key; ``visitor`` is what the site pushes to say who somebody is."""

    project: str
    events: Mapping[str, EventContract]
    visitor: Message | None
