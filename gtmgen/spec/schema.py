"""The one JSON Schema of the spec language, for editors and for validation.

Alternatives are told apart by ``if``/``then`` or by a discriminating key, never by a bare
``oneOf``: its errors blame the wrong branch. What a platform pack knows (settings, event
names) is spliced in by :func:`build`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gtmgen.container.builtins import SERVER_KEYS, WEB_KEYS
from gtmgen.spec.lint_settings import LINT
from gtmgen.spec.meanings import CONTAINER, DATA, EVENT, SEND, SITE, TOP, TRIGGER, explained
from gtmgen.spec.monitor_settings import MONITOR
from gtmgen.spec.raw_schema import CONTEXTS, PROTECTED, raw_definitions
from gtmgen.spec.scenario_schema import TESTS, scenario_definitions
from gtmgen.spec.server_schema import SECRET_SCHEMA, server_schema

Schema = dict[str, Any]

KEY = "^[a-z][a-z0-9_]*$"
NAME = r"^[^\s:{}\x00-\x1f\x7f](?:[^:{}\x00-\x1f\x7f]*[^\s:{}\x00-\x1f\x7f])?$"
CURRENCY = "^[A-Z]{3}$"
CONSENT_TYPE = "^[a-z][a-z0-9_]*$"
PAGE_PATH = r"^/[^\x00-\x20\x7f?#]*$"
HOST = r"^[^\x00-\x20\x7f/:?#@]+$"
DURATION = r"^(?!0*(?:\.0*)?[a-z])[0-9]{1,6}(?:\.[0-9]{1,3})?(?:ms|s|m|h)$"
DATA_SOURCES = (
    "path",
    "cookie",
    "query",
    "url",
    "referrer",
    "js",
    "dom",
    "constant",
    "lookup",
    "regex",
    "builtin",
    "script",
    "template",
    "first_of",
    "sum",
    "element",
    "event_data",
    "request_header",
)
SERVER_SOURCES = frozenset(("event_data", "request_header"))
"""Sources that only a server container has; there, nothing types a value."""
DATA_TYPES = (
    "string",
    "integer",
    "number",
    "boolean",
    "currency",
    "items",
    "email",
    "phone",
    "url",
    "any",
)
#: Click IDs and campaign parameters: they say where a visit came from, not which page it is.
IGNORED_QUERY = (
    "utm_*", "gclid", "gbraid", "wbraid", "dclid", "gad_source", "srsltid", "_gl", "fbclid",
    "ttclid", "msclkid", "twclid", "li_fat_id", "yclid", "mc_cid", "mc_eid",
)  # fmt: skip
URL_COMPONENTS = (
    "url",
    "protocol",
    "host",
    "port",
    "path",
    "extension",
    "query",
    "query_string",
    "fragment",
)
LIFECYCLES = ("consent_init", "init", "page_view", "dom_ready", "window_loaded")
OPERATORS = (
    "equals",
    "contains",
    "starts_with",
    "ends_with",
    "matches",
    "gt",
    "gte",
    "lt",
    "lte",
    "css",
    "css_itself",
    "url",
)
FORMS = (
    "page",
    "lifecycle",
    "event",
    "event_matches",
    "history",
    "click",
    "link",
    "submit",
    "visible",
    "scroll",
    "scroll_pixels",
    "scroll_horizontal",
    "scroll_horizontal_pixels",
    "timer",
    "video",
    "js_error",
    "group",
    "always",
)
SCROLL_FORMS = frozenset(form for form in FORMS if form.startswith("scroll"))
# GTM asks it once, on the page's load: whether to listen, or to start the timer.
ENABLED_WHERE = "enabled_where"
# What may stand beside a form, and for which forms.
FORM_OPTIONS: Mapping[str, tuple[str, ...]] = {
    "event_matches": ("ignore_case",),
    "link": ("wait", "check_validation", ENABLED_WHERE),
    "submit": ("wait", "check_validation", ENABLED_WHERE),
    "visible": ("ratio", "once", "for", "observe_dom"),
    "timer": ("limit", ENABLED_WHERE),
}

_TEXT: Schema = {"type": "string", "minLength": 1}
_PAGE_REF: Schema = {
    "type": "string",
    "pattern": r"^[a-z*][a-z0-9_*]*$",
    "description": "A key under `pages`, or a glob over such keys.",
}
_HOST: Schema = {"type": "string", "pattern": HOST}
_SCALAR: Schema = {"type": ["string", "number", "boolean"]}
_TEXT_OF_VALUES: Schema = {
    "type": "object",
    "properties": {"text": {"type": "string", "minLength": 1}},
    "required": ["text"],
    "additionalProperties": False,
    "description": 'Text that holds values: `{text: "https://{{host}}/x"}`, by data key.',
}
_SCALAR_OR_TEXT: Schema = {"if": {"type": "object"}, "then": _TEXT_OF_VALUES, "else": _SCALAR}
_BOOLEAN: Schema = {"type": "boolean"}
_KEY_REF: Schema = {"type": "string", "pattern": KEY}
_NAME: Schema = {
    "type": "string",
    "pattern": NAME,
    "description": "The display name in GTM: no colon, no braces, no blank at either end.",
}
_FOLDER: Schema = {
    **_TEXT,
    "description": "The GTM folder that keeps it: the container's own or one of `gtm.folders`.",
}


def _object(
    properties: Schema, *, required: tuple[str, ...] = (), description: str = "", **more: Any
) -> Schema:
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    if required:
        schema["required"] = list(required)
    if description:
        schema["description"] = description
    return schema | more


def _keyed(values: Schema, description: str) -> Schema:
    return {
        "type": "object",
        "propertyNames": {"pattern": KEY},
        "additionalProperties": values,
        "description": description,
    }


def _list_or_one(item: Schema) -> Schema:
    return {
        "if": {"type": "array"},
        "then": {"type": "array", "items": item, "minItems": 1},
        "else": item,
    }


def _former_keys() -> Schema:
    return {
        **_list_or_one(_KEY_REF),
        "description": "The key, or keys, that it had before: its entities in GTM are renamed, "
        "not deleted and made anew. It may stay.",
    }


def _enum(values: tuple[str, ...], description: str = "") -> Schema:
    return (
        {"enum": list(values), "description": description}
        if description
        else {"enum": list(values)}
    )


def _where() -> Schema:
    operand = {"$ref": "#/$defs/operand"}
    pair = (operand, operand)
    operators: Schema = {}
    for name in OPERATORS:
        operators[name], operators[f"not_{name}"] = pair
    operators["ignore_case"] = _BOOLEAN
    return {
        "type": "object",
        "propertyNames": {"pattern": KEY},
        "minProperties": 1,
        "description": "Conditions that must all hold: a data key or built-in variable and a test.",
        "additionalProperties": {
            "if": {"type": "object"},
            "then": {
                "type": "object",
                "properties": operators,
                "additionalProperties": False,
                "minProperties": 1,
            },
            "else": operand,
        },
    }


def _consent_settings() -> Schema:
    return _object(
        {
            "default": {
                "description": "What counts until the visitor has chosen, for each consent type; "
                "`site` where the page sets it before GTM starts.",
                "if": {"type": "object"},
                "then": {
                    "type": "object",
                    "propertyNames": {"pattern": CONSENT_TYPE},
                    "additionalProperties": {"enum": ["granted", "denied"]},
                    "minProperties": 1,
                },
                "else": {"enum": ["site"]},
            },
            "wait_for_update": {
                "type": "integer",
                "minimum": 0,
                "maximum": 60000,
                "description": "How long Google's tags wait for the visitor's choice, in "
                "milliseconds.",
            },
            "granted_on": {
                **_KEY_REF,
                "description": "The trigger on which consent is known: what consent held back on "
                "this page is sent then, once.",
            },
        },
        minProperties=1,
        dependentRequired={"wait_for_update": ["default"]},
        description="Consent, for all platforms: what counts before the visitor has chosen.",
    )


def _data() -> Schema:
    table = {
        "input": _KEY_REF,
        "default": _SCALAR_OR_TEXT,
        "map": {"type": "object", "additionalProperties": _SCALAR_OR_TEXT, "minProperties": 1},
    }
    pattern = {
        "if": {"type": "object"},
        "then": _TEXT_OF_VALUES,
        "else": _TEXT,
        "description": "A regular expression, or the text of one that holds values.",
    }
    rows = {
        "type": "array",
        "minItems": 1,
        "items": _object(
            {"pattern": pattern, "value": _SCALAR_OR_TEXT}, required=("pattern", "value")
        ),
    }
    component = _enum(URL_COMPONENTS)
    sources: Schema = {
        "path": {**_TEXT, "description": "A data layer path, version 2: `ecommerce.value`."},
        "cookie": {**_TEXT, "description": "A first-party cookie's name."},
        "query": {**_TEXT, "description": "A query parameter of the page URL."},
        "url": {
            "description": "A part of the page URL, or of a URL held by another data key.",
            "if": {"type": "object"},
            "then": _object(
                {
                    "component": component,
                    "key": _TEXT,
                    "source": _KEY_REF,
                    "strip_www": _BOOLEAN,
                    "default_pages": {
                        "type": "array",
                        "items": _TEXT,
                        "description": "With `path`: names of files that stand for their folder.",
                    },
                },
                required=("component",),
            ),
            "else": component,
        },
        "referrer": {**component, "description": "A part of the referrer."},
        "event_data": {
            **_TEXT,
            "description": "In a server container: a field of the event, `user_data.city`.",
        },
        "template": _object(
            {
                "of": {
                    **_TEXT,
                    "description": "The template's name in GTM, or the type that it makes there, "
                    "`cvt_...`.",
                },
                "fields": {
                    "type": "object",
                    "minProperties": 1,
                    "description": "The template's fields by their names there, as raw parameters "
                    "are written.",
                },
            },
            required=("of",),
            description="What a custom template of the container gives.",
        ),
        "request_header": {
            **_TEXT,
            "description": "In a server container: a header of the request, `user-agent`.",
        },
        "js": {**_TEXT, "description": "A global JavaScript variable: `app.user.id`."},
        "dom": _object(
            {"id": _TEXT, "css": _TEXT, "attribute": _TEXT},
            description="The text, or an attribute, of an element.",
            minProperties=1,
        ),
        "element": _object(
            {
                "attribute": _TEXT,
                "url": component,
                "key": _TEXT,
                "strip_www": _BOOLEAN,
                "default_pages": {
                    "type": "array",
                    "items": _TEXT,
                    "description": "With `url: path`: names of files that stand for their folder.",
                },
            },
            description=(
                "An attribute, or a part of the address, of the element that was clicked, sent or "
                "seen."
            ),
            minProperties=1,
        ),
        "constant": {
            "if": {"type": "object"},
            "then": _TEXT_OF_VALUES,
            "else": {
                **_SCALAR,
                "minLength": 1,
                "description": "A fixed value; GTM refuses an empty one.",
            },
            "description": "A fixed value, or text that holds others.",
        },
        "lookup": _object(table, required=("input", "map"), description="A lookup table."),
        "regex": _object(
            {
                **table,
                "map": {"if": {"type": "array"}, "then": rows, "else": table["map"]},
                "full_match": _BOOLEAN,
                "ignore_case": _BOOLEAN,
                "capture": {
                    **_BOOLEAN,
                    "description": "Values may hold what the pattern captures: `$1`.",
                },
            },
            required=("input", "map"),
            description="A regex table; as a list of {pattern, value} where the order matters.",
        ),
        "builtin": _enum((*WEB_KEYS, *SERVER_KEYS), "One of GTM's built-in variables."),
        "script": {
            "description": "Custom JavaScript: needs 'unsafe-eval' in the site's CSP.",
            "if": {"type": "object"},
            "then": _object({"file": _TEXT}, required=("file",)),
            "else": _TEXT,
        },
        "first_of": {
            "type": "array",
            "items": _KEY_REF,
            "minItems": 2,
            "description": "The first of these data keys that has a value.",
        },
        "sum": {
            "description": "The sum of price times quantity over the items of a data key.",
            "if": {"type": "object"},
            "then": _object({"items": _KEY_REF, "field": _TEXT}, required=("items",)),
            "else": _KEY_REF,
        },
    }
    return _object(
        {
            **sources,
            "scope": _enum(
                ("model", "event"),
                "event: what this event's own message has set, the default of items and of "
                "everything below `ecommerce`; model: what was pushed last stays, the default of "
                "all others.",
            ),
            "decimal": _enum(
                (".", ","), "The decimal sign of numbers written as text, instead of the site's."
            ),
            "decode": {
                **_BOOLEAN,
                "default": True,
                "description": "Whether a cookie's value is URI-decoded.",
            },
            "fields": {
                "type": "object",
                "additionalProperties": _TEXT,
                "minProperties": 1,
                "description": "Items in other words: GA4's name of a field and the site's, for "
                "example `{item_id: sku, price: unit_price}`.",
            },
            **explained(
                {
                    "type": _enum(DATA_TYPES),
                    "default": _SCALAR,
                    "required": _BOOLEAN,
                    "example": True,
                    "pii": _BOOLEAN,
                    "description": {"type": "string"},
                },
                DATA,
            ),
            "replace": _object(
                {"null": {"type": "string"}, "undefined": {"type": "string"}},
                minProperties=1,
                description="What stands in for a value that is null or undefined.",
            ),
            "case": _enum(("lower", "upper"), "Turns the value's letters into small or capital."),
            "name": _NAME,
            "folder": _FOLDER,
            "renamed_from": _former_keys(),
            "protected": PROTECTED,
        },
        dependentRequired={"scope": ["path"], "decode": ["cookie"]},
        description="A value that becomes a GTM variable, for example `{path: ecommerce.value}`.",
    )


def _page() -> Schema:
    path = {"type": "string", "pattern": PAGE_PATH}
    return _object(
        {
            "path": {
                **_list_or_one(path),
                "description": "A literal or a glob: * ** {name}; a list is OR.",
            },
            "host": {**_list_or_one(_HOST), "description": "A host name, or a glob with *."},
            "query": {
                "type": "object",
                "minProperties": 1,
                "additionalProperties": _list_or_one(_SCALAR),
                "description": 'Query parameters and their value; a list is OR, "*" any value.',
            },
            "title": {"type": "string"},
            "description": {"type": "string"},
            "renamed_from": _former_keys(),
        },
        minProperties=1,
        description="A kind of page of the site.",
    )


def _trigger() -> Schema:
    percents = _list_or_one({"type": "integer", "minimum": 1, "maximum": 100})
    pixels = _list_or_one({"type": "integer", "minimum": 1})
    duration = {
        "type": "string",
        "pattern": DURATION,
        "description": "A duration: 500ms, 2s, 1.5m or 1h.",
    }
    forms: Schema = {
        "page": _list_or_one(_PAGE_REF),
        "lifecycle": _enum(LIFECYCLES),
        "event": _TEXT,
        "event_matches": _TEXT,
        "history": _enum(("any",)),
        "click": _TEXT,
        "link": _TEXT,
        "submit": _TEXT,
        "visible": _TEXT,
        "scroll": percents,
        "scroll_pixels": pixels,
        "scroll_horizontal": percents,
        "scroll_horizontal_pixels": pixels,
        "timer": duration,
        "video": _object(
            {"start": _BOOLEAN, "complete": _BOOLEAN, "pause": _BOOLEAN, "progress": percents},
            minProperties=1,
        ),
        "js_error": {"const": True},
        "always": {"const": True},
        "group": {"type": "array", "items": _KEY_REF, "minItems": 1, "uniqueItems": True},
    }
    options: Schema = {
        "ignore_case": _BOOLEAN,
        "wait": {**duration, "description": "Hold the navigation for the tags, this long at most."},
        "check_validation": _BOOLEAN,
        "ratio": {"type": "integer", "minimum": 1, "maximum": 100},
        "once": _enum(("page", "element", "every")),
        "for": duration,
        "observe_dom": _BOOLEAN,
        "limit": {"type": "integer", "minimum": 1},
        ENABLED_WHERE: {"$ref": "#/$defs/where"},
    }
    return _object(
        {
            **explained({**forms, **options}, TRIGGER),
            **_narrowing(),
            "description": {"type": "string"},
            "name": _NAME,
            "folder": _FOLDER,
            "renamed_from": _former_keys(),
        },
        description="When something happens: {event: purchase}, {page: product} and so on.",
    )


def _narrowing() -> Schema:
    return {
        "pages": {
            "type": "array",
            "minItems": 1,
            "items": _PAGE_REF,
            "description": "Only on one of these pages.",
        },
        "where": {"$ref": "#/$defs/where"},
        "except": {
            "type": "array",
            "minItems": 1,
            "items": _KEY_REF,
            "description": "Named triggers that block the tags.",
        },
    }


def _on() -> Schema:
    one = {"if": {"type": "string"}, "then": _KEY_REF, "else": {"$ref": "#/$defs/trigger"}}
    return {
        **_list_or_one(one),
        "description": "A trigger, a named trigger, or a list of them (OR).",
    }


def _param() -> Schema:
    return {
        "if": {"type": "object"},
        "then": _object({"const": _SCALAR}, required=("const",)),
        "else": {**_KEY_REF, "description": "A data key, or `{const: ...}` for a fixed value."},
    }


def _params() -> Schema:
    return {
        "type": "object",
        "propertyNames": {"pattern": KEY},
        "additionalProperties": {"$ref": "#/$defs/param"},
        "description": "A canonical parameter (GA4's words) and what fills it.",
    }


def _event(platforms: Mapping[str, Schema]) -> Schema:
    send_map = {
        "type": "object",
        "minProperties": 1,
        "description": "A list of platforms, or the platforms and what each receives.",
        "properties": {
            **{name: {"$ref": f"#/$defs/send_{name}"} for name in platforms},
            "custom": _object(
                {"tag": _list_or_one(_KEY_REF)},
                required=("tag",),
                description="A raw tag of `gtm.tags`, or a list of them.",
            ),
        },
        "additionalProperties": False,
    }
    names = {"enum": sorted(platforms)} if platforms else {"type": "string"}
    return _object(
        {
            "title": {"type": "string"},
            "description": {"type": "string"},
            "owner": {"type": "string"},
            "purpose": {"type": "string"},
            "renamed_from": _former_keys(),
            "protected": PROTECTED,
            "on": {"$ref": "#/$defs/on"},
            **_narrowing(),
            "event_id": {
                "if": {"type": "object"},
                "then": _object(
                    {"from": _KEY_REF, "prefix": {"type": "string"}}, required=("from",)
                ),
                "else": {"const": "generate"},
            },
            "params": _params(),
            "send": {
                "if": {"type": "array"},
                "then": {"type": "array", "items": names, "minItems": 1, "uniqueItems": True},
                "else": send_map,
                "description": "The platforms that receive the event.",
            },
        },
        required=("on", "send"),
        description="Something that happens and that platforms are told.",
    )


def send_options(event_names: list[str]) -> Schema:
    """The value under one platform in ``send``: a name, or a mapping of options."""
    name: Schema = {"type": "string", "minLength": 1}
    if event_names:
        name["examples"] = event_names
    return {
        "if": {"type": "object"},
        "then": _object(
            {
                "event": name,
                "name": _NAME,
                "folder": _FOLDER,
                "params": {
                    "type": "object",
                    "propertyNames": {"pattern": KEY},
                    "additionalProperties": {
                        "if": {"type": "null"},
                        "then": {"type": "null"},
                        "else": {"$ref": "#/$defs/param"},
                    },
                    "description": "Beside or instead of the event's own; null takes one away.",
                },
                "where": {"$ref": "#/$defs/where"},
                "consent": {"$ref": "#/$defs/consent"},
                "once": _enum(("event", "page", "unlimited")),
                "priority": {"type": "integer"},
                "paused": _BOOLEAN,
                "custom": _BOOLEAN,
            }
        ),
        "else": name,
    }


def build(
    settings: Mapping[str, Schema],
    event_names: Mapping[str, list[str]],
    server_settings: Mapping[str, Schema] | None = None,
) -> Schema:
    """The whole schema; ``settings`` and ``event_names`` come from the packs, by account, and
    ``server_settings`` from those with a server half."""
    schema: Schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "gtmgen spec, version 1",
        "type": "object",
        "required": ["gtmgen", "project", "container"],
        "additionalProperties": False,
        "properties": {
            "gtmgen": {"const": 1, "description": "The version of the spec language."},
            "project": {
                "type": "string",
                "pattern": "^[a-z][a-z0-9_-]*$",
                "description": "Small letters, digits, - and _, a letter first; it marks what is "
                "gtmgen's in the container.",
            },
            "include": _list_or_one(_TEXT),
            "container": {"$ref": "#/$defs/container"},
            "site": {"$ref": "#/$defs/site"},
            "server": {"$ref": "#/$defs/server"},
            "environments": {"type": "object", "additionalProperties": {"type": "object"}},
            "platforms": {
                "type": "object",
                "properties": dict(settings),
                "additionalProperties": False,
                "description": "The ad and analytics platforms, one pack each.",
            },
            "packs": {
                "type": "array",
                "items": _TEXT,
                "description": "Folders with packs of your own.",
            },
            "consent": _consent_settings(),
            "data": _keyed({"$ref": "#/$defs/data"}, "The data layer contract."),
            "pages": _keyed({"$ref": "#/$defs/page"}, "The site's pages."),
            "triggers": _keyed({"$ref": "#/$defs/trigger"}, "Named triggers."),
            "events": _keyed({"$ref": "#/$defs/event"}, "What is measured."),
            "tests": TESTS,
            "gtm": {"$ref": "#/$defs/gtm"},
            "lint": LINT,
            "monitor": MONITOR,
        },
        "$defs": {
            **{f"send_{name}": send_options(names) for name, names in event_names.items()},
            "operand": _list_or_one(_SCALAR),
            "where": _where(),
            "consent": consent(),
            "container": _container(),
            "secret": SECRET_SCHEMA,
            "server": server_schema(server_settings or {}),
            "site": _site(),
            "data": _data(),
            "page": _page(),
            "trigger": _trigger(),
            "on": _on(),
            "param": _param(),
            "event": _event(settings),
            "page_view": _object(
                {"on": {"$ref": "#/$defs/on"}, **_narrowing(), "params": _params()},
                required=("on",),
                description="An event of the site's own that is the page view.",
            ),
            **scenario_definitions(),
            "gtm": raw_definitions(_keyed, {"$ref": "#/$defs/on"}, {"$ref": "#/$defs/consent"}),
        },
    }
    schema["properties"] = explained(schema["properties"], TOP)
    definitions = schema["$defs"]
    for name, meanings in (("container", CONTAINER), ("site", SITE), ("event", EVENT)):
        definitions[name]["properties"] = explained(definitions[name]["properties"], meanings)
    for name in event_names:
        options = definitions[f"send_{name}"]["then"]
        options["properties"] = explained(options["properties"], SEND)
    return schema


def consent() -> Schema:
    """Which GTM consent types a tag waits for, or that it needs none."""
    return {
        "description": "GTM consent types that must be granted, or `not_required`.",
        "if": {"type": "array"},
        "then": {
            "type": "array",
            "items": _TEXT,
            "minItems": 1,
            "uniqueItems": True,
            "description": "At least one, `[ad_storage]`, or `not_required` instead of the list.",
        },
        "else": {
            "const": "not_required",
            "description": "Consent types are a list: `[ad_storage]`.",
        },
    }


def _container() -> Schema:
    pattern = {"type": "string", "minLength": 1}
    return _object(
        {
            "gtm": {
                "type": "string",
                "pattern": r"^(?:GTM-[A-Z0-9]+|accounts/[0-9]+/containers/[0-9]+)$",
                "description": "The public ID, GTM-XXXX, or accounts/1/containers/2.",
            },
            "workspace": _NAME,
            "folder": _NAME,
            "context": _enum(CONTEXTS),
            "export_layout": {
                "type": "string",
                "minLength": 1,
                "description": "A file with the IDs and the order of the export that the spec was "
                "imported from; `compile` keeps to them.",
            },
            "naming": _object(
                dict.fromkeys(("tag", "trigger", "variable", "template"), pattern),
                description="Display names: {project} {platform} {event} {title} {key} {form}.",
            ),
        },
        required=("gtm",),
        description="The GTM container that receives the tags.",
    )


def _site() -> Schema:
    return _object(
        {
            "hosts": {
                "type": "array",
                "items": _HOST,
                "minItems": 1,
                "description": "The site's host names: the tags of all platforms stay on them. "
                "A page's `host` limits a trigger.",
            },
            "navigation": _enum(("spa", "pages")),
            "page_identity": _enum(
                ("path", "path_query", "fragment"),
                "What makes another page: the path; the query, too (but for `ignore_query`); or "
                "the part behind #, for a hash router.",
            ),
            "ignore_query": {
                "type": "array",
                "items": {"type": "string", "pattern": r"^[A-Za-z0-9_.~-]+\*?$"},
                "default": list(IGNORED_QUERY),
                "description": "Query parameters that make no other page under `path_query`; "
                "`utm_*` names all that begin so.",
            },
            "replace_state": _enum(
                ("same", "page"),
                "same: an address that the app replaces (a redirect, a rewritten slug) is no new "
                "page; page: it is one.",
            ),
            "currency": {
                "type": "string",
                "pattern": CURRENCY,
                "description": "A code of ISO 4217, such as EUR; it completes values without one.",
            },
            "event_id_key": {
                "type": "string",
                "pattern": "^[A-Za-z_$][A-Za-z0-9_$.]*$",
                "description": "Where in the dataLayer message the site puts its own event ID.",
            },
            "data_layer": {
                "type": "string",
                "pattern": "^[A-Za-z_$][A-Za-z0-9_$]*$",
                "default": "dataLayer",
                "description": "The data layer's name where the GTM snippet names another one "
                "(`&l=`).",
            },
            "decimal": {
                "enum": [".", ","],
                "description": "The decimal sign of numbers that the site writes as text; without "
                "it `1,450` is not read, because it is two numbers.",
            },
        }
    )
