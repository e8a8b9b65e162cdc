"""The one JSON Schema of the spec language, for editors and for validation.

Alternatives are told apart by ``if``/``then`` or by a discriminating key, never by a bare
``oneOf``: its errors blame the wrong branch. What a platform pack knows (settings, event
names) is spliced in by :func:`build`.
"""

from __future__ import annotations

from collections.abc import Mapping

from gtmgen.spec.forms.registry import SCHEMA as FORM_SCHEMA
from gtmgen.spec.lint_settings import LINT
from gtmgen.spec.meanings import CONTAINER, DATA, EVENT, SEND, SITE, TOP, explained
from gtmgen.spec.monitor_settings import MONITOR
from gtmgen.spec.raw_schema import CONTEXTS, PROTECTED, raw_definitions
from gtmgen.spec.scenario_schema import TESTS, scenario_definitions
from gtmgen.spec.schema_parts import (
    BOOLEAN,
    KEY,
    KEY_REF,
    NAME,
    PAGE_REF,
    SCALAR,
    TEXT,
    Schema,
    make_enum,
    make_keyed,
    make_list_or_one,
    make_object,
)
from gtmgen.spec.server_schema import SECRET_SCHEMA, server_schema
from gtmgen.spec.sources.registry import SOURCES

CURRENCY = "^[A-Z]{3}$"
CONSENT_TYPE = "^[a-z][a-z0-9_]*$"
PAGE_PATH = r"^/[^\x00-\x20\x7f?#]*$"
HOST = r"^[^\x00-\x20\x7f/:?#@]+$"
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
_HOST: Schema = {"type": "string", "pattern": HOST}
_NAME: Schema = {
    "type": "string",
    "pattern": NAME,
    "description": "The display name in GTM: no colon, no braces, no space at either end.",
}
_FOLDER: Schema = {
    **TEXT,
    "description": "The GTM folder that keeps it: the container's own or one of `gtm.folders`.",
}


def _former_keys() -> Schema:
    return {
        **make_list_or_one(KEY_REF),
        "description": "The key, or keys, that it had before: its entities in GTM are renamed, "
        "not deleted and created again. The key may stay in the spec.",
    }


def _where() -> Schema:
    operand = {"$ref": "#/$defs/operand"}
    pair = (operand, operand)
    operators: Schema = {}
    for name in OPERATORS:
        operators[name], operators[f"not_{name}"] = pair
    operators["ignore_case"] = BOOLEAN
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
    return make_object(
        {
            "default": {
                "description": "What counts until the visitor has chosen, for each consent type; "
                "`site` where the page sets it before GTM starts. Replaces a default of the page's "
                "own; beside one for regions, write `site`.",
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
                **KEY_REF,
                "description": "The trigger on which consent is known: what consent held back on "
                "this page is sent then, once.",
            },
        },
        minProperties=1,
        dependentRequired={"wait_for_update": ["default"]},
        description="Consent, for all platforms: what counts before the visitor has chosen.",
    )


