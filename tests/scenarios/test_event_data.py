"""What an event's tags read: its own values, in whatever form the site writes them."""

import json

import pytest

from gtmgen.compile.compiler import compile_spec
from gtmgen.container.export import export_json
from gtmgen.spec.load import load
from scenarios.played import HEAD, Played

SHOP = """\
data:
  value: {path: ecommerce.value, type: number}
  currency: {path: ecommerce.currency, type: currency}
  items: {path: ecommerce.items, type: items}
  number: {path: ecommerce.transaction_id, type: string, required: true}
events:
  cart:
    on: {event: cart}
    params: {value: value, currency: currency, items: items}
    send: {tiktok: AddToCart, ga4: add_to_cart}
  order:
    on: {event: order}
    event_id: {from: number, prefix: order_}
    params: {value: value, currency: currency, items: items, transaction_id: number}
    send: {tiktok: Purchase, ga4: purchase}
"""
HAT, SCARF = {"item_id": "HAT", "price": 10}, {"item_id": "SCARF", "price": 15}


# -- event IDs -------------------------------------------------------------------------

SIGNUP = """\
events:
  signup: {on: {event: signup}, send: {tiktok: Contact}}
  start: {on: {lifecycle: init}, send: {tiktok: Lead}}
"""


def test_every_event_has_an_id_of_its_own_however_it_comes(tmp_path):
    steps = [
        {"gtag": ["event", "signup", {}]},
        {"gtag": ["event", "signup", {}]},
        {"push": {"event": "signup", "event_id": "server-1"}},
        {"push": {"event": "signup"}},
    ]
    ids = Played(tmp_path, SIGNUP, steps).ids

    assert len(ids) == len(set(ids)) == 5
    assert ids[3] == "server-1"
    assert not {"event_id", "", None} & set(ids)


@pytest.mark.parametrize("between", [[{"wait": 2000}], [{"wait": 1}], []])
def test_an_object_that_is_pushed_again_is_another_event(tmp_path, between):
    again = "%s window.dataLayer.push(window.added)"
    first = "window.added = {event: 'cart', ecommerce: {value: 1, items: [{item_id: 'HAT'}]}};"
    steps = [
        {"eval": again % first},
        *between,
        {"eval": again % "window.added.ecommerce.value = 2;"},
    ]

    played = Played(tmp_path, SHOP, steps)

    assert [sent["value"] for _, sent, _ in played.tracked] == [1, 2]
    one, other = played.ids
    assert (other, played.params(len(steps) - 1)["value"]) == (f"{one}.2", 2)


GTAG = """\
data:
  value: {path: eventModel.value, type: number}
  items: {path: eventModel.items, type: items}
  number: {path: eventModel.transaction_id, type: string, required: true}
events:
  order:
    on: {event: order}
    event_id: {from: number, prefix: order_}
    params: {value: value, items: items, transaction_id: number}
    send: {tiktok: Purchase, ga4: purchase}
"""


def test_what_gtag_brings_is_its_own_events(tmp_path):
    steps = [
        {"gtag": ["event", "order", {"transaction_id": "A1", "value": "5", "items": [HAT, SCARF]}]},
        {"gtag": ["event", "order", {"transaction_id": 7, "event_id": "site-7", "items": [SCARF]}]},
        {"gtag": ["event", "order", {}]},
    ]

    played = Played(tmp_path, GTAG, steps)

    sent = [played.params(step) for step in range(3)]
    assert sent[0]["items"] == [HAT, SCARF]
    assert (sent[0]["value"], sent[0]["transaction_id"]) == (5, "A1")
    assert (sent[1]["items"], sent[1]["transaction_id"]) == ([SCARF], "7")
    assert sent[2] == {"currency": "EUR"}
    assert played.ids[:2] == ["order_A1", "site-7"]
    assert played.ids[2] not in ("order_A1", "order_7", "site-7", "order_", None)


