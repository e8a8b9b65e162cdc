"""Containers as the checks see them, from examples of rules and from exports made in tests."""

from __future__ import annotations

import contextlib
import json
import tempfile
from pathlib import Path
from typing import Any

from gtmgen.compile.compiler import compile_spec
from gtmgen.importer.read.container import Imported
from gtmgen.lint.engine import lint_container
from gtmgen.lint.view import ContainerView, Finding, view_of
from gtmgen.rules.model import RuleExample
from gtmgen.spec.load import load

Json = dict[str, Any]


def view_of_export(version: Json) -> ContainerView:
    """A container version in JSON."""
    container = Imported(version, "test")
    return ContainerView(container.entities, container.built_ins, container.context)


def view_of_spec(text: str) -> ContainerView:
    """A whole spec in YAML, compiled."""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        Path("spec.yaml").write_text(text, encoding="utf-8")
        return view_of(compile_spec(load("spec.yaml", {})))


def view_of_example(example: RuleExample) -> ContainerView:
    if example.language == "json":
        return view_of_export(json.loads(example.text)["containerVersion"])
    return view_of_spec(example.spec)


def told(version: Json, rule: str) -> list[tuple[str, str]]:
    """Names and texts of what one rule says about a container version."""
    return [(item.name, item.text) for item in found(version) if item.rule == rule]


def found(version: Json) -> list[Finding]:
    return lint_container(view_of_export(version))
