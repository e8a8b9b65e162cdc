"""Exploring containers that version 0 compiled finds each of its known faults by itself."""

import json
from functools import lru_cache
from pathlib import Path

import pytest
from scenarios.mutations import (
    mutate_everywhere,
    other_value,
    template_code,
    texts,
    without_conditions,
    without_trigger,
)

from gtmgen.compile.compiler import compile_spec
from gtmgen.container.export import export_json
from gtmgen.explore.report import exploration_json, exploration_text, reproduction_yaml
from gtmgen.explore.run import explore
from gtmgen.scenarios.accounts import accounts_of
from gtmgen.scenarios.load import load_scenarios
from gtmgen.scenarios.model import Status
from gtmgen.scenarios.run import Runner, ScenarioSetting
from gtmgen.spec.load import load

FIXTURES = Path(__file__).parent / "version0"

# What is wrong in those containers -> (fixture, event, code, a variant that shows it).
FAULTS = {
    "one event ID for all events of gtag()": [
        ("shop", "add_to_cart", "event-id-repeats", "by gtag()"),
        ("shop", "purchase", "event-id-repeats", "by gtag()"),
    ],
    "one event ID for all visitors on initialization": [
        ("ids", "started", "event-id-repeats", "and again after a reload"),
    ],
    "no second chance after a denial": [
        ("consent", "view_item", "lost", "consent comes late"),
        ("consent", "loaded", "lost", "consent comes late"),
        ("consent", "view_item", "page-views", "consent comes late"),
    ],
    "once per page is used up by a denial": [
        ("consent", "contact", "lost", "before consent, then again after it"),
    ],
    "sent before consent": [
        (
            "consent",
            "view_item",
            "before-consent",
            "before consent, and the page sets no default",
        ),
        (
            "default",
            "generate_lead",
            "before-consent",
            "before consent, and the page sets no default",
        ),
    ],
    "withdrawal does not reach the pixel": [
        ("default", "generate_lead", "before-consent", "after consent is withdrawn"),
    ],
    "items, values and order numbers linger": [
        ("shop", "add_to_cart", "lingering", "after an event with more items"),
        ("shop", "purchase", "lingering", "without data, after an event with it"),
    ],
    "an order ID in the page before GTM is not used": [
        ("ids", "order_seen", "event-id-source", "with the ID in the data layer before GTM"),
        ("ids", "purchase_later", "event-id-source", "with the ID in the data layer before GTM"),
        ("shop", "purchase", "event-id-source", "with the ID in the data layer before GTM"),
    ],
    "a missing value meets conditions": [
        ("shop", "colour_chosen", "sent-anyway", "without `colour`, which a condition asks for"),
        (
            "shop",
            "campaign_seen",
            "sent-anyway",
            "without `campaign`, which a condition asks for",
        ),
    ],
    "what GTM makes of null is sent": [
        ("shop", "add_to_cart", "nothing-as-text", "data that is null"),
    ],
    "numbers and currencies in other forms": [
        ("shop", "add_to_cart", "no-number", "numbers as text"),
        ("shop", "add_to_cart", "dropped", "numbers with separators"),
        ("shop", "add_to_cart", "no-currency-code", "a currency in small letters"),
        ("shop", "add_to_cart", "no-items", "one item that is not a list"),
    ],
    "cookies are never decoded": [
        ("shop", "add_to_cart", "identity", "as the examples have it"),
        ("shop", "gold_offer", "lost", "as the examples have it"),
    ],
    "a renamed data layer": [
        ("shop", "add_to_cart", "event-id-repeats", "under another name of the data layer"),
        ("consent", "loaded", "event-id-repeats", "under another name of the data layer"),
    ],
    "calls that name no pixel": [
        ("shop", "add_to_cart", "pages-elsewhere", "beside a pixel of the page's own"),
        ("shop", "add_to_cart", "identifies-elsewhere", "beside a pixel of the page's own"),
    ],
}

# What a visitor's identity reaches, and what the pixel's script is told, has no expectation.
ELSEWHERE = {"identifies-elsewhere", "withdrawal-untold", "loaded-twice"}


