"""Who has a second chance when consent comes: each turn that was lost, on its page, unless blocked.

Each case is (steps, the GA4 events and values that go out once consent has come, in their order).
"""

import json

import pytest

from gtmgen.compile.compiler import compile_spec
from gtmgen.container.export import export_json
from gtmgen.runtime.engine import run_scenario
from gtmgen.spec.load import load

SPEC = """\
gtmgen: 1
project: fixture
container: {gtm: GTM-FIXTURE}
site: {hosts: [shop.example], navigation: %(navigation)s}
consent: {default: {ad_storage: denied, analytics_storage: denied}, granted_on: %(granted_on)s}
triggers:
  given: %(given)s
  staff: %(staff)s
%(gtm)s
pages: {product: {path: "/products/*"}}
platforms:
  tiktok:
    pixel_id: CFIXTUREPIXEL0000001
    page_view: "off"
    consent: [ad_storage]
    while_denied: drop
  ga4: {measurement_id: G-FIXTURE001, page_view: %(page_view)s, consent: [analytics_storage]}
data:
%(value)s
  kind: {path: kind, type: string, scope: event}
%(data)s
events:
  %(event)s:
    on: %(on)s
    %(where)s
    params: {value: value, currency: {const: EUR}}
    send: {tiktok: {event: ViewContent, once: %(once)s}, ga4: {event: seen, once: %(once)s}}
"""
PAGE = "{page: product}"
NAMED = {
    "navigation": "spa",
    "page_view": "'off'",
    "staff": "{event: consent_given, where: {kind: never}}",
    "given": "{event: consent_given}",
    "granted_on": "given",
    "gtm": "",
    "data": "",
    "value": "  value: {path: value, type: number, scope: event}",
    "event": "seen",
    "on": PAGE,
    "where": "",
    "once": "event",
}
GRANT = {"gtag": ["consent", "update", {"ad_storage": "granted", "analytics_storage": "granted"}]}
CONSENT = [GRANT, {"push": {"event": "consent_given"}}]
FIRST = [{"kind": "shoe", "value": 1}]


PRODUCT = "https://shop.example/products/a"


def values_sent(folder, steps, *, data_layer=FIRST, tag="seen", url=PRODUCT, **words):
    """The values that each platform received, in order; GA4's and TikTok's must be the same."""
    file = folder / "spec.yaml"
    file.write_text(SPEC % {**NAMED, **words}, encoding="utf-8")
    container = json.loads(export_json(compile_spec(load(file, {}))))
    scenario = {"url": url, "dataLayer": data_layer, "steps": steps}
    run = run_scenario(container, scenario)
    assert (run.stopped, run.unsupported, run.errors) == (None, (), ())
    fired = [
        (one["tag"], one["fields"])
        for event in run.trace
        for one in event["tags"]
        if one["status"] == "fired"
    ]
    ga4 = [_row(fields) for name, fields in fired if name.startswith(f"GA4 - {tag}")]
    if tag == "seen":
        ids = [_id(fields) for name, fields in fired if name.startswith("GA4 - seen")]
        assert ids == [_id(fields) for name, fields in fired if name.startswith("TikTok")]
        assert len(ids) == len(set(ids))
    return ga4


def _row(fields):
    rows = {row["parameter"]: row.get("parameterValue") for row in fields["eventSettingsTable"]}
    value = rows.get("value")
    return None if value == {"$undefined": True} else value


def _id(fields):
    rows = {row["parameter"]: row for row in fields.get("eventSettingsTable", [])}
    return fields.get("event_id") or rows["event_id"]["parameterValue"]


def shows(path, **data):
    """An app that shows another page, whose data it has pushed before."""
    return [{"push": data}, {"pushState": path}]


@pytest.mark.parametrize("once", ["event", "page"])
@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (shows("/products/b", kind="teaser", value=2), []),
        (shows("/cart"), []),
        (shows("/products/b", kind="shoe", value=2), [2]),
        ([*shows("/products/b", kind="shoe", value=2), *shows("/products/a", kind="teaser")], []),
        ([{"replaceState": "/products/blue-shoe"}, {"hash": "size"}], [1]),
    ],
    ids=["a page of another kind", "no product", "the next one", "and back", "the same page"],
)
def test_what_was_lost_on_a_page_does_not_go_out_on_the_next(tmp_path, steps, expected, once):
    where = "where: {kind: shoe}"
    assert values_sent(tmp_path, [*steps, *CONSENT], where=where, once=once) == expected