FROZEN = "Object.freeze({event: 'cart', event_id: %s, ecommerce: Object.freeze({value: %d})})"
UNLIKE = """\
data:
  value: {path: ecommerce.value, type: number}
  kind: {path: kind, type: string, scope: event}
events:
  cart:
    on: {event: cart}
    where: {kind: {not_equals: free}}
    params: {value: value, method: kind}
    send: {tiktok: Contact, ga4: cart}
"""


def push_frozen(*messages):
    """One push of messages that the site has frozen, each a pair of ID and value."""
    frozen = (FROZEN % (json.dumps(id_), value) for id_, value in messages)
    return {"eval": f"void dataLayer.push({', '.join(frozen)})"}


@pytest.mark.parametrize(
    "steps",
    [
        [push_frozen(("srv-1", 1)), push_frozen(("srv-2", 2))],
        [push_frozen(("srv-1", 1), ("srv-2", 2))],
        [push_frozen(("srv-1", 1)), {"push": {"kind": "gift"}}, push_frozen(("srv-2", 2))],
    ],
    ids=["one after the other", "at once", "data between them"],
)
def test_each_frozen_message_has_its_own_values(tmp_path, steps):
    played = Played(tmp_path, UNLIKE, steps)

    assert [(sent["value"], id_) for _, sent, id_ in played.tracked] == [(1, "srv-1"), (2, "srv-2")]
    kinds = [params.get("method") for _, _, params in played.ga4 if "value" in params]
    assert kinds == [None, "gift" if len(steps) == 3 else None]


def test_frozen_messages_before_gtm_have_their_own_values(tmp_path):
    html = f"<script>dataLayer.push({FROZEN % ('1', 1)}, {FROZEN % ('2', 2)})</script>"

    played = Played(tmp_path, UNLIKE, [], html=html, engine="browser")

    assert [(sent["value"], id_) for _, sent, id_ in played.tracked] == [(1, "1"), (2, "2")]


def test_a_frozen_message_that_no_tag_saw_is_not_taken_for_the_next(tmp_path):
    tags = UNLIKE.replace("    where: {kind: {not_equals: free}}\n", "")
    gated = tags.replace("{event: cart}", "{event: cart, where: {page_path: /basket}}")
    steps = [push_frozen(("srv-1", 1)), {"pushState": "/basket"}, push_frozen(("srv-2", 2))]
    [(_, sent, id_)] = Played(tmp_path, gated, steps).tracked
    assert (sent["value"], id_) == (2, "srv-2")

    # Nothing tells these two apart: the second one could be either.
    less = {"eval": "void dataLayer.push(Object.freeze({event: 'cart'}))"}
    [(_, sent, id_)] = Played(tmp_path, gated, [*steps[:2], less]).tracked
    assert "value" not in sent
    assert id_ != "srv-1"


def test_messages_without_an_event_belong_to_the_gtag_event_behind_them(tmp_path):
    body = UNLIKE.replace("ecommerce.value", "eventModel.value")
    gtag = {"gtag": ["event", "cart", {"value": 1}]}
    gift = {"push": {"kind": "gift"}}
    other = {"gtag": ["event", "other", {}]}

    played = Played(tmp_path, body, [gift, gtag, gtag, other, gift, gtag, gift, other, gtag])

    kinds = [params.get("method") for _, _, params in played.ga4 if "value" in params]
    assert kinds == ["gift", None, "gift", None]


HEARD = """data: {kind: {path: kind, type: string, scope: event}}
events:
  told: {on: {event: told}, params: {method: kind}, send: {ga4: told}}
"""
LISTENERS = """  moved: {on: {history: any}, params: {method: kind}, send: {ga4: moved}}
  clicked: {on: {click: any}, params: {method: kind}, send: {ga4: clicked}}
"""
KIND = {"push": {"kind": "shoe"}}
TOLD = {"push": {"event": "told"}}
MOVE = {"pushState": "/b"}
CLICK = {"push": {"event": "gtm.click"}}  # what GTM's listener pushes, where there is no page


