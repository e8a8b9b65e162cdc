"""Each refusal that the live API is known for: found in the spec, and answered by the emulator.

The texts were written down by users of the live API; those about the inside of a template are
the emulator's own, for nobody has published them.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from support import HEAD, write

from gtmgen.api import connect_local
from gtmgen.api.failures import CallError
from gtmgen.cli.main import main
from gtmgen.compile.compiler import compile_spec
from gtmgen.container.enums import CONDITION_TYPES, FIELDS, PARAMETER_TYPES, TRIGGER_TYPES
from gtmgen.container.export import export_json
from gtmgen.errors import SpecError
from gtmgen.importer.read.source import read_export
from gtmgen.refusals.fields import MOST_LEVELS
from gtmgen.refusals.find import find_refusals, refuse_unsound
from gtmgen.spec.load import load

Json = dict[str, Any]
EMPTY = "The value must not be empty."
NO_CALL = ""
"""Instead of a kind: Google's client refuses it, so that no call is made."""
PAGES = "firing: [All Pages]"
MEASUREMENT = (
    "give `measurementIdOverride: G-...`, or `measurementId: {$tag: NAME}` of a Google tag"
)
NO_MEASUREMENT = "the tag `t` does not say which measurement ID its event goes to"
TEMPLATE = """___INFO___

{"type": "%s", "id": "cvt_temp_public_id", "displayName": "Own"}

___TEMPLATE_PARAMETERS___

%s

___SANDBOXED_JS_FOR_WEB_TEMPLATE___

%s

___WEB_PERMISSIONS___

%s

___TESTS___

%s
"""


def template(
    type_: str = "TAG",
    fields: str = "[]",
    code: str = "data.gtmOnSuccess();",
    permissions: str = "[]",
    tests: str = "scenarios: []",
) -> str:
    return TEMPLATE % (type_, fields, code, permissions, tests)


def text(key: str, value: str) -> Json:
    return {"type": "template", "key": key, "value": value}


def equals(*parameters: Json) -> Json:
    return {"type": "equals", "parameter": list(parameters)}


@dataclass(frozen=True)
class Case:
    """A part of `gtm`, the text in it that the problem points at, and the same as a request."""

    part: str
    at: str
    rule: str
    message: str
    hint: str | None
    kind: str
    body: Json
    reply: str
    status: int = 400
    files: tuple[tuple[str, str], ...] = ()


def lacking(kind: str, type_: str, missing: str, *given: str) -> Case:
    """A type without one of the parameters that it needs."""
    values = ", ".join(f"{key}: x" for key in given)
    firing = f"{PAGES}, " if kind == "tag" else ""
    return Case(
        f"{kind}s: {{t: {{type: {type_}, {firing}parameters: {{{values}}}}}}}",
        "{" + values + "}" if values else "{}",
        "required-parameter",
        f"the {kind} `t` has no `{missing}`: GTM refuses a `{type_}` without it",
        f"give it under `parameters`: `{missing}: ...`",
        kind,
        {"type": type_, "parameter": [text(key, "x") for key in given]},
        f"vendorTemplate.parameter.{missing}: {EMPTY}",
    )


REQUIRED = [
    lacking("tag", "html", "html"),
    lacking("tag", "img", "url"),
    lacking("tag", "googtag", "tagId"),
    lacking("tag", "gaawe", "eventName", "measurementIdOverride"),
    lacking("tag", "gaawc", "measurementId"),
    lacking("tag", "awct", "conversionId", "conversionLabel"),
    lacking("tag", "awct", "conversionLabel", "conversionId"),
    lacking("tag", "sp", "conversionId"),
    lacking("tag", "flc", "advertiserId", "groupTag", "activityTag", "ordinalType"),
    lacking("tag", "flc", "groupTag", "advertiserId", "activityTag", "ordinalType"),
    lacking("tag", "flc", "activityTag", "advertiserId", "groupTag", "ordinalType"),
    lacking("tag", "flc", "ordinalType", "advertiserId", "groupTag", "activityTag"),
    lacking("tag", "fls", "advertiserId", "groupTag", "activityTag", "revenue", "orderId"),
    lacking("tag", "fls", "groupTag", "advertiserId", "activityTag", "revenue", "orderId"),
    lacking("tag", "fls", "activityTag", "advertiserId", "groupTag", "revenue", "orderId"),
    lacking("tag", "fls", "revenue", "advertiserId", "groupTag", "activityTag", "orderId"),
    lacking("tag", "fls", "orderId", "advertiserId", "groupTag", "activityTag", "revenue"),
    lacking("variable", "v", "name"),
    lacking("variable", "c", "value"),
    lacking("variable", "jsm", "javascript"),
    lacking("variable", "j", "name"),
    lacking("variable", "k", "name"),
    Case(
        'variables: {t: {type: c, parameters: {value: ""}}}',
        '""',
        "required-parameter",
        "the variable `t` has an empty `value`: GTM refuses a `c` without it",
        "give it under `parameters`: `value: ...`",
        "variable",
        {"type": "c", "parameter": [text("value", "")]},
        f"vendorTemplate.parameter.value: {EMPTY}",
    ),
]


