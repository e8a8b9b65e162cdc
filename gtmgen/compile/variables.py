"""Data keys to variables: one function for each source."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from msgspec.structs import replace

from gtmgen.compile.context import Context, refused
from gtmgen.container.entities import (
    EntityType,
    Parameter,
    TemplateRef,
    boolean,
    integer,
    reference,
    rows,
    text,
)
from gtmgen.container.plain import PlainError, mapping_from_plain
from gtmgen.spec.model import DataKey, EventId, ParamSource
from gtmgen.spec.parse import to_text
from gtmgen.spec.schema import SERVER_SOURCES
from gtmgen.spec.texts import fill_text, is_text

ReadScript = Callable[[str], str]
Made = tuple[EntityType, tuple[Parameter, ...]]


def compile_data(context: Context, read_script: ReadScript) -> None:
    """A variable for every data key that is not a built-in one."""
    for key in sorted(context.spec.data):
        data = context.spec.data[key]
        if data.source == "builtin":
            continue
        if _is_native(data):
            _native(context, data, read_script)
        else:
            _typed(context, data, read_script)


def _is_native(data: DataKey) -> bool:
    """Whether GTM's own variable is enough: nothing to type, and no default that it cannot hold."""
    if data.source == "path":
        return data.is_native
    if data.source in ("first_of", "sum"):
        return False
    if data.source in SERVER_SOURCES:
        return True
    if data.source == "element":
        return data.type not in _CONVERTED
    if data.source in ("constant", "script", "lookup", "regex"):
        return data.type not in _CONVERTED
    if data.source == "template":
        return data.type not in _CONVERTED and data.default is None
    if data.default is not None or data.type in _CONVERTED:
        return False
    return data.type == "any" or data.source not in ("dom", "js")


# Types of which a text is not yet a value.
_CONVERTED = frozenset(("number", "integer", "boolean", "currency", "items"))


def _native(context: Context, data: DataKey, read_script: ReadScript) -> None:
    type_, parameter = _SOURCES[data.source](context, data, read_script)
    _add(context, data, type_, parameter)


def _typed(context: Context, data: DataKey, read_script: ReadScript) -> None:
    """Through the template that tells what is there from what only looks so, and types it."""
    if "null" in data.replace:
        # Of what is missing, the template makes undefined: both words stand for it.
        data = replace(data, replace={"undefined": data.replace["null"], **data.replace})
    with_default = "undefined" not in data.replace  # a replacement goes before a default
    type_, parameter = _value(context, data, read_script, with_default=with_default)
    _add(context, data, type_, parameter)


def _add(
    context: Context, data: DataKey, type_: EntityType, parameter: tuple[Parameter, ...]
) -> None:
    context.add_variable(
        data.key,
        context.variable_name(data),
        type_,
        parameter,
        notes=data.description,
        protected=data.protected,
        undefined_value=_replacement(context, data, "undefined"),
        null_value=_replacement(context, data, "null"),
        case=f"{data.case.upper()}CASE" if data.case else None,
        folder=data.folder,
        origin=data.origin,
    )


def _replacement(context: Context, data: DataKey, word: str) -> str | None:
    value = data.replace.get(word)
    return None if value is None else context.literal(value)


def _value(
    context: Context, data: DataKey, read_script: ReadScript | None, *, with_default: bool
) -> Made:
    """The template's parameters for a data key. ``read_script`` is of code in files."""
    template = _event_data(context) if data.source == "path" else _value_template(context)
    fields: list[Parameter] = []
    match data.source:
        case "path":
            fields += [text("read", data.scope), text("path", context.literal(str(data.argument)))]
        case "first_of":
            values: list[tuple[str, ...]] = [(context.value(key),) for key in data.argument]
            fields += [text("read", "first"), rows("values", ("value",), values)]
        case "sum":
            options = data.argument if isinstance(data.argument, dict) else {"items": data.argument}
            fields += [text("read", "sum"), text("value", context.value(options["items"]))]
            if "field" in options:
                fields.append(text("path", context.literal(options["field"])))
        case _:
            fields += [text("read", "value"), text("value", _source_of(context, data, read_script))]
    if data.type != "any":
        fields.append(text("type", data.type))
    fields += _decimal(context, data)
    if data.fields:
        cells = [(context.literal(to), context.literal(name)) for to, name in data.fields.items()]
        fields.append(rows("fields", ("to", "from"), sorted(cells)))
    if data.source == "dom":
        fields.append(boolean("null_text", True))
    if with_default and data.default is not None:
        fields.append(text("default", context.literal(data.default)))
    return template, tuple(fields)


