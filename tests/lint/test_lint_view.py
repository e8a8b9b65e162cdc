"""A compiled container is to the checks what its export is."""

from __future__ import annotations

import json

import pytest
from compile.specs import EXAMPLES, ROOT

from gtmgen.compile.compiler import compile_spec
from gtmgen.container.entities import Kind
from gtmgen.container.export import export_json
from gtmgen.lint.engine import lint_container
from gtmgen.lint.view import view_of
from gtmgen.spec.load import load

from .containers import view_of_export, view_of_spec

SPECS = [*EXAMPLES, ROOT / "specs/everything/everything.yaml", ROOT / "specs/split/shop.yaml"]


@pytest.mark.parametrize("spec", SPECS, ids=lambda path: path.stem)
def test_a_spec_and_its_export_are_told_the_same(spec):
    container = compile_spec(load(spec, {}))
    export = json.loads(export_json(container))["containerVersion"]

    def told(view):
        return sorted(
            (item.rule, item.kind.value if item.kind else "", item.name)
            for item in lint_container(view)
        )

    assert told(view_of(container)) == told(view_of_export(export))


def test_kinds_and_built_ins_are_those_of_the_container():
    view = view_of_spec(
        "gtmgen: 1\nproject: p\ncontainer: {gtm: GTM-TEST}\n"
        "gtm:\n"
        "  folders:\n    a: {name: A}\n"
        "  built_in_variables: [click_id, page_url]\n"
    )
    assert [folder.name for folder in view.of_kind(Kind.FOLDER)] == ["A"]
    assert view.of_kind(Kind.TAG) == ()
    assert view.built_ins == {"click_id", "page_url"}
    assert view.context == "WEB"


def test_a_trigger_of_a_group_is_in_use():
    view = view_of_spec(
        "gtmgen: 1\nproject: p\ncontainer: {gtm: GTM-TEST}\n"
        "triggers:\n"
        "  read: {scroll: 50}\n"
        "  stayed: {timer: 30s, limit: 1}\n"
        "  engaged: {group: [read, stayed]}\n"
        "gtm:\n"
        "  tags:\n"
        "    pixel:\n"
        "      type: img\n"
        "      on: engaged\n"
        "      consent: not_required\n"
        "      parameters: {url: https://partner.example/a.gif}\n"
    )
    assert lint_container(view) == []