def measured(parameter: str, at: str, message: str, hint: str | None, *given: Json) -> Case:
    """A GA4 event that goes nowhere: one text for four causes."""
    rule = "unknown-name" if "$tag" in parameter else "required-parameter"
    values = ", ".join(filter(None, ("eventName: x", parameter)))
    return Case(
        f"tags: {{t: {{type: gaawe, {PAGES}, parameters: {{{values}}}}}}}",
        at,
        rule,
        message,
        hint,
        "tag",
        {"type": "gaawe", "parameter": [text("eventName", "x"), *given]},
        f"vendorTemplate.parameter.measurementIdOverride: {EMPTY}",
    )


NOWHERE = {"type": "tagReference", "key": "measurementId", "value": "Nobody"}
MEASUREMENTS = [
    measured("", "{eventName", NO_MEASUREMENT, MEASUREMENT),
    measured('measurementIdOverride: ""', '""', NO_MEASUREMENT, MEASUREMENT,
             text("measurementIdOverride", "")),
    measured("measurementId: G-1", "G-1", "the `measurementId` of the tag `t` is text, not a "
             "Google tag", MEASUREMENT, text("measurementId", "G-1")),
    measured('measurementId: {$tag: "{{Nobody"}', "{$tag", "there is no tag with the name "
             "`{{Nobody` in GTM", "known: `t`", {**NOWHERE, "value": "Nobody"}),
    measured("measurementId: {$tag: Nobody}", "{$tag", "there is no tag with the name `Nobody` in "
             "GTM", "known: `t`", NOWHERE),
    # The facts say that both are refused, but not with which text.
    Case(
        f"tags: {{t: {{type: gaawe, {PAGES}, parameters: {{eventName: x, measurementIdOverride: "
        "G-1, measurementId: {$tag: base}}}, base: {type: html, parameters: {html: x}}}",
        "{$tag", "required-parameter",
        "the tag `t` has two settings for the measurement ID of its event",
        "leave one out, `measurementId` or `measurementIdOverride`",
        "tag",
        {"type": "gaawe", "parameter": [
            text("eventName", "x"), text("measurementIdOverride", "G-1"),
            {**NOWHERE, "value": "base"},
        ]},
        "Returned an error response for your request.",
    ),
]  # fmt: skip
TWICE = {
    "folder": "{}",
    "tag": "{type: html, parameters: {html: x}}",
    "trigger": "{type: PAGEVIEW}",
    "variable": "{type: u}",
    "zone": "{}",
}
"""Of each kind, an entity that is whole."""

