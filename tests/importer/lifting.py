"""Containers made in tests, as lifting takes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gtmgen.container.entities import Kind
from gtmgen.importer.convert import Converted, convert
from gtmgen.importer.lift.model import ImportFinding, Lift, LiftedContainer
from gtmgen.importer.lift.propose import propose
from gtmgen.importer.names import make_key
from gtmgen.importer.read.container import Imported
from gtmgen.importer.write.render import SpecSettings
from gtmgen.spec.lifting import is_key

Json = dict[str, Any]
ALL_PAGES = "2147479553"
BUILT_INS = (
    "PAGE_URL",
    "PAGE_HOSTNAME",
    "PAGE_PATH",
    "REFERRER",
    "EVENT",
    "CLICK_ELEMENT",
    "CLICK_URL",
    "CLICK_TEXT",
    "FORM_ELEMENT",
)


def template(key: str, value: str | None = None) -> Json:
    """A TEMPLATE parameter."""
    return {"type": "TEMPLATE", "key": key, **({} if value is None else {"value": value})}


def boolean(key: str, value: bool) -> Json:
    return {"type": "BOOLEAN", "key": key, "value": "true" if value else "false"}


def table(key: str, *rows: Mapping[str, str]) -> Json:
    items = [
        {"type": "MAP", "map": [template(name, value) for name, value in row.items()]}
        for row in rows
    ]
    return {"type": "LIST", "key": key, "list": items}


def condition(type_: str, left: str, right: str, **flags: bool) -> Json:
    flagged = [boolean(name, value) for name, value in flags.items()]
    return {"type": type_, "parameter": [template("arg0", left), template("arg1", right), *flagged]}


def variable(name: str, type_: str, *parameters: Json, **more: Any) -> Json:
    return {"name": name, "type": type_, "parameter": [*parameters], **more}


def data_layer(name: str, path: str) -> Json:
    return variable(
        name,
        "v",
        {"type": "INTEGER", "key": "dataLayerVersion", "value": "2"},
        boolean("setDefaultValue", False),
        template("name", path),
    )


def custom_event(name: str, event: str, **more: Any) -> Json:
    return {
        "name": name,
        "type": "CUSTOM_EVENT",
        "customEventFilter": [condition("EQUALS", "{{_event}}", event)],
        **more,
    }


def html(name: str, code: str, *firing: str, **more: Any) -> Json:
    parameters = [template("html", code), boolean("supportDocumentWrite", False)]
    return {
        "name": name,
        "type": "html",
        "parameter": parameters,
        "firingTriggerId": [*firing],
        **more,
    }


def version(
    *,
    tags: tuple[Json, ...] = (),
    triggers: tuple[Json, ...] = (),
    variables: tuple[Json, ...] = (),
    templates: tuple[Json, ...] = (),
    built_ins: tuple[str, ...] = BUILT_INS,
    context: str = "WEB",
) -> Json:
    """A container version; the IDs are the places, from 1 on, unless an entity brings its own."""

    def numbered(field: str, items: tuple[Json, ...]) -> list[Json]:
        return [{field: str(place), **item} for place, item in enumerate(items, 1)]

    return {
        "container": {"publicId": "GTM-TEST", "usageContext": [context]},
        "tag": numbered("tagId", tags),
        "trigger": numbered("triggerId", triggers),
        "variable": numbered("variableId", variables),
        "customTemplate": numbered("templateId", templates),
        "builtInVariable": [{"type": name, "name": name} for name in built_ins],
    }


def imported(found: Json) -> Imported:
    return Imported(found, "test")


def keys_of(container: Imported) -> dict[tuple[Kind, str], str]:
    """Our own entities have their keys in their owners' lines."""
    keys: dict[tuple[Kind, str], str] = {}
    for kind, entities in container.entities.items():
        taken: set[str] = set()
        for entity in entities:
            own = entity.owner.key.partition("/")[2] if entity.owner else entity.name
            keys[(kind, entity.name)] = own if is_key(own) else make_key(own, taken)
            taken.add(keys[(kind, entity.name)])
    return keys


def source(found: Json) -> LiftedContainer:
    container = imported(found)
    return LiftedContainer(
        container.entities, container.built_ins, container.context, keys_of(container)
    )


def lifts(found: Json) -> dict[tuple[str, str], Lift]:
    return {(lift.section, lift.key): lift for lift in propose(source(found)).lifts}


def findings(found: Json, sort: str | None = None) -> list[ImportFinding]:
    return [item for item in propose(source(found)).findings if sort in (None, item.sort)]


def left(found: Json) -> dict[str, str]:
    """Why what was not lifted was not, by name."""
    return {item.name: item.text for item in findings(found, "left")}


def converted(found: Json) -> Converted:
    """By the driver, which compiles and compares."""
    container = imported(found)
    return convert(container, SpecSettings("shop"), keys_of(container), lift=True)
