"""Rules about an event, its ID and the data that it reads; about keys that were renamed.

Each rule with its whole message, where it stands and what it advises, and beside it the nearest
spec of which it says nothing.
"""

import pytest

from gtmgen.errors import SpecError
from gtmgen.spec.load import load

SPEC = """\
gtmgen: 1
project: shop
container: {gtm: GTM-ACME42}
site: {hosts: [shop.example], currency: EUR, navigation: spa}
platforms:
  tiktok: {pixel_id: C4A1B2C3D4E5F6G7H8I0, page_view: "off", consent: not_required}
  ga4: {measurement_id: G-ABC1234567, page_view: "off", consent: not_required}
pages: {thanks: {path: /thanks}}
data:
"""
LINES = SPEC.count("\n")
ITEMS = "  items: {path: ecommerce.items, type: items}\n"


def reported(tmp_path, body, spec=SPEC):
    """Each problem as (rule, severity, what the place begins with, message, hint)."""
    file = tmp_path / "spec.yaml"
    text = spec + body
    file.write_text(text, encoding="utf-8")
    try:
        diagnostics = load(file, {}).warnings
    except SpecError as error:
        diagnostics = error.diagnostics
    lines = text.split("\n")
    return [
        (
            item.rule,
            item.severity.value,
            lines[item.span.line - 1][item.span.col - 1 :],
            item.message,
            item.hint,
        )
        for item in diagnostics
    ]


def with_id(data, params="", more=""):
    return (
        f"  number: {data}\n{more}"
        "events:\n"
        "  lead:\n"
        "    on: {event: lead}\n"
        "    event_id: {from: number}\n"
        f"{params}"
        "    send: {tiktok: Lead}\n"
    )


# -- event IDs -------------------------------------------------------------------------

STRING = "{path: ecommerce.transaction_id, type: string, required: true}"


@pytest.mark.parametrize(
    ("data", "params", "more", "kind"),
    [
        (
            "{path: a, type: number, scope: event, required: true}",
            "",
            "",
            "of the type number",
        ),
        (
            "{path: a, type: currency, scope: event, required: true}",
            "",
            "",
            "of the type currency",
        ),
        (
            "{path: a, type: boolean, scope: event, required: true}",
            "",
            "",
            "of the type boolean",
        ),
        ("{path: a, type: items, required: true}", "", "", "of the type items"),
        ("{sum: items}", "", ITEMS, "a sum"),
        ("{constant: A1}", "", "", "the same for all events"),
        (
            "{path: ecommerce.value, required: true}",
            "    params: {value: number}\n",
            "",
            "what `value` is sent from",
        ),
        (
            "{first_of: [a, b], type: string, required: true}",
            "",
            "  a: {path: ecommerce.id, type: string}\n  b: {path: ecommerce.value, type: number}\n",
            "the first of several values, and `b` is of the type number",
        ),
    ],
)
def test_two_events_can_share_it(tmp_path, data, params, more, kind):
    assert reported(tmp_path, with_id(data, params, more)) == [
        (
            "event-id-source",
            "error",
            "number}",
            (
                f"`number` is {kind}: two events with the same value would get the same ID, "
                "and the second would be dropped as a duplicate"
            ),
            "name a key whose value differs for each event, such as the order's number",
        )
    ]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "page_path",
            [
                (
                    "event-id-source",
                    "warning",
                    "number}",
                    (
                        "`number` is a built-in variable, which is the same for many visitors: "
                        "their events would get the same ID, and all but the first would be "
                        "dropped as duplicates"
                    ),
                    "name a key whose value differs for each event, such as the order's number",
                )
            ],
        ),
        ("random_number", []),
    ],
)
def test_a_built_in_variable_tells_no_events_apart(tmp_path, source, expected):
    data = f"{{builtin: {source}, required: true}}"
    assert reported(tmp_path, with_id(data, "", "")) == expected