ONE_FILTER = "Custom-event trigger must have exactly one custom-event filter."
FILTER_HINT = (
    '`custom_event_filter: [{left: "{{_event}}", equals: NAME}]`; further conditions stand under '
    "`filter`"
)
EVENT = '{left: "{{_event}}", equals: a}'
FORM = '`{left: "{{Page Path}}", starts_with: /shop}` is how a condition is written'
IS_EVENT = equals(text("arg0", "{{_event}}"), text("arg1", "a"))
OTHERS = [
    Case(
        "triggers: {t: {type: CUSTOM_EVENT}}", "{type: CUSTOM_EVENT", "event-filter",
        "the trigger `t` names no event: GTM takes a custom event with exactly one", FILTER_HINT,
        "trigger", {"type": "customEvent"}, f"customEventFilter: {ONE_FILTER}",
    ),
    Case(
        f"triggers: {{t: {{type: CUSTOM_EVENT, custom_event_filter: [{EVENT}, {EVENT}]}}}}",
        "[{left", "event-filter",
        "the trigger `t` has 2 conditions in `custom_event_filter`: GTM takes a custom event with "
        "exactly one", FILTER_HINT,
        "trigger", {"type": "customEvent", "customEventFilter": [IS_EVENT, IS_EVENT]},
        f"customEventFilter: {ONE_FILTER}",
    ),
    Case(
        'tags: {t: {type: html, firing: [{id: "9"}], parameters: {html: x}}}',
        '{id: "9"}', "unknown-trigger-id", "nothing in the spec is the trigger with the ID 9",
        "take it out, or put the trigger under `gtm.triggers` and write its name here",
        "tag", {"type": "html", "parameter": [text("html", "x")], "firingTriggerId": ["9"]},
        "enablingTriggerId[0]: Tag references an unknown trigger.",
    ),
    Case(
        'tags: {t: {type: html, firing: [{id: "2147479999"}], parameters: {html: x}}}',
        '{id: "2147479999"}', "unknown-trigger-id",
        "GTM has no built-in trigger with the ID 2147479999",
        "known: 2147479553 (All Pages), 2147479572 (Consent Initialization - All Pages), "
        "2147479573 (Initialization - All Pages), 2147479574 (All Pages (server)), 2147479556",
        "tag",
        {"type": "html", "parameter": [text("html", "x")], "firingTriggerId": ["2147479999"]},
        "enablingTriggerId[0]: Tag references an unknown trigger.",
    ),
    Case(
        "triggers: {a: {type: TRIGGER_GROUP, parameters: {triggerIds: [{$trigger: b}]}}, "
        "b: {type: TRIGGER_GROUP, parameters: {triggerIds: [{$trigger: a}]}}}",
        "a: {", "group-cycle", "the groups contain each other: a -> b -> a", None,
        NO_CALL, {}, "",
    ),
    Case(
        'variables: {t: {type: u, more: {enablingTriggerId: [{id: "9"}]}}}',
        '{id: "9"}', "unknown-trigger-id", "nothing in the spec is the trigger with the ID 9",
        "take it out, or put the trigger under `gtm.triggers` and write its name here",
        "variable", {"type": "u", "enablingTriggerId": ["9"]},
        "enablingTriggerId[0]: Variable references an unknown trigger.",
    ),
    Case(
        "triggers: {t: {type: PAGEVIEW, filter: [{type: EQUALS, parameters: "
        "{arg0: a, arg1: b, arg2: cc}}]}}",
        "cc", "condition-key", "GTM knows no parameter `arg2` of a condition",
        "known: `arg0`, `arg1`, `ignore_case`, `negate`",
        "trigger",
        {"type": "pageview", "filter": [equals(text("arg2", "cc"), text("arg0", "a"))]},
        "filter[0].parameter[0]: Parameter key is unknown",
    ),
    Case(
        "triggers: {t: {type: PAGEVIEW, filter: [{type: EQUALS, parameters: {arg1: b}}]}}",
        "{type: EQUALS", "condition-key", "the condition has no left side (`arg0`)", FORM,
        "trigger", {"type": "pageview", "filter": [equals(text("arg1", "b"))]},
        "Internal error encountered.", 500,
    ),
    Case(
        "triggers: {t: {type: PAGEVIEW, more: {filter: [{type: CONTAINS}]}}}",
        "{type: CONTAINS", "condition-key", "the condition has no left side (`arg0`)", FORM,
        "trigger", {"type": "pageview", "filter": [{"type": "contains"}]},
        "Internal error encountered.", 500,
    ),
    Case(
        "triggers: {t: {type: PAGEVIEW, more: {filter: [{type: HAS, parameter: [{type: TEMPLATE, "
        "key: arg0, value: a}]}]}}}",
        "HAS", "unknown-enum", "`HAS` is not a type of a condition that GTM knows",
        "known: `EQUALS`, `CONTAINS`, `STARTS_WITH`, `ENDS_WITH`, `MATCH_REGEX`, `GREATER`, "
        "`GREATER_OR_EQUALS`, `LESS`, `LESS_OR_EQUALS`, `CSS_SELECTOR`, `URL_MATCHES`",
        "trigger",
        {"type": "pageview", "filter": [{"type": "HAS", "parameter": [text("arg0", "a")]}]},
        "Invalid value at 'trigger.filter[0].type' (type.googleapis.com/Condition.type), \"HAS\"",
    ),
    Case(
        "triggers: {t: {type: CUSTOMEVENT}}", "CUSTOMEVENT", "unknown-enum",
        "`CUSTOMEVENT` is not a type of a trigger that GTM knows", "did you mean `CUSTOM_EVENT`?",
        "trigger", {"type": "CUSTOMEVENT"},
        "Invalid value at 'trigger.type' (type.googleapis.com/Trigger.type), \"CUSTOMEVENT\"",
    ),
    Case(
        f"tags: {{t: {{type: html, {PAGES}, parameters: {{html: x}}, more: "
        "{tagFiringOption: ONCE_PER_PAGE}}}",
        "ONCE_PER_PAGE",
        "unknown-enum",
        "`ONCE_PER_PAGE` is not a `tagFiringOption` that GTM knows",
        "known: `UNLIMITED`, `ONCE_PER_EVENT`, `ONCE_PER_LOAD`",
        "tag",
        {"type": "html", "parameter": [text("html", "x")], "tagFiringOption": "ONCE_PER_PAGE"},
        "Invalid value at 'tag.tagFiringOption' (type.googleapis.com/Tag.tagFiringOption), "
        '"ONCE_PER_PAGE"',
    ),
    Case(
        f"tags: {{t: {{type: html, {PAGES}, parameters: {{html: x}}, more: "
        "{parentFolderId: \"12\"}}}",
        '"12"', "unknown-folder-id", "nothing in the spec is the folder with the ID 12",
        "take it out, or put the folder under `gtm.folders` and write `folder: NAME`",
        "tag",
        {"type": "html", "parameter": [text("html", "x")], "parentFolderId": "12"},
        "parentFolderId: Tag references an unknown folder.",
    ),
    Case(
        f"tags: {{t: {{type: html, {PAGES}, more: {{parameter: [{{type: TEXT, key: html, "
        "value: x}]}}}",
        "TEXT", "unknown-enum", "`TEXT` is not a type of a parameter that GTM knows",
        "known: `TEMPLATE`, `INTEGER`, `BOOLEAN`, `LIST`, `MAP`, `TRIGGER_REFERENCE`, "
        "`TAG_REFERENCE`",
        "tag", {"type": "html", "parameter": [{"type": "TEXT", "key": "html", "value": "x"}]},
        "Invalid value at 'tag.parameter[0].type' (type.googleapis.com/Parameter.type), \"TEXT\"",
    ),
    Case(
        f"tags: {{t: {{type: html, {PAGES}, parameters: {{html: x}}, more: "
        "{monitoringMetadata: {type: MAP, map: [{type: TEXT, key: k, value: v}]}}}}",
        "TEXT", "unknown-enum", "`TEXT` is not a type of a parameter that GTM knows",
        "known: `TEMPLATE`, `INTEGER`, `BOOLEAN`, `LIST`, `MAP`, `TRIGGER_REFERENCE`, "
        "`TAG_REFERENCE`",
        "tag",
        {"type": "html", "parameter": [text("html", "x")], "monitoringMetadata": {
            "type": "map", "map": [{"type": "TEXT", "key": "k", "value": "v"}]}},
        "Invalid value at 'tag.monitoringMetadata.map[0].type' "
        '(type.googleapis.com/Parameter.type), "TEXT"',
    ),
    Case(
        "tags: {t: {type: cvt_261951688_52}}", "cvt_261951688_52", "unknown-type",
        "no template of the spec makes the type `cvt_261951688_52`",
        "write `{template: NAME}`, and put the template under `gtm.templates`",
        "tag", {"type": "cvt_261951688_52"},
        "vendorTemplate.key: Unknown entity type (template public ID: cvt_261951688_52)",
    ),
    Case(
        'folders: {t: {name: "a: b"}}', '"a: b"', "bad-name", "GTM refuses the name `a: b`",
        "leave the colon out; a name may not be blank either",
        "folder", {"name": "a: b"}, "name contains invalid character",
    ),
    Case(
        "built_in_variables: [page_path]\n  variables: {t: {name: Page Path, type: v, "
        "parameters: {name: x}}}",
        "Page Path", "duplicate-name",
        "`Page Path` is the name of a built-in variable that is enabled",
        "give it another `name`, or leave `page_path` out",
        "variable", {"name": "Page Path", "type": "v", "parameter": [text("name", "x")]},
        "Found entity with duplicate name.",
    ),
    Case(
        "built_in_variables: [page_path, pages_path]", "[page_path", "unknown-built-in",
        "GTM has no built-in variable `pages_path`", "did you mean `page_path`?",
        NO_CALL, {}, "",
    ),
]  # fmt: skip


