"""What a pack says about its platform; the compiler knows platforms only through this."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from msgspec import Struct, field

KEY = "^[a-z][a-z0-9_]*$"
FIELD_SOURCES = ("const", "setting", "setting_is", "event", "consent", "param", "table")
# Every platform has these.
RESERVED_SETTINGS = ("consent", "after_consent", "legacy_names", "pack", "where", "except")


class PackParam(NamedTuple):
    """Where a canonical parameter goes: the platform's name for it, and its type there."""

    to: str
    type: str


class PackLimits(NamedTuple):
    """What the platform takes with one event; None where no limit is known.

    ``event_name`` and ``param_name`` are in characters.
    """

    params: int | None = None
    param_name: int | None = None
    event_name: int | None = None


class Reserved(NamedTuple):
    """Names of events, and beginnings of names of parameters, that the platform keeps."""

    events: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()


NO_LIMITS = PackLimits()
NOTHING_RESERVED = Reserved()


class PackEvent(Struct, frozen=True, dict=True):
    """A standard event: the canonical names it stands for and the parameters it wants."""

    name: str
    canonical: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    recommends: tuple[str, ...] = ()
    description: str = ""

    @cached_property
    def is_shopping(self) -> bool:
        """Whether it is about products and what they are worth."""
        return {"items", "value"} <= {*self.requires, *self.recommends}


class PackTemplate(Struct, frozen=True):
    """A GTM custom template that the pack ships."""

    key: str
    path: Path
    name: str
    words: Mapping[str, str]
    """Placeholders in its permissions, and the settings that stand for them."""


class PackField(NamedTuple):
    """One parameter of a compiled tag: its GTM key and where its value comes from.

    ``source`` is one of const, setting, setting_is, event, consent, param, table; ``argument`` goes
    to it (see CONTRIBUTING, "Writing a pack").
    """

    key: str
    source: str
    argument: Any
    options: Mapping[str, Any]
    when: Mapping[str, tuple[Any, ...]]


class Blueprint(Struct, frozen=True):
    """How one tag is made: for each sent event, or once for the platform."""

    key: str
    per: str  # "event" | "platform"
    type: str
    template: str | None
    fields: tuple[PackField, ...]
    when: Mapping[str, tuple[Any, ...]]
    on: str  # of a platform's tag: init | first_page | every_page
    event: str | None
    firing_option: str
    title: str


class ServerHalf(Struct, frozen=True):
    """How a server container tells the platform: the settings of an account there, the template
    of the one tag that each event has, and the tag's fields.

    A field's ``setting`` is one of these settings or of the platform's own. ``identifiers`` is the
    platform's setting that names what is known of the visitor, and ``cookies`` are those of the
    site that the platform wants, by the event data's key: the hit brings both.
    """

    settings: Mapping[str, Any]
    template: PackTemplate
    fields: tuple[PackField, ...]
    identifiers: str | None
    cookies: Mapping[str, str]


class ServerEntity(NamedTuple):
    """An entity of a server container in GTM's words; ``name`` and ``priority`` are a client's."""

    type: str
    parameters: Mapping[str, Any]
    name: str = ""
    priority: int | None = None


class Carrier(NamedTuple):
    """How tags bring events to a server container: the settings that name it and the account, the
    client that takes the hits there, and the tag that forwards what is the platform's own."""

    url: str
    account: str
    client: ServerEntity
    forward: ServerEntity


class ObservedTag(Struct, frozen=True):
    """How a vendor's own tag type becomes calls: the keys of its fields.

    ``event`` is the field with the event's name, or ``call`` is that name itself; ``unless`` are
    parameters and fields, and the values with which the tag calls nothing; ``hidden`` parameters
    are settings. Where ``account`` is empty, ``account_of`` is the field that names the tag which
    has it.
    """

    type: str
    account: str
    account_of: str | None = None
    event: str | None = None
    call: str | None = None
    params: tuple[str, ...] = ()
    event_id: str | None = None
    unless: Mapping[str, str] = field(default_factory=dict)
    hidden: tuple[str, ...] = ()


