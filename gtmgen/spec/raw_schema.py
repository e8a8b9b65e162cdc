"""The part of the JSON Schema that describes ``gtm``: GTM's entities in its own words."""

from __future__ import annotations

from typing import Any

from gtmgen.container.kinds.tag_codecs import FIRING_OPTIONS
from gtmgen.container.plain_conditions import OPERATORS

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_FILLED: Schema = {"type": "string", "minLength": 1}
_BOOLEAN: Schema = {"type": "boolean"}
PROTECTED: Schema = {
    **_BOOLEAN,
    "description": "Nothing deletes or replaces it in GTM unless `--allow-delete KIND:NAME` names "
    "it, even when it is no longer in the spec.",
}
_FILE: Schema = {
    "type": "object",
    "required": ["file"],
    "properties": {"file": _FILLED},
    "additionalProperties": False,
}

CONTEXTS = ("web", "server", "amp", "android", "ios", "android_sdk_5", "ios_sdk_5")


def raw_definitions(keyed: Any, on: Schema, consent: Schema) -> Schema:
    """The schema of the section; ``keyed`` makes a mapping of keys to what it is given."""
    conditions = {"type": "array", "items": _condition()}
    triggers = {
        "type": "array",
        "items": _trigger_reference(),
        "description": "Triggers by their names in GTM: the spec's own, raw or built-in ones.",
    }
    tag = _entity(
        {
            "type": _type(),
            "parameters": _parameters(),
            "on": on,
            "firing": triggers,
            "blocking": triggers,
            "once": {"enum": [*FIRING_OPTIONS]},
            "consent": consent,
            "priority": {"type": "integer"},
            "paused": _BOOLEAN,
            "setup": _sequenced("The tag that fires before this one."),
            "teardown": _sequenced("The tag that fires after this one."),
        },
        ("type",),
    )
    trigger = _entity(
        {
            "type": _FILLED,
            "parameters": _parameters(),
            "custom_event_filter": conditions,
            "filter": conditions,
            "auto_event_filter": conditions,
            "settings": {
                "type": "object",
                "description": "Fields that only some types have, such as `waitForTags`.",
            },
        },
        ("type",),
    )
    variable = _entity(
        {
            "type": _type(),
            "parameters": _parameters(),
            "replace": {
                "type": "object",
                "properties": {"null": _TEXT, "undefined": _TEXT},
                "additionalProperties": False,
                "description": "What replaces a value that is null or undefined.",
            },
        },
        ("type",),
    )
    template = _entity(
        {
            "data": {
                "if": {"type": "object"},
                "then": _FILE,
                "else": _TEXT,
                "description": "The .tpl text, or `{file: x.tpl}`.",
            },
            "gallery": {
                "type": "object",
                "description": "Where in the gallery it comes from: `owner`, `repository` and, to "
                "pin it, `version` (a commit). A push installs it from there; `data` is only "
                "needed to run or export it here. gtmgen writes no owner's line into such a "
                "template, and deletes none.",
            },
        },
        (),
        in_folder=False,
    )
    template["if"] = {"required": ["gallery"]}
    template["then"] = {
        "if": {"required": ["data"]},
        "else": {
            "properties": {
                "gallery": {
                    "required": ["owner", "repository"],
                    "properties": {"owner": _FILLED, "repository": _FILLED, "version": _FILLED},
                }
            }
        },
    }
    template["else"] = {"required": ["data"]}
    del template["properties"]["notes"]  # they are a section of the text
    client = _entity(
        {"type": _type(), "parameters": _parameters(), "priority": {"type": "integer"}}, ("type",)
    )
    transformation = _entity({"type": _type(), "parameters": _parameters()}, ("type",))
    zone = _entity({"conditions": conditions, "evaluation": triggers}, (), in_folder=False)
    gtag_config = {
        "type": "object",
        "required": ["type"],
        "properties": {"type": _type(), "parameters": _parameters(), "more": _more()},
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {
            "tags": keyed(tag, "Raw tags."),
            "triggers": keyed(trigger, "Raw triggers; `on` and `except` may name their keys."),
            "variables": keyed(
                variable, "Raw variables; `params` and `where` may name their keys."
            ),
            "folders": keyed(_entity({}, (), in_folder=False), "Folders."),
            "templates": keyed(template, "Custom templates."),
            "built_in_variables": {
                "type": "array",
                "items": {"type": "string", "pattern": "^[a-z][a-z0-9_]*$"},
                "uniqueItems": True,
                "description": "All built-in variables that raw entities need. Where the list is "
                "missing, those that raw text refers to are enabled.",
            },
            "clients": keyed(client, "Clients of a server container."),
            "transformations": keyed(transformation, "Transformations of a server container."),
            "zones": keyed(zone, "Zones."),
            "gtag_configs": keyed(gtag_config, "Google tag configurations."),
        },
        "additionalProperties": False,
        "description": "Raw GTM entities.",
    }


def _entity(properties: Schema, required: tuple[str, ...], *, in_folder: bool = True) -> Schema:
    folder = {"folder": {**_FILLED, "description": "The name of a folder."}} if in_folder else {}
    return {
        "type": "object",
        "required": [*required],
        "properties": {
            "name": {**_FILLED, "description": "The name in GTM; the key without it."},
            "notes": _TEXT,
            "protected": PROTECTED,
            **folder,
            **properties,
            "more": _more(),
        },
        "additionalProperties": False,
    }


def _more() -> Schema:
    return {"type": "object", "description": "Any other field, as GTM's export spells it."}


def _parameters() -> Schema:
    return {
        "type": "object",
        "description": "The YAML type is the type in GTM: text, true or false, a whole number, "
        "a list, a mapping. `{file: x.html}` is the text of a file; `{$tag: NAME}`, "
        "`{$trigger: NAME}` and `{$template: NAME}` are references.",
    }


def _type() -> Schema:
    return {
        "if": {"type": "object"},
        "then": {
            "type": "object",
            "required": ["template"],
            "properties": {"template": _FILLED},
            "additionalProperties": False,
        },
        "else": _FILLED,
        "description": "GTM's type, such as html, or `{template: NAME}` of a custom template.",
    }


def _sequenced(description: str) -> Schema:
    return {
        "type": "object",
        "required": ["tag"],
        "properties": {"tag": _FILLED, "stop_on_failure": _BOOLEAN},
        "additionalProperties": False,
        "description": description,
    }


def _condition() -> Schema:
    scalar = {"type": ["string", "number", "boolean", "null"]}
    return {
        "type": "object",
        "properties": {
            "left": scalar,
            **dict.fromkeys(OPERATORS, scalar),
            "negate": _BOOLEAN,
            "ignore_case": _BOOLEAN,
            "type": _FILLED,
            "parameters": {"type": "object"},
        },
        "additionalProperties": False,
        "description": 'Such as `{left: "{{Page Path}}", starts_with: /shop}`.',
    }


def _trigger_reference() -> Schema:
    return {
        "if": {"type": "object"},
        "then": {
            "type": "object",
            "properties": {"id": _FILLED, "name": _FILLED},
            "minProperties": 1,
            "maxProperties": 1,
            "additionalProperties": False,
        },
        "else": _FILLED,
    }