def of_template(
    data: str, entity: str, parameters: Json, at: str, rule: str, message: str, hint: str | None,
    kind: str, body: Json, reply: str,
) -> Case:  # fmt: skip
    values = "".join(f", parameters: {{{key}: {value}}}" for key, value in parameters.items())
    part = (
        f"templates: {{own: {{name: Own, data: {{file: own.tpl}}}}}}\n"
        f"  {entity}s: {{t: {{type: {{template: Own}}{values}}}}}"
    )
    return Case(part, at, rule, message, hint, kind, body, reply, files=(("own.tpl", data),))


WHOLE = "the template editor of GTM exports a .tpl file that is whole"


def broken(data: str, flaw: str, reply: str) -> Case:
    message = f"the template `Own` cannot be read: {flaw}"
    return of_template(
        data, "tag", {}, "{file", "broken-template", message, WHOLE, "template",
        {"name": "Own", "templateData": data}, reply,
    )  # fmt: skip


def field(name: str, *validators: str) -> str:
    rules = ", ".join(validators)
    return f'[{{"type": "TEXT", "name": "{name}", "valueValidators": [{rules}]}}]'


def refused_value(validator: str, value: str, at: str, hint: str) -> Case:
    return of_template(
        template(fields=field("id", validator)), "tag", {"id": value}, at, "template-value",
        f"the template `Own` does not allow `{value}` for `id`", hint,
        "tag", {"type": "cvt_OWN", "parameter": [text("id", value)]},
        "vendorTemplate.parameter.id: The value is invalid.",
    )  # fmt: skip