@pytest.mark.parametrize("once", ["event", "page"])
@pytest.mark.parametrize(
    ("step", "navigation"),
    [
        ({"replaceState": "/de/produkte/a"}, "spa"),
        ({"replaceState": "/de/produkte/a"}, "pages"),
        ({"pushState": "/filter/red"}, "pages"),
    ],
)
def test_a_page_whose_address_is_replaced_is_still_the_one_that_was_viewed(
    tmp_path, step, navigation, once
):
    words = {"navigation": navigation, "once": once, "where": "where: {kind: shoe}"}
    assert values_sent(tmp_path, [step, *CONSENT], **words) == [1]
    words |= {"on": "{lifecycle: dom_ready}", "where": "pages: [product]"}
    assert values_sent(tmp_path, [step, *CONSENT], **words) == [1]
    words |= {"page_view": "{on: {page: product}, params: {value: value}}", "tag": "page view"}
    assert values_sent(tmp_path, [step, *CONSENT], **words) == [1]


ADDRESS = {
    "source": "{query: src}",
    "state": "{url: fragment}",
    "path": "{builtin: page_path}",
    "shop": "{url: {component: host, strip_www: true}}",
    "all": "{url: query_string, type: string, default: none}",
    "upper": "{lookup: {input: source, map: {ad: AD}}}",
}


@pytest.mark.parametrize("once", ["event", "page"])
@pytest.mark.parametrize(
    ("key", "own"),
    [
        ("source", "ad"),
        ("state", "size=4"),
        ("path", "/products/a"),
        ("shop", "shop.example"),
        ("all", "src=ad&x=1"),
        ("upper", "AD"),
    ],
)
def test_a_late_event_s_conditions_look_at_the_address_that_it_saw(tmp_path, key, own, once):
    data = "\n".join(f"  {name}: {source}" for name, source in ADDRESS.items())
    words = {"data": data, "once": once, "url": f"{PRODUCT}?src=ad&x=1#size=4"}
    steps = [{"replaceState": "/de/produkte/a"}, *CONSENT]
    assert values_sent(tmp_path, steps, where=f"where: {{{key}: '{own}'}}", **words) == [1]
    other = f"where: {{{key}: {{not_equals: '{own}'}}}}"
    assert values_sent(tmp_path, steps, where=other, **words) == []


def test_each_turn_has_the_address_that_it_saw(tmp_path):
    words = {"data": "  source: {query: src}", "where": "where: {source: ad}"}
    words |= {"on": "[{page: product}, {event: x}]"}
    stripped = [{"replaceState": "/products/a"}, X]
    assert values_sent(tmp_path, [*stripped, *CONSENT], url=f"{PRODUCT}?src=ad", **words) == [1]
    added = [{"replaceState": "/products/a?src=ad"}, X, *CONSENT]
    assert values_sent(tmp_path, added, **words) == [2]


def test_a_late_event_s_values_are_those_of_the_address_that_it_saw(tmp_path):
    words = {"value": "  value: {query: v, type: number}", "url": f"{PRODUCT}?v=7"}
    assert values_sent(tmp_path, [{"replaceState": "/products/a"}, *CONSENT], **words) == [7]


def test_what_a_load_lost_does_not_go_out_on_the_next_page(tmp_path):
    steps = [*shows("/products/b", value=2), *CONSENT]
    on = "{lifecycle: window_loaded}"
    assert values_sent(tmp_path, steps, on=on) == []
    assert values_sent(tmp_path, steps, on=on, navigation="pages") == [1]
    assert values_sent(tmp_path, CONSENT, on=on) == [1]