class ObservedRequests(Struct, frozen=True):
    """How requests to a platform are known: by host, or by the end of their path.

    Where ``event`` is given, the request's query says what was sent: ``event`` and ``account`` are
    parameters of it, and the event's own begin with one of ``prefixes``.
    """

    hosts: tuple[str, ...] = ()
    path: str | None = None
    account: str | None = None
    event: str | None = None
    event_id: str | None = None
    prefixes: tuple[str, ...] = ()


class Observer(Struct, frozen=True):
    """How `gtmgen test` and `gtmgen verify` see what a platform receives.

    ``account`` is the setting that names the pixel or stream. Either a stand-in for the vendor's
    script answers requests for ``script_url`` and reports the calls, or tags are read. ``requests``
    are those that a page makes to the platform.
    """

    account: str
    page_view: str
    script_url: str | None = None
    script: Path | None = None
    tags: tuple[ObservedTag, ...] = ()
    requests: ObservedRequests = ObservedRequests()
    #: HTML of a page that has the vendor's code with an account of its own, and that account.
    neighbour: tuple[str, Path] | None = None
    #: The call by which the vendor's script learns that consent is withdrawn.
    withdrawal: str | None = None


class Pack(Struct, frozen=True, dict=True):
    """A platform."""

    name: str
    title: str
    directory: Path
    verified: str
    links: Mapping[str, str]
    settings: Mapping[str, Any]
    params: Mapping[str, PackParam]
    passes_unknown_params: bool
    drops_unreadable: bool
    """Whether values that are not of their type are left out: the tags cannot tell them."""
    events: Mapping[str, PackEvent]
    custom_events: str | None
    legacy: Mapping[str, str | None]
    currencies: frozenset[str]
    templates: Mapping[str, PackTemplate]
    blueprints: tuple[Blueprint, ...]
    data_settings: frozenset[str]
    observer: Observer | None = None
    deduplicates: bool = False
    """Whether it takes events from servers, too, and merges them by event name and event ID."""
    limits: PackLimits = NO_LIMITS
    reserved: Reserved = NOTHING_RESERVED
    server: ServerHalf | None = None
    carrier: Carrier | None = None

    def event_for(self, canonical: str) -> str | None:
        """The platform's own name for a canonical event, or None when it has none."""
        return self._by_canonical.get(canonical)

    @cached_property
    def _by_canonical(self) -> Mapping[str, str]:
        return {alias: event.name for event in self.events.values() for alias in event.canonical}

    # What follows is asked for every spec of a command, and the same for all of them.

    @cached_property
    def owned_events(self) -> frozenset[str]:
        """The events that the platform's own setting ``page_view`` is about."""
        return frozenset(
            blueprint.event
            for blueprint in self.blueprints
            if blueprint.per == "platform" and blueprint.event is not None
        )

    def filled_by_tags(self, per: str, table: str) -> frozenset[str]:
        """Names in a table of the pack's tags whose values are not the spec's to say.

        A row that a platform's setting fills gives way to the event's own parameter.
        """
        return self._filled_by_tags.get((per, table), frozenset())

    @cached_property
    def _filled_by_tags(self) -> Mapping[tuple[str, str], frozenset[str]]:
        names: dict[tuple[str, str], frozenset[str]] = {}
        for blueprint in self.blueprints:
            for item in blueprint.fields:
                if item.source == "table":
                    key = (blueprint.per, str(item.argument))
                    own = {row["name"] for row in item.options.get("rows", ()) if "data" not in row}
                    names[key] = names.get(key, frozenset()) | {str(name) for name in own}
        return names

    @cached_property
    def deciding_settings(self) -> frozenset[str]:
        """The settings by which the pack's blueprints are one thing or another."""
        return frozenset(_list_deciding(self.blueprints))


def _list_deciding(blueprints: Iterable[Blueprint]) -> Iterator[str]:
    for blueprint in blueprints:
        yield from blueprint.when
        for item in blueprint.fields:
            yield from item.when
            if item.source == "setting_is":
                yield from item.argument
            elif item.source == "table":
                yield item.argument.removeprefix("setting.")
            for row in item.options.get("rows", ()):
                yield from row["when"]
                yield row.get("data", "")
