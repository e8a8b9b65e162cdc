"""The spec as frozen objects: what the schema has passed and nothing has compiled yet."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, NamedTuple

from msgspec import Struct, field

from gtmgen.container.entities import Kind
from gtmgen.diagnostics import Origin, Path
from gtmgen.packs.model import Pack
from gtmgen.rules.settings import NO_SETTINGS, RuleSettings
from gtmgen.spec.monitor_settings import NO_MONITOR, MonitorSettings
from gtmgen.spec.server_model import ServerAccount, ServerSettings
from gtmgen.spec.site_model import ConsentSettings, ContainerSettings, Site


class Const(NamedTuple):
    """A fixed value, as the text that GTM will hold."""

    text: str


ParamSource = str | Const
"""A data key or built-in variable, or a fixed value."""


class Test(NamedTuple):
    """One condition: ``left`` is a data key or a built-in; several values are OR."""

    left: str
    operator: str
    values: tuple[str, ...]
    negate: bool = False
    ignore_case: bool = False


class Platform(Struct, frozen=True, dict=True):
    """A platform that receives events: its pack and its settings."""

    name: str
    pack: Pack
    settings: Mapping[str, Any]
    consent: tuple[str, ...]
    legacy_names: str
    after_consent: str | None
    origin: Origin
    narrowing: Narrowing
    """What holds for all of the platform's tags: `where` and `except`."""
    page_view: Event | None = None
    """The event that is the page view, where the spec names one; `page_view` is then `manual`."""

    @property
    def title(self) -> str:
        """The platform's name; with the account's, where it is not the pack's own."""
        is_pack_name = self.name == self.pack.name
        return self.pack.title if is_pack_name else f"{self.pack.title} ({self.name})"

    @cached_property  # asked for each tag
    def holds_while_denied(self) -> bool:
        """Whether the platform's own template waits for consent, and GTM does not."""
        return bool(self.setting("while_denied") == "hold")

    def data_keys(self, setting: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The names of a setting that holds data keys, each with its keys: the first that has a
        value counts. One that holds a single key has the setting's own name."""
        value = self.setting(setting)
        if value is None:
            return ()
        entries = value.items() if isinstance(value, dict) else [(setting, value)]
        return tuple(
            (name, tuple(keys) if isinstance(keys, list) else (keys,))
            for name, keys in sorted(entries)
        )

    def setting(self, name: str) -> Any:
        """A setting, or the default that the pack's schema gives it."""
        if name in self.settings:
            return self.settings[name]
        return self.pack.settings.get("properties", {}).get(name, {}).get("default")


class DataKey(Struct, frozen=True):
    """A value of the data layer contract; ``source`` is one of those of ``spec.sources``."""

    key: str
    source: str
    argument: Any
    type: str
    origin: Origin
    inputs: tuple[str, ...] = ()
    """The data keys and built-ins that it is made from."""
    scope: str = "model"
    is_native: bool = False
    """A path that is read by GTM's own variable: `scope: model` was said, and no type."""
    decimal: str | None = None
    decode: bool = True
    fields: Mapping[str, str] = field(default_factory=dict)
    default: str | None = None
    required: bool = False
    example: Any = None
    pii: bool = False
    description: str = ""
    name: str | None = None
    folder: str | None = None
    case: str | None = None
    replace: Mapping[str, str] = field(default_factory=dict)
    renamed_from: tuple[str, ...] = ()
    protected: bool = False

    @property
    def is_personal(self) -> bool:
        """Whether it tells who a visitor is: the spec says so, or the type does."""
        return self.pii or self.type in ("email", "phone")


class Page(Struct, frozen=True):
    """A kind of page: paths are OR; host and query narrow."""

    key: str
    paths: tuple[str, ...]
    hosts: tuple[str, ...]
    query: tuple[tuple[str, tuple[str, ...]], ...]
    origin: Origin
    title: str = ""
    description: str = ""
    renamed_from: tuple[str, ...] = ()

    @property
    def shared_conditions(self) -> tuple[object, ...]:
        """Pages for which this is equal differ only in their paths: one trigger serves them."""
        return (self.hosts, self.query, bool(self.paths))


ANY_VALUE = "*"
"""A page's query parameter that must be there, with whatever value."""


ANY_ELEMENT = "any"
"""Instead of a selector: any click, any link, any form. No HTML element has that name."""


class Narrowing(Struct, frozen=True):
    """What may stand beside a form: pages (OR), conditions (AND), blocking triggers."""

    pages: tuple[str, ...] = ()
    where: tuple[Test, ...] = ()
    except_: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.pages or self.where or self.except_)


