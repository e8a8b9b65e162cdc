"""The tests that the templates of real exports carry, on our sandbox."""

from __future__ import annotations

from container.corpus import entities, needs_corpus

from gtmgen.runtime import parse_template, run_tests
from gtmgen.runtime.templates import template_functions

pytestmark = needs_corpus


def test_the_templates_of_real_exports_pass_their_own_tests() -> None:
    passed = 0
    for entity in entities("customTemplate"):
        if not template_functions([entity])[0]:
            continue
        results = run_tests(parse_template(entity["templateData"]))
        assert [(entity["name"], one) for one in results if not one.passed] == []
        passed += len(results)
    assert passed > 0


def test_only_templates_for_servers_cannot_run() -> None:
    _, unsupported = template_functions(entities("customTemplate"))
    assert {one.rsplit(": ", 1)[1] for one in unsupported} == {"it has no code for web containers"}