@pytest.mark.parametrize(
    ("data", "params", "more"),
    [
        (STRING, "", ""),
        ("{path: ecommerce.transaction_id, required: true}", "", ""),
        # An order's number is a number, and no amount.
        ("{path: ecommerce.transaction_id, type: integer, required: true}", "", ""),
        (
            "{path: ecommerce.transaction_id, required: true}",
            "    params: {description: number}\n",
            "",
        ),
        (
            "{first_of: [a, b], required: true}",
            "",
            "  a: {path: ecommerce.id, type: string}\n  b: {cookie: order, type: string}\n",
        ),
    ],
)
def test_the_order_number_of_the_event_is_fine(tmp_path, data, params, more):
    assert reported(tmp_path, with_id(data, params, more)) == []


def test_it_may_be_missing(tmp_path):
    data = "{path: ecommerce.transaction_id, type: string}"
    assert reported(tmp_path, with_id(data)) == [
        (
            "event-id-optional",
            "warning",
            "number}",
            (
                "`number` is not `required`: where it is missing, the ID is a generated one, "
                "which the server cannot know"
            ),
            "add `required: true` to `data.number` if every `lead` has it",
        )
    ]


def test_it_lingers(tmp_path):
    data = "{path: order.id, type: string, required: true}"
    assert reported(tmp_path, with_id(data)) == [
        (
            "event-id-lingers",
            "warning",
            "number}",
            (
                "`number` keeps its value until the site sets it again: a later `lead` without one "
                "gets the same ID"
            ),
            "add `scope: event` to `data.number` if it comes with the event's own message",
        )
    ]


def test_on_load_nothing_lingers(tmp_path):
    body = with_id("{path: order.id, type: string, required: true}")
    body = body.replace("{event: lead}", "{lifecycle: dom_ready}")
    assert reported(tmp_path, body) == []


# -- data of another message -----------------------------------------------------------


def on_page(data, params="cart: items", send="[ga4]", on="{page: thanks}"):
    return (
        f"  items: {data}\n"
        "events:\n"
        "  page_done:\n"
        f"    on: {on}\n"
        f"    params: {{{params}}}\n"
        f"    send: {send}\n"
    )


OF_THE_EVENT = (
    "`page_done` fires with the page, and `items` is read from an event's own message: only what "
    "the page pushes before GTM starts, or the app before it shows the page, without an event, is "
    "seen"
)
OF_THE_PAGE_BEFORE = (
    "`page_done` fires with the page: `items`, which a later message brings, is still that of the "
    "page before"
)
ADVICE = "fire on the event that brings the data, `on: {event: ...}`"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("{path: ecommerce.items, type: items}", OF_THE_EVENT),
        ("{path: cart, scope: event}", OF_THE_EVENT),
        ("{path: ecommerce.items, type: items, scope: model}", OF_THE_PAGE_BEFORE),
        ("{path: cart.products, type: items, scope: model}", OF_THE_PAGE_BEFORE),
        ("{path: ecommerce.value, type: number, scope: model}", OF_THE_PAGE_BEFORE),
    ],
)
@pytest.mark.parametrize(
    "on", ["{page: thanks}", "{lifecycle: dom_ready}", "[{page: thanks}, {history: any}]"]
)
def test_a_page_view_has_no_message_of_its_own(tmp_path, data, message, on):
    problems = reported(tmp_path, on_page(data, on=on))
    assert problems == [("page-data", "warning", "cart: items}", message, ADVICE)]


def test_without_an_app_nothing_is_pushed_before_a_page_but_on_it(tmp_path):
    spec = SPEC.replace("navigation: spa", "navigation: pages")
    problems = reported(tmp_path, on_page("{path: cart, scope: event}"), spec)
    message = OF_THE_EVENT.replace(", or the app before it shows the page", "")
    assert problems == [("page-data", "warning", "cart: items}", message, ADVICE)]


