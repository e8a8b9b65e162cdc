"""A variant of an event's scenario, and what exploring finds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gtmgen.diagnostics import Severity, Span
from gtmgen.runtime.engine import Json

RawStep = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ExpectedDelivery:
    """What one platform receives for an event, as the spec says."""

    platform: str
    event: str
    #: The platform's name of each parameter -> its type and the data key it comes from.
    params: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    once_per_page: bool = False
    consent: tuple[str, ...] = ()
    #: The site's message on which what consent held back is sent.
    second_chance: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Stimulus:
    """How a visitor makes an event happen.

    ``steps`` follow the load of ``url``; none for events of the load itself. ``page`` is what
    the page pushes before GTM. ``unknown`` says why it cannot be written.
    """

    url: str = "/"
    steps: tuple[RawStep, ...] = ()
    page: tuple[Json, ...] = ()
    cookies: Mapping[str, str] = field(default_factory=dict)
    unknown: str = ""

    @property
    def is_load(self) -> bool:
        """Whether loading the page is all that it takes."""
        return not self.steps


@dataclass(frozen=True, slots=True)
class Variant:
    """One scenario of an event and what is right about it.

    ``times`` is how often each platform receives the event (None: not asked), ``occurrences`` how
    many different ones these are. ``tokens`` are texts of other events that must not be sent,
    ``quiet`` the steps in which nothing may be sent, ``values`` exact values by data key.
    """

    title: str
    raw: Json
    times: int | None = 1
    occurrences: int = 1
    tokens: tuple[str, ...] = ()
    quiet: frozenset[int] = frozenset()
    values: Mapping[str, Any] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()
    event_id: str | None = None
    state: str = "sent"
    page_views: bool = False
    may_fail: bool = False
    neighbour: str | None = None
    #: The platform whose pixel the page's own code has loaded.
    loaded_by_page: str | None = None
    is_withdrawn: bool = False
    only: frozenset[str] | None = None
    at_least: int = 0
    #: Platforms that rightly receive another occurrence than the rest, and so another ID.
    apart: frozenset[str] = frozenset()
    #: Platform -> what it calls an identifier -> the SHA-256 that it is to know.
    identity: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ExploreFinding:
    """A fault: ``code`` names its kind, ``scenario`` reproduces it as an entry of `tests`."""

    code: str
    severity: Severity
    event: str
    message: str
    span: Span
    variant: str
    scenario: Json = field(default_factory=dict)
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exploration:
    """What came of exploring a spec: findings, and what could not be explored, with the reason."""

    findings: tuple[ExploreFinding, ...]
    not_tested: tuple[tuple[str, str], ...]
    scenarios: int