def first_of(context: Context, keys: tuple[str, ...]) -> str:
    """The value of the first of these keys that has one."""
    if len(keys) == 1:
        return context.value(keys[0])
    values: list[tuple[str, ...]] = [(context.value(key),) for key in keys]
    return context.add_variable(
        f"first_of/{'.'.join(keys)}",
        context.name("variable", form="first of", key=" or ".join(keys)),
        _value_template(context),
        (text("read", "first"), rows("values", ("value",), values), text("type", "string")),
    )


def _source_of(context: Context, data: DataKey, read_script: ReadScript | None) -> str:
    """GTM's own variable below a typed one, as it is."""
    name = f"{context.variable_name(data)} (as it is)"
    if f"source/{data.key}" not in context.variables:
        assert read_script is not None  # code is read when all data keys are compiled
        type_, parameter = _SOURCES[data.source](context, data, read_script)
        context.add_variable(
            f"source/{data.key}", name, type_, parameter, folder=data.folder, origin=data.origin
        )
    return reference(name)


def text_or_empty(context: Context, key: str) -> str:
    """A reference to a value that is empty where it is missing, for negated conditions."""
    value = context.value(key)
    name = value[2:-2]
    return context.add_variable(
        f"or_empty/{key}",
        f"{name} (or empty)",
        _value_template(context),
        (text("read", "value"), text("value", value), text("default", "")),
    )


def or_site_currency(context: Context, source: ParamSource, value: str) -> str:
    """A currency's ``value``, or else the site's: no value goes out without a currency."""
    key = source if isinstance(source, str) else ""
    data = context.spec.data.get(key)
    site = context.spec.site.currency
    if site is None or data is None or data.type != "currency" or data.default is not None:
        return value
    plain = context.value(key)
    name = f"{plain[2:-2]} (or {site})"
    completed = context.add_variable(
        f"site_currency/{key}",
        name,
        _value_template(context),
        (text("read", "value"), text("value", plain), text("default", site)),
    )
    if value == plain:
        return completed
    # A currency that cannot be read is not the site's: the default comes before that test.
    return context.add_variable(
        f"site_currency/{key}.readable",
        f"{name} (readable)",
        _value_template(context),
        (
            text("read", "value"),
            text("value", completed),
            text("type", "currency"),
            boolean("readable", True),
        ),
    )


def readable(context: Context, key: str, wanted: str) -> str:
    """A reference to a value that is missing where it is not of its type.

    For tags that would send the text as it is. A data key without a type of its own gets the one
    that is ``wanted`` where it goes.
    """
    data = context.spec.data.get(key)
    if data is None or data.source in ("constant", "builtin", "sum"):
        return context.value(key)
    name = context.variable_name(data)
    if data.type in _CONVERTED:
        owner, name = f"readable/{key}", f"{name} (readable)"
    elif wanted in _CONVERTED and data.source in ("path", "first_of") and not data.is_native:
        data = replace(data, type=wanted)
        owner, name = f"readable/{key}.{wanted}", f"{name} ({wanted})"
    else:
        return context.value(key)
    return context.add_variable(
        owner,
        name,
        _value_template(context),
        (
            text("read", "value"),
            text("value", context.value(key)),
            text("type", data.type),
            *_decimal(context, data),
            boolean("readable", True),
        ),
        undefined_value=_replacement(context, data, "undefined"),
        null_value=_replacement(context, data, "null"),
        folder=data.folder,
        origin=data.origin,
    )


