"""The section ``lint``: severities, findings to ignore, and what it may not do."""

from __future__ import annotations

import pytest
from support import HEAD, PLATFORMS, load_text, problems

from gtmgen.diagnostics import Diagnostic, Severity, Span
from gtmgen.rules.settings import Ignore, RuleSettings

DATA = "data:\n  plan: {path: plan}\n  old_a: {path: a}\n  old_b: {path: b}\n"


def spec(lint: str) -> str:
    return f"{HEAD}{PLATFORMS}{DATA}lint:\n{lint}"


def told(text: str) -> list[tuple[str, str, int, str]]:
    return [
        (item.rule, str(item.severity), item.span.line, item.message) for item in problems(text)
    ]


def errors_of(text: str) -> list[Diagnostic]:
    return [item for item in problems(text) if item.severity is Severity.ERROR]


def test_a_finding_is_ignored_where_the_entry_says() -> None:
    loaded = load_text(
        spec("  ignore:\n    - {rule: unused-data, where: data.old_*, reason: Gone in May.}\n")
    )
    assert [warning.message for warning in loaded.warnings] == ["nothing uses the data key `plan`"]
    assert [(item.diagnostic.path, item.by.reason) for item in loaded.ignored] == [
        (("data", "old_a"), "Gone in May."),
        (("data", "old_b"), "Gone in May."),
    ]
    assert loaded.unused_ignores(loaded.ignored) == []


def test_a_severity_of_ones_own() -> None:
    assert told(spec("  rules: {unused-data: note}\n")) == [
        ("unused-data", "note", 9, "nothing uses the data key `plan`"),
        ("unused-data", "note", 10, "nothing uses the data key `old_a`"),
        ("unused-data", "note", 11, "nothing uses the data key `old_b`"),
    ]


def test_a_rule_that_is_made_an_error_stops_everything_but_what_is_ignored() -> None:
    text = spec(
        "  rules: {unused-data: error}\n"
        "  ignore: [{rule: unused-data, where: data.old_*, reason: Gone in May.}]\n"
    )
    assert told(text) == [("unused-data", "error", 9, "nothing uses the data key `plan`")]


def test_an_error_stays_whatever_is_said() -> None:
    text = spec("  ignore: [{rule: unknown-data, reason: It works.}]\n") + (
        "events:\n  lead: {on: {event: lead}, params: {plan: nothing}, send: {ga4: lead}}\n"
    )
    errors = [item for item in told(text) if item[1] == "error"]
    assert errors == [
        (
            "rule-severity",
            "error",
            13,
            "`unknown-data` is an error here, which cannot be ignored",
        ),
        ("unknown-data", "error", 15, "there is no data key `nothing`"),
    ]


def test_an_error_cannot_be_made_milder() -> None:
    [problem] = errors_of(spec("  rules: {unknown-data: note}\n"))
    assert problem.message == "`unknown-data` is an error, which cannot be made a note"
    assert (
        problem.hint
        == "`gtmgen rules unknown-data` says why nothing works without what it asks for"
    )


@pytest.mark.parametrize(
    ("lint", "rule", "message"),
    [
        (
            "  ignore: [{rule: unused-data}]\n",
            "missing-key",
            "`reason` is missing in `ignore`",
        ),
        (
            "  ignore: [{rule: unused-dat, reason: x}]\n",
            "unknown-rule",
            "there is no rule `unused-dat`",
        ),
        (
            "  rules: {unused-data: off}\n",
            "bad-value",
            "the text `off` is not one of `error`, `warning`, `note`",
        ),
    ],
)
def test_what_the_section_may_not_say(lint: str, rule: str, message: str) -> None:
    assert [(item.rule, item.message) for item in errors_of(spec(lint))] == [(rule, message)]


def test_an_entry_without_a_finding_is_told() -> None:
    loaded = load_text(spec("  ignore: [{rule: regex, where: data, reason: x}]\n"))
    [unused] = loaded.unused_ignores(loaded.ignored)
    assert (unused.rule, unused.severity) == ("unused-ignore", Severity.WARNING)
    assert unused.message == "`regex` has no finding at `data`: there is nothing to ignore"
    assert unused.hint == "remove the entry, or correct its `where`"
    assert loaded.unused_ignores(loaded.ignored, unchecked={"regex"}) == []


@pytest.mark.parametrize(
    ("where", "covers"),
    [
        ("**", True),
        ("events", True),
        ("events.purchase", True),
        ("events.purchase.send.tiktok.params", True),
        ("events.purch", False),
        ("events.pu*", True),
        ("events.*.params", False),
        ("events.**.params", True),
        ("**.tiktok", True),
        ("**.ga4", False),
        ("events.purchase.send.tiktok.params.value.more", False),
    ],
)
def test_where(where: str, *, covers: bool) -> None:
    path = ("events", "purchase", "send", "tiktok", "params", "value")
    found = Diagnostic(Span("a", 1, 1), "regex", Severity.WARNING, "no", None, path)
    entry = Ignore("regex", where, "why", ("lint", "ignore", 0))
    assert bool(RuleSettings(ignore=(entry,)).judge([found]).ignored) is covers
