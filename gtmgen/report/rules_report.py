"""The rules, for people who meet one in a terminal and for the reference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gtmgen.report.visible import json_text
from gtmgen.rules.model import Rule
from gtmgen.rules.registry import ABOUT

FORMAT_VERSION = "1.0"
_INTRODUCTION = (
    "Everything that `gtmgen validate` and `gtmgen lint` can say, made by `gtmgen rules --format "
    "markdown`. Errors stop every verb; warnings do not. An example leaves out what every spec has."
)


def render_rules_text(rules: Mapping[str, Rule]) -> str:
    """A line for each rule, by what they are about."""
    width = max(map(len, rules), default=0)
    parts = []
    for about, heading in ABOUT.items():
        lines = [
            f"  {rule.id:<{width}}  {rule.severity:<7}  {_mark(rule)}  {rule.title}"
            for rule in rules.values()
            if rule.about == about
        ]
        if lines:
            parts.append("\n".join([heading, *lines]))
    return "\n\n".join(parts)


def _mark(rule: Rule) -> str:
    return "fix" if rule.fix else "   "


def render_rule_text(rule: Rule) -> str:
    """One rule as its page says it, without the Markdown's fences."""
    parts = [f"{rule.id} ({rule.severity}): {rule.title}", rule.reason]
    if rule.fix:
        parts.append(_fix_sentence(rule.fix))
    for example in rule.examples:
        code = "\n".join(f"    {line}".rstrip() for line in example.text.splitlines())
        parts.append(f"{'Good' if example.is_good else 'Bad'}:\n\n{code}")
    return "\n\n".join(parts)


def render_rules_json(rules: Iterable[Rule]) -> str:
    """Each rule with its reason and its examples."""
    listed = [
        {
            "id": rule.id,
            "title": rule.title,
            "severity": rule.severity.value,
            "about": rule.about,
            "reason": rule.reason,
            "fix": rule.fix,
            "bad": [example.text for example in rule.examples if not example.is_good],
            "good": [example.text for example in rule.examples if example.is_good],
        }
        for rule in rules
    ]
    return json_text({"format_version": FORMAT_VERSION, "rules": listed})


def render_rules_markdown(rules: Mapping[str, Rule]) -> str:
    """The reference: docs/rules.md."""
    parts = [
        "# Rules",
        _INTRODUCTION,
    ]
    for about, heading in ABOUT.items():
        group = [rule for rule in rules.values() if rule.about == about]
        if group:
            parts.append(f"## {heading}")
            parts.extend(_write_section(rule) for rule in group)
    return "\n\n".join(parts) + "\n"


def _fix_sentence(fix: str) -> str:
    return f"`lint --fix` {fix}."


def _write_section(rule: Rule) -> str:
    parts = [f"### {rule.id}", f"{rule.title}. ({rule.severity.capitalize()})", rule.reason]
    if rule.fix:
        parts.append(_fix_sentence(rule.fix))
    for example in rule.examples:
        parts.append(f"{'Good' if example.is_good else 'Bad'}:")
        parts.append(f"```{example.language}\n{example.text}```")
    return "\n\n".join(parts)