def _decimal(context: Context, data: DataKey) -> tuple[Parameter, ...]:
    decimal = data.decimal or context.spec.site.decimal
    takes_one = data.type in ("number", "integer", "items")
    return (text("decimal", decimal),) if decimal and takes_one else ()


def _event_data(context: Context) -> EntityType:
    """What reads the data layer, the event's own message first of all."""
    return context.template("event_data", "Event data", "shared/event_data.tpl")


def _value_template(context: Context) -> EntityType:
    """What types a value that is there already.

    A template of its own: it requires nothing that a version of GTM's runtime can lack, and a
    permission to read ``dataLayer`` is none of its business.
    """
    return context.template("value", "Value", "shared/value.tpl")


def _default(context: Context, default: str | None) -> tuple[Parameter, ...]:
    if default is None:
        return (boolean("setDefaultValue", False),)
    return (boolean("setDefaultValue", True), text("defaultValue", context.literal(default)))


def _path(context: Context, data: DataKey, _: ReadScript) -> Made:
    return "v", (
        integer("dataLayerVersion", 2),
        *_default(context, data.default),
        text("name", context.literal(data.argument)),
    )


def _cookie(context: Context, data: DataKey, _: ReadScript) -> Made:
    return "k", (boolean("decodeCookie", data.decode), text("name", context.literal(data.argument)))


def _query(context: Context, data: DataKey, _: ReadScript) -> Made:
    return "u", (text("component", "QUERY"), text("queryKey", context.literal(data.argument)))


def _url(context: Context, data: DataKey, _: ReadScript) -> Made:
    options: dict[str, Any] = (
        data.argument if isinstance(data.argument, dict) else {"component": data.argument}
    )
    return "u", _address_part(context, options)


def _address_part(context: Context, options: dict[str, Any]) -> tuple[Parameter, ...]:
    """Which part of an address, and of which one."""
    found = [text("component", _component(options["component"]))]
    if "key" in options:
        found.append(text("queryKey", context.literal(options["key"])))
    if "source" in options:
        found.append(text("customUrlSource", context.value(options["source"])))
    if "strip_www" in options:
        found.append(boolean("stripWww", options["strip_www"]))
    if "default_pages" in options:
        pages = tuple(text(None, context.literal(page)) for page in options["default_pages"])
        found.append(Parameter("LIST", "defaultPages", pages or None))
    return tuple(found)


def _referrer(context: Context, data: DataKey, _: ReadScript) -> Made:
    del context
    return "f", (text("component", _component(data.argument)),)


def _component(word: str) -> str:
    """GTM's name for a part of an address; all of the query is one parameter's, without a name."""
    return "QUERY" if word == "query_string" else word.upper()


def _event_data_field(context: Context, data: DataKey, _: ReadScript) -> Made:
    return "ed", (*_default(context, data.default), text("keyPath", context.literal(data.argument)))


def _request_header(context: Context, data: DataKey, _: ReadScript) -> Made:
    return "rh", (text("headerName", context.literal(data.argument)),)


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


def _element(context: Context, data: DataKey, _: ReadScript) -> Made:
    options: dict[str, Any] = data.argument
    default = _default(context, data.default)
    if "attribute" in options:
        attribute = context.literal(options["attribute"])
        return "aev", (*default, text("varType", "ATTRIBUTE"), text("attribute", attribute))
    parts = {"component": options["url"], **options}
    del parts["url"]
    return "aev", (*default, text("varType", "URL"), *_address_part(context, parts))


def _constant(context: Context, data: DataKey, _: ReadScript) -> Made:
    return "c", (text("value", _text_of(context, data.argument)),)


def _text_of(context: Context, value: Any) -> str:
    """A value as it stands, or a text with the values that it holds."""
    if is_text(value):
        return fill_text(value, context.value)
    return context.literal(to_text(value))


def _table_default(context: Context, data: DataKey) -> tuple[Parameter, ...]:
    own = data.argument.get("default", data.default)
    if own is None:
        return _default(context, None)
    return (boolean("setDefaultValue", True), text("defaultValue", _text_of(context, own)))