NEEDED = '{"type": "NON_EMPTY"}'
TEMPLATES = [
    broken(template(fields="[{"), "___TEMPLATE_PARAMETERS___ is not JSON: Expecting property "
           "name enclosed in double quotes (line 9 of the text)",
           "templateData: Section ___TEMPLATE_PARAMETERS___ is not valid JSON."),
    broken(template(permissions="[{]"), "___WEB_PERMISSIONS___ is not JSON: Expecting property "
           "name enclosed in double quotes (line 15 of the text)",
           "templateData: Section ___WEB_PERMISSIONS___ is not valid JSON."),
    broken(template(tests="scenarios: [a"), "___TESTS___ is not YAML: expected ',' or ']', but got "
           "'<stream end>' (line 20 of the text)",
           "Invalid YAML format for content in section: ___TESTS___"),
    broken(template(code="if (data.x {"), "its code is not sandboxed JavaScript: ",
           "templateData: Section ___SANDBOXED_JS_FOR_WEB_TEMPLATE___ does not compile."),
    broken(template().partition("___SANDBOXED")[0], "it has neither a section "
           "___SANDBOXED_JS_FOR_WEB_TEMPLATE___ nor ___SANDBOXED_JS_FOR_SERVER___",
           "templateData: Missing section ___SANDBOXED_JS_FOR_WEB_TEMPLATE___."),
    broken("function() {}", "it has no section ___INFO___",
           "templateData: Missing section ___INFO___."),
    Case(
        "templates: {own: {name: Own, data: {file: own.tpl}, gallery: {repository: pixel}}}",
        "{repository", "incomplete-gallery",
        "the template `Own` is of the gallery, and has no `owner` there",
        "give `owner` and `repository`, or leave `gallery` out: it is one of your own then",
        "template",
        {"name": "Own", "templateData": template(), "galleryReference": {"repository": "pixel"}},
        "Returned an error response for your request.",
        files=(("own.tpl", template()),),
    ),
    of_template(
        template("CLIENT"), "tag", {}, "{template", "template-type",
        "the template `Own` makes a client, not a tag",
        "the `type` in its ___INFO___ section says what it makes",
        "tag", {"type": "cvt_OWN"},
        "vendorTemplate.key: Unknown entity type (template public ID: cvt_OWN)",
    ),
    of_template(
        template(fields=field("id", NEEDED)), "tag", {}, "t: {type", "required-parameter",
        "the template `Own` needs a value for `id`", "give it under `parameters`: `id: ...`",
        "tag", {"type": "cvt_OWN"}, f"vendorTemplate.parameter.id: {EMPTY}",
    ),
    refused_value('{"type": "REGEX", "args": ["^C[0-9]+$"]}', "abc", "abc",
                  "it takes what matches `^C[0-9]+$`"),
    refused_value('{"type": "STRING_LENGTH", "args": [5, 9]}', "abc", "abc",
                  "it takes 5 to 9 characters"),
    refused_value('{"type": "NUMBER"}', "abc", "abc", "it takes a number"),
]  # fmt: skip


def of_html(
    more: str, at: str, rule: str, message: str, hint: str | None, sent: Json, reply: str
) -> Case:
    return Case(
        f"tags: {{t: {{type: html, {PAGES}, parameters: {{html: x}}, more: {{{more}}}}}}}",
        at, rule, message, hint,
        "tag", {"type": "html", "parameter": [text("html", "x")], **sent}, reply,
    )  # fmt: skip


