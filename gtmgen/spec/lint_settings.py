"""The section ``lint``: what it may say, and entries that no finding answers to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from gtmgen.diagnostics import Diagnostic, Path, Problem, Severity
from gtmgen.rules.model import Rule
from gtmgen.rules.settings import ANYWHERE, NO_SETTINGS, Ignore, Ignored, RuleSettings
from gtmgen.text import did_you_mean

SEVERITIES = tuple(severity.value for severity in Severity)

Schema = dict[str, Any]

_RULE: Schema = {"type": "string", "pattern": "^[a-z]+(?:-[a-z0-9]+)*$"}

LINT: Schema = {
    "type": "object",
    "additionalProperties": False,
    "minProperties": 1,
    "description": "How severe findings are, and which are ignored; `gtmgen rules` lists the "
    "rules.",
    "properties": {
        "rules": {
            "type": "object",
            "propertyNames": _RULE,
            "additionalProperties": {"enum": list(SEVERITIES)},
            "minProperties": 1,
            "description": "A rule and its severity in this spec. Errors cannot be made milder.",
            "examples": [{"unused-data": "error"}],
        },
        "ignore": {
            "type": "array",
            "minItems": 1,
            "description": "Findings that are known and stay.",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["rule", "reason"],
                "properties": {
                    "rule": {
                        **_RULE,
                        "description": "The rule whose findings are not told.",
                        "examples": ["unused-data"],
                    },
                    "where": {
                        "type": "string",
                        "minLength": 1,
                        "default": ANYWHERE,
                        "description": "The keys that lead there, with dots; `*` stands for any "
                        "key, `**` for any number of them, and what lies below is covered.",
                        "examples": ["data.legacy_*", "events.purchase.params"],
                    },
                    "reason": {
                        "type": "string",
                        "minLength": 1,
                        "description": "Why nobody mends it, for the reviewer and for later.",
                        "examples": ["The app reads it until the relaunch in March."],
                    },
                },
            },
        },
    },
}


def parse_lint(raw: Any) -> RuleSettings:
    """The settings, from data that the schema has passed."""
    return RuleSettings(
        {rule: Severity(value) for rule, value in raw.get("rules", {}).items()},
        tuple(
            Ignore(item["rule"], item.get("where", ANYWHERE), item["reason"], _entry(index))
            for index, item in enumerate(raw.get("ignore", ()))
        ),
    )


def check_lint(settings: RuleSettings) -> Iterator[Problem]:
    """Rules that do not exist, and errors that are to be something milder."""
    if settings == NO_SETTINGS:
        return
    from gtmgen.rules.registry import all_rules  # reads all pages

    rules = all_rules()
    for entry in settings.ignore:
        yield from _known(entry.rule, rules, (*entry.path, "rule"))
    for name, severity in settings.severities.items():
        path: Path = ("lint", "rules", name)
        yield from _known(name, rules, path, on_key=True)
        rule = rules.get(name)
        if rule and rule.severity is Severity.ERROR and severity is not Severity.ERROR:
            yield Problem(
                "rule-severity",
                path,
                f"`{name}` is an error, which cannot be made a {severity.value}",
                f"`gtmgen rules {name}` says why nothing works without what it asks for",
            )


def check_ignored_errors(
    settings: RuleSettings, diagnostics: Iterable[Diagnostic]
) -> Iterator[Problem]:
    """Entries that are meant for an error: it stays, and so that nobody wonders, they say so."""
    errors = [item for item in diagnostics if item.severity is Severity.ERROR]
    for entry in settings.ignore:
        if any(entry.covers(error) for error in errors):
            message = f"`{entry.rule}` is an error here, which cannot be ignored"
            yield Problem("rule-severity", entry.path, message, "mend it, and remove the entry")


def check_unused_ignores(
    settings: RuleSettings, ignored: Iterable[Ignored], unchecked: Collection[str] = ()
) -> Iterator[Problem]:
    """A warning for each entry that covers nothing; rules that are ``unchecked`` may be right."""
    used = {entry for _, entry in ignored}
    for entry in settings.ignore:
        if entry not in used and entry.rule not in unchecked:
            where = "" if entry.where == ANYWHERE else f" at `{entry.where}`"
            yield Problem(
                "unused-ignore",
                entry.path,
                f"`{entry.rule}` has no finding{where}: there is nothing to ignore",
                "remove the entry, or correct its `where`",
                Severity.WARNING,
            )


def _entry(index: int) -> Path:
    return ("lint", "ignore", index)


def _known(
    name: str, rules: dict[str, Rule], path: Path, *, on_key: bool = False
) -> Iterator[Problem]:
    if name not in rules:
        hint = did_you_mean(name, rules) or "`gtmgen rules` lists them"
        yield Problem("unknown-rule", path, f"there is no rule `{name}`", hint, on_key=on_key)