def test_a_sum_of_such_items_is_told_and_a_parameter_for_one_platform(tmp_path):
    body = on_page(
        "{path: ecommerce.items, type: items}\n  total: {sum: items}",
        params="value: total",
        send="{ga4: {params: {basket: items}}}",
    )
    assert reported(tmp_path, body) == [
        ("page-data", "warning", "value: total}", OF_THE_EVENT, ADVICE),
        ("page-data", "warning", "basket: items}}}", OF_THE_EVENT, ADVICE),
    ]


@pytest.mark.parametrize(
    ("data", "on"),
    [
        ("{path: ecommerce.items, type: items}", "{event: done}"),
        ("{path: ecommerce.items, type: items}", "[{page: thanks}, {event: done}]"),
        ("{path: page.category}", "{page: thanks}"),
        ("{query: q}", "{page: thanks}"),
    ],
)
def test_what_the_event_or_the_page_brings_is_fine(tmp_path, data, on):
    assert reported(tmp_path, on_page(data, on=on)) == []


# -- parameters ------------------------------------------------------------------------

FILLED = "`event_id` is filled by the tag itself for GA4"
OTHER_NAME = (
    "say where the event's ID comes from with `event_id`, or give the parameter another name"
)


@pytest.mark.parametrize(
    ("event", "place"),
    [
        ("params: {event_id: own}, send: {ga4: lead}", "event_id: own}, send: {ga4: lead}}"),
        ("send: {ga4: {event: lead, params: {event_id: own}}}", "event_id: own}}}}"),
    ],
)
def test_a_parameter_that_the_tag_fills(tmp_path, event, place):
    body = f"  own: {{path: own}}\nevents:\n  lead: {{on: {{event: lead}}, {event}}}\n"
    assert reported(tmp_path, body) == [("reserved-param", "error", place, FILLED, OTHER_NAME)]


def test_it_fills_it_in_the_page_view_too(tmp_path):
    spec = SPEC.replace(
        'ga4: {measurement_id: G-ABC1234567, page_view: "off", consent: not_required}',
        "ga4:\n    measurement_id: G-ABC1234567\n    consent: not_required\n"
        "    page_view: {on: {event: viewed}, params: {event_id: own, section: own}}",
    )
    body = "  own: {path: own}\nevents: {}\n"
    assert reported(tmp_path, body, spec) == [
        ("reserved-param", "error", "event_id: own, section: own}}", FILLED, OTHER_NAME)
    ]


def test_a_setting_that_the_tag_fills(tmp_path):
    spec = SPEC.replace(
        'G-ABC1234567, page_view: "off"',
        "G-ABC1234567, page_view: manual, user_id: own, "
        "config: {send_page_view: own, user_id: own, section: own}",
    )
    body = "  own: {path: own}\nevents: {}\n"
    assert [item[:4] for item in reported(tmp_path, body, spec)] == [
        (
            "reserved-param",
            "error",
            "send_page_view: own, user_id: own, section: own}, consent: not_required}",
            "`send_page_view` is filled by the tag itself for GA4",
        )
    ]
    assert reported(tmp_path, body, spec)[0][4] == (
        "take it out; the settings of `platforms.ga4` say what it is"
    )


def test_where_no_tag_fills_it_the_name_is_free(tmp_path):
    body = (
        "  own: {path: own}\n"
        "events:\n"
        "  lead: {on: {event: lead}, params: {user_id: own, event_ids: own}, send: {ga4: lead}}\n"
    )
    assert reported(tmp_path, body) == []


VALUES = (
    "  value: {path: ecommerce.value, type: number}\n"
    "  currency: {path: ecommerce.currency, type: currency}\n"
)
WITHOUT = (
    "without them product ads and value optimisation have nothing to work with; add them under "
    "`params`"
)


def seen(params, name):
    given = f"params: {{{params}}}, " if params else ""
    return (
        ITEMS + VALUES + "events:\n"
        f"  seen: {{on: {{event: seen}}, {given}send: {{tiktok: {name}}}}}\n"
        "  all: {on: {event: all}, params: {items: items, value: value, currency: currency}, "
        "send: {ga4: all}}\n"
    )