@lru_cache(maxsize=8)
def explored(name):
    loaded = load(FIXTURES / f"{name}.yaml", {})
    export = json.loads((FIXTURES / f"{name}.json").read_text())
    return loaded, export, explore(loaded, export)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_version_0_is_explored(fault):
    for fixture, event, code, variant in FAULTS[fault]:
        found = [
            one
            for one in explored(fixture)[2].findings
            if one.code == code
            and variant in (one.variant, *one.also)
            and (one.event == event or one.span.line < 25)
        ]
        assert found, (fixture, event, code, variant)


def test_a_finding_says_where_what_and_how_to_see_it():
    _, _, found = explored("consent")
    one = next(item for item in found.findings if item.code == "lost" and item.event == "contact")
    assert one.span.file.endswith("consent.yaml")
    assert one.message == "tiktok never receives `Lead`"
    lines = Path(one.span.file).read_text().split("\n")
    assert lines[one.span.line - 1] == "  contact:"
    text = exploration_text(found, lambda file, line: lines[line - 1])
    assert (
        f"{one.span}: error[lost]: contact, before consent, then again after it: "
        "tiktok never receives `Lead`\n"
        "   24 |   contact:\n"
        "      |   ^^^^^^^\n"
        "  reproduce it, under `tests`:\n"
        "    - name: 'contact: before consent, then again after it'\n"
    ) in text
    assert text.endswith("46 scenarios explored, 14 findings")
    document = json.loads(exploration_json(found))
    assert document["scenarios"] == 46
    assert {item["rule"] for item in document["findings"]} >= {"lost", "before-consent"}


@pytest.mark.parametrize("name", ["shop", "consent", "default", "ids"])
def test_what_reproduces_a_finding_fails_in_the_container(name, tmp_path):
    loaded, export, found = explored(name)
    accounts = accounts_of(loaded.spec)
    reproducible = [one for one in found.findings if "expect" in str(one.scenario)]
    assert {one.code for one in found.findings if one not in reproducible} <= ELSEWHERE
    for one in reproducible:
        file = tmp_path / "scenario.yaml"
        file.write_text("tests:\n" + reproduction_yaml(one))
        scenarios = load_scenarios(file, {}, [account.name for account in accounts])
        setting = ScenarioSetting().at_site(loaded.spec)
        runner = Runner(export, accounts, setting, scenarios.locate)
        (result,) = runner.run_all(scenarios.scenarios)
        assert result.status is Status.FAILED, (one.code, one.event, one.variant)


def test_what_cannot_be_explored_is_said(tmp_path):
    spec = tmp_path / "spec.yaml"
    spec.write_text(
        "gtmgen: 1\nproject: shop\ncontainer: {gtm: GTM-TEST}\n"
        "platforms: {ga4: {measurement_id: G-ABC1234567, consent: not_required}}\n"
        "events:\n"
        '  menu: {on: {click: "#menu"}, send: {ga4: menu}}\n'
        "  local: {on: {event: x}, where: {page_hostname: a.example}, send: {ga4: local}}\n"
        "  shown: {on: [{lifecycle: page_view}, {lifecycle: dom_ready}], send: {ga4: shown}}\n"
    )
    loaded = load(spec, {})
    found = explore(loaded, json.loads(export_json(compile_spec(loaded))))
    assert dict(found.not_tested) == {
        "menu": "it takes a page's elements (`click`)",
        "local": "its conditions on `page_hostname` are not met by an example",
        "shown": "several of its triggers fire on one page",
    }


HOLDING = """\
gtmgen: 1
project: holding
container: {gtm: GTM-FIXTURE5}
site: {hosts: [club.example], navigation: spa, currency: EUR}
consent: {default: site}
platforms:
  tiktok: {pixel_id: CFIXTUREPIXEL0000001, consent: [ad_storage], while_denied: hold}
pages: {class: {path: "/classes/*"}}
events:
  class_seen: {on: {page: class}, send: {tiktok: ViewContent}}
  joined: {on: {event: joined}, send: {tiktok: CompleteRegistration}}
"""