def _table(context: Context, pairs: list[tuple[Any, Any]]) -> Parameter:
    cells: list[tuple[str, ...]] = [
        (_text_of(context, key), _text_of(context, value)) for key, value in pairs
    ]
    return rows("map", ("key", "value"), cells)


def _lookup(context: Context, data: DataKey, _: ReadScript) -> Made:
    table = sorted(data.argument["map"].items())
    return "smm", (
        *_table_default(context, data),
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
        *_table_default(context, data),
        text("input", context.value(data.argument["input"])),
        boolean("fullMatch", data.argument.get("full_match", False)),
        boolean("replaceAfterMatch", data.argument.get("capture", False)),
        boolean("ignoreCase", data.argument.get("ignore_case", False)),
        _table(context, table),
    )


def _script(context: Context, data: DataKey, read_script: ReadScript) -> Made:
    """Code stands as written: its references are references."""
    code = data.argument if isinstance(data.argument, str) else read_script(data.argument["file"])
    context.enable_built_ins(code)
    return "jsm", (text("javascript", code),)


def _template(context: Context, data: DataKey, _: ReadScript) -> Made:
    """Fields stand as written: their references are references."""
    of: str = data.argument["of"]
    try:
        fields = mapping_from_plain(data.argument.get("fields") or {})
    except PlainError as error:
        place = ".".join(map(str, ("template", "fields", *error.path)))
        message = f"`{place}`: {error.message}"
        raise refused(data.origin, error.rule, message, error.hint or "") from None
    for value in _texts(fields):
        context.enable_built_ins(value)
    return of if of.startswith("cvt_") else TemplateRef(of), fields


def _texts(parameters: Iterable[Parameter]) -> Iterator[str]:
    for parameter in parameters:
        if isinstance(parameter.value, str):
            yield parameter.value
        elif parameter.value is not None:
            yield from _texts(parameter.value)


_SOURCES: dict[str, Callable[[Context, DataKey, ReadScript], Made]] = {
    "path": _path,
    "cookie": _cookie,
    "query": _query,
    "url": _url,
    "referrer": _referrer,
    "event_data": _event_data_field,
    "request_header": _request_header,
    "js": _js,
    "dom": _dom,
    "element": _element,
    "constant": _constant,
    "lookup": _lookup,
    "regex": _regex,
    "script": _script,
    "template": _template,
}


def event_id(context: Context, event_key: str | None, source: EventId | None) -> str:
    """A reference to the event-ID variable: one for all, or an event's own.

    The ID that the site put in the same message comes first, then the source, then a random
    prefix with GTM's number of the event (see ``templates/shared/event_data.tpl``).
    """
    own = None if source is None else event_key
    if own not in context.event_ids:
        context.event_ids[own] = _event_id(context, own, source)
    return context.event_ids[own]


def _event_id(context: Context, event_key: str | None, source: EventId | None) -> str:
    template = _event_data(context)
    message_key = text("key", context.literal(context.spec.site.event_id_key))
    read = text("read", "id")
    if source is None or event_key is None:
        name = context.name("variable", form="event ID", key="generated")
        return context.add_variable("generated/event_id", name, template, (read, message_key))
    return context.add_variable(
        f"event_id/{event_key}",
        context.name("variable", form="event ID", key=event_key),
        template,
        (
            read,
            message_key,
            text("from", _without_default(context, source.source)),
            text("prefix", context.literal(source.prefix)),
        ),
        origin=context.spec.events[event_key].origin,
    )


def _without_default(context: Context, key: str) -> str:
    """The value of a data key, without its default: that must not become the ID of all events."""
    data = context.spec.data.get(key)
    if data is None or data.source != "path" or data.default is None:
        return context.value(key)
    type_, parameter = _value(context, data, None, with_default=False)
    name = f"{context.variable_name(data)} (without default)"
    context.add_variable(f"event_data/{key}", name, type_, parameter, origin=data.origin)
    return reference(name)