@pytest.mark.parametrize(
    ("params", "name", "missing", "pronoun"),
    [
        ("", "ViewContent", "`items`, `value`, `currency`", "them"),
        ("items: items", "ViewContent", "`value`, `currency`", "them"),
        ("value: value, currency: currency", "ViewContent", "`items`", "it"),
        ("items: items", "AddToCart", "`value`, `currency`", "them"),
    ],
)
def test_what_product_ads_work_with(tmp_path, params, name, missing, pronoun):
    assert reported(tmp_path, seen(params, name)) == [
        (
            "recommended-param",
            "warning",
            f"{name}}}}}",
            f"TikTok recommends {missing} for `{name}`, and `seen` does not give {pronoun}",
            WITHOUT,
        )
    ]


@pytest.mark.parametrize(
    ("params", "name"),
    [
        ("items: items, value: value, currency: currency", "ViewContent"),
        ("items: items, value: value", "ViewContent"),  # the site's currency completes it
        ("", "Lead"),
        ("", "Contact"),
    ],
)
def test_what_is_complete_or_no_shopping_event_is_fine(tmp_path, params, name):
    assert reported(tmp_path, seen(params, name)) == []


# -- consent ---------------------------------------------------------------------------

CONSENT = SPEC.replace(
    'page_view: "off", consent: not_required}\n  ga4',
    'page_view: "off", consent: [ad_storage]}\n  ga4',
)
EVENT = (
    "  q: {query: q, type: string}\n"
    "events:\n"
    "  search:\n"
    "    on: {event: search}\n"
    "    params: {search_term: q}\n"
    "    send: {ga4: {event: search, consent: [ad_storage, analytics_storage]}}\n"
)
RAW = (
    "gtm:\n"
    "  tags:\n"
    "    beacon: {type: img, parameters: {url: https://a.example/}, on: {event: beacon}, "
    "consent: [personalization_storage]}\n"
)


def unset(name):
    return (
        (
            f"nothing says what `{name}` is before the visitor has chosen, and GTM treats an "
            "unset type as granted"
        ),
        (
            f"add `consent: {{default: {{{name}: denied}}}}` to the spec, or "
            "`consent: {default: site}` if the page sets it before GTM starts"
        ),
    )


def test_consent_without_a_default_wherever_it_is_named(tmp_path):
    assert reported(tmp_path, EVENT + RAW, CONSENT) == [
        ("consent-default", "warning", "[ad_storage]}", *unset("ad_storage")),
        (
            "consent-default",
            "warning",
            "[ad_storage, analytics_storage]}}",
            *unset("analytics_storage"),
        ),
        (
            "consent-default",
            "warning",
            "[personalization_storage]}",
            *unset("personalization_storage"),
        ),
    ]


@pytest.mark.parametrize(
    "default",
    [
        "site",
        "{ad_storage: denied, analytics_storage: granted, personalization_storage: denied}",
    ],
)
def test_consent_with_a_known_default_is_fine(tmp_path, default):
    body = EVENT + RAW + f"consent: {{default: {default}}}\n"
    assert reported(tmp_path, body, CONSENT) == []


def test_a_default_for_another_type_does_not_count(tmp_path):
    body = EVENT + "consent: {default: {ad_storage: denied}}\n"
    assert reported(tmp_path, body, CONSENT) == [
        (
            "consent-default",
            "warning",
            "[ad_storage, analytics_storage]}}",
            *unset("analytics_storage"),
        )
    ]


# -- items in other words ---------------------------------------------------------------


def listed(example, more=""):
    return (
        f"  items: {{path: ecommerce.items, type: items, example: {example}{more}}}\n"
        "  value: {path: ecommerce.value, type: number}\n"
        "events:\n"
        "  cart:\n"
        "    on: {event: cart}\n"
        "    params: {items: items, value: value}\n"
        "    send: {tiktok: AddToCart}\n"
    )


