"""Pages, what the source reports, and the reference agree."""

import pytest

from gtmgen.errors import UsageError
from gtmgen.lint.engine import SPEC_RULES
from gtmgen.report.rules_report import render_rules_markdown
from gtmgen.rules.registry import all_rules, find_rule
from tests.rules.emitted import ROOT, emitted_rules, rules_in

# What `lint` finds in containers; tests/lint has their examples.
LINTED = ("container", "halves")


def test_each_rule_that_is_reported_has_a_page():
    assert emitted_rules() - all_rules().keys() == set()


def test_each_page_is_of_a_rule_that_is_reported():
    pages = {rule.id for rule in all_rules().values() if rule.about not in LINTED}
    assert pages - emitted_rules() == set(SPEC_RULES)


@pytest.mark.parametrize(
    "call",
    [
        'Problem("a-rule", path, message)',
        'Diagnostic(span, "a-rule", Severity.ERROR, message)',
        'self._report("a-rule", node, message)',
        'PlainError(message, rule="a-rule")',
        'def __init__(self, message, path=(), rule="a-rule", hint=None): ...',
        'refused(origin, "a-rule", message, hint)',
    ],
)
def test_calls_that_report_are_read(call):
    assert list(rules_in(call)) == ["a-rule"]


def test_the_reference_is_up_to_date():
    reference = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert reference == render_rules_markdown(all_rules()), (
        "run `gtmgen rules --format markdown > docs/rules.md`"
    )


def test_a_rule_that_does_not_exist():
    with pytest.raises(UsageError) as raised:
        find_rule("unknown-dat")
    assert str(raised.value) == "there is no rule `unknown-dat`"
    assert raised.value.hint == "did you mean `unknown-data`?"
