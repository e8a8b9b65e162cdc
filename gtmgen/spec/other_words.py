"""What other tools and languages call the parts of a spec, by their names here."""

from __future__ import annotations

OTHER_WORDS = {
    "text": "string",
    "str": "string",
    "float": "number",
    "double": "number",
    "decimal": "number",
    "price": "number",
    "money": "number",
    "amount": "number",
    "int": "integer",
    "bool": "boolean",
    "list": "items",
    "array": "items",
    "mail": "email",
    "tel": "phone",
    "link": "url",
    "uri": "url",
}
"""Other languages' words for the types of data."""
OTHER_OPERATORS = {
    "is": "equals",
    "eq": "equals",
    "equal": "equals",
    "==": "equals",
    "greater": "gt",
    "greater_than": "gt",
    ">": "gt",
    "more_than": "gt",
    "min": "gte",
    "at_least": "gte",
    ">=": "gte",
    "less": "lt",
    "less_than": "lt",
    "<": "lt",
    "max": "lte",
    "at_most": "lte",
    "<=": "lte",
    "includes": "contains",
    "begins_with": "starts_with",
    "regex": "matches",
    "match": "matches",
    "matches_regex": "matches",
    "in": "equals",
    "one_of": "equals",
    "any_of": "equals",
    "not": "not_equals",
    "is_not": "not_equals",
    "!=": "not_equals",
    "not_in": "not_equals",
    "excludes": "not_contains",
}
"""Other languages' words for the tests of a condition."""
OTHER_KEYS = {
    "version": ("gtmgen",),
    "trigger": ("on",),
    "triggers": ("on",),
    "when": ("on",),
    "fires_on": ("on",),
    "fire_on": ("on",),
    "firing": ("on",),
    "condition": ("where",),
    "conditions": ("where",),
    "filter": ("where",),
    "filters": ("where",),
    "if": ("where",),
    "platforms": ("send",),
    "destinations": ("send",),
    "destination": ("send",),
    "to": ("send",),
    "parameters": ("params",),
    "properties": ("params",),
    "variable": ("path", "from"),
    "data_layer": ("path", "event"),
    "datalayer": ("path", "event"),
    "dlv": ("path",),
    "custom_event": ("event",),
    "event_name": ("event",),
    "param": ("query",),
    "parameter": ("query",),
    "query_param": ("query",),
    "query_parameter": ("query",),
    "url_parameter": ("query",),
    "percent": ("ratio",),
    "percentage": ("ratio",),
    "default_value": ("default",),
    "fallback": ("default",),
    "key": ("path", "from"),
    "data": ("from",),
    "url": ("path",),
    "form": ("submit",),
    "form_submit": ("submit",),
}
"""What other tools call the parts of a spec, of an event and of a data key."""
EVERY_PAGE = frozenset(
    ("*", "all", "all_pages", "every_page", "any_page", "pageview", "page_load", "page_loaded")
)
"""Other tools' words for the trigger that fires on each load of a page."""
OTHER_CHOICES = {"wait": "hold", "queue": "hold", "ignore": "drop", "discard": "drop"}
WORDS_FOR_ON = frozenset(("yes", "true", "allowed", "allow"))
WORDS_FOR_OFF = frozenset(("no", "false", "none", "never"))