def test_a_page_view_goes_out_for_the_page_that_is_shown(tmp_path):
    words = {"page_view": "{on: {page: product}, params: {value: value}}", "tag": "page view"}
    assert values_sent(tmp_path, CONSENT, **words) == [1]
    assert values_sent(tmp_path, [*shows("/cart", value=2), *CONSENT], **words) == []
    steps = [*shows("/products/b", value=2), *CONSENT]
    assert values_sent(tmp_path, steps, **words) == [2]


@pytest.mark.parametrize(
    "staff",
    ["{page: product, where: {kind: staff}}", "{event_matches: '.*', where: {kind: staff}}"],
)
@pytest.mark.parametrize("is_late", [False, True], ids=["after consent", "before consent"])
def test_once_per_page_is_not_used_up_by_what_an_exception_blocks(tmp_path, staff, is_late):
    steps = shows("/products/b", kind="shoe", value=2)
    steps = [*steps, *CONSENT] if is_late else [*CONSENT, *steps]
    words = {"where": "except: [staff]", "staff": staff, "once": "page"}
    again = shows("/products/c", kind="shoe", value=3)
    blocked = [{"kind": "staff", "value": 1}]
    assert values_sent(tmp_path, [*steps, *again], data_layer=blocked, **words) == [2]


def test_once_per_page_is_used_up_by_what_went_out_late(tmp_path):
    """Another event's exception holds on the banner's message, on which it went out."""
    other = "other: {on: {event: y}, except: [staff], send: {ga4: {event: other, once: page}}}"
    staff = "{event_matches: '.*', where: {kind: staff}}"
    words = {"event": f"{other}\n  seen", "staff": staff, "where": "except: [staff]"}
    banner = {"push": {**CONSENT[1]["push"], "kind": "staff"}}
    steps = [GRANT, banner, *shows("/products/b", kind="shoe", value=2)]
    assert values_sent(tmp_path, steps, once="page", **words) == [1]


X = {"push": {"event": "x", "value": 2}}
Y = {"push": {"event": "x", "value": 3}}


@pytest.mark.parametrize(
    ("on", "steps", "expected"),
    [
        ("[{page: product}, {event: x}]", [X, *CONSENT], [1, 2]),
        ("[{event: x}, {page: product}]", [X, *CONSENT], [1, 2]),
        ("[{page: product}, {event: x}]", [*CONSENT, X], [1, 2]),
        ("[{page: product}, {event: x}]", [GRANT, X, CONSENT[1]], [2, 1]),
        ("[{page: product}, {event: x}]", [X, *CONSENT, CONSENT[1], Y], [1, 2, 3]),
        ("[{page: product}, {event_matches: '^x$'}]", [X, *shows("/cart"), *CONSENT], []),
        ("[{lifecycle: window_loaded}, {page: product}]", CONSENT, [1, 1]),
        (
            "[{page: product}, {lifecycle: window_loaded}, {event: x}]",
            [X, *CONSENT],
            [1, 1, 2],
        ),
        ("[{page: product}, {click: '#buy'}]", CONSENT, [1]),
    ],
)
def test_every_trigger_of_an_event_has_its_turn_in_order(tmp_path, on, steps, expected):
    assert values_sent(tmp_path, steps, on=on) == expected


def test_an_exception_of_one_trigger_leaves_the_others_their_turns(tmp_path):
    words = {
        "on": "[{page: product}, {event: x}]",
        "staff": "{event: x, where: {kind: staff}}",
        "where": "except: [staff]",
    }
    by_staff = {"push": {"event": "x", "kind": "staff", "value": 2}}
    assert values_sent(tmp_path, [by_staff, *CONSENT], **words) == [1]
    assert values_sent(tmp_path, [by_staff, X, *CONSENT], **words) == [1, 2]


def test_the_page_view_has_a_turn_for_each_of_its_triggers(tmp_path):
    on = "[{page: product}, {event: x}]"
    words = {"page_view": f"{{on: {on}, params: {{value: value}}}}", "tag": "page view"}
    assert values_sent(tmp_path, [X, *CONSENT], **words) == [1, 2]


