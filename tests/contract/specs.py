"""A small shop whose backend sends its purchases, too."""

from __future__ import annotations

from functools import cache

from support import load_text

from gtmgen.contract.build import build_contract
from gtmgen.contract.model import Contract
from gtmgen.spec.model import Spec

SHOP = """
gtmgen: 1
project: kiosk
container: {gtm: GTM-KIOSK1}
site: {hosts: [kiosk.example], currency: EUR}
platforms:
  tiktok:
    pixel_id: CKIOSKPIXEL000000001
    consent: not_required
    identify:
      email: email
      phone_number: phone
      external_id: customer
      first_name: first
      last_name: last
      zip_code: zip
      city: city
      state: state
      country: country
data:
  order: {path: ecommerce.transaction_id, type: string, required: true, example: "7001"}
  value: {path: ecommerce.value, type: number, example: 12.5}
  currency: {path: ecommerce.currency, type: currency, example: EUR}
  items:
    path: ecommerce.items
    type: items
    example:
      - {item_id: T1, item_name: T, item_brand: Leaf, item_category: Tea, price: 12.5, quantity: 1}
  term: {path: term, type: string, example: green tea}
  email: {path: user.email, type: email, pii: true, example: " Alice_ABC@gmail.com "}
  phone: {path: user.phone, type: phone, pii: true, example: "+1 (213) 373-4253"}
  customer: {path: user.id, type: string, pii: true, example: user_123}
  first: {path: user.first, type: string, pii: true, example: Alice}
  last: {path: user.last, type: string, pii: true, example: Van Dyke}
  zip: {path: user.zip, type: string, pii: true, example: "EC1A 1BB"}
  city: {path: user.city, type: string, example: San José}
  state: {path: user.state, type: string, example: CA}
  country: {path: user.country, type: string, example: US}
events:
  view_item:
    on: {event: view_item}
    params: {value: value, currency: currency, items: items}
    send: [tiktok]
  search:
    on: {event: search}
    params: {search_term: term}
    send: [tiktok]
  purchase:
    title: Order paid
    on: {event: purchase}
    event_id: {from: order, prefix: purchase_}
    params: {transaction_id: order, value: value, currency: currency, items: items}
    send: [tiktok]
"""


@cache
def shop() -> Spec:
    return load_text(SHOP).spec


@cache
def shop_contract() -> Contract:
    return build_contract(shop())