def test_items_that_say_fields_by_other_names(tmp_path):
    example = "[{id: A, price_number: 9, qty: 1}]"
    assert reported(tmp_path, listed(example)) == [
        (
            "items-shape",
            "warning",
            f"{example}}}",
            (
                "the items of `items` have no `item_id`, `price`, `quantity`, which the platforms "
                "read, but `id`, `price_number`, `qty`"
            ),
            "say so: `fields: {item_id: id, price: price_number, quantity: qty}` in `data.items`",
        )
    ]


def test_the_setting_for_the_id_counts(tmp_path):
    spec = SPEC.replace(
        "consent: not_required}\n  ga4", "consent: not_required, content_id: id}\n  ga4"
    )
    (problem,) = reported(tmp_path, listed("[{id: A, unit_price: 9}]"), spec)
    assert problem[3] == (
        "the items of `items` have no `price`, which the platforms read, but `unit_price`"
    )


def test_the_setting_for_the_id_names_the_field_as_it_is_sent(tmp_path):
    spec = SPEC.replace(
        "consent: not_required}\n  ga4", "consent: not_required, content_id: sku}\n  ga4"
    )
    (problem,) = reported(tmp_path, listed("[{sku: A}]", ", fields: {item_id: sku}"), spec)
    assert problem[0] == "items-shape"
    assert problem[3:] == (
        "`fields` renames `sku`, by which `content_id` finds the products: no item has it any more",
        "use its new name: `content_id: item_id`",
    )
    assert reported(tmp_path, listed("[{sku: A, id: B}]", ", fields: {item_id: id}"), spec) == []


@pytest.mark.parametrize(
    ("example", "more"),
    [
        ("[{item_id: A, price: 9, quantity: 1, sku: B, old_price: 10}]", ""),
        ("[{id: A, price_number: 9}]", ", fields: {item_id: id, price: price_number}"),
        ("[{item_id: A, net_price: 9, gross_price: 10}]", ""),
        ("[{item_id: A}]", ""),
        ("[A]", ""),
    ],
)
def test_items_whose_fields_are_known_or_cannot_be_told(tmp_path, example, more):
    assert reported(tmp_path, listed(example, more)) == []


# -- what a denial loses ----------------------------------------------------------------

DENIED = "consent: {default: {ad_storage: denied}}\n"
LATE = "consent: {default: site, granted_on: agreed}\ntriggers: {agreed: {event: agreed}}\n"
LANDING = (
    "  q: {query: q}\n"
    "events:\n"
    "  seen: {on: {page: thanks}, send: {tiktok: Contact}}\n"
    "  lead: {on: {event: lead}, send: {tiktok: Lead}}\n"
)
HOLD = (
    "`while_denied: hold` in `platforms.tiktok` sends the event once consent is given, "
    "`while_denied: drop` accepts that it is lost"
)
GRANTED_ON = (
    "`consent: {granted_on: ...}` names the trigger on which events of the page itself are sent "
    "late"
)


def of_first_page(events, receives, hint, place="[ad_storage]}"):
    message = (
        f"on the first page of a visit, {events} can happen before the visitor has agreed, and "
        f"TikTok never receives {receives}"
    )
    return ("lost-before-consent", "warning", place, message, hint)


def lost(tmp_path, body, spec=CONSENT):
    return [item for item in reported(tmp_path, body, spec) if item[0] == "lost-before-consent"]


def test_events_of_a_first_page_that_a_denial_loses(tmp_path):
    assert lost(tmp_path, LANDING + DENIED) == [
        of_first_page("`seen`, `lead`", "them", f"{HOLD}; {GRANTED_ON}")
    ]


def test_events_of_the_page_itself_have_their_second_chance(tmp_path):
    assert lost(tmp_path, LANDING + LATE) == [of_first_page("`lead`", "it", HOLD)]


