"""Entities from what the API or an export holds: the way back of :mod:`body`.

Whatever the classes have a word for becomes that; every other field is kept as it stands in
``extra``, so nothing is lost on the way. Both spellings of enums are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from gtmgen.container.builtins import BUILT_IN_TRIGGER_IDS
from gtmgen.container.entities import (
    TEMPLATE_NAME,
    TRIGGER_NAME,
    AnyEntity,
    Client,
    Condition,
    EntityType,
    Folder,
    GtagConfig,
    Kind,
    Parameter,
    Tag,
    Template,
    TemplateRef,
    Transformation,
    Trigger,
    TriggerId,
    TriggerRef,
    Variable,
    Zone,
)
from gtmgen.container.fields import ENUM_FIELDS, SERVER_FIELDS, upper_snake
from gtmgen.container.names import Names
from gtmgen.container.ownership import owner_of, without_owner
from gtmgen.container.parameters import is_parameter, scalar_text
from gtmgen.container.references import Converters, map_references

Json = Mapping[str, Any]


class NotAParameterError(Exception):
    """JSON that is no typed parameter, so the field stays as it is."""


def read_entity(kind: Kind, body: Json, names: Names) -> AnyEntity:
    """An entity as gtmgen holds it, with references by name; its owner's line is taken out.

    ``names`` are those of the container that the body comes from. Raises ``KeyError`` or
    ``TypeError`` for a body without the fields that every entity of its kind has.
    """
    given = {k: v for k, v in body.items() if k not in SERVER_FIELDS and v is not None}
    fields = without_owner(kind, given)
    reader = _Reader(fields, names)
    made = _READERS[kind](reader)
    return made(raw=True, owner=owner_of(kind, body), extra=reader.rest())


class _Reader:
    """Takes out of a body what has a word; :meth:`rest` is what is left."""

    def __init__(self, fields: dict[str, Any], names: Names) -> None:
        self._fields = fields
        self._names = names

    def take(self, field: str, convert: Callable[[Any], Any], default: Any) -> Any:
        """A field, converted; it stays among the rest when it has an odd form."""
        if field not in self._fields:
            return default
        try:
            value = convert(self._fields[field])
        except (NotAParameterError, KeyError, TypeError, ValueError, AttributeError):
            return default
        del self._fields[field]
        return value

    def rest(self) -> tuple[tuple[str, Any], ...]:
        convert = Converters(self._trigger, self._type, self._named)
        return tuple(
            (field, map_references(field, exported(field, value), convert))
            for field, value in self._fields.items()
        )

    def _named(self, item: dict[str, Any]) -> dict[str, Any]:
        """A parameter that stays JSON, by name where its value is an ID."""
        if is_parameter(item):
            type_, value = item["type"], scalar_text(item.get("value"))
            if type_ == "TRIGGER_REFERENCE" and value in self._names.triggers:
                return {**item, "type": TRIGGER_NAME, "value": self._names.triggers[value]}
            if type_ == "TEMPLATE" and value in self._names.templates:
                return {**item, "type": TEMPLATE_NAME, "value": self._names.templates[value]}
        return item

    # -- what many kinds have ----------------------------------------------------------

    def name(self) -> str:
        name = self._fields.pop("name")
        if not isinstance(name, str):
            raise TypeError("the name of an entity is text")
        return name

    def notes(self) -> str:
        return _text(self._fields.pop("notes", ""))

    def folder(self) -> str | None:
        folder: str | None = self.take("parentFolderId", self._names.folders.__getitem__, None)
        return folder

    def type(self) -> EntityType:
        return self._type(_text(self._fields.pop("type")))

    def _type(self, type_: str) -> EntityType:
        name = self._names.templates.get(type_)
        return type_ if name is None else TemplateRef(name)

    def parameters(self, field: str = "parameter") -> tuple[Parameter, ...]:
        found: tuple[Parameter, ...] = self.take(field, self._parameters, ())
        return found

    def _parameters(self, items: Iterable[Json]) -> tuple[Parameter, ...]:
        return tuple(self.parameter(item) for item in items)

    def parameter(self, item: Json) -> Parameter:
        """One typed parameter; :class:`NotAParameterError` for anything else."""
        if not is_parameter(item):
            raise NotAParameterError
        type_, key = upper_snake(item["type"]), item.get("key")
        if type_.startswith("$"):  # our own sign for what has a name instead of an ID
            raise NotAParameterError
        weak = item.get("isWeakReference") is True
        if type_ in ("LIST", "MAP"):
            inner = item.get(type_.lower()) or ()
            return Parameter(type_, key, self._parameters(inner) or None, weak)
        value = scalar_text(item.get("value"))
        if type_ == "TRIGGER_REFERENCE" and value in self._names.triggers:
            return Parameter(TRIGGER_NAME, key, self._names.triggers[value], weak)
        if type_ == "TEMPLATE" and value in self._names.templates:
            return Parameter(TEMPLATE_NAME, key, self._names.templates[value], weak)
        return Parameter(type_, key, value or None, weak)

    def conditions(self, items: Iterable[Json]) -> tuple[Condition, ...]:
        return tuple(self._condition(item) for item in items)

    def _condition(self, item: Json) -> Condition:
        if item.keys() != {"type", "parameter"}:
            raise NotAParameterError
        return Condition(upper_snake(item["type"]), self._parameters(item["parameter"]))

    def triggers(self, ids: Iterable[str]) -> tuple[TriggerRef, ...]:
        return tuple(map(self._trigger, ids))

    def _trigger(self, given: str) -> TriggerRef:
        id_ = scalar_text(given)
        built_in = BUILT_IN_TRIGGER_IDS.get(id_)
        if built_in is not None:
            return built_in
        name = self._names.triggers.get(id_)
        return TriggerId(id_) if name is None else name

    # -- kind by kind ------------------------------------------------------------------

    def tag(self) -> Callable[..., AnyEntity]:
        return _made(
            Tag,
            name=self.name(),
            type=self.type(),
            notes=self.notes(),
            folder=self.folder(),
            parameter=self.parameters(),
            firing=self.take("firingTriggerId", self.triggers, ()),
            blocking=self.take("blockingTriggerId", self.triggers, ()),
            firing_option=self.take("tagFiringOption", _enum, "ONCE_PER_EVENT"),
            consent=self.take("consentSettings", self._consent, None),
            priority=self.take("priority", self._priority, None),
            paused=self.take("paused", _flag, False),
        )

    def _consent(self, settings: Json) -> tuple[str, ...] | None:
        status = upper_snake(settings["consentStatus"])
        if status == "NEEDED" and settings.keys() == {"consentStatus", "consentType"}:
            types = self.parameter(settings["consentType"])
            if types.type == "LIST" and isinstance(types.value, tuple):
                # Some exports give each item of the list the list's own key.
                items = (item._replace(key=None) for item in types.value)
                return tuple(_plain_text(item) for item in items)
        elif settings.keys() == {"consentStatus"} and status in ("NOT_SET", "NOT_NEEDED"):
            return None if status == "NOT_SET" else ()
        raise NotAParameterError

    def _priority(self, item: Json) -> int:
        parameter = self.parameter(item)
        if parameter != Parameter("INTEGER", None, str(int(str(parameter.value)))):
            raise NotAParameterError
        return int(str(parameter.value))

    def trigger(self) -> Callable[..., AnyEntity]:
        type_ = upper_snake(_text(self._fields.pop("type")))
        fields = {
            "name": self.name(),
            "type": type_,
            "notes": self.notes(),
            "folder": self.folder(),
            "custom_event_filter": self.take("customEventFilter", self.conditions, ()),
            "filter": self.take("filter", self.conditions, ()),
            "auto_event_filter": self.take("autoEventFilter", self.conditions, ()),
            "parameter": self.parameters(),
        }
        settings = [(field, self.take(field, self.parameter, None)) for field in [*self._fields]]
        return _made(Trigger, **fields, settings=tuple(item for item in settings if item[1]))

    def variable(self) -> Callable[..., AnyEntity]:
        null, undefined = self.take("formatValue", self._null_and_undefined, (None, None))
        return _made(
            Variable,
            name=self.name(),
            type=self.type(),
            notes=self.notes(),
            folder=self.folder(),
            parameter=self.parameters(),
            null_value=null,
            undefined_value=undefined,
        )

    def _null_and_undefined(self, value: Json) -> tuple[str | None, str | None]:
        if not value.keys() <= {"convertNullToValue", "convertUndefinedToValue"}:
            raise NotAParameterError
        null, undefined = (
            _plain_text(self.parameter(value[field])) if field in value else None
            for field in ("convertNullToValue", "convertUndefinedToValue")
        )
        return null, undefined

    def named(self) -> Callable[..., AnyEntity]:
        return _made(Folder, name=self.name(), notes=self.notes())

    def template(self) -> Callable[..., AnyEntity]:
        return _made(Template, name=self.name(), data=self.take("templateData", _text, ""))

    def client(self) -> Callable[..., AnyEntity]:
        return _made(
            Client,
            name=self.name(),
            type=self.type(),
            notes=self.notes(),
            folder=self.folder(),
            parameter=self.parameters(),
            priority=self.take("priority", _whole, None),
        )

    def transformation(self) -> Callable[..., AnyEntity]:
        return _made(
            Transformation,
            name=self.name(),
            type=self.type(),
            notes=self.notes(),
            folder=self.folder(),
            parameter=self.parameters(),
        )

    def zone(self) -> Callable[..., AnyEntity]:
        conditions, evaluation = self.take("boundary", self._boundary, ((), ()))
        return _made(
            Zone,
            name=self.name(),
            notes=self.notes(),
            conditions=conditions,
            evaluation=evaluation,
        )

    def _boundary(self, value: Json) -> tuple[tuple[Condition, ...], tuple[TriggerRef, ...]]:
        if not value.keys() <= {"condition", "customEvaluationTriggerId"}:
            raise NotAParameterError
        evaluation = self.triggers(value.get("customEvaluationTriggerId", ()))
        return self.conditions(value.get("condition", ())), evaluation

    def gtag_config(self) -> Callable[..., AnyEntity]:
        name = gtag_config_name(self._fields)
        self._fields.pop("name", None)
        return _made(GtagConfig, name=name, type=self.type(), parameter=self.parameters())


def gtag_config_name(body: Json) -> str:
    """What tells one Google tag configuration from another: GTM gives them no name."""
    ids = [
        str(item.get("value", ""))
        for item in body.get("parameter") or ()
        if isinstance(item, dict)
        and item.get("key") == "tagId"
        and upper_snake(str(item.get("type"))) == "TEMPLATE"
    ]
    return " ".join([str(body.get("type", "")), *ids])


def _made(cls: type[AnyEntity], **fields: Any) -> Callable[..., AnyEntity]:
    return lambda **more: cls(**fields, **more)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _enum(value: Any) -> str:
    return upper_snake(_text(value))


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(value)
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


def exported(field: str, value: Any) -> Any:
    """A field of the API as an export spells it; one of an export stays as it is."""
    if isinstance(value, dict):
        return {name: exported(name, item) for name, item in value.items()}
    if isinstance(value, list):
        return [exported("", item) for item in value]
    is_enum = field == "type" or field in ENUM_FIELDS
    return upper_snake(value) if is_enum and isinstance(value, str) else value


def _plain_text(parameter: Parameter) -> str:
    if parameter.type != "TEMPLATE" or parameter.key is not None or parameter.weak:
        raise NotAParameterError
    if isinstance(parameter.value, tuple):
        raise NotAParameterError
    return parameter.value or ""


_READERS: Mapping[Kind, Callable[[_Reader], Callable[..., AnyEntity]]] = {
    Kind.TAG: _Reader.tag,
    Kind.TRIGGER: _Reader.trigger,
    Kind.VARIABLE: _Reader.variable,
    Kind.FOLDER: _Reader.named,
    Kind.TEMPLATE: _Reader.template,
    Kind.CLIENT: _Reader.client,
    Kind.TRANSFORMATION: _Reader.transformation,
    Kind.ZONE: _Reader.zone,
    Kind.GTAG_CONFIG: _Reader.gtag_config,
}