@pytest.mark.parametrize("listeners", ["", LISTENERS])
@pytest.mark.parametrize(
    ("steps", "kind"),
    [
        ([KIND, MOVE, TOLD], "shoe"),
        ([KIND, CLICK, MOVE, CLICK, TOLD], "shoe"),
        ([KIND, CLICK, {"push": {"kind": None}}, MOVE, TOLD], None),
        ([KIND, MOVE, {"push": {"event": "other"}}, CLICK, TOLD], None),
    ],
)
def test_a_listener_more_changes_nothing_that_an_event_reads(tmp_path, steps, kind, listeners):
    played = Played(tmp_path, HEARD + listeners, steps)
    [told] = [params for _, tag, params in played.ga4 if tag == "told"]

    assert told == ({"method": kind} if kind else {})


SHOWN = """data: {kind: {path: kind, type: string, scope: event}}
pages: {product: {path: "/p/*"}}
events:
  seen: {on: {page: product}, params: {method: kind}, send: {ga4: seen}}
"""


@pytest.mark.parametrize("engine", ["quickjs", "browser"])
@pytest.mark.parametrize(
    ("site", "between", "kind"),
    [
        ("", [{"replaceState": "/", "state": {"scroll": 300}}], "shoe"),
        ("", [{"replaceState": "/?page=2"}, {"replaceState": "/sale"}], "shoe"),
        ("", [{"pushState": "/?color=red"}, {"hash": "#top"}], "shoe"),
        ("", [{"pushState": "/sale"}], None),
        (", page_identity: path_query", [{"pushState": "/?utm_source=x"}], "shoe"),
        (", page_identity: path_query", [{"pushState": "/?color=red"}], None),
        (", replace_state: page", [{"replaceState": "/"}], "shoe"),
        (", replace_state: page", [{"replaceState": "/sale"}], None),
        (", page_identity: fragment", [{"pushState": "/?a=1"}], "shoe"),
        (", page_identity: fragment", [{"hash": "#/sale"}], None),
    ],
)
def test_a_page_s_data_outlives_what_the_router_notes_before(tmp_path, site, between, kind, engine):
    site = f", navigation: spa{site}"
    steps = [KIND, *between, {"pushState": "/p/1"}]

    played = Played(tmp_path, SHOWN, steps, site=site, engine=engine)

    assert played.ga4 == [(len(steps) - 1, "seen", {"method": kind} if kind else {})]


def test_what_a_listener_hears_reads_the_data_before_it_once(tmp_path):
    steps = [KIND, CLICK, MOVE, CLICK, {"pushState": "/c"}]
    played = Played(tmp_path, HEARD + LISTENERS, steps)

    found = [(tag, params.get("method")) for _, tag, params in played.ga4]
    assert found == [("clicked", "shoe"), ("moved", "shoe"), ("clicked", None), ("moved", None)]


def test_what_the_page_pushed_before_it_loaded_is_not_a_later_event_s(tmp_path):
    steps = [MOVE, TOLD]
    played = Played(tmp_path, HEARD + LISTENERS, steps, dataLayer=[{"kind": "shoe"}])

    assert played.ga4 == [(0, "moved", {}), (1, "told", {})]


def test_what_the_body_pushes_counts_at_window_loaded_too(tmp_path):
    body = """\
data: {kind: {path: kind, type: string, scope: event}}
events:
  ready: {on: {lifecycle: dom_ready}, params: {method: kind}, send: {ga4: ready}}
  full: {on: {lifecycle: window_loaded}, params: {method: kind}, send: {ga4: full}}
  later: {on: {event: later}, params: {method: kind}, send: {ga4: later}}
"""
    html = "<script>dataLayer.push({kind: 'article'})</script>"

    played = Played(tmp_path, body, [{"push": {"event": "later"}}], html=html, engine="browser")

    kinds = {name: params.get("method") for _, name, params in played.ga4 if name != "Google tag"}
    assert kinds == {"ready": "article", "full": "article", "later": None}


