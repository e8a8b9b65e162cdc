"""The examples of the rules about containers: the rule strikes in the bad ones, and only there."""

from __future__ import annotations

from pathlib import Path

import pytest

import gtmgen.lint.checks
from gtmgen.lint.engine import CONTAINER_RULES, lint_container
from gtmgen.rules.registry import all_rules

from .containers import view_of_example

PAGES = [rule for rule in all_rules().values() if rule.about == "container"]
EXAMPLES = [
    pytest.param(rule.id, example, id=f"{rule.id}-{'good' if example.is_good else 'bad'}-{number}")
    for rule in PAGES
    for number, example in enumerate(rule.examples)
]
# What else is true of a bad example, and cannot be otherwise.
ALSO = {("unreachable", "tag-paused")}
# A note about every container with inline scripts, which the examples of other rules need.
ABOUT_ANY_SCRIPT = "needs-unsafe-inline"


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_an_example_is_what_it_says(rule, example):
    rules = {finding.rule for finding in lint_container(view_of_example(example))}
    others = {other for other in rules - {rule} if (rule, other) not in ALSO}
    assert others - {ABOUT_ANY_SCRIPT} == set()
    assert (rule in rules) is not example.is_good


def test_every_rule_has_a_module_a_page_and_both_examples():
    folder = Path(gtmgen.lint.checks.__file__).parent
    modules = {
        file.stem.replace("_", "-") for file in folder.glob("*.py") if file.stem != "__init__"
    }
    assert set(CONTAINER_RULES) == modules == {rule.id for rule in PAGES}
    for rule in PAGES:
        assert {example.is_good for example in rule.examples} == {True, False}, rule.id
        assert len(rule.reason) > 100, rule.id


@pytest.mark.parametrize("rule", PAGES, ids=lambda rule: rule.id)
def test_every_page_says_how_often_the_rule_was_right(rule):
    assert "Run on 49 real containers, " in rule.reason