@pytest.mark.parametrize("view", ["manual", "auto", "{on: {event: view}}"])
def test_the_page_view_of_a_first_page_that_nobody_sends_later(tmp_path, view):
    spec = CONSENT.replace('page_view: "off", consent: [ad', f"page_view: {view}, consent: [ad")
    body = LANDING.replace("{page: thanks}", "{click: a}").replace("{event: lead}", "{click: b}")
    assert spec != CONSENT
    assert lost(tmp_path, body + DENIED, spec) == [
        of_first_page("`page_view`", "it", f"{HOLD}; {GRANTED_ON}")
    ]
    assert lost(tmp_path, body + LATE, spec) == []


def test_of_a_platform_that_cannot_hold_the_page_can_be_waited_for(tmp_path):
    spec = SPEC.replace(
        'G-ABC1234567, page_view: "off", consent: not_required',
        'G-ABC1234567, page_view: "off", consent: [ad_storage]',
    )
    body = LANDING.replace("tiktok: Contact", "ga4: seen").replace("tiktok: Lead", "ga4: lead")
    (problem,) = lost(tmp_path, body + DENIED, spec)
    assert problem[3:] == (
        (
            "on the first page of a visit, `seen` can happen before the visitor has agreed, and "
            "GA4 never receives it"
        ),
        GRANTED_ON,
    )


@pytest.mark.parametrize(
    ("old", "new", "consent"),
    [
        pytest.param("[ad_storage]}", "not_required}", DENIED, id="no consent is asked for"),
        pytest.param("[ad_storage]}", "[ad_storage], while_denied: hold}", DENIED, id="held"),
        pytest.param("[ad_storage]}", "[ad_storage], while_denied: drop}", DENIED, id="chosen"),
        pytest.param("", "", DENIED.replace("denied", "granted"), id="granted by default"),
        pytest.param("", "", "consent: {default: site}\n", id="the site's own default"),
        pytest.param("{event: lead}", "[{event: lead}, agreed]", LATE, id="sent on consent, too"),
        pytest.param("{event: lead}", "{event: agreed}", LATE, id="sent on the banner's message"),
        pytest.param("{event: lead}", "{click: a}", LATE, id="no event of a first page"),
    ],
)
def test_what_a_denial_does_not_lose(tmp_path, old, new, consent):
    assert lost(tmp_path, LANDING.replace(old, new) + consent, CONSENT.replace(old, new)) == []


OTHER_ADDRESS = (
    "held-address",
    "note",
    "hold}",
    (
        "an event that waits for consent while an app goes on to another page reaches TikTok "
        "under that page's address"
    ),
    (
        "where reports by address matter, `while_denied: drop` with `consent: {granted_on: ...}` "
        "sends only what belongs to the page that is shown"
    ),
)


@pytest.mark.parametrize("navigation", ["spa", "pages"])
@pytest.mark.parametrize("setting", ["hold", "drop"])
def test_what_waits_in_an_app_goes_out_under_another_address(tmp_path, setting, navigation):
    spec = CONSENT.replace("[ad_storage]}", f"[ad_storage], while_denied: {setting}}}")
    assert spec != CONSENT
    found = reported(tmp_path, LANDING + DENIED, spec.replace("spa", navigation))
    told = [item for item in found if item[0] == "held-address"]
    assert told == ([OTHER_ADDRESS] if (setting, navigation) == ("hold", "spa") else [])


# -- keys ------------------------------------------------------------------------------


def test_a_key_cannot_be_renamed_from_one_that_is_there(tmp_path):
    body = (
        "  a: {path: a}\n"
        "  b: {path: b, renamed_from: a}\n"
        "events:\n"
        "  lead: {on: {event: lead}, params: {a: a, b: b}, send: {ga4: lead}}\n"
    )
    assert [item[:4] for item in reported(tmp_path, body)] == [
        ("renamed-from", "error", "a}", "`a` is still a key of `data`")
    ]
