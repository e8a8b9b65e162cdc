"""Entities as the ``gtm`` section of a spec has them: plain YAML data, both ways round.

What a kind has a word for is said in that word; every other field of GTM stands under ``more``
in GTM's own spelling. Sidecar files are the importer's choice: here, text is text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gtmgen.container.body import upper_snake
from gtmgen.container.entities import (
    CONSENT_TYPES,
    AnyEntity,
    Client,
    Condition,
    EntityType,
    Folder,
    GtagConfig,
    Kind,
    Owner,
    Parameter,
    Tag,
    Template,
    TemplateRef,
    Transformation,
    Trigger,
    TriggerRef,
    Variable,
    Zone,
)
from gtmgen.container.fields import SERVER_FIELDS
from gtmgen.container.plain import (
    PlainError,
    Read,
    condition_from_plain,
    condition_to_plain,
    file_text,
    from_plain,
    item_to_plain,
    mapping_from_plain,
    mapping_to_plain,
    trigger_from_plain,
    trigger_to_plain,
    type_from_plain,
    type_to_plain,
)
from gtmgen.container.references import TRIGGER_LISTS, Converters, map_references
from gtmgen.diagnostics import Origin

Data = dict[str, Any]

SECTION = {
    Kind.FOLDER: "folders",
    Kind.TEMPLATE: "templates",
    Kind.VARIABLE: "variables",
    Kind.TRIGGER: "triggers",
    Kind.CLIENT: "clients",
    Kind.TAG: "tags",
    Kind.TRANSFORMATION: "transformations",
    Kind.ZONE: "zones",
    Kind.GTAG_CONFIG: "gtag_configs",
}
"""The key under ``gtm`` that holds a kind."""

FIRING_OPTIONS = {"event": "ONCE_PER_EVENT", "page": "ONCE_PER_LOAD", "unlimited": "UNLIMITED"}
_ONCE = {option: word for word, option in FIRING_OPTIONS.items()}
_FILTERS = ("custom_event_filter", "filter", "auto_event_filter")
_SEQUENCED = {
    "setup": ("setupTag", "stop_on_failure", "stopOnSetupFailure"),
    "teardown": ("teardownTag", "stop_on_failure", "stopTeardownOnFailure"),
}
_NO_METADATA = {"type": "MAP"}
_TO_PLAIN = Converters(trigger_to_plain, type_to_plain)
_FROM_PLAIN = Converters(trigger_from_plain, type_from_plain)


# -- to YAML ---------------------------------------------------------------------------


def to_data(entity: AnyEntity) -> Data:
    """An entity as the spec writes it. Of the owner, nothing: that is the spec's own."""
    data: Data = {}
    if not isinstance(entity, GtagConfig):
        data["name"] = entity.name
    type_ = getattr(entity, "type", None)
    if type_ is not None:
        data["type"] = type_to_plain(type_)
    if entity.notes:
        data["notes"] = entity.notes
    if entity.folder is not None:
        data["folder"] = entity.folder
    more = dict(entity.extra)
    write = _WRITERS.get(type(entity))
    if write is not None:
        write(entity, data, more)
    parameter = getattr(entity, "parameter", ())
    if parameter:
        data["parameters"] = mapping_to_plain(parameter)
    if more:
        data["more"] = {
            field: map_references(field, value, _TO_PLAIN) for field, value in more.items()
        }
    return data


def _write_tag(tag: Tag, data: Data, more: Data) -> None:
    for word, refs in (("firing", tag.firing), ("blocking", tag.blocking)):
        if refs:
            data[word] = [trigger_to_plain(ref) for ref in refs]
    if tag.firing_option not in _ONCE:
        more.setdefault("tagFiringOption", tag.firing_option)
    elif tag.firing_option != "ONCE_PER_EVENT":
        data["once"] = _ONCE[tag.firing_option]
    if tag.consent is not None and set(tag.consent) <= set(CONSENT_TYPES):
        data["consent"] = [*tag.consent] or "not_required"
    elif tag.consent is not None:
        types = [{"type": "TEMPLATE", "value": name} for name in tag.consent]
        consent = {"consentStatus": "NEEDED", "consentType": {"type": "LIST", "list": types}}
        more.setdefault("consentSettings", consent)
    if tag.priority is not None:
        data["priority"] = tag.priority
    if tag.paused:
        data["paused"] = True
    for word, (field, short, long) in _SEQUENCED.items():
        first = _only(more.get(field), {"tagName"}, {long})
        if first is not None:
            del more[field]
            data[word] = {
                "tag": first["tagName"],
                **({short: first[long]} if long in first else {}),
            }
    if more.get("monitoringMetadata") == _NO_METADATA:
        del more["monitoringMetadata"]


