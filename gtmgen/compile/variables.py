"""Data keys to variables: GTM's own where they are enough, else the template that types."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from gtmgen.compile.context import Context
from gtmgen.container.entities import EntityType
from gtmgen.container.values import Parameter, boolean, reference, rows, text
from gtmgen.spec.model import DataKey, EventId, ParamSource
from gtmgen.spec.sources.model import CONVERTED, GtmVariable
from gtmgen.spec.sources.registry import SOURCES

ReadScript = Callable[[str], str]

_EMPTY_TEXTS = frozenset(("query", "referrer", "url"))
"""Sources of which GTM's own variable gives "" where there is nothing."""


def compile_data(context: Context, read_script: ReadScript) -> None:
    """A variable for every data key that is not a built-in one."""
    compiler = _Compiler(context, read_script)
    for key in sorted(context.spec.data):
        data = context.spec.data[key]
        if data.source == "builtin":
            continue
        source = SOURCES[data.source]
        is_server = context.spec.is_server
        if source.is_native(data) or (is_server and data.type not in CONVERTED):
            _add(context, data, source.compile(compiler, data))
        else:
            _add(context, *_typed(compiler, data))


class _Compiler:
    """What the data sources need; ``read_script`` is of code in files."""

    def __init__(self, context: Context, read_script: ReadScript) -> None:
        self.context = context
        self.literal = context.literal
        self.value = context.value
        self.enable_built_ins = context.enable_built_ins
        self.read_script = read_script

    def event_data_template(self) -> EntityType:
        """The template that reads the data layer, the event's own message first of all."""
        return event_data_template(self.context)

    def value_template(self) -> EntityType:
        """The template that types a value that is there already."""
        return _value_template(self.context)

    def add_untyped(self, data: DataKey) -> str:
        """GTM's own variable below a typed one, as it is."""
        context = self.context
        name = f"{context.variable_name(data)} (as it is)"
        if f"source/{data.key}" not in context.variables:
            variable = SOURCES[data.source].compile(self, data)
            context.add_variable(
                f"source/{data.key}", name, *variable, folder=data.folder, origin=data.origin
            )
        return reference(name)


def _typed(compiler: _Compiler, data: DataKey) -> tuple[DataKey, GtmVariable]:
    """Through the template that tells what is there from what only looks so, and types it."""
    if "null" in data.replace:
        # Of what is missing, the template makes undefined: both words stand for it.
        data = replace(data, replace={"undefined": data.replace["null"], **data.replace})
    with_default = "undefined" not in data.replace  # a replacement goes before a default
    return data, _value(compiler, data, with_default=with_default)


def _add(context: Context, data: DataKey, variable: GtmVariable) -> None:
    context.add_variable(
        data.key,
        context.variable_name(data),
        *variable,
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


def _value(compiler: _Compiler, data: DataKey, *, with_default: bool) -> GtmVariable:
    """The template's parameters for a data key."""
    context = compiler.context
    source = SOURCES[data.source]
    template, read = source.compile_read(compiler, data)
    fields = [*read]
    if data.type != "any":
        fields.append(text("type", data.type))
    fields += _decimal(context, data)
    if data.fields:
        cells = [(context.literal(to), context.literal(name)) for to, name in data.fields.items()]
        fields.append(rows("fields", ("to", "from"), sorted(cells)))
    if source.says_null:
        fields.append(boolean("null_text", True))
    if with_default and data.default is not None:
        fields.append(text("default", context.literal(data.default)))
    return GtmVariable(template, tuple(fields))


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


def readable(context: Context, key: str, type_: str) -> str:
    """A reference to a value that is missing where it is not of its type.

    For tags that would send the text as it is. A data key without a type of its own gets ``type_``,
    the one of the parameter that it goes to.
    """
    data = context.spec.data.get(key)
    if data is None or data.source in ("constant", "builtin", "sum"):
        return context.value(key)
    name = context.variable_name(data)
    is_empty_text = data.source in _EMPTY_TEXTS and SOURCES[data.source].is_native(data)
    if data.type in CONVERTED or (is_empty_text and data.type != "any"):
        owner, name = f"readable/{key}", f"{name} (readable)"
    elif type_ in CONVERTED and data.source in ("path", "first_of") and not data.is_native:
        data = replace(data, type=type_)
        owner, name = f"readable/{key}.{type_}", f"{name} ({type_})"
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


EVENT_DATA = "event_data"
"""The key of the template that reads the data layer."""


def event_data_template(context: Context) -> EntityType:
    """What reads the data layer, the event's own message first of all."""
    return context.template(EVENT_DATA, "Event data", "shared/event_data.tpl")


def _value_template(context: Context) -> EntityType:
    """What types a value that is there already.

    A template of its own: it requires nothing that a version of GTM's runtime can lack, and a
    permission to read ``dataLayer`` is none of its business.
    """
    return context.template("value", "Value", "shared/value.tpl")


def event_id(context: Context, event_key: str | None, source: EventId | None) -> str:
    """A reference to the event-ID variable: one for all, or an event's own.

    The ID that the site put in the same message comes first, then the source, then a random
    prefix with GTM's number of the event (see ``templates/shared/event_data.tpl``).
    """
    # One variable for all events without a source of their own: it asks for the number of the
    # current event, so each event has another ID, and all its tags have the same.
    own_key = None if source is None else event_key
    if own_key not in context.event_ids:
        context.event_ids[own_key] = _event_id(context, own_key, source)
    return context.event_ids[own_key]


def _event_id(context: Context, event_key: str | None, source: EventId | None) -> str:
    template = event_data_template(context)
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
    variable = _value(_Compiler(context, _read_no_script), data, with_default=False)
    name = f"{context.variable_name(data)} (without default)"
    context.add_variable(f"event_data/{key}", name, *variable, origin=data.origin)
    return reference(name)


def _read_no_script(path: str) -> str:
    raise ValueError(f"`{path}` is read when the data keys are compiled")