RAW = """\
gtm:
  triggers:
    raw_page:
      {type: PAGEVIEW, filter: [{contains: /products/a, left: "{{Page Path}}"}]}
    raw_x: {type: CUSTOM_EVENT, custom_event_filter: [{equals: x, left: "{{_event}}"}]}
    raw_given:
      {type: CUSTOM_EVENT, custom_event_filter: [{equals: consent_given, left: "{{_event}}"}]}
"""


def test_a_raw_trigger_tells_what_it_blocks(tmp_path):
    words = {"gtm": RAW, "where": "except: [raw_page]"}
    assert values_sent(tmp_path, CONSENT, **words) == []
    steps = [*shows("/products/b", value=2), *CONSENT]
    assert values_sent(tmp_path, steps, **words) == [2]


@pytest.mark.parametrize(
    ("on", "steps", "expected"),
    [
        ("[{page: product}, raw_x]", [*CONSENT, X, Y], [1]),
        ("raw_x", [X, *CONSENT, Y, X], [3]),
    ],
)
def test_once_per_page_holds_for_raw_triggers_too(tmp_path, on, steps, expected):
    assert values_sent(tmp_path, steps, gtm=RAW, on=on, once="page") == expected


@pytest.mark.parametrize("once", ["event", "page"])
def test_a_raw_trigger_says_when_consent_is_known(tmp_path, once):
    words = {"gtm": RAW, "granted_on": "raw_given", "once": once}
    assert values_sent(tmp_path, [*CONSENT, CONSENT[1]], **words) == [1]
    again = shows("/products/b", value=2)
    words |= {"page_view": "{on: {page: product}, params: {value: value}}", "tag": "page view"}
    assert values_sent(tmp_path, [*CONSENT, *again, CONSENT[1]], **words) == [1, 2]


BANNER = [{"push": {"event": "consent_given", "value": 9}}]


@pytest.mark.parametrize("once", ["event", "page"])
@pytest.mark.parametrize(
    "on", ["[{page: product}, given]", "[{event: consent_given}, {page: product}]"]
)
@pytest.mark.parametrize("raw", [False, True])
def test_on_the_banner_s_own_event_what_was_lost_goes_first(tmp_path, on, once, raw):
    words = {"on": on, "once": once}
    if raw:
        words = {"on": "[{page: product}, raw_given]", "once": once, "gtm": RAW}
        words["granted_on"] = "raw_given"
    assert values_sent(tmp_path, CONSENT, **words) == [1]
    more = [] if once == "page" else [9]
    assert values_sent(tmp_path, [*CONSENT, *BANNER], **words) == [1, *more]
    agreed = [GRANT, *shows("/products/b", value=2), *BANNER]
    expected = [2] if once == "page" else [2, 9]
    assert values_sent(tmp_path, [*shows("/cart"), *agreed], **words) == expected


@pytest.mark.parametrize(
    ("on", "steps", "expected"),
    [
        ("[given, {event: x}]", [X, *CONSENT], [2]),
        ("[{event: x}, {event: consent_given}]", [X, *CONSENT], [2]),
        ("[{event: x}, given]", [X, Y, *CONSENT], [2, 3]),
        ("[given, {event: x}]", [X, *CONSENT, Y, *BANNER], [2, 3, 9]),
        ("[given, {event: x}]", [*CONSENT, X], [None, 2]),
        ("[given, {click: '#buy'}]", CONSENT, [None]),
        ("{event: x}", [X, *CONSENT, Y], [3]),
    ],
)
def test_a_message_beside_the_banner_s_is_not_lost(tmp_path, on, steps, expected):
    assert values_sent(tmp_path, steps, on=on) == expected


def test_a_message_beside_a_raw_trigger_of_the_banner_is_not_lost(tmp_path):
    words = {"gtm": RAW, "granted_on": "raw_given", "on": "[raw_given, {event: x}]"}
    assert values_sent(tmp_path, [X, *CONSENT, Y, *BANNER], **words) == [2, 3, 9]
    assert values_sent(tmp_path, [*CONSENT, X], **words) == [None, 2]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([X, Y, *CONSENT], [1]),
        ([*shows("/products/b", value=4), X, *CONSENT], [4]),
        ([*shows("/cart"), X, Y, *CONSENT], [2]),
    ],
    ids=["first of all", "first of the page that is shown", "first on a page of another kind"],
)
def test_once_per_page_sends_the_first_that_was_lost(tmp_path, steps, expected):
    on = "[{page: product}, {event: x}]"
    assert values_sent(tmp_path, steps, on=on, once="page") == expected


