"""Data keys to variables: one function for each source."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gtmgen.compile.context import Context
from gtmgen.container.entities import (
    EntityType,
    Parameter,
    boolean,
    integer,
    reference,
    rows,
    text,
)
from gtmgen.spec.model import DataKey, EventId
from gtmgen.spec.parse import to_text

ReadScript = Callable[[str], str]
Made = tuple[EntityType, tuple[Parameter, ...]]


def compile_data(context: Context, read_script: ReadScript) -> None:
    """A variable for every data key that is not a built-in one."""
    for key in sorted(context.spec.data):
        data = context.spec.data[key]
        if data.source == "builtin":
            continue
        type_, parameter = _SOURCES[data.source](context, data, read_script)
        default = None
        if data.default is not None and type_ not in _WITH_DEFAULT:
            default = context.literal(data.default)
        replaced = {word: context.literal(value) for word, value in data.replace.items()}
        context.add_variable(
            key,
            context.variable_name(data),
            type_,
            parameter,
            notes=data.description,
            undefined_value=replaced.get("undefined", default),
            null_value=replaced.get("null", default if data.source == "dom" else None),
            case=f"{data.case.upper()}CASE" if data.case else None,
            folder=data.folder,
            origin=data.origin,
        )


def _default(context: Context, default: str | None) -> tuple[Parameter, ...]:
    if default is None:
        return (boolean("setDefaultValue", False),)
    return (boolean("setDefaultValue", True), text("defaultValue", context.literal(default)))


def _path(context: Context, data: DataKey, _: ReadScript) -> Made:
    if data.scope == "event":
        return _event_data(context, str(data.argument))
    return "v", (
        integer("dataLayerVersion", 2),
        *_default(context, data.default),
        text("name", context.literal(data.argument)),
    )


def _event_data(context: Context, path: str) -> Made:
    template = context.template("event_data", "Event data", "shared/event_data.tpl")
    return template, (text("path", context.literal(path)),)


def _cookie(context: Context, data: DataKey, _: ReadScript) -> Made:
    return "k", (boolean("decodeCookie", False), text("name", context.literal(data.argument)))


def _query(context: Context, data: DataKey, _: ReadScript) -> Made:
    return "u", (text("component", "QUERY"), text("queryKey", context.literal(data.argument)))


def _url(context: Context, data: DataKey, _: ReadScript) -> Made:
    options: dict[str, Any] = (
        data.argument if isinstance(data.argument, dict) else {"component": data.argument}
    )
    found = [text("component", options["component"].upper())]
    if "key" in options:
        found.append(text("queryKey", context.literal(options["key"])))
    if "source" in options:
        found.append(text("customUrlSource", context.value(options["source"])))
    if "strip_www" in options:
        found.append(boolean("stripWww", options["strip_www"]))
    return "u", tuple(found)


def _referrer(context: Context, data: DataKey, _: ReadScript) -> Made:
    del context
    return "f", (text("component", data.argument.upper()),)


def _js(context: Context, data: DataKey, _: ReadScript) -> Made:
    return "j", (text("name", context.literal(data.argument)),)


def _dom(context: Context, data: DataKey, _: ReadScript) -> Made:
    options: dict[str, Any] = data.argument
    by_id = "id" in options
    found = [
        text("selectorType", "ID" if by_id else "CSS"),
        text("elementId", context.literal(options["id"]))
        if by_id
        else text("elementSelector", context.literal(options["css"])),
    ]
    if "attribute" in options:
        found.append(text("attributeName", context.literal(options["attribute"])))
    return "d", tuple(found)


def _constant(context: Context, data: DataKey, _: ReadScript) -> Made:
    return "c", (text("value", context.literal(to_text(data.argument))),)


def _table_default(data: DataKey) -> str | None:
    own = data.argument.get("default")
    return to_text(own) if own is not None else data.default


def _table(context: Context, pairs: list[tuple[str, Any]]) -> Parameter:
    cells: list[tuple[str, ...]] = [
        (context.literal(key), context.literal(to_text(value))) for key, value in pairs
    ]
    return rows("map", ("key", "value"), cells)


def _lookup(context: Context, data: DataKey, _: ReadScript) -> Made:
    table = sorted(data.argument["map"].items())
    return "smm", (
        *_default(context, _table_default(data)),
        text("input", context.value(data.argument["input"])),
        _table(context, table),
    )


def _regex(context: Context, data: DataKey, _: ReadScript) -> Made:
    given = data.argument["map"]
    if isinstance(given, list):
        table = [(row["pattern"], row["value"]) for row in given]
    else:
        table = sorted(given.items())
    return "remm", (
        *_default(context, _table_default(data)),
        text("input", context.value(data.argument["input"])),
        boolean("fullMatch", data.argument.get("full_match", False)),
        boolean("replaceAfterMatch", False),
        boolean("ignoreCase", data.argument.get("ignore_case", False)),
        _table(context, table),
    )


def _script(context: Context, data: DataKey, read_script: ReadScript) -> Made:
    """Code stands as written: its references are references."""
    code = data.argument if isinstance(data.argument, str) else read_script(data.argument["file"])
    context.enable_built_ins(code)
    return "jsm", (text("javascript", code),)


_SOURCES: dict[str, Callable[[Context, DataKey, ReadScript], Made]] = {
    "path": _path,
    "cookie": _cookie,
    "query": _query,
    "url": _url,
    "referrer": _referrer,
    "js": _js,
    "dom": _dom,
    "constant": _constant,
    "lookup": _lookup,
    "regex": _regex,
    "script": _script,
}
# Types of variable that have a default of their own; for the others undefined is replaced, and
# null, which a DOM variable gives for an element that is not there.
_WITH_DEFAULT = frozenset(("v", "smm", "remm"))


def event_id(context: Context, event_key: str | None, source: EventId | None) -> str:
    """A reference to the event-ID variable: one for all, or an event's own.

    The ID that the site put in the same message comes first, then the source, then a random
    prefix with GTM's number of the event (see ``templates/shared/event_id.tpl``).
    """
    own = None if source is None else event_key
    if own not in context.event_ids:
        context.event_ids[own] = _event_id(context, own, source)
    return context.event_ids[own]


def _event_id(context: Context, event_key: str | None, source: EventId | None) -> str:
    template = context.template("event_id", "Event ID", "shared/event_id.tpl")
    message_key = text("key", context.literal(context.spec.site.event_id_key))
    if source is None or event_key is None:
        name = context.name("variable", form="event ID", key="generated")
        return context.add_variable("generated/event_id", name, template, (message_key,))
    return context.add_variable(
        f"event_id/{event_key}",
        context.name("variable", form="event ID", key=event_key),
        template,
        (
            message_key,
            text("from", _of_this_event(context, source.source)),
            text("prefix", context.literal(source.prefix)),
        ),
        origin=context.spec.events[event_key].origin,
    )


def _of_this_event(context: Context, key: str) -> str:
    """The value of a data key as this event's own message gives it.

    A value that lingers in the data layer from an earlier event must not become the ID of
    another one, nor a default, so a data layer path is read from the message itself.
    """
    data = context.spec.data.get(key)
    if data is None or data.source != "path":
        return context.value(key)
    if data.scope == "event" and data.default is None:
        return context.value(key)
    type_, parameter = _event_data(context, str(data.argument))
    name = f"{context.variable_name(data)} (this event)"
    context.add_variable(f"event_data/{key}", name, type_, parameter, origin=data.origin)
    return reference(name)
