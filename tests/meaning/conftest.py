"""Two specs, before and after an edit, and what the change means."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import cache
from typing import Any

import yaml
from compile.specs import to_yaml
from support import load_text

from gtmgen.compile.compiler import compile_spec
from gtmgen.meaning.compare import compare_sides
from gtmgen.meaning.model import Fact
from gtmgen.meaning.sides import CompiledSpec, Sides
from gtmgen.report.english import load_english

SPEC: dict[str, Any] = yaml.safe_load("""
gtmgen: 1
project: shop
container: {gtm: GTM-SHOP1}
site: {hosts: [shop.example], navigation: spa, currency: EUR}
platforms:
  tiktok: {pixel_id: C4A1B2C3D4E5F6G7H8I0, consent: [ad_storage]}
  ga4: {measurement_id: G-ABC1234567, consent: [analytics_storage]}
consent: {default: {ad_storage: denied, analytics_storage: denied}}
data:
  order_id: {path: ecommerce.transaction_id, type: string, required: true}
  value: {path: ecommerce.value, type: number}
  currency: {path: ecommerce.currency, type: currency, default: EUR}
  items: {path: ecommerce.items, type: items}
  plan: {path: visitor.plan, type: string}
  email: {path: visitor.email, type: email, pii: true}
pages:
  product: {path: "/products/*"}
triggers:
  signed_up: {event: signed_up}
events:
  purchase:
    "on": {event: purchase}
    event_id: {from: order_id, prefix: purchase_}
    params: {transaction_id: order_id, value: value, currency: currency, items: items}
    send: [tiktok, ga4]
  product_seen:
    "on": {page: product}
    send: {ga4: product_seen}
  sign_up:
    "on": signed_up
    where: {plan: {equals: pro}}
    params: {method: plan}
    send: [tiktok, ga4]
""")
Edit = Callable[[dict[str, Any]], object]


@cache
def _side(text: str) -> CompiledSpec:
    loaded = load_text(text)
    return CompiledSpec(loaded.spec, compile_spec(loaded))


def sides(edit: Edit, before: Edit | None = None) -> Sides:
    """Both sides of an edit of :data:`SPEC`, or of what ``before`` makes of it."""
    old = copy.deepcopy(SPEC)
    if before is not None:
        before(old)
    after = copy.deepcopy(old)
    edit(after)
    return Sides(_side(to_yaml(old)), _side(to_yaml(after)))


def facts(edit: Edit, before: Edit | None = None) -> list[Fact]:
    return list(compare_sides(sides(edit, before)).items)


def told(edit: Edit, before: Edit | None = None) -> list[tuple[str, str, str]]:
    """Severity, sentence and risk of each fact, in English."""
    speaker = load_english()
    return [
        (fact.severity.value, speaker.sentence(fact), speaker.risk(fact))
        for fact in facts(edit, before)
    ]
