"""Every example compiles, and to what a strict content security policy allows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gtmgen.compile.compiler import compile_spec
from gtmgen.container.builtins import KEY_OF_NAME
from gtmgen.spec.load import load

from .specs import EXAMPLES, ROOT

STARTERS = sorted((ROOT / "templates" / "starters").glob("*.yaml"))


@pytest.mark.parametrize("example", [*EXAMPLES, *STARTERS], ids=lambda path: path.stem)
def test_no_custom_html_and_no_custom_javascript_unless_the_spec_asks(example: Path) -> None:
    loaded = load(example, {})
    container = compile_spec(loaded)
    asked = {tag.name for tag in loaded.spec.raw_tags.values() if tag.data["type"] == "html"}
    assert {tag.name for tag in container.tags if tag.type == "html"} == asked
    scripts = sum(data.source == "script" for data in loaded.spec.data.values())
    assert sum(variable.type == "jsm" for variable in container.variables) == scripts


@pytest.mark.parametrize("example", [*EXAMPLES, *STARTERS], ids=lambda path: path.stem)
def test_every_reference_leads_somewhere(example: Path) -> None:
    container = compile_spec(load(example, {}))
    known = {variable.name for variable in container.variables} | {"_event"}
    known |= {item.name for item in container.built_ins}
    entities = (*container.variables, *container.triggers, *container.tags)
    found = {name for entity in entities for name in re.findall(r"\{\{([^{}]+)\}\}", repr(entity))}
    assert found - known == set()
    assert known & KEY_OF_NAME.keys() == found & KEY_OF_NAME.keys()
    for entity in container.entities():
        assert entity.origin is not None
        assert entity.origin.span.line > 0