def test_another_name_of_the_data_layer(tmp_path):
    steps = [
        {"push": {"event": "order", "ecommerce": {"transaction_id": "A1", "items": [HAT]}}},
        {"push": {"event": "cart", "event_id": "server-1", "ecommerce": {"items": [SCARF]}}},
    ]
    site, layer = ", data_layer: shopLayer", "shopLayer"
    played = Played(tmp_path, SHOP, steps, site=site, layer=layer)

    assert played.ids == ["order_A1", "server-1"]
    assert [call[1]["contents"][0]["content_id"] for call in played.tracked] == ["HAT", "SCARF"]


@pytest.mark.parametrize("path", ["order.number", "ecommerce.transaction_id"])
def test_an_order_that_the_server_wrote_into_the_page(tmp_path, path):
    body = f"""\
data:
  number: {{path: {path}, type: string, required: true}}
events:
  ready: {{on: {{lifecycle: dom_ready}}, event_id: {{from: number, prefix: o_}}, send: {{tiktok: Lead}}}}
  full: {{on: {{lifecycle: window_loaded}}, event_id: {{from: number, prefix: o_}}, send: {{tiktok: Lead}}}}
"""  # noqa: E501
    outer, inner = path.split(".")

    played = Played(tmp_path, body, [], dataLayer=[{outer: {inner: "T1"}}])

    assert played.ids == ["o_T1", "o_T1"]


def test_what_the_model_holds_counts_on_a_later_event(tmp_path):
    body = """\
data:
  number: {path: order.number, type: string, required: true}
events:
  paid: {on: {event: paid}, event_id: {from: number, prefix: o_}, send: {tiktok: Lead}}
"""
    played = Played(
        tmp_path, body, [{"push": {"event": "paid"}}], dataLayer=[{"order": {"number": 7}}]
    )

    assert played.ids == ["o_7"]


# -- values that linger ----------------------------------------------------------------


def test_what_another_event_set_is_not_sent(tmp_path):
    full = {"value": 25, "currency": "USD", "transaction_id": "A1", "items": [HAT, SCARF]}
    steps = [
        {"push": {"event": "order", "ecommerce": full}},
        {"push": {"event": "cart", "ecommerce": {"items": [SCARF]}}},
        {"push": {"event": "order"}},
        {"push": [{"ecommerce": {"value": 5, "items": [HAT]}}, {"event": "cart"}]},
    ]
    played = Played(tmp_path, SHOP, steps)

    assert [played.params(step) for step in range(4)] == [
        full,
        {"currency": "EUR", "items": [SCARF]},
        {"currency": "EUR"},
        {"value": 5, "currency": "EUR", "items": [HAT]},
    ]
    assert played.ids[0] == "order_A1"
    assert played.ids[2] not in played.ids[:2]


@pytest.mark.parametrize("word", ["undefined", "null", "NaN", "[object Object]"])
def test_a_word_for_nothing_is_no_id(tmp_path, word):
    steps = [
        {"push": {"event": "order", "ecommerce": {"transaction_id": word}}},
        {"push": {"event": "order", "event_id": word, "ecommerce": {"transaction_id": "A1"}}},
        {"push": {"event": "cart", "event_id": word}},
        {"push": {"event": "cart", "event_id": word}},
    ]
    played = Played(tmp_path, SHOP, steps)

    assert played.ids[1] == "order_A1"
    assert len(set(played.ids)) == 4
    assert not [event_id for event_id in played.ids if word in event_id]


# -- values that are missing -----------------------------------------------------------

OPERATORS = {
    "equals": "undefined",
    "contains": "in",
    "matches": ".",
    "starts_with": "u",
    "ends_with": "l",
}
MISSING = [{}, {"user": None}, {"user": {"plan": None}}, {"user": {"plan": ""}}]


def _conditions(source):
    tests = [(name, f"{{{name}: {value}}}") for name, value in OPERATORS.items()]
    tests += [(name, f"{{{name}: 10}}") for name in ("lt", "lte")]
    tests += [(name, f"{{{name}: 0}}") for name in ("gte",)]
    events = "".join(
        f"  {prefix}{name}: {{on: {{event: go}}, send: {{ga4: {prefix}{name}}},"
        f" where: {{plan: {test.replace('{', '{' + prefix)}}}}}\n"
        for name, test in tests
        for prefix in ("", "not_")
    )
    return f"data:\n  plan: {source}\nevents:\n{events}", {f"not_{name}" for name, _ in tests}


