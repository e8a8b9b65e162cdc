"""Runs the checks of specs and of containers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from gtmgen.diagnostics import Problem

if TYPE_CHECKING:  # whoever only asks for the names of rules looks at nothing
    from gtmgen.lint.spec_view import Remark, SpecView
    from gtmgen.lint.view import ContainerView, Finding
    from gtmgen.spec.model import Spec

    Check = Callable[[ContainerView], Iterator[Finding]]
    SpecCheck = Callable[[SpecView], Iterator[Remark]]

CONTAINER_RULES = (
    "tag-without-trigger",
    "tag-blocked",
    "tag-paused",
    "sequence-missing",
    "dangling-variable",
    "built-in-off",
    "circular-variables",
    "loaded-twice",
    "page-view-twice",
    "page-view-watched",
    "event-sent-twice",
    "conversion-counted-twice",
    "base-code-missing",
    "account-missing",
    "id-of-another-kind",
    "legacy-event-name",
    "event-name-case",
    "catch-all-tag",
    "event-id-missing",
    "identify-after-track",
    "history-without-identity",
    "undeclared-parameter",
    "setting-twice",
    "hidden-setting",
    "retired-product",
    "document-write",
    "document-write-slow",
    "too-long",
    "consent-not-set",
    "address-in-clear",
    "secret-in-clear",
    "script-syntax-error",
    "script-not-es5",
    "quoted-variable",
    "slow-pattern",
    "needs-unsafe-inline",
    "personal-data-sent",
    "duplicate-tag",
    "same-twice",
    "unused-entity",
    "unreachable",
)
"""The rules about containers, in the order in which they are told."""


SPEC_RULES = (
    "operator-in-text",
    "never-matches",
    "near-param",
    "stray-blank",
    "css-selector",
    "slow-regex",
    "placeholder",
    "unused-page",
    "content-id-missing",
    "untyped-data",
    "event-id-changes",
    "page-view-unowned",
    "reserved-name",
    "platform-limit",
    "value-lingers",
    "read-before-render",
    "personal-data-param",
    "event-undocumented",
)
"""The rules about specs that `validate` leaves to `lint`: nothing is refused on their account."""

HALVES_RULES = ("halves-account", "halves-event-id", "halves-name", "halves-one-side")
"""The rules about a web container and the server container behind it, in the order of their names.

Here and not beside their checks: whoever only asks for names would load six modules for them, a
twentieth of the start-up of `validate`.
"""

LINT_ONLY = frozenset((*CONTAINER_RULES, *HALVES_RULES, *SPEC_RULES))
"""Rules of which `validate` does not know."""


def lint_container(view: ContainerView) -> list[Finding]:
    """Everything that the rules have to say about a container."""
    from dataclasses import replace  # with `inspect`, 5 ms, which `validate` spares

    return [
        replace(finding, rule=rule)
        for rule in CONTAINER_RULES
        for finding in load_check(rule)(view)
    ]


def lint_spec(spec: Spec, rules: Sequence[str] = SPEC_RULES) -> list[Problem]:
    """Everything that `lint` has to say about a valid spec, beyond what `validate` does."""
    from gtmgen.lint.spec_view import SpecView
    from gtmgen.rules.registry import all_rules

    pages = all_rules()
    view = SpecView(spec)
    return [
        Problem(rule, *one[:3], pages[rule].severity, one.on_key, one.fix)
        for rule in rules
        for one in load_spec_check(rule)(view)
    ]


@cache
def load_check(rule: str) -> Check:
    """The check of a rule: the function ``check`` of the module that has its name."""
    module = import_module(f"gtmgen.lint.checks.{rule.replace('-', '_')}")
    check: Check = module.check
    return check


@cache
def load_spec_check(rule: str) -> SpecCheck:
    """:func:`load_check` of a rule about specs."""
    module = import_module(f"gtmgen.lint.spec_checks.{rule.replace('-', '_')}")
    check: SpecCheck = module.check
    return check