GROUP = """\
gtm:
  triggers:
    together: {type: TRIGGER_GROUP, parameters: {triggerIds: [{$trigger: event - given}]}}
"""


@pytest.mark.parametrize("once", ["event", "page"])
def test_a_group_that_says_when_consent_is_known_is_asked_like_others(tmp_path, once):
    words = {"gtm": GROUP, "granted_on": "together", "once": once}
    assert values_sent(tmp_path, CONSENT, **words) == [1]
    banner = [CONSENT[1]]
    agreed = [GRANT, *shows("/products/b", value=2), *banner]
    words |= {"page_view": "{on: {page: product}, params: {value: value}}", "tag": "page view"}
    assert values_sent(tmp_path, agreed, **words) == [2]


def test_a_group_that_says_when_consent_is_known_gives_every_trigger_its_turn(tmp_path):
    words = {"gtm": GROUP, "granted_on": "together", "on": "[{page: product}, {event: x}]"}
    assert values_sent(tmp_path, [X, *CONSENT, Y], **words) == [1, 2, 3]


def test_what_the_banner_must_say_is_asked_of_its_own_message(tmp_path):
    given = "{event: consent_given, where: {kind: accepted}}"
    accepted = {"push": {"event": "consent_given", "kind": "accepted"}}
    words = {"given": given, "where": "where: {kind: shoe}"}
    assert values_sent(tmp_path, [GRANT, accepted], **words) == [1]
    assert values_sent(tmp_path, CONSENT, **words) == []


def test_an_event_may_be_called_except(tmp_path):
    words = {"event": "except", "gtm": "  ga4: {event: x}", "where": "except: [ga4]"}
    words |= {"on": "[{page: product}, {event: x}]", "tag": "except"}
    assert values_sent(tmp_path, [X, *CONSENT], **words) == [1]


@pytest.mark.parametrize("other", ["{history: any}", "raw_x"])
def test_once_per_page_keeps_nothing_of_a_trigger_without_late_values(tmp_path, other):
    words = {"gtm": RAW, "on": f"[{{page: product}}, {other}]", "once": "page"}
    elsewhere = [*shows("/cart", value=2), X]
    assert values_sent(tmp_path, [*elsewhere, *CONSENT], **words) == []
    again = shows("/products/b", value=3)
    assert values_sent(tmp_path, [*elsewhere, *CONSENT, *again], **words) == [3]
    assert values_sent(tmp_path, [X, *CONSENT], **words) == [1]


MESSAGE_FIRST = [CONSENT[1], GRANT]
PARTS = [
    {"gtag": ["consent", "update", {"ad_storage": "granted"}]},
    {"gtag": ["consent", "update", {"analytics_storage": "granted"}]},
]
DENY = {"gtag": ["consent", "update", {"ad_storage": "denied", "analytics_storage": "denied"}]}


@pytest.mark.parametrize("once", ["event", "page"])
@pytest.mark.parametrize("raw", [False, True])
@pytest.mark.parametrize(
    "given", ["{event: consent_given}", "{event: consent_given, where: {kind: accepted}}"]
)
def test_the_banner_s_message_may_come_before_consent(tmp_path, given, raw, once):
    message = {"push": {"event": "consent_given", "kind": "accepted", "value": 9}}
    words = {"given": given, "once": once, "where": "where: {kind: shoe}"}
    if raw:
        words |= {"gtm": RAW, "granted_on": "raw_given"}
    assert values_sent(tmp_path, [message, GRANT], **words) == [1]
    assert values_sent(tmp_path, [message, GRANT, message, GRANT], **words) == [1]
    assert values_sent(tmp_path, [message, message, GRANT], **words) == [1]
    again = shows("/products/b", kind="shoe", value=2)
    later = [message, *again, GRANT, *shows("/products/c", kind="shoe", value=3)]
    assert values_sent(tmp_path, later, **words) == ([2] if once == "page" else [2, 3])
    page = {"page_view": "{on: {page: product}, params: {value: value}}", "tag": "page view"}
    assert values_sent(tmp_path, [message, GRANT], **words, **page) == [1]


