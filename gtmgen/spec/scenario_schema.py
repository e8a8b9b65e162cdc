"""The schema of `tests`: scenarios, their steps and what they expect."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

DURATION = r"^[0-9]{1,6}(?:\.[0-9]{1,3})?(?:ms|s|m)$"
CONSENT_WORDS = ("granted", "denied")
ENGINES = ("auto", "quickjs", "browser")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD")
#: What a visitor, the page or its application does; a step has exactly one of them.
ACTIONS = (
    "load",
    "navigate",
    "replace",
    "back",
    "forward",
    "hash",
    "reload",
    "push",
    "gtag",
    "consent",
    "set_cookie",
    "click",
    "fill",
    "submit",
    "scroll",
    "wait",
    "request",
)
#: What an expectation is about, beside a platform's name.
SUBJECTS = ("tag", "none", "same_event_id", "others")
#: What may stand beside a platform or a tag.
DETAILS = ("account", "event_id", "params", "identify", "fields", "times", "state")
STATES = ("sent", "queued")
EVENT_OF_PLATFORM = "The event that the platform of this name receives."

_TEXT: Schema = {"type": "string", "minLength": 1}
_TRUE: Schema = {"const": True}
_TEXTS: Schema = {
    "if": {"type": "array"},
    "then": {"type": "array", "items": _TEXT, "minItems": 1},
    "else": _TEXT,
}
_MESSAGE: Schema = {"type": "object", "minProperties": 1}


def _described(schema: Schema, text: str) -> Schema:
    return {**schema, "description": text}


def _step() -> Schema:
    properties = {
        "load": _described(_TEXT, "Opens a page: a path, or a whole address."),
        "navigate": _described(_TEXT, "The application shows another page (pushState)."),
        "replace": _described(_TEXT, "The application rewrites the address (replaceState)."),
        "back": _described(_TRUE, "The browser's back button."),
        "forward": _described(_TRUE, "The browser's forward button."),
        "hash": _described({"type": "string"}, "Another fragment, `#details`."),
        "reload": _described(_TRUE, "Loads the page again."),
        "push": {
            "if": {"type": "array"},
            "then": {"type": "array", "items": _MESSAGE, "minItems": 1},
            "else": _MESSAGE,
            "description": "A message for the data layer, or a list that is pushed in one go.",
        },
        "gtag": _described(
            {"type": "array", "minItems": 1}, "A gtag() call: `[event, purchase, {value: 5}]`."
        ),
        "consent": {
            **_consent_choice(),
            "description": "The banner's update: `{ad_storage: granted}`, or one word for all.",
        },
        "set_cookie": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "minProperties": 1,
            "description": "Cookies of the site.",
        },
        "click": _described(_TEXT, "A CSS selector. Needs a browser."),
        "fill": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "minProperties": 1,
            "description": "CSS selectors of fields and what is typed. Needs a browser.",
        },
        "submit": _described(_TEXT, "A form's CSS selector. Needs a browser."),
        "scroll": {
            "type": ["integer", "string"],
            "description": "Pixels from the top, `bottom`, or a CSS selector. Needs a browser.",
        },
        "wait": {"type": "string", "pattern": DURATION, "description": "Time passes: `2s`."},
        "request": _request(),
        "expect": _described(
            {"$ref": "#/$defs/expectations"}, "What this step sends, and nothing else."
        ),
    }
    return {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "minProperties": 1,
    }


def _request() -> Schema:
    properties = {
        "event": _described(_TEXT, "A hit of GA4's with this event; without, the request as is."),
        "params": _described({"type": "object"}, "The hit's parameters, `items` among them."),
        "measurement_id": _described(_TEXT, "The hit's stream."),
        "page": _described(_TEXT, "The address of the page that sends the hit."),
        "referrer": _described(_TEXT, "The page's referrer."),
        "consent": {**_consent_types(), "description": "The consent that the hit reports."},
        "url": _described(_TEXT, "A path, or a whole address."),
        "method": _described({"enum": list(METHODS)}, "POST where there is a body, else GET."),
        "headers": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "description": "Headers of the request.",
        },
        "body": {"description": "A text, or a value that is sent as JSON."},
        "ip": _described(_TEXT, "The visitor's address."),
    }
    return {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "anyOf": [{"required": ["event"]}, {"required": ["url"]}],
        "description": "A request to the server container: a hit of GA4's, or any other.",
    }


def _answer() -> Schema:
    properties = {
        "match": _described(_TEXT, "A regular expression for the address; without, any."),
        "status": _described(
            {"type": "integer", "minimum": 100, "maximum": 599}, "The answer's status; 200."
        ),
        "body": {"description": "A text, or a value that is sent as JSON."},
        "fails": _described(
            {"enum": ["failed", "timed_out"]}, "No answer comes: the network, or the time."
        ),
        "times": _described({"type": "integer", "minimum": 1}, "For so many requests; for all."),
    }
    return {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "minProperties": 1,
    }


def _consent_types() -> Schema:
    return {
        "type": "object",
        "additionalProperties": {"enum": list(CONSENT_WORDS)},
        "minProperties": 1,
    }


def _consent_choice() -> Schema:
    return {
        "if": {"type": "object"},
        "then": _consent_types(),
        "else": {"enum": list(CONSENT_WORDS)},
    }


def _expectation() -> Schema:
    properties = {
        "tag": _described(_TEXT, "A tag by its name in GTM: it fires."),
        "none": _described(_TEXTS, "Platforms, or `all`, that receive nothing."),
        "same_event_id": _described(
            {"type": "array", "items": _TEXT, "minItems": 2},
            "Platforms whose calls, as listed here, carry the same event IDs.",
        ),
        "others": _described(_TEXTS, "Platforms, or `all`, that may receive more than is listed."),
        "account": _described(_TEXT, "The pixel or stream, where a platform has several."),
        "event_id": {"description": "A text, or a test such as `{matches: '^purchase_'}`."},
        "params": _described({"type": "object"}, "Parameters; those that are not listed may be."),
        "identify": _described({"type": "object"}, "What the platform knows of the visitor then."),
        "fields": _described({"type": "object"}, "A tag's fields, as GTM filled them."),
        "times": {"type": "integer", "minimum": 0, "description": "How often; once by itself."},
        "state": _described(
            {"enum": list(STATES)}, "`queued`: it waits for a script that has not come."
        ),
    }
    return {
        "type": "object",
        "properties": properties,
        "additionalProperties": _described(_TEXT, EVENT_OF_PLATFORM),
        "minProperties": 1,
    }


def _scenario() -> Schema:
    properties = {
        "name": _described(_TEXT, "What is proved, as a sentence."),
        "description": {"type": "string"},
        "engine": _described(
            {"enum": list(ENGINES)}, "What it needs; by itself, a browser for clicks and the like."
        ),
        "consent_default": _described(_consent_types(), "gtag's consent default, before GTM."),
        "consent": {
            **_consent_choice(),
            "description": "What the visitor chose earlier: the banner tells it before GTM loads.",
        },
        "data_layer": _described(
            {"type": "array", "items": _MESSAGE}, "What the page pushes before GTM, on every load."
        ),
        "data_layer_name": {
            "type": "string",
            "pattern": "^[A-Za-z_$][A-Za-z0-9_$]*$",
            "description": "The snippet's name of the data layer, where it is not the spec's.",
        },
        "referrer": _described(_TEXT, "Where the visitor comes from."),
        "cookies": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "description": "Cookies that the visitor has, as they are written.",
        },
        "html": _described({"type": "string"}, "The pages' HTML: a body, or a whole page."),
        "pages": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "description": "HTML of single pages, by path.",
        },
        "csp": _described(
            _TEXT, "The site's Content-Security-Policy; its nonce is GTM's. Needs a browser."
        ),
        "block": _described(_TEXTS, "Platforms whose scripts do not load."),
        "answers": {
            "type": "array",
            "items": _answer(),
            "description": "What platforms answer the server container; 200 and `{code: 0}`.",
        },
        "ordered": _described(
            {"type": "boolean"}, "Each platform receives its events in the order listed."
        ),
        "steps": {"type": "array", "items": {"$ref": "#/$defs/step"}, "minItems": 1},
        "expect": _described(
            {"$ref": "#/$defs/expectations"},
            "What the named platforms receive, and nothing else; page views count once listed.",
        ),
    }
    return {
        "type": "object",
        "properties": properties,
        "required": ["name", "steps"],
        "additionalProperties": False,
        "description": "What a visitor does, and what is sent.",
    }


def scenario_definitions() -> dict[str, Schema]:
    """`$defs` of the spec's schema: scenario, step, expectations, expectation."""
    return {
        "scenario": _scenario(),
        "step": _step(),
        "expectations": {"type": "array", "items": {"$ref": "#/$defs/expectation"}},
        "expectation": _expectation(),
    }


TESTS: Schema = {"type": "array", "items": {"$ref": "#/$defs/scenario"}}


def scenario_file_schema() -> Schema:
    """The schema of a file of scenarios: `tests`, and perhaps the language's version."""
    return {
        "type": "object",
        "properties": {"gtmgen": {"const": 1}, "tests": TESTS},
        "required": ["tests"],
        "additionalProperties": False,
        "$defs": scenario_definitions(),
    }