NO_FIELD = "Invalid JSON payload received. Unknown name"
FIELDS_OF_JSON = [
    of_html("liveOnyl: true", "liveOnyl", "unknown-key", "GTM knows no field `liveOnyl` of a tag",
            "did you mean `liveOnly`?", {"liveOnyl": True},
            f'{NO_FIELD} "liveOnyl": Cannot find field.'),
    of_html("foo: 1", "foo", "unknown-key", "GTM knows no field `foo` of a tag",
            "known: `consentSettings`, `liveOnly`, `monitoringMetadata`, "
            "`monitoringMetadataTagNameKey`, `parameter`, `paused`, `priority`, `scheduleEndMs`, "
            "`scheduleStartMs`, `setupTag`, `tagFiringOption`, `teardownTag`", {"foo": 1},
            f'{NO_FIELD} "foo": Cannot find field.'),
    of_html("setupTag: [{tagName: t, stopOnFailure: true}]", "stopOnFailure", "unknown-key",
            "GTM knows no field `stopOnFailure` in `setupTag`",
            "did you mean `stopOnSetupFailure`?",
            {"setupTag": [{"tagName": "t", "stopOnFailure": True}]},
            f"{NO_FIELD} \"stopOnFailure\" at 'tag.setupTag[0]': Cannot find field."),
    of_html("liveOnly: 3", "3", "wrong-type", "expected true or false, found `3`", None,
            {"liveOnly": 3}, "Invalid value at 'tag.liveOnly' (TYPE_BOOL), 3"),
    of_html("scheduleStartMs: soon", "soon", "wrong-type",
            "expected the text of a whole number, found the text `soon`", None,
            {"scheduleStartMs": "soon"},
            "Invalid value at 'tag.scheduleStartMs' (TYPE_INT64), \"soon\""),
    of_html("scheduleStartMs: '١٢'", "'١٢'", "wrong-type",
            "expected the text of a whole number, found the text `١٢`", None,
            {"scheduleStartMs": "١٢"},
            "Invalid value at 'tag.scheduleStartMs' (TYPE_INT64), \"١٢\""),
    of_html("scheduleStartMs: '9223372036854775808'", "'9223372036854775808'", "wrong-type",
            "expected the text of a whole number, found the text `9223372036854775808`", None,
            {"scheduleStartMs": "9223372036854775808"},
            "Invalid value at 'tag.scheduleStartMs' (TYPE_INT64), \"9223372036854775808\""),
    of_html("monitoringMetadataTagNameKey: 5", "5", "wrong-type", "expected text, found `5`",
            "put it in quotes", {"monitoringMetadataTagNameKey": 5},
            "Invalid value at 'tag.monitoringMetadataTagNameKey' (TYPE_STRING), 5"),
    of_html("setupTag: {tagName: t}", "{tagName", "wrong-type", "expected a list, found a mapping",
            None, {"setupTag": {"tagName": "t"}},
            "Invalid value at 'tag.setupTag' (repeated Tag.setupTag), {\"tagName\": \"t\"}"),
    of_html("monitoringMetadata: yes", "yes", "wrong-type",
            "expected a mapping, found the text `yes`", None, {"monitoringMetadata": "yes"},
            "Invalid value at 'tag.monitoringMetadata' (Parameter), \"yes\""),
    of_html("monitoringMetadata: {type: MAP, map: [{type: TEMPLATE, kye: a}]}", "kye",
            "unknown-key", "GTM knows no field `kye` in `map`", "did you mean `key`?",
            {"monitoringMetadata": {"type": "map", "map": [{"type": "template", "kye": "a"}]}},
            f"{NO_FIELD} \"kye\" at 'tag.monitoringMetadata.map[0]': Cannot find field."),
    Case(
        f"tags: {{t: {{type: img, {PAGES}, parameters: {{url: x}}, more: {{scheduleEndMs: 5}}}}}}",
        "5}", "wrong-type", "expected the text of a whole number, found `5`", "put it in quotes",
        NO_CALL, {}, "",
    ),
    Case(
        f"tags: {{t: {{type: img, {PAGES}, parameters: {{url: x}}, "
        "more: {scheduleEndMs: true}}}",
        "true}", "wrong-type", "expected the text of a whole number, found `true`", None,
        NO_CALL, {}, "",
    ),
    Case(
        "templates: {t: {data: {file: own.tpl}, gallery: {owner: [acme], repository: pixel}}}",
        "[acme]", "wrong-type", "expected text, found a list", None,
        NO_CALL, {}, "", files=(("own.tpl", template()),),
    ),
    Case(
        "templates: {t: {data: {file: own.tpl}, gallery: {owner: acme, repository: pixel, "
        "versoin: x}}}",
        "versoin", "unknown-key", "GTM knows no field `versoin` in `gallery`",
        "did you mean `version`?", NO_CALL, {}, "", files=(("own.tpl", template()),),
    ),
    Case(
        "variables: {t: {type: u, parameters: {a: [{$tag: Nobody}]}}}", "[{$tag", "unknown-name",
        "there is no tag with the name `Nobody` in GTM", None,
        "variable", {"type": "u", "parameter": [
            {"type": "list", "key": "a", "list": [
                {"type": "tagReference", "key": "tag", "value": "Nobody"},
            ]},
        ]},
        "parameter.tag: Variable references an unknown tag.",
    ),
    Case(
        "triggers: {t: {type: SCROLL_DEPTH, settings: {waitForTag: true}}}",
        "waitForTag:", "unknown-key", "GTM knows no field `waitForTag` of a trigger",
        "did you mean `waitForTags`?",
        "trigger", {"type": "scrollDepth", "waitForTag": text("", "true")},
        f'{NO_FIELD} "waitForTag": Cannot find field.',
    ),
]  # fmt: skip
CASES = [*REQUIRED, *MEASUREMENTS, *OTHERS, *TEMPLATES, *FIELDS_OF_JSON]
NAMES = [f"{case.rule}-{number}" for number, case in enumerate(CASES)]


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_validate_finds_it(case: Case, tmp_path: Path) -> None:
    spec = HEAD + f"gtm:\n  {case.part}\n"
    with contextlib.chdir(tmp_path):
        write(Path(), {**dict(case.files), "spec.yaml": spec})
        loaded = load("spec.yaml", {})
        with pytest.raises(SpecError) as raised:
            refuse_unsound(loaded, compile_spec(loaded))
    (problem,) = raised.value.diagnostics
    before = spec.partition(case.at)[0].split("\n")
    assert str(problem.span) == f"spec.yaml:{len(before)}:{len(before[-1]) + 1}"
    assert (problem.rule, problem.hint) == (case.rule, case.hint)
    if case.message.endswith(": "):  # what the parser says of code is the parser's
        assert problem.message.startswith(case.message)
    else:
        assert problem.message == case.message


SENT = [
    pytest.param(case, id=name)
    for case, name in zip(CASES, NAMES, strict=True)
    if case.kind != NO_CALL
]


@pytest.mark.parametrize("case", SENT)
def test_the_emulator_refuses_it(case: Case) -> None:
    with connect_local(None) as manager:
        container = manager.resolve_container("GTM-TEST")
        workspace = manager.create_workspace(container, "w")["path"]
        manager.enable_built_ins(workspace, ["pagePath"])
        body = dict(case.body)
        if body.get("type") == "cvt_OWN":
            made = manager.create(
                workspace, "template", {"name": "Own", "templateData": dict(case.files)["own.tpl"]}
            )
            body["type"] = f"cvt_{made['containerId']}_{made['templateId']}"
            expected = case.reply.replace("cvt_OWN", body["type"])
        else:
            expected = case.reply
        with pytest.raises(CallError) as raised:
            manager.create(workspace, case.kind, {"name": "t", **body})
    assert (raised.value.status, raised.value.reply) == (case.status, expected)


