"""What a visit recorded, and what is wrong with it, as frozen objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from gtmgen.diagnostics import Span
from gtmgen.scenarios.model import Call, Scenario
from gtmgen.verify.personal import NOTHING_PERSONAL, Personal

Level = Literal["error", "warning"]
ContainerSource = Literal["compiled", "workspace", "live"]

Fate = Literal["sent", "answered", "recorded", "blocked"]
"""Of a request: it went out; gtmgen answered it itself; it is one to a platform and was recorded
instead of sent; its host was not named."""

TroubleKind = Literal["console", "script", "policy", "runtime", "page", "window"]
"""What the page complained of: on the console, by an uncaught error, by its
Content-Security-Policy; what the container's runtime could not do; an answer with a status that is
an error, or a redirect to a host that may not be visited."""


class At(NamedTuple):
    """When something was seen: its number in the visit, the journey's step (-1 before the first),
    seconds since the visit began, and the number of the document that was shown."""

    order: int
    step: int
    seconds: float
    document: int


@dataclass(frozen=True, slots=True)
class RecordedMessage:
    """A message of the data layer; ``is_cut`` where it was too large to be recorded whole."""

    at: At
    body: Mapping[str, Any]
    is_cut: bool = False

    @property
    def event(self) -> str:
        """The name of the event; empty for values alone."""
        name = self.body.get("event")
        return name if isinstance(name, str) else ""


@dataclass(frozen=True, slots=True)
class SentCall:
    """A call to a platform: as the page made it, or, with ``in_request``, as a request of the
    platform's own script carries it, which may hold it back for a while and leave things out."""

    at: At
    call: Call
    in_request: bool = False


@dataclass(frozen=True, slots=True)
class Consent:
    """A consent command of gtag: ``default`` or ``update``, and the types that it sets."""

    at: At
    command: str
    types: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Start:
    """The container began to run."""

    at: At


@dataclass(frozen=True, slots=True)
class Move:
    """Another address: a document (``load``), or ``pushState``, ``replaceState``, ``popstate``."""

    at: At
    how: str
    url: str


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """A request of the page; ``platform`` is the pack whose request it is."""

    at: At
    method: str
    url: str
    kind: str
    fate: Fate
    platform: str = ""
    host: str = ""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What the page complained of, or what the runtime could not do."""

    at: At
    kind: TroubleKind
    text: str


Entry = RecordedMessage | SentCall | Consent | Start | Move | RecordedRequest | Trouble


@dataclass(frozen=True, slots=True)
class StepSeen:
    """A step of the journey as it was played; ``picture`` is a JPEG of the page after it."""

    number: int
    title: str
    url: str
    seconds: float
    picture: bytes = b""


@dataclass(frozen=True, slots=True)
class ContainerFailure:
    """Why Google's gtm.js did not come: the network, where it ``is_unreachable``, or the answer."""

    reason: str
    is_unreachable: bool


@dataclass(frozen=True, slots=True)
class Recording:
    """One visit. ``entries`` are in the order in which they were seen; ``stopped`` says why the
    visit was cut off; ``containers`` are the IDs of the containers that the page asked for,
    ``container_failure`` says why the spec's did not come, which ends a visit; ``is_insecure``
    where nobody looked at the certificates of hosts."""

    scenario: Scenario
    url: str
    steps: tuple[StepSeen, ...] = ()
    entries: tuple[Entry, ...] = ()
    stopped: str = ""
    containers: tuple[str, ...] = ()
    began: float = 0.0
    container_failure: ContainerFailure | None = None
    is_insecure: bool = False


@dataclass(frozen=True, slots=True)
class BackendEvent:
    """An event of the backend, as its log or the local Events API has it."""

    account: str
    event: str
    event_id: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class VisitFinding:
    """What is wrong: ``kind`` is its rule, ``span`` the place in the spec or in the journey.

    ``seconds`` and ``step`` are those of :class:`At`; ``order`` is the entry's, or -1.
    """

    kind: str
    level: Level
    message: str
    span: Span
    hint: str = ""
    step: int = -1
    seconds: float = 0.0
    order: int = -1
    platform: str = ""


@dataclass(frozen=True, slots=True)
class Verification:
    """A visit and what was found. ``unseen`` are accounts whose calls nobody could see;
    ``personal`` is what no report shows."""

    recording: Recording
    findings: tuple[VisitFinding, ...]
    unseen: tuple[str, ...] = ()
    server_events: tuple[BackendEvent, ...] = ()
    personal: Personal = NOTHING_PERSONAL

    @property
    def has_errors(self) -> bool:
        """Whether one of the findings is an error."""
        return any(one.level == "error" for one in self.findings)
