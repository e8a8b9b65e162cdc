"""A shop whose purchase goes to TikTok from the browser and from a server container."""

import json
from pathlib import Path
from typing import Any

from gtmgen.compile.compiler import compile_both
from gtmgen.scenarios.halves import Halves, halves_of
from gtmgen.spec.load import Loaded, load

SPEC = """\
gtmgen: 1
project: both
site: {hosts: [shop.example], currency: EUR}
container: {gtm: GTM-ABC123}
server:
  gtm: GTM-SRV123
  url: https://sgtm.shop.example
  accounts: {tiktok: {access_token: {secret: TIKTOK_ACCESS_TOKEN}}}
platforms:
  tiktok:
    pixel_id: C0123456789ABCDEF012
    page_view: "off"
    consent: [ad_storage]
    while_denied: drop
    identify: {phone_number: phone}
  ga4:
    measurement_id: G-TEST123
    page_view: "off"
    consent: not_required
    server_container_url: https://sgtm.shop.example
consent: {default: {ad_storage: denied, analytics_storage: denied}}
data:
  phone: {path: user.phone, type: phone, pii: true, example: "+4915112345678"}
  order_id: {path: ecommerce.transaction_id, type: string, required: true, example: "1001"}
  value: {path: ecommerce.value, type: number, example: 10.5}
  currency: {path: ecommerce.currency, type: currency, example: EUR}
  items:
    path: ecommerce.items
    type: items
    example: [{item_id: A, price: 10.5, quantity: 1}]
events:
  purchase:
    on: {event: purchase}
    event_id: {from: order_id, prefix: purchase_}
    params: {value: value, currency: currency, items: items, transaction_id: order_id}
    send: {tiktok: Purchase, ga4: purchase}
"""


def compile_halves(folder: Path, tests: str = "") -> tuple[Loaded, Halves]:
    """The spec, with scenarios if any, and both containers."""
    file = folder / "spec.yaml"
    file.write_text(SPEC + tests)
    loaded = load(file, {})
    return loaded, halves_of(compile_both(loaded))


def changed(server: Any, old: str, new: str) -> Any:
    """The server container with one change in its template's code; tests stand behind that."""
    text, wanted = json.dumps(server), json.dumps(old)[1:-1]
    assert wanted in text
    return json.loads(text.replace(wanted, json.dumps(new)[1:-1], 1))