@pytest.mark.parametrize(
    ("rules", "codes"),
    [
        ([], set()),
        (
            [
                template_code(
                    "TikTok",
                    "isGranted(one.types)) one.begin();",
                    "isGranted(one.types)) one.types = [];",
                )
            ],
            {"lost", "page-views"},
        ),
        (
            [other_value("tag", lambda e, one: one.get("value") == "hold", "drop")],
            {"before-consent"},
        ),
    ],
    ids=["as compiled", "what waits is forgotten", "nothing waits"],
)
def test_calls_that_wait_for_consent(tmp_path, rules, codes):
    spec = tmp_path / "spec.yaml"
    spec.write_text(HOLDING)
    loaded = load(spec, {})
    export = mutate_everywhere(json.loads(export_json(compile_spec(loaded))), *rules)

    exploration = explore(loaded, export)

    variant = "held until consent comes"
    faults = [one for one in exploration.findings if variant in (one.variant, *one.also)]
    assert {one.code for one in faults} == codes
    assert exploration.scenarios > 10


TRIPS = """\
gtmgen: 1
project: trips
container: {gtm: GTM-FIXTURE6}
site: {hosts: [trips.example], navigation: spa, decimal: ","}
consent: {default: {analytics_storage: denied}, granted_on: answered}
triggers: {answered: {event: cmp_ready, where: {choice: {contains: C0002}}}}
platforms:
  ga4:
    measurement_id: G-FIXTURE001
    page_view: "off"
    consent: [analytics_storage]
    user_id: member
data:
  choice: {path: choice, type: string, scope: event}
  member: {cookie: member, type: string, pii: true, example: m 4711}
  total: {path: booking.total, type: number, scope: event, example: 1299.5}
pages: {trip: {path: "/trips/*"}}
events:
  trip_seen:
    on: {page: trip}
    params: {value: total, currency: {const: EUR}}
    send: {ga4: trip_seen}
"""


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (None, set()),
        (
            other_value("variable", lambda e, one: one.get("key") == "decimal", "."),
            {("dropped", "numbers as text")},
        ),
        (
            template_code("Consent gate", "return turn ? turn.event : undefined;", "return;"),
            {("dropped", "consent comes late")},
        ),
        (
            template_code("Consent gate", "if (!granted) return 'false';", "return 'false';"),
            {("lost", "consent comes late")},
        ),
    ],
    ids=["as compiled", "another decimal sign", "values of the consent message", "no chance"],
)
def test_what_goes_out_late_and_how_numbers_are_written(tmp_path, rule, expected):
    spec = tmp_path / "spec.yaml"
    spec.write_text(TRIPS)
    loaded = load(spec, {})
    export = json.loads(export_json(compile_spec(loaded)))
    findings = explore(loaded, mutate_everywhere(export, rule) if rule else export).findings
    assert {(one.code, one.variant) for one in findings} == expected


BOOKS = """\
gtmgen: 1
project: books
container: {gtm: GTM-FIXTURE7}
site: {hosts: [books.example], navigation: pages, currency: EUR}
consent: {default: {ad_storage: denied, analytics_storage: denied}, granted_on: chosen}
platforms:
  tiktok: {pixel_id: CFIXTUREPIXEL0000007, consent: [ad_storage], while_denied: drop}
  ga4: {measurement_id: G-FIXTURE007, consent: [analytics_storage]}
data:
  list: {path: basket, type: items, scope: event, fields: {item_id: book.isbn, price: cost}}
  order: {path: order_number, scope: %s, required: true}
triggers: {chosen: {event: banner_answered}}
events:
  paid:
    on: {event: paid}
    event_id: {from: order, prefix: o-}
    params: {items: list}
    send: {tiktok: ViewContent, ga4: paid}
"""
CLEAN = BOOKS % "event"
OWN_PAGE = "on a page that has loaded the same pixel"


