"""The documentation as plain data: what every renderer is given.

All text is text, never markup. Sentences are in the chosen language and mark code with
backticks, as in Markdown; :func:`gtmgen.docs.words.plain` takes the marks away. Keys refer to
other parts of the same model: ``EventDoc.data`` holds keys of ``Documentation.data``, and so on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from gtmgen.contract.model import Json
from gtmgen.docs.event_model import DeveloperMessage, EventDoc, Link
from gtmgen.meaning.sides import CompiledSpec


class Term(NamedTuple):
    """A word of the glossary."""

    term: str
    meaning: str


class NamedSetting(NamedTuple):
    """A setting of a platform or an environment, its value as text."""

    name: str
    value: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """What holds for the whole site; ``facts`` say it in sentences."""

    hosts: tuple[str, ...]
    navigation: str
    page_identity: str
    currency: str | None
    event_id_key: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DocumentedEnvironment:
    """An environment: its container, and the settings in which it differs."""

    name: str
    gtm: str
    current: bool
    settings: tuple[NamedSetting, ...]


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """A step on the way to a sale or a lead, and its events in the spec's order."""

    key: str
    title: str
    description: str
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of the backend's page: sentences, then perhaps a table, then perhaps code.

    Cells of ``rows`` are sentences, too; ``code`` is a shell command or a picture in text.
    """

    title: str
    sentences: tuple[str, ...]
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    code: str = ""


class PersonalDoc(NamedTuple):
    """Personal data that a platform receives: the data key, and the platform's name for it.

    ``receiver`` is the platform's title, or the name of a raw tag, which has no ``platform``.
    ``form`` says whether it is hashed in the browser; without ``events`` it goes with all of them.
    """

    data: str
    description: str
    platform: str
    receiver: str
    sent_as: str
    form: str
    consent_text: str
    events: tuple[str, ...] = ()


class PrivacyDoc(NamedTuple):
    """Which personal data goes where; ``unsent`` are personal data keys that no platform gets.

    ``has_raw_tags``: there are tags in GTM's own terms, and what they send by themselves is not
    known.
    """

    rows: tuple[PersonalDoc, ...]
    unsent: tuple[str, ...]
    has_raw_tags: bool = False


@dataclass(frozen=True, slots=True)
class BackendDoc:
    """How a backend sends events to one account, whichever they are."""

    platform: str
    title: str
    chapters: tuple[Chapter, ...]


@dataclass(frozen=True, slots=True)
class PlatformTag:
    """A tag that belongs to the platform, not to an event: its page view, its base tag."""

    name: str
    event: str | None
    triggers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlatformDoc:
    """A platform: its settings, its events as (event key, the platform's name).

    ``identify`` are the platform's names and their data keys, of which the first that has a value
    counts. ``facts`` say in sentences who sends page views and what becomes of denied events.
    """

    key: str
    title: str
    verified: str
    settings: tuple[NamedSetting, ...]
    identify: tuple[tuple[str, tuple[str, ...]], ...]
    consent: tuple[str, ...]
    consent_text: str
    tags: tuple[PlatformTag, ...]
    events: tuple[tuple[str, str], ...]
    deduplication: tuple[str, ...]
    notes: tuple[str, ...]
    links: tuple[Link, ...]
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PageDoc:
    """A kind of page, and the events that name it."""

    key: str
    title: str
    description: str
    paths: tuple[str, ...]
    hosts: tuple[str, ...]
    query: tuple[str, ...]
    example: str
    events: tuple[str, ...]
    triggers: tuple[str, ...]
    facts: tuple[str, ...] = ()


class DataUse(NamedTuple):
    """Where a data key goes: an event, a platform and its parameter there."""

    event: str
    platform: str
    param: str


@dataclass(frozen=True, slots=True)
class DataDoc:
    """A value of the data layer contract."""

    key: str
    variable: str
    kind: str
    source: str
    path: str | None
    type: str
    required: bool
    pii: bool
    default: str | None
    example: Json
    description: str
    lifetime: str
    uses: tuple[DataUse, ...]
    events: tuple[str, ...]
    platforms: tuple[str, ...]
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TriggerDoc:
    """A named trigger."""

    key: str
    description: str
    sentence: str
    conditions: tuple[str, ...]
    exceptions: tuple[str, ...]
    names: tuple[str, ...]
    events: tuple[str, ...]
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One event: for each platform its event name there, or None; what it lacks."""

    event: str
    names: tuple[str | None, ...]
    missing: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which event goes to which platform, and what of the spec nobody uses or describes.

    ``without_example`` are the events that use ``data_without_example``: values from the site of
    which the spec gives neither an example nor a default.
    """

    platforms: tuple[str, ...]
    rows: tuple[CoverageRow, ...]
    unused_data: tuple[str, ...]
    unused_pages: tuple[str, ...]
    unused_triggers: tuple[str, ...]
    without_owner: tuple[str, ...]
    without_description: tuple[str, ...]
    without_example: tuple[str, ...] = ()
    data_without_example: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Documentation:
    """A whole spec, for one environment, in one language; ``is_server`` that of a server container.

    ``visitor`` is what the site pushes to say who the visitor is; it belongs to no event.
    ``side`` is what it was made from, to compare it with another one.
    """

    project: str
    title: str
    language: str
    gtm: str
    workspace: str
    environment: str | None
    site: SiteFacts
    visitor: DeveloperMessage | None
    environments: tuple[DocumentedEnvironment, ...]
    overview: tuple[str, ...]
    funnel: tuple[FunnelStep, ...]
    events: tuple[EventDoc, ...]
    platforms: tuple[PlatformDoc, ...]
    pages: tuple[PageDoc, ...]
    data: tuple[DataDoc, ...]
    triggers: tuple[TriggerDoc, ...]
    privacy: PrivacyDoc
    backends: tuple[BackendDoc, ...]
    owners: tuple[str, ...]
    glossary: tuple[Term, ...]
    coverage: Coverage
    is_server: bool
    side: CompiledSpec = field(repr=False, compare=False)
