"""The specs that the tests push: one small, one with everything, and any number of events."""

from __future__ import annotations

_HEAD = """\
gtmgen: 1
project: shop
container: {gtm: GTM-SHOP1, workspace: gtmgen, folder: Shop}
platforms:
  ga4: {measurement_id: G-ABC1234567, consent: [analytics_storage]}
data:
  value: {path: ecommerce.value, type: string}
triggers:
  internal: {event_matches: ^staff, name: internal visitors}
"""

# At the end, so that the places of the rest stay easy to read.
CONSENT = "consent: {default: site}\n"

SPEC = f"""\
{_HEAD}\
events:
  buy:
    on: {{event: buy}}
    where: {{random_number: {{gt: 5}}}}
    except: [internal]
    params: {{total: value}}
    send: {{ga4: {{event: purchase_done, name: GA4 - buy}}}}
{CONSENT}"""

EVERYTHING = """\
gtmgen: 1
project: shop
container: {gtm: GTM-SHOP1, workspace: gtmgen, folder: Shop}
site: {navigation: spa, currency: EUR}
platforms:
  tiktok:
    pixel_id: C4A1B2C3D4E5F6G7H8I0
    page_view: manual
    consent: [ad_storage]
    content_id: item_id
    content_type: product
  ga4: {measurement_id: G-ABC1234567, consent: not_required}
data:
  value: {path: ecommerce.value, type: number, default: 0}
  items: {path: ecommerce.items, type: items, scope: event}
  plan: {lookup: {input: page_path, map: {/a: x, /b: "y"}, default: z}}
  shout: {script: "function() { return 'A {{braced}} text'; }"}
pages:
  product: {path: "/products/*"}
triggers:
  first: {event: first}
  second: {scroll: [25, 50]}
  both: {group: [first, second]}
  inner: {click: "button.inner", where: {plan: x}}
events:
  view_item:
    title: Product viewed
    on: {page: product}
    params: {value: value, items: items}
    send: {tiktok: ViewContent, ga4: view_item}
  reader:
    on: both
    except: [inner]
    params: {shout: shout}
    send: {ga4: {event: reader, once: page, priority: 3, paused: true}}
gtm:
  tags:
    pixel:
      type: html
      parameters: {html: "<b>1</b>", supportDocumentWrite: false}
      consent: [ad_storage]
      on: first
consent: {default: site}
"""

HEAD = f"""\
{_HEAD}\
  both: {{group: [internal, second]}}
  second: {{event: second}}
{CONSENT}\
events:
"""
_EVENT = """\
  event_{n}:
    on: {{event: event_{n}}}
    where: {{random_number: {{gt: 5}}}}
    except: [internal]
    params: {{total: value}}
    send: {{ga4: {{event: done_{n}, name: GA4 {name}}}}}
"""


def events(numbers: range, swap: bool = False) -> str:
    """A spec of numbered events; two tags swap their names with ``swap``."""
    names = {number: str(number) for number in numbers}
    if swap:
        names |= {4: "5", 5: "4"}
    return HEAD + "".join(_EVENT.format(n=number, name=names[number]) for number in numbers)


# Of these, 5 tags and triggers are created, as many deleted, and two tags swap their names.
FIRST = events(range(10))
SECOND = events(range(2, 12), swap=True).replace("done_7", "paid")