@pytest.mark.parametrize("message", MISSING, ids=str)
def test_conditions_on_what_is_missing(tmp_path, message):
    body, negated = _conditions("{path: user.plan, type: string}")

    played = Played(tmp_path, body, [{"push": {"event": "go", **message}}])

    assert set(played.fired()) == negated


@pytest.mark.parametrize("source", ["{query: plan}", "{cookie: plan, type: string}"])
def test_conditions_on_other_sources(tmp_path, source):
    body, _ = _conditions(source)

    played = Played(tmp_path, body, [{"push": {"event": "go"}}])

    assert not [name for name in played.fired() if not name.startswith("not_")]
    assert {f"not_{name}" for name in OPERATORS} <= set(played.fired())


@pytest.mark.parametrize("message", MISSING, ids=str)
def test_defaults_and_replacements_apply(tmp_path, message):
    body = """\
data:
  plan: {path: user.plan, type: string, default: free}
  other: {path: user.plan, type: string, replace: {"null": none}}
events:
  go: {on: {event: go}, params: {plan: plan, other: other}, send: {ga4: go}}
"""
    played = Played(tmp_path, body, [{"push": {"event": "go", **message}}])

    assert played.params(0) == {"plan": "free", "other": "none"}


# -- values in other forms -------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "decimal", "number"),
    [
        ("1.299,00", ",", 1299),
        ("1.450", ",", 1450),
        ("1,450", ".", 1450),
        ("59,90 EUR", None, 59.9),
        ("1,450.00", None, 1450),
        ("€ 59.90", None, 59.9),
        ("1 299,50", None, 1299.5),
        ("CHF 1'299.50", None, 1299.5),
        ("-5", None, -5),
        ("Rs. 1,23,456.00", None, 123456),
        ("Rs.500", None, 500),
        ("CHF. 50", None, 50),
        ("kr. 1.299,-", None, 1299),
        ("59,90 € inkl. MwSt.", None, 59.9),
        (0, None, 0),
        ("0", None, 0),
    ],
)
def test_numbers_as_they_are_written(tmp_path, written, decimal, number):
    site = f', decimal: "{decimal}"' if decimal else ""
    pushed = {"value": written, "currency": " eur ", "items": [HAT]}

    played = Played(tmp_path, SHOP, [{"push": {"event": "cart", "ecommerce": pushed}}], site=site)

    assert played.params(0) == {"value": number, "currency": "EUR", "items": [HAT]}
    [(_, sent, _)] = played.tracked
    assert (sent["value"], sent["currency"]) == (number, "EUR")


LIST = """\
data:
  items: {path: cart.lines, type: items, scope: event, fields: {item_id: sku, price: cost.net}}
  value: {sum: items}
  coupon: {first_of: [code, old_code]}
  code: {path: code, type: string, scope: event}
  old_code: {path: old.code, type: string, scope: event, default: none}
events:
  cart:
    on: {event: cart}
    params: {items: items, value: value, coupon: coupon}
    send: {tiktok: {event: AddToCart, params: {coupon: null}}, ga4: add_to_cart}
"""
LINE = {"sku": 7, "cost": {"net": "10,50"}, "quantity": "2"}


@pytest.mark.parametrize(
    "lines",
    [
        [LINE],
        LINE,
        '[{"sku": 7, "cost": {"net": "10,50"}, "quantity": "2"}]',
        {"3": LINE},
        {"c4ca4238": LINE},
    ],
    ids=["list", "object", "text", "list with a gap", "by ID"],
)
def test_items_in_other_words_and_forms(tmp_path, lines):
    played = Played(tmp_path, LIST, [{"push": {"event": "cart", "cart": {"lines": lines}}}])

    [(_, sent, _)] = played.tracked
    assert sent["contents"] == [
        {"content_id": "7", "content_type": "product", "price": 10.5, "quantity": 2}
    ]
    assert (sent["value"], sent["currency"]) == (21, "EUR")
    assert played.params(0)["value"] == 21