def _only(value: Any, needed: set[str], allowed: set[str]) -> Data | None:
    """The one item of a list, if it has the keys of that form."""
    if not isinstance(value, list) or len(value) != 1 or not isinstance(value[0], dict):
        return None
    item: Data = value[0]
    if not needed <= item.keys() <= needed | allowed:
        return None
    plain = all(isinstance(item[key], str) and item[key] for key in needed)
    flags = all(isinstance(item[key], bool) for key in allowed & item.keys())
    return item if plain and flags else None


def _write_trigger(trigger: Trigger, data: Data, more: Data) -> None:
    del more
    for word, conditions in zip(
        _FILTERS,
        (trigger.custom_event_filter, trigger.filter, trigger.auto_event_filter),
        strict=True,
    ):
        if conditions:
            data[word] = [condition_to_plain(item) for item in conditions]
    if trigger.settings:
        data["settings"] = {name: item_to_plain(item) for name, item in trigger.settings}


def _write_variable(variable: Variable, data: Data, more: Data) -> None:
    del more
    found = {"null": variable.null_value, "undefined": variable.undefined_value}
    format_ = {word: value for word, value in found.items() if value is not None}
    if format_:
        data["replace"] = format_


def _write_template(template: Template, data: Data, more: Data) -> None:
    if template.data or not isinstance(more.get("galleryReference"), dict):
        data["data"] = template.data
    if isinstance(more.get("galleryReference"), dict):
        data["gallery"] = more.pop("galleryReference")


def _write_client(client: Client, data: Data, more: Data) -> None:
    del more
    if client.priority is not None:
        data["priority"] = client.priority


def _write_zone(zone: Zone, data: Data, more: Data) -> None:
    del more
    if zone.conditions:
        data["conditions"] = [condition_to_plain(item) for item in zone.conditions]
    if zone.evaluation:
        data["evaluation"] = [trigger_to_plain(ref) for ref in zone.evaluation]


_WRITERS: Mapping[type, Callable[[Any, Data, Data], None]] = {
    Tag: _write_tag,
    Trigger: _write_trigger,
    Variable: _write_variable,
    Template: _write_template,
    Client: _write_client,
    Zone: _write_zone,
}


# -- from YAML -------------------------------------------------------------------------


def from_data(
    kind: Kind, key: str, data: Mapping[str, Any], owner: Owner, origin: Origin | None, read: Read
) -> AnyEntity:
    """The way back of :func:`to_data`. Raises :class:`PlainError` with the path of the value.

    ``read`` gives the text of the files that ``{file: ...}`` names. The error holds the other
    values that are wrong, too.
    """
    builder = _Builder(key, data, owner, origin, read)
    entity = builder.build(kind)
    if builder.errors:
        first, *others = builder.errors
        first.others = tuple(others)
        raise first
    return entity