@pytest.mark.parametrize("consent", [[GRANT], [*PARTS], [PARTS[0], {"wait": 50}, PARTS[1]]])
@pytest.mark.parametrize("data", [[{"push": {"value": 2}}], [{"push": {"value": 2, "kind": "a"}}]])
def test_our_own_message_takes_no_data_from_the_event_behind_it(tmp_path, consent, data):
    """What the site pushes without an event is its next event's, and ours is none of the site's."""
    x = {"push": {"event": "x"}}
    on = "[{page: product}, {event: x}]"
    assert values_sent(tmp_path, [CONSENT[1], *data, *consent, x], on=on) == [1, 2]
    shown = {"pushState": "/products/b"}
    assert values_sent(tmp_path, [CONSENT[1], *data, *consent, shown], on=on) == [1, 2]
    both = [CONSENT[1], *data, *consent[:1], *data, *consent[1:], x]
    assert values_sent(tmp_path, both, on=on) == [1, 2]


def test_two_banners_each_wait_for_their_own_consent(tmp_path):
    """`after_consent` names another message for one platform, which waits for other types."""
    file = tmp_path / "spec.yaml"
    text = SPEC % {**NAMED, "staff": "{event: told_too}", "granted_on": "given"}
    text = text.replace("[analytics_storage]}", "[analytics_storage], after_consent: staff}")
    file.write_text(text, encoding="utf-8")
    container = json.loads(export_json(compile_spec(load(file, {}))))
    for steps in (
        [CONSENT[1], {"push": {"event": "told_too"}}, *PARTS],
        [{"push": {"event": "told_too"}}, PARTS[1], CONSENT[1], PARTS[0]],
        [*PARTS, CONSENT[1], {"push": {"event": "told_too"}}],
    ):
        run = run_scenario(container, {"url": PRODUCT, "dataLayer": FIRST, "steps": steps})
        assert (run.stopped, run.unsupported, run.errors) == (None, (), ())
        fired = [
            one["tag"] for event in run.trace for one in event["tags"] if one["status"] == "fired"
        ]
        assert sorted(tag for tag in fired if tag.endswith("seen")) == [
            "GA4 - seen", "TikTok - seen"
        ]  # fmt: skip


def test_what_the_banner_has_not_said_is_no_consent_to_wait_for(tmp_path):
    given = "{event: consent_given, where: {kind: accepted}}"
    assert values_sent(tmp_path, MESSAGE_FIRST, given=given) == []
    assert values_sent(tmp_path, [GRANT, DENY, GRANT]) == []


def test_consent_in_parts_lets_each_platform_s_part_go_out(tmp_path):
    parts = [
        {"gtag": ["consent", "update", {"ad_storage": "granted"}]},
        {"gtag": ["consent", "update", {"analytics_storage": "granted"}]},
    ]
    assert values_sent(tmp_path, [CONSENT[1], *parts]) == [1]
    assert values_sent(tmp_path, [parts[0], CONSENT[1], parts[1]]) == [1]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([X, *MESSAGE_FIRST], [2]),
        ([X, CONSENT[1], Y, GRANT], [2, 3]),
        ([*MESSAGE_FIRST, X], [None, 2]),
        ([*MESSAGE_FIRST, DENY, X, *MESSAGE_FIRST], [None, 2]),
    ],
)
def test_a_message_beside_the_banner_s_is_not_lost_before_consent(tmp_path, steps, expected):
    assert values_sent(tmp_path, steps, on="[given, {event: x}]") == expected


def answer(value, **data):
    return {"push": {"event": "consent_given", "value": value, **data}}


