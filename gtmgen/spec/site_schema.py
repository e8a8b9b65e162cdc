"""The JSON Schema of what there is: the container, the site, its pages and its data."""

from __future__ import annotations

from gtmgen.spec.meanings import DATA, explained
from gtmgen.spec.raw_schema import CONTEXTS, PROTECTED
from gtmgen.spec.schema_parts import (
    BOOLEAN,
    KEY_REF,
    NAME,
    SCALAR,
    TEXT,
    Schema,
    make_enum,
    make_list_or_one,
    make_object,
)
from gtmgen.spec.sources.registry import SOURCES

CURRENCY = "^[A-Z]{3}$"
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
_HOST: Schema = {"type": "string", "pattern": HOST}
DISPLAY_NAME: Schema = {
    "type": "string",
    "pattern": NAME,
    "description": "The display name in GTM: no colon, no braces, no space at either end.",
}
FOLDER: Schema = {
    **TEXT,
    "description": "The GTM folder that keeps it: the container's own or one of `gtm.folders`.",
}


def container_schema() -> Schema:
    """The container that receives the tags."""
    pattern = {"type": "string", "minLength": 1}
    return make_object(
        {
            "gtm": {
                "type": "string",
                "pattern": r"^(?:GTM-[A-Z0-9]+|accounts/[0-9]+/containers/[0-9]+)$",
                "description": "The public ID, GTM-XXXX, or accounts/1/containers/2.",
            },
            "workspace": DISPLAY_NAME,
            "folder": DISPLAY_NAME,
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


def site_schema() -> Schema:
    """The site that the tags are on."""
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


def page_schema() -> Schema:
    """A kind of page."""
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
            "renamed_from": former_keys(),
        },
        minProperties=1,
        description="A kind of page of the site.",
    )


def data_schema() -> Schema:
    """A data key: its source, and what is known of the value."""
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
            "name": DISPLAY_NAME,
            "folder": FOLDER,
            "renamed_from": former_keys(),
            "protected": PROTECTED,
        },
        dependentRequired={"scope": ["path"], "decode": ["cookie"]},
        description="A value that becomes a GTM variable, for example `{path: ecommerce.value}`.",
    )


def former_keys() -> Schema:
    """``renamed_from`` of whatever has a key."""
    return {
        **make_list_or_one(KEY_REF),
        "description": "The key, or keys, that it had before: its entities in GTM are renamed, "
        "not deleted and created again. The key may stay in the spec.",
    }