@pytest.mark.parametrize(
    ("spec", "rule", "expected"),
    [
        (CLEAN, None, set()),
        (BOOKS % "model", None, {("lingering", "without data, after an event with it")}),
        (
            CLEAN,
            without_trigger(lambda one: "late" in one["name"]),
            {("page-views", "consent comes late")},
        ),
        (
            CLEAN,
            template_code("TikTok", "call(pixelId, 'revokeConsent');", ""),
            {("withdrawal-untold", "and then consent is withdrawn")},
        ),
        (
            CLEAN,
            template_code("TikTok", "state.revoked && isGranted(accountTypes)", "false"),
            {("lost", "after consent is withdrawn and given again")},
        ),
        (
            CLEAN,
            other_value("variable", lambda e, one: one.get("value") == "book.isbn", "sku"),
            {
                ("other-value", "as the examples have it"),
                ("dropped", "as the examples have it"),
            },
        ),
        (
            CLEAN,
            other_value("variable", lambda e, one: one.get("value") == "cost", "sum"),
            {("other-value", "as the examples have it")},
        ),
        (
            CLEAN,
            template_code("TikTok", "if (!state.loader && isKnown(pixelId)) {", "if (false) {"),
            {("page-views", OWN_PAGE), ("loaded-twice", OWN_PAGE)},
        ),
        (
            CLEAN,
            template_code("TikTok", "} else if (!state.foreign) {", "} else {"),
            {("page-views", OWN_PAGE)},
        ),
    ],
    ids=[
        "as compiled",
        "an order number that stays",
        "no second chance for the page view",
        "no withdrawal",
        "no consent again",
        "another ID of items",
        "another price of items",
        "a pixel that is loaded twice",
        "a page view that is counted twice",
    ],
)
def test_what_a_careless_template_or_field_does(tmp_path, spec, rule, expected):
    file = tmp_path / "spec.yaml"
    file.write_text(spec)
    loaded = load(file, {})
    export = json.loads(export_json(compile_spec(loaded)))
    findings = explore(loaded, mutate_everywhere(export, rule) if rule else export).findings
    assert {(one.code, one.variant) for one in findings} == expected


ANSWERS = """\
gtmgen: 1
project: answers
container: {gtm: GTM-FIXTURE8}
consent: {default: {analytics_storage: denied}, granted_on: answered}
triggers: {answered: {event: cmp_update, where: {choices: {%s}}}}
platforms: {ga4: {measurement_id: G-FIXTURE008, page_view: "off", consent: [analytics_storage]}}
data: {choices: {path: cmp.choices, type: string, scope: event}}
pages: {plan: {path: "/plans/*"}}
events:
  plan_seen: {on: {page: plan}, send: {ga4: plan_seen}}
"""


@pytest.mark.parametrize(
    ("condition", "scenarios"),
    [
        ('matches: "(^|,)statistics(,|$)"', 8),
        # No example is found for it: what the banner does, nobody knows.
        ('matches: "^(?!a)[ab]c$"', 7),
    ],
)
def test_the_banner_s_message_is_one_that_its_trigger_takes(tmp_path, condition, scenarios):
    spec = tmp_path / "spec.yaml"
    spec.write_text(ANSWERS % condition)
    loaded = load(spec, {})
    exploration = explore(loaded, json.loads(export_json(compile_spec(loaded))))
    assert exploration.findings == ()
    assert exploration.scenarios == scenarios


ODD = """\
gtmgen: 1
project: odd
container: {gtm: GTM-FIXTURE9}
site: {hosts: [school.example]}
consent: {default: {ad_storage: denied, analytics_storage: denied}}
platforms:
  tiktok:
    {pixel_id: CFIXTUREPIXEL0000009, page_view: "off", consent: [ad_storage], while_denied: hold}
  ga4: {measurement_id: G-FIXTURE009, page_view: "off", consent: [analytics_storage]}
data: {ticket: {path: ticket.id, type: string, scope: %s, required: true}}
events:
  asked:
    on: {event: asked}
    %s
    send: {tiktok: {event: Contact, once: page}, ga4: {event: asked, once: page}}
"""
OF_TICKET = "event_id: {from: ticket, prefix: t-}\n    where: {ticket: {starts_with: W}}"
NO_TICKET = other_value("variable", lambda e, one: one.get("value") == "{{data - ticket}}", "")


