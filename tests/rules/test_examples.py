"""Every bad example of a rule's page reports that rule; every good one reports nothing."""

from pathlib import Path

import pytest

from gtmgen.compile.compiler import compile_spec
from gtmgen.errors import SpecError
from gtmgen.lint.engine import LINT_ONLY, lint_spec
from gtmgen.lint.fix import mend
from gtmgen.refusals.find import refuse_unsound
from gtmgen.rules.model import RuleExample
from gtmgen.rules.registry import all_rules
from gtmgen.spec.load import load
from tests.support import write

ABOUT = ("file", "spec", "scenario")
WITHOUT_EXAMPLES = {
    "file-too-large": "the example would be megabytes",
    "schema": "what no other rule has words for",
}
# What is true of nearly every example, which says no more than it must.
ABOUT_ANY_SPEC = {"event-undocumented", "server-page-view", "untyped-data", "unused-page"}
RULES = {rule.id: rule for rule in all_rules().values() if rule.about in ABOUT}
EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.id}-{'good' if example.is_good else 'bad'}-{number}")
    for rule in RULES.values()
    for number, example in enumerate(rule.examples)
]


def reported(example, rule):
    """What a spec in the current folder is told, up to its container."""
    write(Path(), {**example.files, "spec.yaml": example.content})
    try:
        loaded = load("spec.yaml", {}, None)
        refuse_unsound(loaded, compile_spec(loaded))
    except SpecError as error:
        return [
            one for one in error.diagnostics if one.rule == rule or one.rule not in ABOUT_ANY_SPEC
        ]
    unused = loaded.unused_ignores(loaded.ignored, LINT_ONLY)
    remarks = map(loaded.document.locate, lint_spec(loaded.spec))
    told = [*loaded.warnings, *unused, *remarks]
    return [one for one in told if one.rule == rule or one.rule not in ABOUT_ANY_SPEC]


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_example(rule, example, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    problems = {(problem.rule, problem.severity) for problem in reported(example, rule.id)}
    assert problems == (set() if example.is_good else {(rule.id, rule.severity)})


def test_every_page_has_a_bad_and_a_good_example():
    lacking = {
        rule.id
        for rule in RULES.values()
        if {example.is_good for example in rule.examples} != {True, False}
    }
    assert lacking == WITHOUT_EXAMPLES.keys() & RULES.keys()


FIXED = [
    pytest.param(rule, example, id=f"{rule.id}-{number}")
    for rule in RULES.values()
    for number, example in enumerate(rule.examples)
    if not example.is_good
]


@pytest.mark.parametrize(("rule", "example"), FIXED)
def test_only_rules_that_say_so_have_fixes(rule, example, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert rule.fix or not any(problem.fix for problem in reported(example, rule.id))


@pytest.mark.parametrize(
    "rule", [pytest.param(rule, id=id_) for id_, rule in RULES.items() if rule.fix]
)
def test_a_fix_makes_a_bad_example_good(rule, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    fixed = []
    for example in rule.examples:
        problems = [] if example.is_good else reported(example, rule.id)
        text, applied = mend(example.spec, problems)
        if applied:
            left = reported(RuleExample(text, is_good=True), rule.id)
            fixed.append([problem.rule for problem in left])
    assert fixed
    assert not any(fixed)