REFUSED, AGREED = answer(8), answer(9)
LATER = {"wait": 2000}


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([REFUSED, LATER, GRANT, AGREED], [8]),
        ([REFUSED, GRANT, AGREED, LATER, AGREED], [8, 9]),
        ([REFUSED, X, LATER, GRANT, AGREED], [2]),
        ([X, REFUSED, LATER, GRANT, AGREED], [2]),
        ([REFUSED, X, REFUSED, Y, LATER, GRANT, AGREED], [2, 3]),
        ([REFUSED, LATER, *PARTS, AGREED], [8]),
        ([REFUSED, LATER, PARTS[0], AGREED, PARTS[1]], [8]),
        ([AGREED, GRANT, LATER, AGREED], [9, 9]),
        ([REFUSED, LATER, GRANT, AGREED, X], [8, 2]),
    ],
)
def test_an_event_of_the_banner_s_is_one_after_a_refusal_too(tmp_path, steps, expected):
    assert values_sent(tmp_path, steps, on="[given, {event: x}]") == expected


ON_BANNER = [
    "{event_matches: '.*', where: {kind: staff}}",
    "{event_matches: '^Consent', ignore_case: true, where: {kind: staff}}",
    "{event: consent_given, where: {kind: staff}}",
]
STAFF = answer(9, kind="staff")


@pytest.mark.parametrize("once", ["event", "page"])
@pytest.mark.parametrize("exception", ON_BANNER)
def test_an_exception_on_the_banner_s_message_blocks_nothing_of_before(tmp_path, exception, once):
    words = {"staff": exception, "where": "except: [staff]", "once": once}
    assert values_sent(tmp_path, [GRANT, STAFF, GRANT, STAFF], **words) == [1]
    assert values_sent(tmp_path, [STAFF, GRANT], **words) == [1]
    words["on"] = "[given, {event: x}]"
    assert values_sent(tmp_path, [X, GRANT, STAFF], **words) == [2]
    more = [] if once == "page" else [9]
    assert values_sent(tmp_path, [X, GRANT, STAFF, STAFF, AGREED], **words) == [2, *more]
    assert values_sent(tmp_path, [GRANT, STAFF, AGREED], **words) == [9]


@pytest.mark.parametrize("exception", ON_BANNER)
def test_nor_does_it_block_the_platform_s_own_tags(tmp_path, exception):
    file = tmp_path / "spec.yaml"
    text = SPEC % {**NAMED, "staff": exception, "page_view": "manual"}
    text = text.replace("[analytics_storage]", "[analytics_storage], except: [staff]", 1)
    file.write_text(text, encoding="utf-8")
    container = json.loads(export_json(compile_spec(load(file, {}))))
    for steps in ([GRANT, STAFF], [STAFF, GRANT]):
        scenario = {"url": PRODUCT, "dataLayer": FIRST, "steps": steps}
        run = run_scenario(container, scenario)
        fired = [
            one["tag"] for event in run.trace for one in event["tags"] if one["status"] == "fired"
        ]
        assert "GA4 - page view" in fired


@pytest.mark.parametrize("pattern", [".*", "^(x|gtmgen)", "^GTMGEN|^x$"])
def test_a_pattern_of_names_does_not_match_our_own_message(tmp_path, pattern):
    on = f"{{event_matches: '{pattern}', ignore_case: true, where: {{kind: {{not_equals: no}}}}}}"
    told = {"push": {"event": "gtmgen.given"}}
    before = values_sent(tmp_path, [CONSENT[1], GRANT, X], on=on)
    assert before == values_sent(tmp_path, [CONSENT[1], GRANT, told, X], on=on)
    assert before[-1] == 2


def test_an_exception_for_every_name_leaves_our_own_message_alone(tmp_path):
    words = {"staff": "{event_matches: '.*', where: {path: /thanks}}", "where": "except: [staff]"}
    words |= {"data": "  path: {builtin: page_path}", "navigation": "pages"}
    steps = [CONSENT[1], {"replaceState": "/thanks"}, GRANT]
    assert values_sent(tmp_path, steps, **words) == [1]


@pytest.mark.parametrize("once", ["event", "page"])
@pytest.mark.parametrize("other", ["raw_x", "{history: any}"])
def test_what_has_no_late_values_has_its_own_between_consent_and_the_banner(tmp_path, other, once):
    words = {"gtm": RAW, "on": f"[{{page: product}}, {other}]", "once": once}
    steps = [GRANT, {"push": {"value": 2}}, {"hash": "more"}, X, CONSENT[1]]
    sent = [2] if once == "page" else [2, 1]
    assert values_sent(tmp_path, steps, **words) == sent