def _data() -> Schema:
    return make_object(
        {
            **{word: source.schema for word, source in SOURCES.items()},
            "scope": make_enum(
                ("model", "event"),
                "event: what this event's own message has set, the default of items and of "
                "everything below `ecommerce` and `eventModel` (the parameters of gtag events); "
                "model: what was pushed last stays, the default of everything else.",
            ),
            "decimal": make_enum(
                (".", ","), "The decimal sign of numbers written as text, instead of the site's."
            ),
            "decode": {
                **BOOLEAN,
                "default": True,
                "description": "Whether a cookie's value is URI-decoded.",
            },
            "fields": {
                "type": "object",
                "additionalProperties": TEXT,
                "minProperties": 1,
                "description": "Items with other field names: GA4's name of a field and the "
                "site's, for "
                "example `{item_id: sku, price: unit_price}`.",
            },
            **explained(
                {
                    "type": make_enum(DATA_TYPES),
                    "default": SCALAR,
                    "required": BOOLEAN,
                    "example": True,
                    "pii": BOOLEAN,
                    "description": {"type": "string"},
                },
                DATA,
            ),
            "replace": make_object(
                {"null": {"type": "string"}, "undefined": {"type": "string"}},
                minProperties=1,
                description="What replaces a value that is null or undefined.",
            ),
            "case": make_enum(("lower", "upper"), "Converts the value to lower or upper case."),
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
    return make_object(
        {
            "path": {
                **make_list_or_one(path),
                "description": "A literal or a glob: * ** {name}; a list is OR.",
            },
            "host": {**make_list_or_one(_HOST), "description": "A host name, or a glob with *."},
            "query": {
                "type": "object",
                "minProperties": 1,
                "additionalProperties": make_list_or_one(SCALAR),
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
    return make_object(
        {
            **FORM_SCHEMA,
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
            "items": PAGE_REF,
            "description": "Only on one of these pages.",
        },
        "where": {"$ref": "#/$defs/where"},
        "except": {
            "type": "array",
            "minItems": 1,
            "items": KEY_REF,
            "description": "Named triggers that block the tags.",
        },
    }


def _on() -> Schema:
    one = {"if": {"type": "string"}, "then": KEY_REF, "else": {"$ref": "#/$defs/trigger"}}
    return {
        **make_list_or_one(one),
        "description": "A trigger, a named trigger, or a list of them (OR).",
    }


def _param() -> Schema:
    return {
        "if": {"type": "object"},
        "then": make_object({"const": SCALAR}, required=("const",)),
        "else": {**KEY_REF, "description": "A data key, or `{const: ...}` for a fixed value."},
    }


def _params() -> Schema:
    return {
        "type": "object",
        "propertyNames": {"pattern": KEY},
        "additionalProperties": {"$ref": "#/$defs/param"},
        "description": "A canonical parameter (GA4's name) and the value that fills it.",
    }


def _event(platforms: Mapping[str, Schema]) -> Schema:
    send_map = {
        "type": "object",
        "minProperties": 1,
        "description": "A list of platforms, or the platforms and what each receives.",
        "properties": {
            **{name: {"$ref": f"#/$defs/send_{name}"} for name in platforms},
            "custom": make_object(
                {"tag": make_list_or_one(KEY_REF)},
                required=("tag",),
                description="A raw tag of `gtm.tags`, or a list of them.",
            ),
        },
        "additionalProperties": False,
    }
    names = {"enum": sorted(platforms)} if platforms else {"type": "string"}
    return make_object(
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
                "then": make_object(
                    {"from": KEY_REF, "prefix": {"type": "string"}}, required=("from",)
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
        description="Something that happens and that is reported to platforms.",
    )


def send_options(event_names: list[str]) -> Schema:
    """The value under one platform in ``send``: a name, or a mapping of options."""
    name: Schema = {"type": "string", "minLength": 1}
    if event_names:
        name["examples"] = event_names
    return {
        "if": {"type": "object"},
        "then": make_object(
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
                    "description": "Added to the event's own, or replacing them; null removes one.",
                },
                "where": {"$ref": "#/$defs/where"},
                "consent": {"$ref": "#/$defs/consent"},
                "once": make_enum(("event", "page", "unlimited")),
                "priority": {"type": "integer"},
                "paused": BOOLEAN,
                "custom": BOOLEAN,
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
                "description": "Lower-case letters, digits, - and _, starting with a letter; it "
                "marks what gtmgen owns in the container.",
            },
            "include": make_list_or_one(TEXT),
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
                "items": TEXT,
                "description": "Folders with packs of your own.",
            },
            "consent": _consent_settings(),
            "data": make_keyed({"$ref": "#/$defs/data"}, "The data layer contract."),
            "pages": make_keyed({"$ref": "#/$defs/page"}, "The site's pages."),
            "triggers": make_keyed({"$ref": "#/$defs/trigger"}, "Named triggers."),
            "events": make_keyed({"$ref": "#/$defs/event"}, "What is measured."),
            "tests": TESTS,
            "gtm": {"$ref": "#/$defs/gtm"},
            "lint": LINT,
            "monitor": MONITOR,
        },
        "$defs": {
            **{f"send_{name}": send_options(names) for name, names in event_names.items()},
            "operand": make_list_or_one(SCALAR),
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
            "page_view": make_object(
                {"on": {"$ref": "#/$defs/on"}, **_narrowing(), "params": _params()},
                required=("on",),
                description="An event of the site's own that is the page view.",
            ),
            **scenario_definitions(),
            "gtm": raw_definitions(make_keyed, {"$ref": "#/$defs/on"}, {"$ref": "#/$defs/consent"}),
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
            "items": TEXT,
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
    return make_object(
        {
            "gtm": {
                "type": "string",
                "pattern": r"^(?:GTM-[A-Z0-9]+|accounts/[0-9]+/containers/[0-9]+)$",
                "description": "The public ID, GTM-XXXX, or accounts/1/containers/2.",
            },
            "workspace": _NAME,
            "folder": _NAME,
            "context": make_enum(CONTEXTS),
            "public_secrets": {
                "type": "array",
                "items": {"type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]*$"},
                "minItems": 1,
                "uniqueItems": True,
                "description": "Variables of the environment whose secrets a push may put into "
                "this container although everybody can read it.",
                "examples": [["PARTNER_KEY"]],
            },
            "export_layout": {
                "type": "string",
                "minLength": 1,
                "description": "A file with the IDs and the order of the export that the spec was "
                "imported from; `compile` keeps to them.",
            },
            "naming": make_object(
                dict.fromkeys(("tag", "trigger", "variable", "template"), pattern),
                description="Display names: {project} {platform} {event} {title} {key} {form}.",
            ),
        },
        required=("gtm",),
        description="The GTM container that receives the tags.",
    )


def _site() -> Schema:
    return make_object(
        {
            "hosts": {
                "type": "array",
                "items": _HOST,
                "minItems": 1,
                "description": "The site's host names: the tags of all platforms stay on them. "
                "A page's `host` limits a trigger.",
            },
            "navigation": make_enum(("spa", "pages")),
            "page_identity": make_enum(
                ("path", "path_query", "fragment"),
                "What makes a new page: the path; the query, too (except for `ignore_query`); or "
                "the part behind #, for a hash router.",
            ),
            "ignore_query": {
                "type": "array",
                "items": {"type": "string", "pattern": r"^[A-Za-z0-9_.~-]+\*?$"},
                "default": list(IGNORED_QUERY),
                "description": "Query parameters that make no new page under `path_query`; `utm_*` "
                "stands for all that begin with `utm_`.",
            },
            "replace_state": make_enum(
                ("same", "page"),
                "same: an address that the app replaces (a redirect, a rewritten slug) is no new "
                "page; page: it is one.",
            ),
            "currency": {
                "type": "string",
                "pattern": CURRENCY,
                "description": "An ISO 4217 code, such as EUR, for values without a currency.",
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
