"""The entities of a container, with references by name instead of by ID.

A name is unique within its kind in GTM, so names are what a spec, an export and the API can
all be compared by. Enum values are the export's (``CUSTOM_EVENT``); :func:`body.api_json`
spells them the API's way.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any, Final, NamedTuple

from msgspec import Struct, field
from msgspec.structs import astuple

from gtmgen.container.builtins import BuiltInTrigger
from gtmgen.container.values import Condition, Parameter
from gtmgen.diagnostics import Origin


class Kind(Enum):
    """What a workspace holds, in the order in which the kinds depend on each other."""

    # A kind is half of many keys, and the hash of an Enum is computed in Python.
    __hash__ = object.__hash__

    FOLDER = "folder"
    TEMPLATE = "template"
    BUILT_IN_VARIABLE = "built_in_variable"
    VARIABLE = "variable"
    TRIGGER = "trigger"
    CLIENT = "client"
    TAG = "tag"
    TRANSFORMATION = "transformation"
    ZONE = "zone"
    GTAG_CONFIG = "gtag_config"


CONSENT_TYPES = (
    "ad_storage",
    "ad_user_data",
    "ad_personalization",
    "analytics_storage",
    "functionality_storage",
    "personalization_storage",
    "security_storage",
)
"""The types that a tag's consent settings may name."""


class TemplateRef(NamedTuple):
    """The type of a tag or variable that is made from a custom template."""

    template: str


class Owner(NamedTuple):
    """Who made an entity: the line ``[gtmgen project kind/key]`` in its notes."""

    project: str
    key: str

    def __str__(self) -> str:
        return f"[gtmgen {self.project} {self.key}]"


class TriggerId(NamedTuple):
    """A trigger that only its ID tells: nothing of that ID is there."""

    id: str


EntityType = str | TemplateRef
TriggerRef = str | BuiltInTrigger | TriggerId


class Entity(Struct, frozen=True):
    """What every named entity has. ``origin`` is the spec line that it comes from.

    ``raw`` entities are in GTM's own words; ``extra`` are fields that the classes below have no
    word for, as an export writes them. A field there goes before what the class would write.
    ``protected`` stands in the notes, and keeps a plan from deleting the entity unasked.
    """

    name: str
    notes: str = ""
    folder: str | None = None
    owner: Owner | None = None
    origin: Origin | None = None
    raw: bool = False
    extra: tuple[tuple[str, Any], ...] = ()
    protected: bool = False

    def __eq__(self, other: object) -> bool:
        """Whether all but the origins is equal."""
        return self.__class__ is other.__class__ and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[Any, ...]:
        values = astuple(self)
        return values[:_ORIGIN] + values[_ORIGIN + 1 :]


_ORIGIN: Final = Entity.__struct_fields__.index("origin")


class Folder(Entity, frozen=True):
    """A folder; its members name it."""


class Template(Entity, frozen=True):
    """A custom template: the whole .tpl text; its notes are a section of that text."""

    data: str = ""


class Variable(Entity, frozen=True):
    """A variable; ``undefined_value`` and ``null_value`` replace these (``formatValue``).

    ``case`` is LOWERCASE or UPPERCASE; of what is read, it stays in ``extra`` with the rest.
    """

    type: EntityType = "v"
    parameter: tuple[Parameter, ...] = ()
    undefined_value: str | None = None
    null_value: str | None = None
    case: str | None = None


class Trigger(Entity, frozen=True):
    """A trigger; ``settings`` are the fields that only some types have (``waitForTags`` ...)."""

    type: str = "CUSTOM_EVENT"
    custom_event_filter: tuple[Condition, ...] = ()
    filter: tuple[Condition, ...] = ()
    auto_event_filter: tuple[Condition, ...] = ()
    settings: tuple[tuple[str, Parameter], ...] = ()
    parameter: tuple[Parameter, ...] = ()
    members: tuple[TriggerRef, ...] = ()


class Tag(Entity, frozen=True):
    """A tag; ``consent`` is None for not set, () for not needed, else the consent types."""

    type: EntityType = "html"
    parameter: tuple[Parameter, ...] = ()
    firing: tuple[TriggerRef, ...] = ()
    blocking: tuple[TriggerRef, ...] = ()
    firing_option: str = "ONCE_PER_EVENT"
    consent: tuple[str, ...] | None = None
    priority: int | None = None
    paused: bool = False