@pytest.mark.parametrize("kind", TWICE)
def test_validate_finds_a_name_that_is_there_twice(kind: str, tmp_path: Path) -> None:
    entity = f"{{name: Same, {TWICE[kind][1:]}".replace(", }", "}")
    spec = HEAD + f"gtm:\n  {kind}s:\n    a: {entity}\n    b: {entity}\n"
    with contextlib.chdir(tmp_path):
        write(Path(), {"spec.yaml": spec})
        loaded = load("spec.yaml", {})
        with pytest.raises(SpecError) as raised:
            refuse_unsound(loaded, compile_spec(loaded))
    (problem,) = raised.value.diagnostics
    line = spec.count("\n")
    assert (str(problem.span), problem.rule, problem.message, problem.hint) == (
        f"spec.yaml:{line}:5",
        "duplicate-name",
        f"two {kind}s have the name `Same`",
        f"the other one comes from spec.yaml:{line - 1}:5",
    )


@pytest.mark.parametrize("kind", TWICE)
def test_the_emulator_refuses_a_name_that_is_there_twice(kind: str) -> None:
    body = {
        "tag": {"type": "html", "parameter": [text("html", "x")]},
        "trigger": {"type": "pageview"},
        "variable": {"type": "u"},
    }.get(kind, {})
    with connect_local(None) as manager:
        workspace = manager.create_workspace(manager.resolve_container("GTM-TEST"), "w")["path"]
        manager.create(workspace, kind, {"name": "Same", **body})
        with pytest.raises(CallError) as raised:
            manager.create(workspace, kind, {"name": "Same", **body})
    assert (raised.value.status, raised.value.reply) == (400, "Found entity with duplicate name.")


def test_the_text_none_beside_an_override_is_what_gtm_itself_writes(tmp_path: Path) -> None:
    parameters = "{eventName: x, measurementIdOverride: G-1, measurementId: none}"
    spec = HEAD + f"gtm: {{tags: {{t: {{type: gaawe, {PAGES}, parameters: {parameters}}}}}}}\n"
    with contextlib.chdir(tmp_path):
        write(Path(), {"spec.yaml": spec})
        assert find_refusals(compile_spec(load("spec.yaml", {}))) == []


def test_a_value_with_a_variable_is_not_checked(tmp_path: Path) -> None:
    spec = HEAD + (
        "gtm:\n  templates: {own: {name: Own, data: {file: own.tpl}}}\n"
        "  tags: {t: {type: {template: Own}, parameters: {id: '{{Page Path}}'}}}\n"
    )
    fields = field("id", NEEDED, '{"type": "REGEX", "args": ["^C[0-9]+$"]}')
    with contextlib.chdir(tmp_path):
        write(Path(), {"own.tpl": template(fields=fields), "spec.yaml": spec})
        assert find_refusals(compile_spec(load("spec.yaml", {}))) == []
        write(Path(), {"spec.yaml": spec.replace("{{Page Path}}", "X")})
        (problem,) = find_refusals(compile_spec(load("spec.yaml", {})))
        assert problem.path == ("gtm", "tags", "t", "parameters", "id")


@pytest.mark.parametrize(
    ("section", "written", "message", "meant"),
    [
        ("tags", "custom_html", "GTM has no type `custom_html` of tags", "html"),
        ("tags", "Custom HTML", "GTM has no type `Custom HTML` of tags", "html"),
        ("tags", "google-tag", "GTM has no type `google-tag` of tags", "googtag"),
        ("variables", "dataLayer", "GTM has no type `dataLayer` of variables", "v"),
        ("variables", "lookup_table", "GTM has no type `lookup_table` of variables", "smm"),
    ],
)
def test_what_only_people_call_a_type_is_told_with_its_name(
    section: str, written: str, message: str, meant: str, tmp_path: Path
) -> None:
    with contextlib.chdir(tmp_path):
        write(Path(), {"spec.yaml": HEAD + f"gtm: {{{section}: {{t: {{type: {written}}}}}}}\n"})
        (problem,) = find_refusals(compile_spec(load("spec.yaml", {})))
    assert problem.path == ("gtm", section, "t", "type")
    assert (problem.rule, problem.message) == ("unknown-type", message)
    assert problem.hint == f"write `{meant}`, which is its name in the API"


@pytest.mark.parametrize(
    ("section", "type_"), [("tags", "hjtc"), ("tags", "new_one"), ("variables", "ed")]
)
def test_a_type_that_is_merely_unknown_passes(section: str, type_: str, tmp_path: Path) -> None:
    with contextlib.chdir(tmp_path):
        write(Path(), {"spec.yaml": HEAD + f"gtm: {{{section}: {{t: {{type: {type_}}}}}}}\n"})
        assert find_refusals(compile_spec(load("spec.yaml", {}))) == []


