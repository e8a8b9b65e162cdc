"""Runs the checks of containers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from importlib import import_module

from gtmgen.lint.view import ContainerView, Finding

Check = Callable[[ContainerView], Iterator[Finding]]

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
    "legacy-event-name",
    "event-name-case",
    "catch-all-tag",
    "event-id-missing",
    "undeclared-parameter",
    "retired-product",
    "document-write",
    "document-write-slow",
    "too-long",
    "consent-not-set",
    "address-in-clear",
    "secret-in-clear",
    "script-not-es5",
    "quoted-variable",
    "needs-unsafe-inline",
    "personal-data-sent",
    "duplicate-tag",
    "same-twice",
    "unused-entity",
    "unreachable",
)
"""The rules about containers, in the order in which they are told."""


LINT_ONLY = frozenset(CONTAINER_RULES)
"""Rules of which `validate` does not know."""


def lint_container(view: ContainerView) -> list[Finding]:
    """Everything that the rules have to say about a container."""
    return [
        replace(finding, rule=rule)
        for rule in CONTAINER_RULES
        for finding in load_check(rule)(view)
    ]


@cache
def load_check(rule: str) -> Check:
    """The check of a rule: the function ``check`` of the module that has its name."""
    module = import_module(f"gtmgen.lint.checks.{rule.replace('-', '_')}")
    check: Check = module.check
    return check