@pytest.mark.parametrize("once", ["event", "page"])
@pytest.mark.parametrize(
    "own",
    [
        "{event_matches: '^(x|consent_given)$'}",
        "{event_matches: '.*', where: {event: {matches: '^(x|consent_)'}}}",
        "{event: consent_given, where: {value: {gt: 0}}}",
        "raw_given",
    ],
)
def test_a_trigger_that_can_fire_on_the_banner_s_message_lets_what_was_lost_go_first(
    tmp_path, own, once
):
    words = {"gtm": RAW, "on": f"[{{page: product}}, {own}]", "once": once}
    assert values_sent(tmp_path, [GRANT, *BANNER], **words) == [1]
    more = [] if once == "page" else [9]
    assert values_sent(tmp_path, [GRANT, *BANNER, *BANNER], **words) == [1, *more]
    if "x" in own.split("_"):
        assert values_sent(tmp_path, [GRANT, X, *BANNER], **words) == [2, 1][: 2 - len(more)]


BANNERS = {
    "event": "{event: consent_given}",
    "event_matches": "{event_matches: '^consent_g'}",
    "event_matches_any_case": "{event_matches: '^CONSENT_', ignore_case: true}",
    "raw_given": "raw_given",
    "raw_matches": "{matches: '^consent_', left: '{{_event}}'}",
    "raw_contains": "{contains: nsent_gi, left: '{{_event}}'}",
    "raw_starts_with": "{starts_with: consent_, left: '{{Event}}'}",
}
RAW_STAFF = """    raw_staff:
      type: CUSTOM_EVENT
      custom_event_filter: [{matches: ".*", left: "{{_event}}"}]
      filter: [{equals: staff, left: "{{data - kind}}"}]
"""


def told_by(banner, exception):
    """The words of a spec whose banner, and whose exception, are written in one of their ways."""
    raw = RAW + RAW_STAFF
    given = BANNERS[banner]
    if given.startswith("{event"):
        words = {"given": given}
    else:
        if given.startswith("{"):
            raw += f"    told: {{type: CUSTOM_EVENT, custom_event_filter: [{given}]}}\n"
        words = {"granted_on": "told" if given.startswith("{") else given}
    words |= {"gtm": raw, "where": f"except: [{'raw_staff' if exception == 'raw' else 'staff'}]"}
    return words if exception == "raw" else {**words, "staff": exception}


@pytest.mark.parametrize("once", ["event", "page"])
@pytest.mark.parametrize("exception", [*ON_BANNER, "raw"])
@pytest.mark.parametrize("banner", BANNERS)
def test_however_the_banner_is_told_an_exception_blocks_nothing_of_before(
    tmp_path, banner, exception, once
):
    words = {**told_by(banner, exception), "once": once}
    assert values_sent(tmp_path, [GRANT, STAFF, GRANT, STAFF], **words) == [1]
    assert values_sent(tmp_path, [STAFF, GRANT], **words) == [1]
    by_staff = [{"kind": "staff", "value": 1}]
    if ".*" in exception or exception == "raw":  # the others hold on the banner's message alone
        assert values_sent(tmp_path, CONSENT, data_layer=by_staff, **words) == []
    words["on"] = "[{page: product}, {event_matches: '^(x|consent_given)$'}]"
    assert values_sent(tmp_path, [GRANT, STAFF], **words) == [1]
    assert values_sent(tmp_path, [GRANT, STAFF, STAFF, GRANT], **words) == [1]


def test_a_group_tells_of_consent_and_an_exception_blocks_nothing_of_before(tmp_path):
    exception = "{event_matches: '.*', where: {kind: staff}}"
    words = {"gtm": GROUP, "granted_on": "together", "staff": exception}
    words |= {"where": "except: [staff]", "data": "", "on": "[{page: product}]"}
    assert values_sent(tmp_path, [GRANT, STAFF], **words) == [1]