class _Builder:
    def __init__(
        self, key: str, data: Mapping[str, Any], owner: Owner, origin: Origin | None, read: Read
    ) -> None:
        self._data = data
        self._read = read
        self.errors: list[PlainError] = []
        self._more = {
            field: self._at(("more", field), _more, field, value)
            for field, value in (data.get("more") or {}).items()
        }
        self._common: Data = {
            "name": data.get("name", key),
            "notes": data.get("notes") or "",
            "folder": data.get("folder"),
            "owner": owner,
            "origin": origin,
            "raw": True,
            "protected": data.get("protected") is True,
        }

    def build(self, kind: Kind) -> AnyEntity:
        return _BUILDERS[kind](self)

    def _extra(self) -> tuple[tuple[str, Any], ...]:
        return tuple(self._more.items())

    def _type(self) -> EntityType:
        type_: EntityType = self._at(("type",), type_from_plain, self._data["type"])
        return type_

    def _at(self, path: tuple[str | int, ...], make: Callable[..., Any], *given: Any) -> Any:
        """What is made of a value; what is wrong with it is noted, so that all of it shows."""
        try:
            return make(*given)
        except PlainError as error:
            self.errors.append(error.below(*path))

    def _parameters(self) -> tuple[Parameter, ...]:
        data = self._data.get("parameters") or {}
        parts = [data] if "$parameters" in data else [{key: data[key]} for key in sorted(data)]
        made = [self._at(("parameters",), mapping_from_plain, part, self._read) for part in parts]
        return tuple(item for found in made if found for item in found)

    def _refs(self, word: str) -> tuple[TriggerRef, ...]:
        return tuple(
            self._at((word, place), trigger_from_plain, ref)
            for place, ref in enumerate(self._data.get(word) or ())
        )

    def _conditions(self, word: str) -> tuple[Condition, ...]:
        return tuple(
            self._at((word, place), condition_from_plain, item)
            for place, item in enumerate(self._data.get(word) or ())
        )

    def tag(self) -> AnyEntity:
        data = self._data
        for word, (field, short, long) in _SEQUENCED.items():
            if word in data:
                item = data[word]
                flag = {long: item[short]} if short in item else {}
                self._more.setdefault(field, [{"tagName": item["tag"], **flag}])
        consent = data.get("consent")
        types = () if consent == "not_required" else tuple(consent or ())
        return Tag(
            **self._common,
            extra=self._extra(),
            type=self._type(),
            parameter=self._parameters(),
            firing=self._refs("firing"),
            blocking=self._refs("blocking"),
            firing_option=FIRING_OPTIONS[data.get("once", "event")],
            consent=None if consent is None else types,
            priority=data.get("priority"),
            paused=data.get("paused") is True,
        )

    def trigger(self) -> AnyEntity:
        settings = self._data.get("settings") or {}
        filters: Data = {word: self._conditions(word) for word in _FILTERS}
        return Trigger(
            **self._common,
            extra=self._extra(),
            type=upper_snake(self._data["type"]),
            parameter=self._parameters(),
            **filters,
            settings=tuple(
                (name, self._at(("settings", name), from_plain, None, value))
                for name, value in settings.items()
            ),
        )

    def variable(self) -> AnyEntity:
        replaced = self._data.get("replace") or {}
        return Variable(
            **self._common,
            extra=self._extra(),
            type=self._type(),
            parameter=self._parameters(),
            null_value=replaced.get("null"),
            undefined_value=replaced.get("undefined"),
        )

    def folder(self) -> AnyEntity:
        return Folder(**self._common, extra=self._extra())

    def template(self) -> AnyEntity:
        data = self._data.get("data", "")
        text = self._at(("data",), file_text, data, self._read) if isinstance(data, dict) else data
        gallery = self._data.get("gallery")
        if gallery is not None:
            # With a line of ours, the gallery would no longer offer its updates.
            self._more["galleryReference"] = dict(gallery)
            self._common["owner"] = None
        return Template(**self._common, extra=self._extra(), data=text or "")

    def client(self) -> AnyEntity:
        return Client(
            **self._common,
            extra=self._extra(),
            type=self._type(),
            parameter=self._parameters(),
            priority=self._data.get("priority"),
        )

    def transformation(self) -> AnyEntity:
        return Transformation(
            **self._common, extra=self._extra(), type=self._type(), parameter=self._parameters()
        )

    def zone(self) -> AnyEntity:
        return Zone(
            **self._common,
            extra=self._extra(),
            conditions=self._conditions("conditions"),
            evaluation=self._refs("evaluation"),
        )

    def gtag_config(self) -> AnyEntity:
        parameters = self._parameters()
        ids = [
            str(item.value or "")
            for item in parameters
            if item.key == "tagId" and item.type == "TEMPLATE"
        ]
        type_ = self._type()
        shown = type_.template if isinstance(type_, TemplateRef) else str(type_)
        self._common.update(name=" ".join([shown, *ids]), owner=None)
        return GtagConfig(**self._common, extra=self._extra(), type=type_, parameter=parameters)


_WORDED = SERVER_FIELDS | {"name", "notes", "type", "firingTriggerId", "blockingTriggerId"}


def _more(field: str, value: Any) -> Any:
    if field in _WORDED:
        raise PlainError(f"`{field}` cannot stand under `more`: gtmgen sets it")
    if field in TRIGGER_LISTS and not isinstance(value, list):
        raise PlainError(f"`{field}` takes a list of triggers")
    return map_references(field, value, _FROM_PLAIN)


_BUILDERS: Mapping[Kind, Callable[[_Builder], AnyEntity]] = {
    Kind.TAG: _Builder.tag,
    Kind.TRIGGER: _Builder.trigger,
    Kind.VARIABLE: _Builder.variable,
    Kind.FOLDER: _Builder.folder,
    Kind.TEMPLATE: _Builder.template,
    Kind.CLIENT: _Builder.client,
    Kind.TRANSFORMATION: _Builder.transformation,
    Kind.ZONE: _Builder.zone,
    Kind.GTAG_CONFIG: _Builder.gtag_config,
}
