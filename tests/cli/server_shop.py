"""A shop with both halves, for tests of scenarios: a spec, and a small server container."""

from __future__ import annotations

import json
from typing import Any

from runtime.server_containers import condition, server_container

PIXEL = "C0123456789ABCDEF012"
TOKEN = "token-of-the-tests"
API = "https://business-api.tiktok.com/open_api/v1.3/event/track/"

SPEC = f"""\
gtmgen: 1
project: both
container: {{gtm: GTM-ABC123}}
site: {{hosts: [shop.example], currency: EUR}}
platforms:
  tiktok:
    pixel_id: {PIXEL}
    page_view: "off"
    consent: [ad_storage]
    while_denied: drop
  ga4:
    measurement_id: G-TEST123
    page_view: "off"
    consent: not_required
    server_container_url: https://sgtm.shop.example
consent: {{default: {{ad_storage: denied, analytics_storage: denied}}}}
data:
  order_id: {{path: ecommerce.transaction_id, type: string, required: true, example: "1001"}}
  value: {{path: ecommerce.value, type: number, example: 10.5}}
  currency: {{path: ecommerce.currency, type: currency, example: EUR}}
  items:
    path: ecommerce.items
    type: items
    example: [{{item_id: A, price: 10.5, quantity: 1}}]
events:
  purchase:
    on: {{event: purchase}}
    event_id: {{from: order_id, prefix: purchase_}}
    params: {{value: value, currency: currency, items: items, transaction_id: order_id}}
    send: {{tiktok: Purchase, ga4: purchase}}
tests:
"""
ORDER = (
    '{event: purchase, ecommerce: {transaction_id: "1001", value: 0, currency: EUR, '
    "items: [{item_id: A, price: 0, quantity: 2}]}}"
)
BOTH_SIDES = f"""\
  - name: A purchase is sent once by each side
    consent: granted
    cookies: {{_ttp: visitor}}
    steps:
      - push: {ORDER}
    expect:
      - {{tiktok: Purchase, event_id: purchase_1001}}
      - {{ga4: purchase}}
      - tiktok.server: Purchase
        event_id: purchase_1001
        params: {{value: 0, currency: EUR, contents: [{{content_id: A, price: 0, quantity: 2}}]}}
        identify: {{ttp: visitor, ip: 203.0.113.1}}
      - same_event_id: [tiktok, tiktok.server]
"""
DENIED = f"""\
  - name: Without consent the hit arrives and is not sent on
    steps:
      - push: {ORDER}
    expect:
      - {{ga4: purchase}}
      - {{none: [tiktok, tiktok.server]}}
"""
KNOWN = """\
  - name: A visitor who is known
    steps:
      - request:
          event: purchase
          page: https://shop.example/thanks
          consent: {ad_storage: granted}
          params:
            event_id: purchase_1001
            transaction_id: "1001"
            value: 5
            currency: EUR
            items: [{item_id: A, price: 5, quantity: 1}]
            user_data: {phone_number: "+4917012345678"}
    expect:
      - tiktok.server: Purchase
        identify: {phone: ["PHONE"]}
"""

CODE = f"""
const JSON = require('JSON');
const makeString = require('makeString');
const Math = require('Math');
const read = require('getEventData');
const sha256 = require('sha256Sync');
const log = require('logToConsole');
const consent = read('x-ga-gcs');
const user = {{ip: read('ip_override'), user_agent: read('user_agent')}};
const ttp = require('getCookieValues')('_ttp')[0];
const address = '{API}';
if (ttp) user.ttp = ttp;
const phone = read('user_data.phone_number');
if (phone) user.phone = [sha256(phone, {{outputEncoding: 'hex'}})];
const properties = {{
  currency: read('currency'), content_type: 'product', order_id: read('transaction_id'),
}};
if (read('value') !== undefined) properties.value = read('value');
properties.contents = (read('items') || []).map((item) => {{
  return {{content_id: makeString(item.item_id), price: item.price, quantity: item.quantity}};
}});
const body = JSON.stringify({{
  event_source: 'web', event_source_id: data.pixel_id,
  data: [{{
    event: data.event, event_id: makeString(read('event_id')),
    event_time: Math.floor(require('getTimestampMillis')() / 1000),
    user: user, properties: properties, page: {{url: read('page_location')}},
  }}],
}});
const options = {{
  method: 'POST',
  headers: {{'Content-Type': 'application/json', 'Access-Token': data.access_token}},
}};
if (consent && consent.charAt(2) === '1') {{
  log(JSON.stringify({{Name: 'TikTok', Type: 'Request', EventName: data.event}}));
  require('sendHttpRequest')(address, options, body).then((answer) => {{
    const code = (JSON.parse(answer.body) || {{}}).code;
    if (code === 0) data.gtmOnSuccess(); else data.gtmOnFailure();
  }}, data.gtmOnFailure);
}} else {{
  data.gtmOnSuccess();
}}
"""
PERMISSIONS: dict[str, Any] = {
    "read_event_data": {"eventDataAccess": "any"},
    "get_cookies": {"cookieAccess": "specific", "cookieNames": ["_ttp"]},
    "logging": {"environments": "all"},
    "send_http": {"allowedUrls": "specific", "urls": [API + "*"]},
}


def server_export(code: str = CODE) -> str:
    """The server container's export: one tag that sends `purchase` as Purchase."""
    parameters = {"pixel_id": PIXEL, "access_token": TOKEN, "event": "Purchase"}
    trigger = {
        "triggerId": "1",
        "name": "purchase",
        "type": "CUSTOM_EVENT",
        "customEventFilter": [condition("{{_event}}", "purchase")],
        "filter": [condition("{{Client Name}}", "GA4")],
    }
    container = server_container(
        code,
        PERMISSIONS,
        triggers=[trigger],
        parameters=[
            {"type": "TEMPLATE", "key": key, "value": value} for key, value in parameters.items()
        ],
    )
    return json.dumps(container)