@pytest.mark.parametrize(
    ("message", "coupon"),
    [
        ({"code": "A", "old": {"code": "B"}}, "A"),
        ({"code": "", "old": {"code": "B"}}, "B"),
        ({"code": None}, "none"),
    ],
    ids=str,
)
def test_the_first_that_has_a_value(tmp_path, message, coupon):
    played = Played(tmp_path, LIST, [{"push": {"event": "cart", **message}}])

    assert played.params(0)["coupon"] == coupon


def test_cookies_are_decoded_unless_told_otherwise(tmp_path):
    body = """\
data:
  tier: {cookie: tier}
  raw: {cookie: tier, decode: false}
events:
  go: {on: {event: go}, where: {tier: gold plus}, params: {raw: raw}, send: {ga4: go}}
"""
    cookies = [{"name": "tier", "value": "gold%20plus"}]

    played = Played(tmp_path, body, [{"push": {"event": "go"}}], cookies=cookies)

    assert played.params(0) == {"raw": "gold%20plus"}


NOTHINGS = [None, "", " ", {"$number": "NaN"}, {"$undefined": True}]


@pytest.mark.parametrize("kind", ["", ", type: string", ", scope: event"])
@pytest.mark.parametrize("nothing", NOTHINGS, ids=str)
def test_nothing_is_sent_to_no_platform_whatever_its_type(tmp_path, kind, nothing):
    body = (
        f"data: {{word: {{path: word{kind}}}}}\n"
        "events:\n"
        "  go: {on: {event: go}, params: {method: word}, send: {tiktok: Contact, ga4: go}}\n"
    )
    steps = [{"push": {"event": "go", "word": word}} for word in (nothing, "x")]

    played = Played(tmp_path, body, steps)

    assert [played.params(0), played.params(1)] == [{}, {"method": "x"}]
    assert played.tracked[0][1] == {}


@pytest.mark.parametrize("nothing", ["?q=", "?other=1", ""])
def test_a_text_that_is_empty_is_not_sent(tmp_path, nothing):
    body = (
        "data: {words: {query: q, type: string}}\n"
        "events: {go: {on: {event: go}, params: {search_term: words}, send: {ga4: go}}}\n"
    )
    url = f"https://shop.example/{nothing}"
    assert Played(tmp_path, body, [{"push": {"event": "go"}}], url=url).params(0) == {}


def test_a_cookie_that_cannot_be_decoded_is_missing(tmp_path):
    body = """\
data: {tier: {cookie: tier, type: string, default: none}, visitor: {cookie: tier, type: string}}
events:
  go: {on: {event: go}, params: {tier: tier, user: visitor}, send: {ga4: go}}
  no: {on: {event: go}, where: {visitor: {contains: a}}, send: {ga4: wrong}}
"""
    cookies = [{"name": "tier", "value": "%E0%A4%A"}]

    failing = [f"variable data - {key} (as it is)" for key in ("tier", "visitor")]
    steps = [{"push": {"event": "go"}}]
    played = Played(tmp_path, body, steps, cookies=cookies, failing=failing)

    assert played.params(0) == {"tier": "none"}


# -- reading once ----------------------------------------------------------------------


def test_an_event_reads_the_data_layer_once(tmp_path):
    count = (
        "let reads = 0; const layer = window.dataLayer;"
        "Object.defineProperty(window, 'dataLayer', {configurable: true, set() {},"
        " get() { reads++; return layer; }});"
        "layer.push({event: 'order', ecommerce: {transaction_id: 'A1', value: 5,"
        " currency: 'EUR', items: [{item_id: 'HAT'}]}}); return reads;"
    )
    played = Played(tmp_path, SHOP, [{"eval": count}])

    assert played.evals == [1]
    assert played.ids == ["order_A1"]


