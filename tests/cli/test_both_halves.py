"""Both halves of a spec at their edges: one push in the page, what each side sends of it."""

from __future__ import annotations

from push.harness import Shell

SPEC = """\
gtmgen: 1
project: acme
container: {gtm: GTM-ACMEWEB}
site: {currency: EUR, hosts: [shop.acme.example], navigation: spa}
consent:
  default: {ad_storage: denied, analytics_storage: denied, ad_user_data: denied}
  granted_on: ok
server:
  gtm: GTM-ACMESRV
  url: https://sgtm.acme.example/metrics
  accounts:
    tiktok: {access_token: "${secret:TIKTOK_ACCESS_TOKEN}"}
    agency: {access_token: {secret: AGENCY_TOKEN}}
triggers: {ok: {event: ok}}
platforms:
  ga4: {measurement_id: G-ABCDEF1234, consent: [analytics_storage]}
  tiktok:
    pixel_id: CABCDEFGHIJ1234567890
    consent: [ad_storage, ad_user_data]
    while_denied: drop
    content_id: item_group_id
    content_type: product_group
    limited_data_use: true
    identify: {email: email, external_id: uid, city: city, first_name: fn}
  agency:
    pack: tiktok
    pixel_id: CABCDEFGHIJ1234567891
    consent: [ad_storage]
    while_denied: drop
data:
  value: {path: ecommerce.value, type: number}
  net: {path: ecommerce.net, type: number}
  currency: {path: ecommerce.currency, type: currency}
  items:
    path: ecommerce.items
    type: items
    fields: {item_id: sku, price: unit, item_group_id: grp}
    example: [{sku: A, unit: 1, grp: G, quantity: 1}]
  order: {path: ecommerce.transaction_id, type: string, required: true}
  email: {path: user.email, type: email, pii: true}
  uid: {path: user.id, type: string, pii: true}
  city: {path: user.city, type: string, pii: true}
  fn: {path: user.fn, type: string, pii: true}
  q: {query: q, type: string}
pages: {search: {path: /search}}
events:
  purchase:
    title: Bought
    on: {event: purchase}
    event_id: {from: order, prefix: purchase_}
    params: {value: value, currency: currency, items: items, transaction_id: order}
    send:
      ga4: purchase
      tiktok: {event: Purchase, params: {value: net}}
      agency: {event: Purchase, where: {value: {gt: 100}}}
  search:
    on: {page: search}
    params: {search_term: q}
    send: {tiktok: {event: Search, once: page}}
tests:
  - name: all
    consent: granted
    data_layer: [{user: {email: A@x.de, id: 77, city: "Bad Ems", fn: "Zoë M"}}]
    cookies: {_ttp: TTP1, ttclid: OLD}
    steps:
      - load: /search?q=a%20b&ttclid=NEW
        expect:
          - {tiktok: Pageview}
          - {agency: Pageview}
          - {tiktok: Search}
          - {tiktok.server: Search, params: {search_string: a b}}
          - same_event_id: [tiktok, tiktok.server]
      - push:
          event: purchase
          ecommerce:
            transaction_id: 1001
            value: 10
            net: 0
            items: [{sku: 5, grp: "G~1&ü=%", unit: 0, quantity: 2, item_name: "x~y&z"}]
        expect:
          - {tiktok: Purchase, params: {value: 0, contents: [{content_id: "G~1&ü=%"}]}}
          - {ga4: purchase, params: {value: 10}}
          - tiktok.server: Purchase
            event_id: purchase_1001
            params:
              value: 0
              order_id: "1001"
              contents:
                - {content_id: "G~1&ü=%", content_name: "x~y&z", price: 0, quantity: 2}
            identify:
              email: [{sha256: a@x.de}]
              external_id: [{sha256: "77"}]
              city: badems
              first_name: {sha256: zoëm}
              ttp: TTP1
      - push:
          event: purchase
          ecommerce: {transaction_id: 1002, value: 110, net: 1, items: [{sku: 5, grp: G}]}
        expect:
          - {tiktok: Purchase}
          - {ga4: purchase}
          - {agency: Purchase}
          - {tiktok.server: Purchase}
          - {agency.server: Purchase, params: {value: 110}}
          - same_event_id: [agency, agency.server, tiktok.server]
  - name: one type denied
    consent: {ad_storage: granted, ad_user_data: denied}
    steps:
      - load: /search?q=a
      - push:
          event: purchase
          ecommerce: {transaction_id: 1002, value: 110, net: 1, items: [{sku: 5, grp: G}]}
    expect:
      - {none: tiktok}
      - {none: tiktok.server}
      - {agency.server: Purchase}
      - {agency: Purchase}
      - {agency: Pageview}
  - name: late consent
    steps:
      - load: /search?q=a
      - consent: {ad_storage: granted, ad_user_data: granted, analytics_storage: granted}
      - push: {event: ok}
    expect:
      - {tiktok: Search}
      - {tiktok.server: Search}
      - {tiktok: Pageview}
      - {agency: Pageview}
      - same_event_id: [tiktok, tiktok.server]
"""


def test_both_sides_send_the_same_whatever_the_event_holds(shell: Shell) -> None:
    """Two accounts; own words for items; numbers for IDs; marks that the hit writes otherwise;
    one consent type of two; consent that comes later."""
    result = shell.run("test", shell.spec(SPEC))
    assert (result.code, result.out) == (0, "3 passed\n")


def test_what_waits_on_the_page_reaches_the_server_too(shell: Shell) -> None:
    spec = shell.spec(SPEC.replace("drop\n    content_id", "hold\n    content_id"))
    result = shell.run("validate", spec)
    assert result.code == 0
    assert "server-one-side" not in result.err