@pytest.mark.parametrize(
    ("scope", "words", "rule", "expected"),
    [
        # Once per page: what waits on the page is the first, what does not is the one after it.
        ("event", "title: Asked", None, set()),
        ("event", OF_TICKET, None, set()),
        ("model", OF_TICKET, None, set()),
        ("event", OF_TICKET, NO_TICKET, {("event-id-source", "as the examples have it")}),
        ("model", OF_TICKET, NO_TICKET, {("event-id-source", "as the examples have it")}),
    ],
)
def test_what_is_right_by_the_spec_is_no_fault(tmp_path, scope, words, rule, expected):
    spec = tmp_path / "spec.yaml"
    spec.write_text(ODD % (scope, words))
    loaded = load(spec, {})
    export = json.loads(export_json(compile_spec(loaded)))
    findings = explore(loaded, mutate_everywhere(export, rule) if rule else export).findings
    assert {(one.code, one.variant) for one in findings} == expected


ROOMS = """\
gtmgen: 1
project: rooms
container: {gtm: GTM-FIXTUREA}
site: {hosts: [rooms.example], navigation: spa}
consent: {default: site}
platforms:
  tiktok:
    {pixel_id: CFIXTUREPIXEL0000010, page_view: manual, consent: not_required, identify: {external_id: guest}}
  ga4: {measurement_id: G-FIXTURE010, page_view: manual, consent: not_required}
data:
  guest: {cookie: guest, type: string}
  level: {path: level, scope: model}
  price: {path: price, type: number, scope: event}
  offer: {path: offer, type: string, scope: event, default: none}
  number: {path: number, type: string, scope: event, required: true}
  hotel: {dom: {id: hotel}, type: string}
pages: {room: {path: "/rooms/*"}, legal_terms: {path: /terms}}
triggers: {read: {scroll: [90]}}
events:
  room_seen: {on: {page: room}, params: {price: price, offer: offer}, send: {ga4: room_seen}}
  booked:
    on: {event: booked}
    where: {level: {contains: ll}}
    event_id: {from: number, prefix: b-}
    params: {price: price, hotel: hotel}
    send: {tiktok: Contact, ga4: booked}
  legal_seen: {on: {page: "legal_*"}, send: {ga4: legal_seen}}
  all_read: {on: read, send: {ga4: all_read}}
"""  # noqa: E501
OWN_MESSAGE = (
    "pageMessages(messages, own).concat("
    "messagesBefore(messages, place, member(own, 'event'), number))"
)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (None, set()),
        (
            other_value("variable", lambda e, one: one.get("key") == "decodeCookie", "false"),
            {("identity", "cookies that are encoded")},
        ),
        (
            other_value("variable", lambda e, one: one.get("key") == "default", "all"),
            {("other-value", "without optional data")},
        ),
        (
            without_conditions(lambda t, one: "undefined|null|NaN" in str(texts(one))),
            {("sent-anyway", "with null for `level`, which a condition asks for")},
        ),
        (
            other_value("variable", lambda e, one: one.get("key") == "null_text", "false"),
            {("nothing-as-text", "as the examples have it")},
        ),
        (
            template_code(
                "Event data",
                f"const list = places.length > 1 ? [] : {OWN_MESSAGE}",
                "const list = []",
            ),
            {
                ("dropped", "as the examples have it"),
                ("dropped", "with its data in a message before it"),
                ("event-id-source", "with its data in a message before it"),
            },
        ),
        (
            template_code("Event data", "|| staysOnPage(messages[i])", ""),
            {("dropped", "with data that the app pushes before it navigates")},
        ),
        (
            other_value("variable", lambda e, one: one.get("key") == "prefix", "x"),
            {("event-id-source", "as the examples have it")},
        ),
    ],
    ids=[
        "as compiled",
        "cookies as they are stored",
        "another default",
        "null counts as a word",
        "a missing element counts as a word",
        "the own message alone",
        "what the router notes takes data away",
        "another prefix",
    ],
)
def test_what_other_sites_do(tmp_path, rule, expected):
    spec = tmp_path / "spec.yaml"
    spec.write_text(ROOMS)
    loaded = load(spec, {})
    export = json.loads(export_json(compile_spec(loaded)))
    found = explore(loaded, mutate_everywhere(export, rule) if rule else export)
    assert {(one.code, one.variant) for one in found.findings} == expected
    assert found.not_tested == (("all_read", "it takes a page's elements (`scroll`)"),)
