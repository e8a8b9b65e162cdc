"""The English of reports: the documentation's words, and those about a container's entities.

Documentation never speaks of bare entities, so only English has words for them.
"""

from __future__ import annotations

from functools import lru_cache

from gtmgen.docs.changes.speaker import Speaker
from gtmgen.docs.words import Words, load_words

_KINDS = {
    "folder": "folder",
    "template": "template",
    "built_in_variable": "built-in variable",
    "variable": "variable",
    "trigger": "trigger",
    "client": "client",
    "tag": "tag",
    "transformation": "transformation",
    "zone": "zone",
    "gtag_config": "Google tag configuration",
}
_ENTITY = {
    "ignore_case": "{condition}, ignoring case",
    "no_trigger": "no trigger",
    "of_type": "a tag of type `{type}`",
    "sends": "sends `{event}` to {platform} {account}",
    "serves": "sets up {platform} {account}",
    "text.notes": "notes",
    "text.parentFolderId": "folder",
    "text.monitoringMetadata": "monitoring metadata",
    "text.monitoringMetadataTagNameKey": "monitoring metadata",
}
_OPERATORS = {
    "equals": ("equals", "does not equal"),
    "contains": ("contains", "does not contain"),
    "starts_with": ("starts with", "does not start with"),
    "ends_with": ("ends with", "does not end with"),
    "match_regex": ("matches the regular expression", "does not match the regular expression"),
    "greater": ("is greater than", "is not greater than"),
    "greater_or_equals": ("is at least", "is not at least"),
    "less": ("is less than", "is not less than"),
    "less_or_equals": ("is at most", "is not at most"),
    "css_selector": ("matches the CSS selector", "does not match the CSS selector"),
    "url_matches": ("matches the URL", "does not match the URL"),
}
_TEXTS = {
    "entity_new": "The {kind} {name} is new.",
    "entity_gone": "The {kind} {name} is deleted.",
    "entities_gone": "These {kinds} are deleted: {name}.",
    "entity_adopted": "The {kind} {name} is taken over; until now it was not this project's.",
    "entity_renamed": "The {kind} `{before}` is now called `{after}`.",
    "entity_texts": "The {fields} of the {kind} {name} changed.",
    "entities_texts": "The {fields} of these {kinds} changed: {name}.",
    "entity_changed": "The {kind} {name} changed.",
    "environment_new": "The environment `{after}` is new.",
    "environment_gone": "The environment `{before}` was removed; its container stays as it is.",
    "spec_gone": "The spec of `{key}` was removed.",
    "tag_new": "The tag {name} is new: {sends}, on {triggers}.",
    "tag_new_paused": "The tag {name} is new, and paused: {sends}, on {triggers}.",
    "tag_gone": "The tag {name} is deleted: {sends}, on {triggers}.",
    "tag_replaced": "The tag `{before}` is deleted, and `{after}`, which does the same, is new.",
    "tag_type": "The tag {name} is of the type `{after}` instead of `{before}`.",
    "tag_firing": "Triggers of {name}: {after} instead of {before}.",
    "tag_firing_new": "{name} now also fires on {after}.",
    "tag_firing_gone": "{name} no longer fires on {before}.",
    "tag_blocked": "Blocking triggers of {name}: {after} instead of {before}.",
    "tag_blocked_new": "{name} is now blocked by {after}.",
    "tag_blocked_gone": "{name} is no longer blocked by {before}.",
    "tag_paused": "Paused: {name}.",
    "tag_resumed": "No longer paused: {name}.",
    "tag_once": "Firing of {name}: `{after}` instead of `{before}`.",
    "tag_consent": "Consent for {name}: {types} instead of {before_types}.",
    "tag_consent_gone": "Consent for {name}: removed; it was {before_types}.",
    "tag_account": "Account of {name}: `{after}` instead of `{before}`.",
    "tag_event": "Event of {name}: `{after}` instead of `{before}`.",
    "tag_event_id": "Event ID of {name}: `{after}` instead of `{before}`.",
    "tag_param": "Parameter `{field}` of {name}: `{after}` instead of `{before}`.",
    "tag_param_new": "Parameter added to {name}: `{field}` is `{after}`.",
    "tag_param_gone": "Parameter removed from {name}: `{field}`; it was `{before}`.",
    "tag_param_renamed": "Parameter `{before}` of {name}: now called `{after}`.",
    "tag_person": "`{field}` of the visitor in {name}: `{after}` instead of `{before}`.",
    "tag_person_new": "More about the visitor in {name}: `{field}` is `{after}`.",
    "tag_person_gone": "Less about the visitor in {name}: `{field}` removed; it was `{before}`.",
    "tag_references": "Variables of {name}: the same, under other names.",
    "tag_code": "The code of {name} changed.",
    "tag_setting": "`{field}` of {name}: `{after}` instead of `{before}`.",
    "tag_setting_new": "`{field}` of {name}: `{after}`; there was none before.",
    "tag_setting_gone": "`{field}` of {name}: removed; it was `{before}`.",
    "trigger_type": "The trigger {name} is of the type `{after}` instead of `{before}`.",
    "trigger_condition": "The trigger {name} fires when {after}. Before: {before}.",
    "triggers_condition": "These triggers fire when {after}: {name}. Before: {before}.",
    "trigger_condition_new": "The trigger {name} now also requires that {after}.",
    "trigger_condition_gone": "The trigger {name} no longer requires that {before}.",
}
_RISKS = {
    "code": "Read the changed lines to see what it does now: `--verbose` shows them.",
    "spec_gone": (
        "What it made stays in `{before}` and goes on sending, until somebody deletes it there: "
        "no push changes or checks it any more."
    ),
    "tag_gone": "What it sent is no longer counted.",
    "tag_type": "It is a different tag under the old name.",
}


@lru_cache(maxsize=1)
def load_english() -> Speaker:
    """Who says facts in reports."""
    words = load_words()
    return Speaker(Words(words.language, {**words.catalog, **_load_catalog()}))


def _load_catalog() -> dict[str, str]:
    catalog = {f"entity.kind.{kind}": text for kind, text in _KINDS.items()}
    catalog |= {f"entity.{key}": text for key, text in _ENTITY.items()}
    for key, texts in _OPERATORS.items():
        for prefix, text in zip(("", "not_"), texts, strict=True):
            catalog[f"entity.condition.{prefix}{key}"] = f"`{{left}}` {text} `{{right}}`"
    catalog["entity.condition.other"] = "`{left}` {type} `{right}`"
    catalog |= {f"changes.text.{key}": text for key, text in _TEXTS.items()}
    catalog |= {"changes.more.one": "{count} more", "changes.more.other": "{count} more"}
    return catalog | {f"changes.risk.{key}": text for key, text in _RISKS.items()}
