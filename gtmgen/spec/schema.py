"""The one JSON Schema of the spec language, for editors and for validation.

Alternatives are told apart by ``if``/``then`` or by a discriminating key, never by a bare
``oneOf``: its errors blame the wrong branch. What a platform pack knows (settings, event
names) is spliced in by :func:`build`.
"""

from __future__ import annotations

from collections.abc import Mapping

from gtmgen.spec.event_schema import (
    event_schema,
    narrowing_schema,
    on_schema,
    param_schema,
    params_schema,
    send_options,
    trigger_schema,
    where_schema,
)
from gtmgen.spec.lint_settings import LINT
from gtmgen.spec.meanings import CONTAINER, EVENT, SEND, SITE, TOP, explained
from gtmgen.spec.monitor_schema import MONITOR
from gtmgen.spec.raw_schema import raw_definitions
from gtmgen.spec.scenario_schema import TESTS, scenario_definitions
from gtmgen.spec.schema_parts import (
    KEY_REF,
    SCALAR,
    TEXT,
    Schema,
    make_keyed,
    make_list_or_one,
    make_object,
)
from gtmgen.spec.server_schema import SECRET_SCHEMA, server_schema
from gtmgen.spec.site_schema import container_schema, data_schema, page_schema, site_schema

CONSENT_TYPE = "^[a-z][a-z0-9_]*$"


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
            "where": where_schema(),
            "consent": consent(),
            "container": container_schema(),
            "secret": SECRET_SCHEMA,
            "server": server_schema(server_settings or {}),
            "site": site_schema(),
            "data": data_schema(),
            "page": page_schema(),
            "trigger": trigger_schema(),
            "on": on_schema(),
            "param": param_schema(),
            "event": event_schema(settings),
            "page_view": make_object(
                {"on": {"$ref": "#/$defs/on"}, **narrowing_schema(), "params": params_schema()},
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
