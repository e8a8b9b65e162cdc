"""The documentation of one event as plain data, part of :mod:`gtmgen.docs.model`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from gtmgen.contract.model import Json, Status


class Link(NamedTuple):
    """A link to a platform's own documentation; ``url`` is http or https."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Firing:
    """One alternative of an event's ``on``: when it fires, in words.

    ``names`` are the GTM triggers, ``trigger`` the key of a named trigger, ``form`` the form as
    the spec has it (``event``, ``page``, ``click`` ...).
    """

    sentence: str
    form: str
    names: tuple[str, ...]
    trigger: str | None
    pages: tuple[str, ...]
    conditions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ParamDoc:
    """One parameter that a platform receives.

    ``data`` is the data key, or None for a fixed value or a built-in variable; ``variable`` is
    the GTM variable's name; ``source`` says where the value comes from.
    """

    name: str
    canonical: str
    type: str
    data: str | None
    variable: str | None
    source: str
    example: Json
    status: Status


@dataclass(frozen=True, slots=True)
class MissingParam:
    """A parameter that the platform wants for this event and that is not sent."""

    name: str
    canonical: str
    status: Status
    hint: str


@dataclass(frozen=True, slots=True)
class Server:
    """How the backend sends the same event: an HTTP request with an example payload."""

    title: str
    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    payload: Json
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one platform receives for one event."""

    platform: str
    title: str
    event: str
    standard: bool
    description: str
    tags: tuple[str, ...]
    triggers: tuple[str, ...]
    blocking: tuple[str, ...]
    consent: tuple[str, ...]
    consent_text: str
    once: str
    once_text: str
    paused: bool
    priority: int | None
    conditions: tuple[str, ...]
    params: tuple[ParamDoc, ...]
    missing: tuple[MissingParam, ...]
    server: Server | None
    deduplication: tuple[str, ...]
    checklist: tuple[str, ...]
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class EventIdDoc:
    """How the event ID is made, and how browser and server agree on it.

    ``kind`` is ``data`` (from a data key, so that the server can make the same one) or
    ``generated``; ``shared`` whether browser and server can have the same ID. ``at_risk``: they
    cannot, and a platform takes events from both, so it would count twice.
    """

    kind: Literal["data", "generated"]
    shared: bool
    source: str | None
    prefix: str
    key: str
    example: str
    steps: tuple[str, ...]
    agreement: str
    at_risk: bool = False


@dataclass(frozen=True, slots=True)
class DeveloperMessage:
    """What the site pushes: messages in order, the last one being the event's.

    ``schema`` is a JSON Schema (draft 2020-12) for the event's message, which is valid
    against it. ``names`` are all dataLayer events that fire it; the example uses the first.
    """

    names: tuple[str, ...]
    messages: tuple[Json, ...]
    schema: Json
    notes: tuple[str, ...]

    @property
    def example(self) -> Json:
        """The event's own message."""
        return self.messages[-1]

    @property
    def code(self) -> str:
        """The JavaScript that pushes all messages."""
        from gtmgen.generate.code import push_code

        return push_code(self.messages)


class OwnTagValue(NamedTuple):
    """A value of such a tag: a row of its table of parameters, or a field of it.

    ``value`` is as GTM has it, and empty for code; ``data`` are the data keys that it leads to,
    ``paths`` the places in the data layer.
    """

    name: str
    value: str
    data: tuple[str, ...]
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OwnTag:
    """A tag that the spec keeps in GTM's own words, and what it reads."""

    name: str
    values: tuple[OwnTagValue, ...]


@dataclass(frozen=True, slots=True)
class EventDoc:
    """Everything about one event; ``event_id`` is None where no tag of its own would send one."""

    key: str
    title: str
    description: str
    owner: str
    purpose: str
    last_change: str
    step: str
    step_title: str
    summary: str
    firings: tuple[Firing, ...]
    pages: tuple[str, ...]
    conditions: tuple[str, ...]
    exceptions: tuple[str, ...]
    event_id: EventIdDoc | None
    deliveries: tuple[Delivery, ...]
    own_tags: tuple[OwnTag, ...]
    message: DeveloperMessage | None
    data: tuple[str, ...]
    checklist: tuple[str, ...]
    facts: tuple[str, ...] = ()

    @property
    def raw_tags(self) -> tuple[str, ...]:
        """The names of the tags that the spec has in GTM's own words."""
        return tuple(tag.name for tag in self.own_tags)
