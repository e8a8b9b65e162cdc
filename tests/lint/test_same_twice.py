"""Two things that are one: told where somebody wrote both down, never of what gtmgen makes."""

from __future__ import annotations

import json

from support import load_text

from gtmgen.compile.compiler import compile_spec
from gtmgen.container.export import export_json
from gtmgen.lint.engine import lint_container

from .containers import told, view_of_spec

SPEC = """\
gtmgen: 1
project: shop
container: {gtm: GTM-SHOP1}
consent: {default: site}
platforms:
  tiktok:
    pixel_id: C4A1B2C3D4E5F6G7H8I0
    consent: [ad_storage]
    where: {page_hostname: shop.example}
  ga4:
    measurement_id: G-ABC1234567
    consent: [analytics_storage]
    where: {page_hostname: shop.example}
events:
  sign_up: {on: {event: signed_up}, send: [tiktok, ga4]}
"""
WRITTEN = """\
data:
  plan: {path: visitor.plan, type: string}
  level: {path: visitor.plan, type: string}
triggers:
  one: {click: "#buy"}
  two: {click: "#buy"}
gtm:
  variables:
    raw:
      name: Plan
      type: v
      parameters: {dataLayerVersion: 2, setDefaultValue: false, name: visitor.level}
    other:
      name: Tariff
      type: v
      parameters: {dataLayerVersion: 2, setDefaultValue: false, name: visitor.level}
"""


def told_of_spec(text: str) -> list[tuple[str, str]]:
    found = lint_container(view_of_spec(text))
    return [(item.name, item.text) for item in found if item.rule == "same-twice"]


def test_conditions_of_two_platforms_that_are_alike() -> None:
    assert told_of_spec(SPEC) == []


def test_nor_in_an_export_of_such_a_container() -> None:
    container = compile_spec(load_text(SPEC))

    assert told(json.loads(export_json(container))["containerVersion"], "same-twice") == []


def test_what_somebody_wrote_twice() -> None:
    assert sorted(told_of_spec(SPEC + WRITTEN)) == [
        ("Plan", "It is the same as `Tariff` under another name."),
        ("click - two", "It is the same as `click - one` under another name."),
        ("data - plan", "It is the same as `data - level` under another name."),
    ]
