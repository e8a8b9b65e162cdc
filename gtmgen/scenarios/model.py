"""A scenario as frozen objects, and what came of running it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from gtmgen.diagnostics import Path, Span
from gtmgen.packs.model import Observer
from gtmgen.runtime.engine import Json, Run


class Endpoint(NamedTuple):
    """Where a platform takes events from servers, and where things stand in a request's body.

    ``places`` are those of the pack's ``server.yaml``.
    """

    url: str
    places: Mapping[str, str]

    def is_at(self, url: str) -> bool:
        """Whether a request's address is the platform's."""
        requested, expected = urlsplit(url), urlsplit(self.url)
        return (requested.hostname, requested.path.rstrip("/")) == (
            expected.hostname,
            expected.path.rstrip("/"),
        )


@dataclass(frozen=True, slots=True)
class Account:
    """A platform that scenarios may name: a key under `platforms`, or a pack without a spec.

    ``id`` is the pixel or stream; None stands for any of the pack's. The account of a platform's
    server side, `tiktok.server`, has an ``endpoint``, and calls of its own.
    """

    name: str
    pack: str
    observer: Observer
    id: str | None = None
    #: The platform's standard events, to tell its tags for page views from others.
    events: frozenset[str] = frozenset()
    endpoint: Endpoint | None = None


@dataclass(frozen=True, slots=True)
class Expectation:
    """One expectation; ``subject`` is ``call``, ``tag``, ``none``, ``same_event_id``, ``others``.

    ``names`` are platforms, or the tag; ``details`` what may stand beside a call or a tag.
    """

    subject: str
    names: tuple[str, ...]
    path: Path
    event: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def times(self) -> int:
        """How often the call or the tag is expected."""
        return int(self.details.get("times", 1))


@dataclass(frozen=True, slots=True)
class Step:
    """One step: an action of `scenario_schema.ACTIONS` and its argument."""

    action: str
    argument: Any
    path: Path
    expect: tuple[Expectation, ...] | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario; ``setup`` holds what stands beside its steps, such as cookies and HTML."""

    name: str
    steps: tuple[Step, ...]
    path: Path
    expect: tuple[Expectation, ...] | None = None
    setup: Mapping[str, Any] = field(default_factory=dict)
    engine: str = "auto"
    ordered: bool = False
    description: str = ""

    @property
    def needs_document(self) -> bool:
        """Whether a step needs elements, or the page a policy that only a browser applies."""
        return "csp" in self.setup or any(step.action in DOCUMENT_ACTIONS for step in self.steps)

    @property
    def is_without_page(self) -> bool:
        """Whether it only sends requests to a server container."""
        return all(step.action == "request" for step in self.steps)


DOCUMENT_ACTIONS = frozenset(("click", "fill", "submit", "scroll"))
SERVER = ".server"
"""Stands after a platform's name for what its server side receives."""
LOAD = -1
"""The step of what happens before a scenario's first step."""


@dataclass(frozen=True, slots=True)
class Call:
    """What one account of a platform received: an event, a visitor's identity or consent.

    ``step`` counts the scenario's steps from 0. ``state`` is ``sent``, or ``queued`` for what
    waits for a script that is blocked. ``addressed`` tells calls that name their account.
    """

    pack: str
    account: str
    event: str
    step: int
    params: Mapping[str, Any] = field(default_factory=dict)
    event_id: Any = None
    identify: Mapping[str, Any] = field(default_factory=dict)
    state: str = "sent"
    addressed: bool = True
    method: str = "track"
    tag: str = ""

    @property
    def is_event(self) -> bool:
        """Whether it is an event: not who the visitor is, or what consent they gave."""
        return self.method not in ("identify", "consent")


@dataclass(frozen=True, slots=True)
class ServerRun:
    """What the server container did: its run, and the scenario's step of each request."""

    run: Run
    steps: tuple[int, ...]
    calls: tuple[Call, ...] = ()

    def step_of(self, request: int) -> int:
        """The scenario's step that sent a request."""
        return self.steps[request] if 0 <= request < len(self.steps) else LOAD


class Status(StrEnum):
    """How a scenario ended."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_TESTED = "not tested"


@dataclass(frozen=True, slots=True)
class Failure:
    """A failed expectation: its place, one sentence, and lines that explain it."""

    span: Span
    message: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one scenario; ``reason`` says why it was not tested."""

    scenario: Scenario
    span: Span
    status: Status
    failures: tuple[Failure, ...] = ()
    reason: str = ""
    calls: tuple[Call, ...] = ()
    run: Run = field(default_factory=Run)
    engine: str = "quickjs"
    seconds: float = 0.0
    steps: tuple[int, ...] = ()
    server: ServerRun | None = None

    def scenario_step(self, index: int) -> int:
        """The scenario's step to which a step of the engine belongs."""
        return self.steps[index + 1] if -1 <= index < len(self.steps) - 1 else LOAD


def without_undefined(value: Any) -> Any:
    """Plain values: keys whose value is GTM's undefined are left out."""
    if isinstance(value, dict):
        if value == {"$undefined": True}:
            return None
        return {k: without_undefined(v) for k, v in value.items() if v != {"$undefined": True}}
    if isinstance(value, list):
        return [without_undefined(item) for item in value]
    return value


__all__ = [
    "DOCUMENT_ACTIONS",
    "LOAD",
    "SERVER",
    "Account",
    "Call",
    "Endpoint",
    "Expectation",
    "Failure",
    "Json",
    "Result",
    "Scenario",
    "ServerRun",
    "Status",
    "Step",
    "without_undefined",
]