# -- values that cannot be read --------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        (
            {
                "value": "59,90 EUR",
                "currency": " eur ",
                "items": [{"item_id": "A", "price": "9,90"}],
            },
            {"value": 59.9, "currency": "EUR", "items": [{"item_id": "A", "price": 9.9}]},
        ),
        (
            {"value": "on request", "currency": "Euro", "items": "A, B"},
            {},
        ),
        ({"value": "CHF.50", "currency": "CHF"}, {"currency": "CHF"}),
        (
            {"value": 5, "currency": "EUR", "items": ["A", {"item_id": "B", "price": "free"}]},
            {"value": 5, "currency": "EUR", "items": [{"item_id": "B"}]},
        ),
    ],
)
def test_google_receives_values_of_their_type_or_nothing(tmp_path, written, sent):
    played = Played(tmp_path, SHOP, [{"push": {"event": "cart", "ecommerce": written}}])

    assert played.params(0) == sent


def test_a_value_without_a_type_has_that_of_where_it_goes(tmp_path):
    body = (
        "data:\n"
        "  amount: {path: ecommerce.value}\n"
        "  money: {path: ecommerce.currency, type: string}\n"
        "events:\n"
        "  lead: {on: {event: lead}, params: {value: amount, currency: money}, send: {ga4: lead}}\n"
    )
    steps = [
        {"push": {"event": "lead", "ecommerce": {"value": "1.299,00", "currency": "eur"}}},
        {"push": {"event": "lead", "ecommerce": {"value": "free", "currency": "Euro"}}},
    ]
    played = Played(tmp_path, body, steps)

    assert played.params(0) == {"value": 1299, "currency": "EUR"}
    assert played.params(1) == {}


@pytest.mark.parametrize("kind", ["currency", "string"])
def test_the_pixel_receives_no_currency_that_is_none(tmp_path, kind):
    body = SHOP.replace("type: currency", f"type: {kind}")
    steps = [
        {"push": {"event": "cart", "ecommerce": {"value": 5, "currency": "Euro", "items": [HAT]}}},
        {"push": {"event": "cart", "ecommerce": {"value": 5, "currency": "usd", "items": [HAT]}}},
    ]
    [(_, first, _), (_, second, _)] = Played(tmp_path, body, steps).tracked

    assert first["value"] == 5
    assert "currency" not in first
    assert second["currency"] == "USD"


USER_PLAN = {
    "type": "MAP",
    "map": [
        {"type": "TEMPLATE", "key": "name", "value": "plan"},
        {"type": "TEMPLATE", "key": "value", "value": "{{data - plan}}"},
    ],
}


def test_user_properties_go_with_the_google_tags_own_page_view(tmp_path):
    platforms = (
        "platforms:\n"
        "  ga4:\n"
        "    measurement_id: G-FIXTURE001\n"
        "    consent: not_required\n"
        "    user_properties: {plan: plan}\n"
    )
    body = "data:\n  plan: {path: plan, type: string}\nevents: {}\n"
    file = tmp_path / "spec.yaml"
    file.write_text(HEAD % "" + platforms + body, encoding="utf-8")
    container = json.loads(export_json(compile_spec(load(file, {}))))
    [tag] = container["containerVersion"]["tag"]

    assert tag["type"] == "googtag"
    assert {"type": "LIST", "key": "userProperties", "list": [USER_PLAN]} in tag["parameter"]


def test_one_event_copies_the_data_layer_once(tmp_path):
    counted = """dataLayer.push(Object.defineProperty({}, 'counted', {
        enumerable: true, get: () => { window.copies += 1; return 1; },
    }))"""
    steps = [
        {"eval": f"window.copies = 0; {counted}; window.copies = 0"},
        {"push": {"event": "order", "ecommerce": {"transaction_id": "A1", "items": [HAT]}}},
        {"eval": "window.copies"},
        {"push": {"event": "cart", "ecommerce": {"items": [SCARF]}}},
        {"eval": "window.copies"},
    ]
    played = Played(tmp_path, SHOP, steps)

    assert (played.fired(1), played.fired(3)) == (["order"], ["cart"])
    assert played.evals[-2:] == [1, 2]