NOTHING = Narrowing()


class TriggerSpec(Struct, frozen=True):
    """A form with its argument and options, and what narrows it.

    ``form`` is one of those of ``spec.forms``, whose modules say what argument and options are.
    """

    form: str
    argument: Any
    options: Mapping[str, Any]
    narrowing: Narrowing
    origin: Origin
    path: Path
    key: str | None = None
    name: str | None = None
    description: str = ""
    folder: str | None = None
    renamed_from: tuple[str, ...] = ()


class Send(Struct, frozen=True):
    """One platform that receives an event; ``event`` is None for the platform's own name."""

    platform: str
    event: str | None
    origin: Origin
    name: str | None = None
    params: Mapping[str, ParamSource | None] = field(default_factory=dict)
    where: tuple[Test, ...] = ()
    consent: tuple[str, ...] | None = None
    once: str = "event"
    priority: int | None = None
    paused: bool = False
    folder: str | None = None
    custom: bool = False


class EventId(NamedTuple):
    """A deterministic event ID: prefix and a data key."""

    source: str
    prefix: str


class Event(Struct, frozen=True):
    """Something that happens. ``on`` holds names of triggers and inline triggers (OR)."""

    key: str
    title: str
    description: str
    owner: str
    on: tuple[str | TriggerSpec, ...]
    narrowing: Narrowing
    params: Mapping[str, ParamSource]
    event_id: EventId | None
    send: tuple[Send, ...]
    custom_tags: tuple[str, ...]
    origin: Origin
    renamed_from: tuple[str, ...] = ()
    protected: bool = False
    purpose: str = ""


class RawEntity(Struct, frozen=True):
    """An entity of ``gtm``: GTM's own fields as plain YAML data (see ``container.raw``).

    ``on`` is of tags only: triggers of the spec, beside those that the data names.
    """

    kind: Kind
    key: str
    data: Mapping[str, Any]
    origin: Origin
    on: tuple[str | TriggerSpec, ...] = ()

    @property
    def name(self) -> str:
        """The name in GTM."""
        return str(self.data.get("name", self.key))


class Spec(Struct, frozen=True):
    """A whole spec, for one environment."""

    project: str
    container: ContainerSettings
    site: Site
    platforms: Mapping[str, Platform]
    data: Mapping[str, DataKey]
    pages: Mapping[str, Page]
    triggers: Mapping[str, TriggerSpec]
    events: Mapping[str, Event]
    raw: Mapping[Kind, Mapping[str, RawEntity]]
    raw_built_ins: tuple[str, ...] | None
    origin: Origin
    env: str | None = None
    consent: ConsentSettings = ConsentSettings()
    lint: RuleSettings = NO_SETTINGS
    monitor: MonitorSettings = NO_MONITOR
    server: ServerSettings | None = None

    @property
    def is_server(self) -> bool:
        """Whether it is the spec of a server container alone."""
        return self.container.context == "server"

    @property
    def server_accounts(self) -> Mapping[str, ServerAccount]:
        """The platforms that a server container sends to; none without one."""
        return {} if self.server is None else self.server.accounts

    @property
    def raw_tags(self) -> Mapping[str, RawEntity]:
        """``gtm.tags``."""
        return self.raw[Kind.TAG]

    @property
    def raw_triggers(self) -> Mapping[str, RawEntity]:
        """``gtm.triggers``, which ``on`` and ``except`` may name."""
        return self.raw[Kind.TRIGGER]

    @property
    def raw_variables(self) -> Mapping[str, RawEntity]:
        """``gtm.variables``, which ``params`` and ``where`` may name."""
        return self.raw[Kind.VARIABLE]