class Client(Entity, frozen=True):
    """A client of a server container; clients with a higher priority are asked first."""

    type: EntityType = "gaaw_client"
    parameter: tuple[Parameter, ...] = ()
    priority: int | None = None


class Transformation(Entity, frozen=True):
    """A transformation of a server container."""

    type: EntityType = "tf_augment_event"
    parameter: tuple[Parameter, ...] = ()


class Zone(Entity, frozen=True):
    """A zone: other containers that this one loads where its boundary holds.

    ``conditions`` and ``evaluation`` (triggers) are the boundary; containers and the types
    that they may use are in ``extra``.
    """

    conditions: tuple[Condition, ...] = ()
    evaluation: tuple[TriggerRef, ...] = ()


class GtagConfig(Entity, frozen=True):
    """A Google tag's settings in a container. GTM gives it no name and no notes.

    ``name`` is made of the type and the tag ID, which tell it apart.
    """

    type: EntityType = ""
    parameter: tuple[Parameter, ...] = ()


class BuiltIn(Struct, frozen=True):
    """An enabled built-in variable, by its snake_case key."""

    key: str
    name: str


AnyEntity = (
    Folder | Template | Variable | Trigger | Tag | Client | Transformation | Zone | GtagConfig
)


class Container(Struct, frozen=True):
    """Everything that one spec puts into a container, each kind sorted by its owner's key."""

    project: str
    gtm: str
    context: str = "WEB"
    folders: tuple[Folder, ...] = ()
    templates: tuple[Template, ...] = ()
    built_ins: tuple[BuiltIn, ...] = ()
    variables: tuple[Variable, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    clients: tuple[Client, ...] = ()
    tags: tuple[Tag, ...] = ()
    transformations: tuple[Transformation, ...] = ()
    zones: tuple[Zone, ...] = ()
    gtag_configs: tuple[GtagConfig, ...] = ()
    former_owners: Mapping[Owner, tuple[Owner, ...]] = field(default_factory=dict)
    """Owners that an entity may have in GTM, because its key was another one before."""
    secrets: tuple[str, ...] = ()
    """Variables of the environment whose stand-ins (``${secret:NAME}``) parameters hold; sorted."""

    def entities(self) -> tuple[AnyEntity, ...]:
        """All but the built-in variables, in the order in which they depend on each other."""
        return (
            *self.folders,
            *self.templates,
            *self.variables,
            *self.triggers,
            *self.clients,
            *self.tags,
            *self.transformations,
            *self.zones,
            *self.gtag_configs,
        )


KIND_OF: dict[type[Struct], Kind] = {
    Folder: Kind.FOLDER,
    Template: Kind.TEMPLATE,
    BuiltIn: Kind.BUILT_IN_VARIABLE,
    Variable: Kind.VARIABLE,
    Trigger: Kind.TRIGGER,
    Client: Kind.CLIENT,
    Tag: Kind.TAG,
    Transformation: Kind.TRANSFORMATION,
    Zone: Kind.ZONE,
    GtagConfig: Kind.GTAG_CONFIG,
}
ID_FIELD = {
    Kind.FOLDER: "folderId",
    Kind.TEMPLATE: "templateId",
    Kind.VARIABLE: "variableId",
    Kind.TRIGGER: "triggerId",
    Kind.CLIENT: "clientId",
    Kind.TAG: "tagId",
    Kind.TRANSFORMATION: "transformationId",
    Kind.ZONE: "zoneId",
    Kind.GTAG_CONFIG: "gtagConfigId",
}
VERSION_FIELD = {
    Kind.FOLDER: "folder",
    Kind.TEMPLATE: "customTemplate",
    Kind.VARIABLE: "variable",
    Kind.TRIGGER: "trigger",
    Kind.CLIENT: "client",
    Kind.TAG: "tag",
    Kind.TRANSFORMATION: "transformation",
    Kind.ZONE: "zone",
    Kind.GTAG_CONFIG: "gtagConfig",
}
"""Where a version, an export and a bulk update have the kind."""
KIND_OF_FIELD = {field: kind for kind, field in VERSION_FIELD.items()}