def test_the_enums_are_those_of_the_discovery_document() -> None:
    from gtmgen.container.builtins import BUILT_IN_KEYS
    from gtmgen.container.fields import camel
    from gtmgen.container.version import built_in_type
    from gtmgen.emulator.discovery import load as load_discovery

    document = load_discovery()

    def values(schema: str, name: str) -> set[str]:
        return {item for item in document.enum(schema, name) if not item.endswith("Unspecified")}

    assert {*map(camel, TRIGGER_TYPES)} == values("Trigger", "type")
    assert {*map(camel, CONDITION_TYPES)} == values("Condition", "type")
    assert {*map(camel, PARAMETER_TYPES)} == values("Parameter", "type")
    assert {*map(built_in_type, BUILT_IN_KEYS)} == values("BuiltInVariable", "type")
    holders = {
        "tagFiringOption": "Tag",
        "consentStatus": "TagConsentSetting",
        "caseConversionType": "VariableFormatValue",
        "convertToNumber": "VariableFormatValue",
    }
    assert holders.keys() == FIELDS.keys()
    for name, schema in holders.items():
        assert {camel(item) for item in FIELDS[name]} == values(schema, name)


def test_a_type_under_more_that_names_no_template(tmp_path: Path) -> None:
    more = "{typeRestriction: {enable: true, whitelistedTypeId: [{template: true}]}}"
    with contextlib.chdir(tmp_path):
        write(Path(), {"spec.yaml": HEAD + f"gtm: {{zones: {{z: {{more: {more}}}}}}}\n"})
        with pytest.raises(SpecError) as raised:
            compile_spec(load("spec.yaml", {}))
    (problem,) = raised.value.diagnostics
    assert (problem.rule, problem.message) == (
        "raw-value",
        "a type is text, or `{template: NAME}`",
    )


def test_the_fields_are_those_of_the_discovery_document() -> None:
    from gtmgen.container.api_fields import API_FIELDS, SCHEMA_OF
    from gtmgen.container.fields import SERVER_FIELDS
    from gtmgen.emulator.discovery import load as load_discovery

    def held(spec: Json) -> str:
        if spec.get("type") == "array":
            return f"list of {held(spec['items'])}"
        if spec.get("format") == "int64":
            return "whole number or its text"
        words = {"string": "text", "boolean": "flag", "integer": "whole number"}
        return spec["$ref"] if "$ref" in spec else words[spec["type"]]

    schemas = load_discovery().schemas
    for name, fields in API_FIELDS.items():
        given_by_the_server = SERVER_FIELDS if name in SCHEMA_OF.values() else frozenset()
        assert fields == {
            field: held(spec)
            for field, spec in schemas[name]["properties"].items()
            if field not in given_by_the_server
        }, name


def test_what_the_api_takes_under_more_passes(tmp_path: Path) -> None:
    more = (
        "{liveOnly: true, scheduleStartMs: '1767225600000', scheduleEndMs: '1767225600001', "
        "monitoringMetadataTagNameKey: null}"
    )
    spec = HEAD + (
        "gtm:\n  tags: {t: {type: html, firing: [All Pages], parameters: {html: x}, "
        f"more: {more}}}}}\n"
        "  variables: {v: {type: u, more: {enablingTriggerId: [All Pages, {name: Start}]}}}\n"
        "  triggers: {s: {name: Start, type: PAGEVIEW}}\n"
        "  zones: {z: {more: {typeRestriction: {enable: true, whitelistedTypeId: [img]}}}}\n"
    )
    with contextlib.chdir(tmp_path):
        write(Path(), {"spec.yaml": spec})
        assert find_refusals(compile_spec(load("spec.yaml", {}))) == []


def nested(levels: int) -> str:
    value = "[" * levels + "a" + "]" * levels
    return f"gtm: {{tags: {{t: {{type: img, {PAGES}, parameters: {{url: x, k: {value}}}}}}}}}\n"


def test_what_could_not_be_read_again_is_found(tmp_path: Path) -> None:
    with contextlib.chdir(tmp_path):
        write(Path(), {"spec.yaml": HEAD + nested(MOST_LEVELS + 1)})
        (problem,) = find_refusals(compile_spec(load("spec.yaml", {})))
    assert (problem.rule, problem.path, problem.message) == (
        "too-deep",
        ("gtm", "tags", "t", "parameters", "k"),
        "a parameter is nested deeper than 29 levels",
    )


def test_what_is_nested_as_deep_as_may_be_is_pushed_and_read_again(tmp_path: Path) -> None:
    with contextlib.chdir(tmp_path):
        write(Path(), {"spec.yaml": HEAD + nested(MOST_LEVELS)})
        container = compile_spec(load("spec.yaml", {}))
        assert find_refusals(container) == []
        assert main(["push", "spec.yaml", "--target", "local", "--yes", "-q"]) == 0
        read = read_export(export_json(container), "x.json")
    assert [tag["name"] for tag in read.version["tag"]] == ["t"]
