"""``import --migrate``: what is replaced, what stays, and that platforms receive the same."""

from __future__ import annotations

import pytest

from gtmgen.errors import UsageError
from gtmgen.importer.migrate.run import check_packs
from gtmgen.report.migration import build_migration_json
from tests.importer.lifting import (
    ALL_PAGES,
    Json,
    boolean,
    custom_event,
    data_layer,
    html,
    table,
    template,
    variable,
    version,
)
from tests.importer.migrating import Migrated, events, received, received_on
from tests.runtime.conftest import template_text

ONE, TWO = "C4MIGRATE0000000001", "C4MIGRATE0000000002"
BASE = """<script>
!function (w, d, t) {
  w.TiktokAnalyticsObject = t; var ttq = w[t] = w[t] || [];
  ttq.methods = ["page", "track", "identify", "instances", "once", "ready"];
  ttq.setAndDefer = function (t, e) {
    t[e] = function () { t.push([e].concat(Array.prototype.slice.call(arguments, 0))); };
  };
  for (var i = 0; i < ttq.methods.length; i++) ttq.setAndDefer(ttq, ttq.methods[i]);
  ttq.instance = function (t) {
    var e = (ttq._i || {})[t] || [];
    for (var n = 0; n < ttq.methods.length; n++) ttq.setAndDefer(e, ttq.methods[n]);
    return e;
  };
  ttq.load = function (e, n) {
    var r = "https://analytics.tiktok.com/i18n/pixel/events.js";
    ttq._i = ttq._i || {}; ttq._i[e] = []; ttq._i[e]._u = r;
    ttq._t = ttq._t || {}; ttq._t[e] = +new Date; ttq._o = ttq._o || {}; ttq._o[e] = n || {};
    var o = d.createElement("script"); o.async = !0; o.src = r + "?sdkid=" + e + "&lib=" + t;
    var a = d.getElementsByTagName("script")[0]; a.parentNode.insertBefore(o, a);
  };
  %s
}(window, document, 'ttq');
</script>"""
LINE = {"item_id": "A1", "item_name": "Mug", "price": 10, "quantity": 2}
ORDER = {
    "event": "order",
    "ecommerce": {"transaction_id": "1001", "value": 20, "currency": "EUR", "items": [LINE]},
}
VARIABLES = (
    data_layer("Items", "ecommerce.items"),
    data_layer("Total", "ecommerce.value"),
    data_layer("Order", "ecommerce.transaction_id"),
    data_layer("Plan", "plan"),
)
TRIGGERS = (custom_event("Order", "order"), custom_event("Lead", "lead"))


def base(pixel: str = ONE) -> str:
    return BASE % f"ttq.load('{pixel}', {{historyObserver: false}}); ttq.page();"


def script(code: str) -> str:
    return f"<script>{code}</script>"


def with_code(*tags: Json) -> Json:
    return version(tags=tags, triggers=TRIGGERS, variables=VARIABLES, built_ins=())


def test_custom_html_is_replaced_and_tiktok_receives_the_same() -> None:
    order = script(
        "ttq.track('Purchase', {contents: {{Contents}}, value: {{Total}}, currency: 'EUR', "
        "coupon: {{Plan}}}, {event_id: 'order_{{Order}}'});"
    )
    code = (
        "function() { return {{Items}}.map(function(p) { return {content_id: p.item_id, "
        "content_name: p.item_name, price: p.price, quantity: p.quantity}; }); }"
    )
    contents = variable("Contents", "jsm", template("javascript", code))
    migrated = Migrated(
        version(
            tags=(html("Pixel", base(), ALL_PAGES), html("Order", order, "1")),
            triggers=TRIGGERS,
            variables=(*VARIABLES, contents),
            built_ins=(),
        ),
        "tiktok",
    )
    push = {**ORDER, "plan": "pro"}
    before = received(migrated.before, "tiktok", push)
    after = received(migrated.after, "tiktok", push)
    assert [one.event for one in before] == [one.event for one in after] == ["Pageview", "Purchase"]
    (old,), (new,) = events(before), events(after)
    assert (old.event_id, new.event_id) == ("order_1001", "order_1001")
    assert new.account == old.account == ONE
    line = {"content_id": "A1", "content_name": "Mug", "price": 10, "quantity": 2}
    expected = {"contents": [line], "value": 20, "currency": "EUR", "coupon": "pro"}
    assert old.params == expected
    del expected["coupon"]
    expected |= {"contents": [{**line, "content_type": "product"}], "content_type": "product"}
    assert new.params == expected
    assert migrated.lines == [
        (
            "tag `Pixel`: `platforms: {tiktok: {pixel_id: C4MIGRATE0000000001, page_view: manual, "
            "consent: not_required}}`"
        ),
        (
            "tag `Order`: `send: {tiktok: Purchase}` with `params: {items: items_as_items, "
            "currency: {const: EUR}, value: total}`, `event_id: {from: order, prefix: order_}` and "
            "`data: {items_as_items: {path: ecommerce.items, scope: model, type: items, fields: "
            "{item_id: "
            "item_id, item_name: item_name, price: price, quantity: quantity}}}`"
        ),
        "tag `Order`: `coupon` is no longer sent.",
        (
            "tag `Order`: its `contents` say `brand`, `content_category`, too, where the site's "
            "items do."
        ),
        "tag `Order`: it and each of its items will say `content_type: product`.",
        "tag `Pixel`: where the page itself loads the pixel, Pageview is left to the page.",
        "tags `Pixel`, `Order`: a pixel that only the page itself loads gets it no longer.",
        (
            "tag `Order`: each value is read by its type (`value` as a number; `contents` as a "
            "list of products that each have an ID): what cannot be read is not sent, and the tag "
            "fails; nothing empty is sent."
        ),
        (
            "tag `Order`: a product's ID is sent as text, its price and quantity as numbers, with "
            "a quantity of 1 where it has none."
        ),
        (
            "tag `Order`: a single product, an object with numbers as its keys, and the same as "
            "JSON text count as a list of products."
        ),
        (
            "tag `Order`: an `event_id` in the event's own message is its ID, whatever `{{Order}}` "
            "holds."
        ),
        (
            "tag `Order`: its ID is text; where `{{Order}}` is neither text nor a number, or "
            "empty, an ID is made on the page."
        ),
        (
            "tag `Order`: an event that happens before the page view, or without it, is sent all "
            "the same; where the code was not loaded, it was lost until now."
        ),
        "+ template `Event data (shop)`",
        "+ template `TikTok Pixel (shop)`",
        "+ variable `data - items_as_items`",
        "+ variable `event ID - purchase`",
        "- tag `Order`",
        "- tag `Pixel`",
        "+ tag `TikTok - page view`",
        "+ tag `TikTok - purchase`",
    ]


def test_two_pixels_stay_two_accounts() -> None:
    other = script(f"ttq.load('{TWO}', {{historyObserver: false}}); ttq.page();")
    migrated = Migrated(
        with_code(
            html("Own", base(), ALL_PAGES),
            html("Agency", other, ALL_PAGES),
            html("Lead", script("ttq.track('SubmitForm', {description: {{Plan}}});"), "2"),
        ),
        "tiktok",
    )
    push = {"event": "lead", "plan": "pro"}
    before, after = (
        received(container, "tiktok", push) for container in (migrated.before, migrated.after)
    )
    old, new = events(before), events(after)
    params = {"description": "pro"}
    assert [one[:3] for one in old] == [("SubmitForm", id_, params) for id_ in (ONE, TWO)]
    assert sorted(one[:3] for one in new) == [("Lead", id_, params) for id_ in (ONE, TWO)]
    assert [one.event_id for one in old] == [None, None]
    assert len({one.event_id for one in new}) == 1
    assert None not in {one.event_id for one in new}
    assert sorted(one.account for one in after if one.event == "Pageview") == [ONE, TWO]
    repeated = (
        f"today 2 tags send it to all 2 pixels ({ONE}, {TWO}), so that each counts it 2 times; "
        "then once."
    )
    assert migrated.decisions == [
        f"each of the tags `Own`, `Agency`: {repeated}",
        (
            "tag `Lead`: a server that sends `SubmitForm` has to send `Lead` from the same moment "
            "on, or both are counted."
        ),
        (
            "tag `Lead`: it gets an event ID, the `event_id` of its message or else one that is "
            "made on the page; a server that sends the event, too, has to send the same one."
        ),
    ]


@pytest.mark.parametrize(
    ("firing", "moment"),
    [
        ("2147479572", "Consent Initialization"),
        ("2147479573", "Initialization"),
        ("9", "DOM Ready"),
    ],
)
def test_a_page_view_of_another_moment_is_told(firing: str, moment: str) -> None:
    found = with_code(html("Pixel", base(), firing))
    found["trigger"].append({"triggerId": "9", "name": "DOM", "type": "DOM_READY"})
    migrated = Migrated(found, "tiktok")
    assert migrated.decisions == [
        f"tag `Pixel`: Pageview is sent on All Pages, and no longer on {moment}."
    ]
    assert migrated.cases == [
        "tag `Pixel`: where the page itself loads the pixel, Pageview is left to the page.",
        "tag `Pixel`: a pixel that only the page itself loads gets it no longer.",
    ]


def test_one_tag_that_loads_a_pixel_does_not_go_without_the_other() -> None:
    more = base().replace("ttq.page()", "ttq.page(); fbq('track', 'PageView')")
    migrated = Migrated(
        with_code(html("Own", base(), ALL_PAGES), html("Shared", more, ALL_PAGES)), "tiktok"
    )
    assert migrated.migration.replaced == ()
    assert migrated.decisions == [
        (
            "tag `Own`: it stays as it is: `Shared`, which stays, would load the code anew, and "
            "what was sent until then would be lost."
        ),
        "tag `Shared`: it stays as it is: its code does more than load the platform's.",
    ]


GALLERY_CODE = """
const callInWindow = require('callInWindow');
const makeNumber = require('makeNumber');
const options = {pixel_code: data.pixel_code};
if (data.event_id) options.event_id = data.event_id;
const params = {};
if (data.value) params.value = makeNumber(data.value);
if (data.currency) params.currency = data.currency;
callInWindow('ttq.track', data.event, params, options);
data.gtmOnSuccess();
"""


MAY_TRACK = {
    "access_globals": {
        "keys": [{"key": "ttq.track", "read": False, "write": False, "execute": True}]
    }
}


def test_the_official_template_is_replaced_and_the_pixel_receives_the_same() -> None:
    gallery = {
        "name": "TikTok Pixel",
        "containerId": "2",
        "templateData": template_text(GALLERY_CODE, MAY_TRACK, kind="TAG"),
        "galleryReference": {
            "host": "github.com",
            "owner": "tiktok",
            "repository": "gtm-template-pixel",
        },
    }
    lead = {
        "name": "Lead",
        "type": "cvt_2_1",
        "firingTriggerId": ["2"],
        "parameter": [
            template("event", "Lead"),
            template("pixel_code", ONE),
            template("event_id", "lead_{{Order}}"),
            template("value", "{{Total}}"),
            template("currency", "EUR"),
            template("single_multi_product", "empty"),
            boolean("debug", False),
        ],
    }
    migrated = Migrated(
        version(
            tags=(html("Pixel", base(), ALL_PAGES), lead),
            triggers=TRIGGERS,
            variables=VARIABLES,
            templates=(gallery,),
            built_ins=(),
        ),
        "tiktok",
    )
    push = {"event": "lead", "ecommerce": {"transaction_id": "7", "value": 5}}
    before = received(migrated.before, "tiktok", push)
    assert before == received(migrated.after, "tiktok", push)
    assert events(before) == [("Lead", ONE, {"value": 5, "currency": "EUR"}, "lead_7")]
    assert migrated.decisions == [
        "tag `Lead`: a value of 0 is sent.",
        (
            "tag `Lead`: `user_data`, `tt_contents`, `tt_content_type`, `tt_external_id` and the "
            "customer's type are not read from the data layer any more."
        ),
        (
            "tag `Lead`: `gtm_version` and `event_trigger_source` are not sent, and a search term "
            "is `search_string`, no longer `query`."
        ),
    ]


def test_code_that_asks_for_the_pixel_first_is_replaced_and_tiktok_receives_the_same() -> None:
    code = "if (typeof ttq !== 'undefined') { ttq.track('Lead', {}, {event_id: {{Order}}}); }"
    pixel, lead = html("Pixel", base(), ALL_PAGES), html("Lead", script(code), "2")
    migrated = Migrated(with_code(pixel, lead), "tiktok")
    push = {"event": "lead", "ecommerce": {"transaction_id": "1001"}}
    sent = [received(one, "tiktok", push) for one in (migrated.before, migrated.after)]
    assert [one.event for one in sent[0]] == ["Pageview", "Lead"]
    assert events(sent[0]) == events(sent[1])
    # Before the page view, the pixel was not there, and nothing was sent.
    early = with_code({**pixel, "firingTriggerId": ["1"]}, lead)
    assert received(early, "tiktok", push) == []
    assert migrated.cases[-1] == (
        "tag `Lead`: an event that happens before the page view, or without it, is sent all the "
        "same; where the code was not loaded, it was lost until now."
    )


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (
            "ttq.identify({email: {{Plan}} || 'x'}); ttq.track('Lead', {});",
            "a tag of gtmgen's own would not have its `identify`",
        ),
        (
            "ttq.track('Contact', {}, {event_id: Number({{Order}})});",
            "code makes its event ID, which the server would not match",
        ),
        (
            "ttq.track('Contact', {}, {event_id: {{Order}}.toString()});",
            "code makes its event ID, which the server would not match",
        ),
        (
            "if ({{Total}}) ttq.track('Lead', {});",
            "its code does more than send this event, or decides whether to",
        ),
        (
            "ttq.track('AddToCart', {value: {{Total}}});",
            (
                "`validate` would refuse it (TikTok requires `items` for `AddToCart`, but "
                "`add_to_cart` does not set it [missing-param])"
            ),
        ),
    ],
)
def test_what_cannot_be_replaced_stays_and_says_why(code: str, reason: str) -> None:
    tag = html("Event", script(code), "2")
    migrated = Migrated(with_code(html("Pixel", base(), ALL_PAGES), tag), "tiktok")
    assert [item.tag for item in migrated.migration.replaced] == ["Pixel"]
    assert migrated.decisions[-1] == f"tag `Event`: it stays as it is: {reason}."
    (kept,) = [tag for tag in migrated.after["containerVersion"]["tag"] if tag["name"] == "Event"]
    assert kept["parameter"] == tag["parameter"]


PIXEL = html("Pixel", base(), ALL_PAGES)
UNREAD = "its code names `ttq`, and what it does with it could not be read"
MORE = "its code does more than send this event, or decides whether to"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("<script type='text/plain'>ttq.track('Contact');</script>", UNREAD),
        ("<!-- <script>ttq.track('Contact');</script> -->", UNREAD),
        ("<script>ttq['track']('Contact');</script>", UNREAD),
        ("<script>ttq?.track('Contact');</script>", UNREAD),
        ("ttq.track('Contact');", MORE),
        ("<script>ttq.track('Contact');", MORE),
    ],
)
def test_code_that_does_not_run_as_it_stands_stays(code: str, reason: str) -> None:
    migrated = Migrated(with_code(PIXEL, html("Contact", code, "2")), "tiktok")
    assert [item.tag for item in migrated.migration.replaced] == ["Pixel"]
    assert migrated.decisions == [f"tag `Contact`: it stays as it is: {reason}."]


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("ttq.track('Contact',,{});", "line 1 (unexpected token in expression: ',')"),
        ("\nttq.track('Contact', {value: 1 2});", "line 2 (Unexpected number)"),
        ("ttq.track('Contact', {query: {{Plan}} {{Plan}}});", "line 1 (Unexpected identifier '_')"),
        ("ttq.track('Contact', {query: 'a\nb'});", "line 1 (unexpected end of string)"),
        ("ttq.track('Contact');</script><script>}", "line 1 (unexpected token in expression: '}')"),
    ],
)
def test_code_with_a_syntax_error_sends_nothing_today_and_stays(code: str, error: str) -> None:
    tag = html("Contact", script(code), "2")
    migrated = Migrated(with_code(PIXEL, tag), "tiktok")
    reason = f"its code names `ttq`, and does not run: it has a syntax error on {error}"
    assert migrated.decisions == [f"tag `Contact`: it stays as it is: {reason}."]
    (kept,) = [tag for tag in migrated.after["containerVersion"]["tag"] if tag["name"] == "Contact"]
    assert kept["parameter"] == tag["parameter"]


@pytest.mark.parametrize(
    "code",
    [
        "ttq.track('Contact', {query: `${1}{{Plan}}`});",
        "<!-- for old browsers\nttq.track('Contact', {query: '{{Plan}}'},);\n//-->",
        "window.ttq.track('Contact', {query: {{Plan}}})",
    ],
)
def test_code_that_browsers_take_is_no_syntax_error(code: str) -> None:
    migrated = Migrated(with_code(PIXEL, html("Contact", script(code), "2")), "tiktok")
    assert [item.tag for item in migrated.migration.replaced] == ["Pixel", "Contact"]


def test_base_code_with_a_syntax_error_stays_and_no_event_is_moved_to_it() -> None:
    broken = html("Pixel", base().replace("ttq.page();", "ttq.page(;"), ALL_PAGES)
    contact = html("Contact", script("ttq.track('Contact');"), "2")
    migrated = Migrated(with_code(broken, contact), "tiktok")
    assert migrated.migration.replaced == ()
    assert migrated.decisions == [
        "tag `Contact`: it stays as it is: no tag says which pixel it reaches.",
        (
            "tag `Pixel`: it stays as it is: its code names `ttq`, and does not run: it has a "
            "syntax error on line 21 (unexpected token in expression: ';')."
        ),
    ]


def test_items_that_broken_code_makes_are_not_taken_over() -> None:
    code = (
        "function() { return {{Items}}.map(function(p) { return {content_id: p.item_id,, }; }); }"
    )
    contents = variable("Contents", "jsm", template("javascript", code))
    order = html("Order", script("ttq.track('Contact', {contents: {{Contents}}});"), "1")
    migrated = Migrated(
        version(
            tags=(PIXEL, order),
            triggers=TRIGGERS,
            variables=(*VARIABLES, contents),
            built_ins=(),
        ),
        "tiktok",
    )
    assert "tag `Order`: `contents` is no longer sent." in migrated.lines


@pytest.mark.parametrize(
    ("tag", "reason"),
    [("<script>", UNREAD), ("</script>", "its code does more than load the platform's")],
)
def test_base_code_that_does_not_run_stays(tag: str, reason: str) -> None:
    migrated = Migrated(with_code(html("Pixel", base().replace(tag, ""), ALL_PAGES)), "tiktok")
    assert migrated.migration.replaced == ()
    assert migrated.decisions == [f"tag `Pixel`: it stays as it is: {reason}."]


def test_code_that_only_looks_alike_is_no_tag_of_the_platform() -> None:
    code = script("var attq = {track: function() {}}; attq.track('Contact');")
    migrated = Migrated(with_code(PIXEL, html("Other", code, "2")), "tiktok")
    assert migrated.decisions == []


IDENTIFY = "ttq.identify({email: {{Plan}}, sha256_phone_number: {{Order}}}); "


def test_what_every_tag_tells_of_the_visitor_is_a_setting_of_the_account() -> None:
    migrated = Migrated(
        with_code(
            html("Pixel", base().replace("ttq.page()", f"{IDENTIFY}ttq.page()"), ALL_PAGES),
            html("Lead", script(f"{IDENTIFY}ttq.track('Lead', {{}});"), "2"),
            html("Order", script("ttq.track('Contact', {});"), "1"),
        ),
        "tiktok",
    )
    assert [item.tag for item in migrated.migration.replaced] == ["Pixel", "Lead", "Order"]
    assert "identify: {email: plan, phone_number: order}" in migrated.spec
    assert (
        "tags `Pixel`, `Lead`: what it tells of the visitor (`email`, `phone_number`) is "
        "normalised and hashed on the page; what cannot be read is not passed on."
    ) in migrated.cases


@pytest.mark.parametrize(
    "code",
    [
        f"ttq.track('Lead'); {IDENTIFY}",
        "ttq.identify({email: f({{Plan}})}); ttq.track('Lead');",
    ],
)
def test_a_tag_that_tells_of_the_visitor_what_no_setting_can_stays(code: str) -> None:
    migrated = Migrated(with_code(PIXEL, html("Lead", script(code), "2")), "tiktok")
    reason = "a tag of gtmgen's own would not have its `identify`"
    assert migrated.decisions[-1] == f"tag `Lead`: it stays as it is: {reason}."


@pytest.mark.parametrize(
    "more", ["fbq('track', 'PageView');", "new Image().src = '//count.example/x.gif';"]
)
def test_base_code_with_other_code_beside_stays(more: str) -> None:
    migrated = Migrated(with_code(html("Pixel", base() + script(more), ALL_PAGES)), "tiktok")
    assert migrated.migration.replaced == ()
    assert migrated.decisions == [
        "tag `Pixel`: it stays as it is: its code does more than load the platform's."
    ]


@pytest.mark.parametrize(
    ("options", "page_view", "views"),
    [
        (", {historyObserver: false}", "manual", 1),
        (", {historyObserver: !1}", "manual", 1),
        (", {historyObserver: true}", "auto", 2),
        ("", "auto", 2),
    ],
)
def test_page_views_are_sent_by_the_pixel_s_own_code_where_it_watches(
    options: str, page_view: str, views: int
) -> None:
    code = BASE % f"ttq.load('{ONE}'{options}); ttq.page();"
    migrated = Migrated(with_code(html("Pixel", code, ALL_PAGES)), "tiktok")
    assert f"page_view: {page_view}" in migrated.spec
    for container in (migrated.before, migrated.after):
        sent = received_on(container, "tiktok", {"navigate": "/next"})
        assert [one.event for one in sent] == ["Pageview"] * views


@pytest.mark.parametrize(
    "call",
    ["ttq.holdConsent();", "ttq.revokeConsent();", "ttq.disableCookie();", "ttq.debug('true');"],
)
def test_base_code_that_changes_what_the_pixel_does_stays(call: str) -> None:
    code = base().replace("ttq.page();", f"{call} ttq.page();")
    migrated = Migrated(with_code(html("Pixel", code, ALL_PAGES)), "tiktok")
    assert migrated.decisions == [
        "tag `Pixel`: it stays as it is: its code does more than load the platform's."
    ]


def test_what_arrives_in_another_form_is_told() -> None:
    code = "ttq.track('InitiateCheckout', {contents: {{Items}}, value: '{{Total}}', currency: "
    order = script(code + "'EUR'}, {event_id: `c_{{Order}}`});")
    migrated = Migrated(with_code(PIXEL, html("Order", order, "1")), "tiktok")
    (old,), (new,) = (
        events(received(container, "tiktok", ORDER))
        for container in (migrated.before, migrated.after)
    )
    assert (old.event_id, new.event_id) == ("c_1001", "c_1001")
    assert old.params == {"contents": [LINE], "value": "20", "currency": "EUR"}
    line = {"content_id": "A1", "content_name": "Mug", "price": 10, "quantity": 2}
    assert new.params == {
        "contents": [{**line, "content_type": "product"}],
        "content_type": "product",
        "value": 20,
        "currency": "EUR",
    }
    assert migrated.decisions == [
        "tag `Order`: `value` is sent as a number, and no longer as text.",
        (
            "tag `Order`: its `contents` have `brand`, `content_category`, `content_id`, "
            "`content_name`, `price`, `quantity`, and no longer GA4's names."
        ),
        "tag `Order`: it and each of its items will say `content_type: product`.",
    ]


def test_the_same_event_of_one_pixel_is_not_replaced_twice() -> None:
    migrated = Migrated(
        with_code(
            html("Pixel", base(), ALL_PAGES),
            html("A", script("ttq.track('Lead', {});"), "2"),
            html("B", script("ttq.track('Lead', {description: {{Plan}}});"), "2"),
        ),
        "tiktok",
    )
    assert [item.tag for item in migrated.migration.replaced] == ["Pixel", "A"]
    assert migrated.decisions[-1] == (
        "tag `B`: it stays as it is: another tag sends the same event to `tiktok`."
    )


def test_the_report_for_programs_has_the_same_lists() -> None:
    contact = script("ttq.track('Contact', {});")
    tags = (html("Pixel", base(), ALL_PAGES), html("A", contact, "1"), html("B", contact, "2"))
    migrated = Migrated(with_code(*tags), "tiktok")
    found = build_migration_json(migrated.migration)
    assert [item["tag"] for item in found["decisions"]] == ["A", "B"]
    (text,) = {item["text"] for item in found["decisions"]}
    assert migrated.decisions == [f"each of the tags `A`, `B`: {text}."]
    early = (
        "an event that happens before the page view, or without it, is sent all the same; where "
        "the code was not loaded, it was lost until now"
    )
    assert found["cases"] == [
        {
            "tags": ["Pixel"],
            "text": "where the page itself loads the pixel, Pageview is left to the page",
        },
        {
            "tags": ["Pixel", "A", "B"],
            "text": "a pixel that only the page itself loads gets it no longer",
        },
        {"tags": ["A", "B"], "text": early},
    ]


def test_a_pack_without_tags_that_are_recognised() -> None:
    with pytest.raises(UsageError) as raised:
        check_packs(["tiktok", "meta"])
    assert str(raised.value) == (
        "`meta` is not a pack whose tags gtmgen recognises; there are `ga4`, `tiktok`"
    )


# -- GA4 -------------------------------------------------------------------------------

ID = "G-MIGRATE001"
INITIALIZATION = "2147479573"
ECOMMERCE = (
    "it sends whatever the site's `ecommerce` holds (`sendEcommerceData`), and the container does "
    "not say what that is: `params` names each parameter"
)


def google_tag(
    *rows: tuple[str, str], name: str = "Google tag", firing: str = INITIALIZATION
) -> Json:
    parameters = [template("tagId", ID)]
    if rows:
        cells = [{"parameter": name, "parameterValue": value} for name, value in rows]
        parameters.append(table("configSettingsTable", *cells))
    return {
        "name": name,
        "type": "googtag",
        "parameter": parameters,
        "firingTriggerId": [INITIALIZATION],
    }


def ga4_event(name: str, event: str, firing: str, *rows: tuple[str, str], **more: Json) -> Json:
    cells = [{"parameter": name, "parameterValue": value} for name, value in rows]
    parameters = [
        boolean("sendEcommerceData", False),
        template("eventName", event),
        template("measurementIdOverride", ID),
        *([table("eventSettingsTable", *cells)] if cells else []),
    ]
    given = {parameter["key"]: parameter for parameter in (*parameters, *more.values())}
    return {
        "name": name,
        "type": "gaawe",
        "firingTriggerId": [firing],
        "parameter": [*given.values()],
    }


def test_ga4_s_tags_are_replaced_with_their_parameters() -> None:
    found = version(
        tags=(
            google_tag(("send_page_view", "false"), ("site_area", "shop"), ("user_id", "{{Plan}}")),
            ga4_event(
                "GA4 order",
                "purchase",
                "1",
                ("transaction_id", "{{Order}}"),
                ("value", "{{Total}}"),
                ("currency", "EUR"),
                ("items", "{{Items}}"),
                ("method", "{{Plan}}/{{Order}}"),
                ("where", "{{Page Path}}"),
            ),
            ga4_event("GA4 lead", "my_lead", "2", ("form", "short")),
        ),
        triggers=TRIGGERS,
        variables=VARIABLES,
        built_ins=("PAGE_PATH",),
    )
    found["builtInVariable"][0]["name"] = "Page Path"
    migrated = Migrated(found, "ga4")
    pushes = ({**ORDER, "plan": "pro"}, {"event": "lead"})
    before, after = (
        received(container, "ga4", *pushes) for container in (migrated.before, migrated.after)
    )
    assert [one.event for one in before] == ["purchase", "my_lead"]
    parameters = [{**one.params} for one in after]
    assert [one.pop("user_id") for one in parameters] == ["pro", "pro"]
    assert [{**one.params} for one in before] == parameters
    assert {one.account for one in (*before, *after)} == {ID}
    assert [one.event_id for one in before] == [None, None]
    assert None not in [one.event_id for one in after]
    assert migrated.decisions == [
        "tag `Google tag`: `user_id` goes with each event, as it is then, not as the page loads.",
        "each of the tags `GA4 order`, `GA4 lead`: it gets a parameter `event_id`.",
    ]
    assert "config: {site_area: site_area_of_tag}" in migrated.spec


def test_the_older_tags_of_ga4_are_replaced_where_each_of_them_can_be() -> None:
    setup = {
        "name": "GA4",
        "type": "gaawc",
        "firingTriggerId": [ALL_PAGES],
        "parameter": [
            template("measurementId", ID),
            boolean("sendPageView", True),
            boolean("enableSendToServerContainer", False),
        ],
    }
    lead = {
        "name": "GA4 lead",
        "type": "gaawe",
        "firingTriggerId": ["2"],
        "parameter": [
            template("eventName", "generate_lead"),
            {"type": "TAG_REFERENCE", "key": "measurementId", "value": "GA4"},
            table("eventParameters", {"name": "form", "value": "{{Plan}}"}),
        ],
    }
    # The tag's name is what it is known by, wherever it fires.
    for tags in ((setup, lead), (lead, setup)):
        migrated = Migrated(with_code(*tags), "ga4")
        for container in (migrated.before, migrated.after):
            sent = received(container, "ga4", {"event": "lead", "plan": "a"})
            assert [one[:3] for one in sent] == [
                ("page_view", ID, {}),
                ("generate_lead", ID, {"form": "a"}),
            ]
    migrated = Migrated(with_code(setup, lead), "ga4")
    assert migrated.decisions == [
        "tag `GA4`: it fires on Initialization, before the page's other tags.",
        "tag `GA4 lead`: it gets a parameter `event_id`.",
    ]
    lead["parameter"].append(boolean("sendEcommerceData", True))
    kept = Migrated(with_code(setup, lead), "ga4")
    assert kept.migration.replaced == ()
    assert kept.decisions == [
        f"tag `GA4 lead`: it stays as it is: {ECOMMERCE}.",
        "tag `GA4`: it stays as it is: `GA4 lead`, which stays, refers to it.",
    ]


@pytest.mark.parametrize(
    ("fields", "sends_view"),
    [
        ((boolean("sendPageView", True),), True),
        ((), True),
        ((boolean("sendPageView", False),), False),
        ((table("fieldsToSet", {"name": "send_page_view", "value": "false"}),), False),
        ((table("fieldsToSet", {"name": "area", "value": "shop"}),), True),
    ],
)
def test_what_the_former_google_tag_sends(fields: tuple[Json, ...], sends_view: bool) -> None:
    setup = {
        "name": "GA4",
        "type": "gaawc",
        "firingTriggerId": [ALL_PAGES],
        "parameter": [template("measurementId", ID), *fields],
    }
    lead = ga4_event("Lead", "my_lead", "2", ("form", "short"))
    container = {"containerVersion": with_code(setup, lead)}
    area = {"area": "shop"} if "area" in str(fields) else {}
    assert [one[:3] for one in received(container, "ga4", {"event": "lead"})] == [
        *([("page_view", ID, area)] if sends_view else []),
        ("my_lead", ID, {**area, "form": "short"}),
    ]


def test_the_reason_of_a_tag_that_keeps_another_one_is_its_own() -> None:
    sale = {
        "name": "GA4 sale",
        "type": "gaawe",
        "firingTriggerId": ["1"],
        "parameter": [
            template("eventName", "purchase"),
            {"type": "TAG_REFERENCE", "key": "measurementId", "value": "Google tag"},
        ],
    }
    migrated = Migrated(with_code(google_tag(), sale), "ga4")
    assert migrated.decisions == [
        "tag `Google tag`: it stays as it is: `GA4 sale`, which stays, refers to it.",
        (
            "tag `GA4 sale`: it stays as it is: `validate` would refuse it (GA4 requires "
            "`currency` for `purchase`, but `purchase` does not set it [missing-param])."
        ),
    ]


@pytest.mark.parametrize("text", ["5", "1.5", "1.50", "007", "1e3", "12,50"])
def test_a_number_that_a_tag_of_ga4_spells_out_is_sent_as_it_was(text: str) -> None:
    tag = ga4_event("E", "taxed", "2", ("tax", text))
    migrated = Migrated(with_code(google_tag(), tag), "ga4")
    before, after = (
        events(received(container, "ga4", {"event": "lead"}), without="page_view")
        for container in (migrated.before, migrated.after)
    )
    assert [one.params for one in after] == [one.params for one in before] == [{"tax": text}]


@pytest.mark.parametrize(
    ("tag", "reason"),
    [
        (
            ga4_event("E", "lead", "2", commerce=boolean("sendEcommerceData", True)),
            ECOMMERCE,
        ),
        (
            ga4_event("E", "lead", "2", settings=template("eventSettingsVariable", "{{Plan}}")),
            "`{{Plan}}` is not a settings variable of the container",
        ),
        (
            ga4_event("E", "page_view", "2"),
            "it sends page views: `page_view: {on: ...}` says when",
        ),
        (ga4_event("E", "{{Plan}}", "2"), "it takes the event's name from elsewhere"),
        (
            ga4_event("E", "lead", "2", account=template("measurementIdOverride", "G-OTHER00001")),
            "no tag of the container sets up its GA4 account `G-OTHER00001`",
        ),
    ],
)
def test_ga4_s_tags_that_stay(tag: Json, reason: str) -> None:
    migrated = Migrated(with_code(google_tag(), tag), "ga4")
    assert migrated.decisions[-1] == f"tag `E`: it stays as it is: {reason}."


def settings(name: str, type_: str, *rows: tuple[str, str]) -> Json:
    """A settings variable of Google's."""
    key = {"gtcs": "configSettingsTable", "gtes": "eventSettingsTable"}[type_]
    cells = [{"parameter": parameter, "parameterValue": value} for parameter, value in rows]
    return variable(name, type_, table(key, *cells))


def test_settings_that_ga4_s_tags_take_from_a_variable_are_those_of_the_spec() -> None:
    setup = google_tag(("send_page_view", "false"))
    setup["parameter"].append(template("configSettingsVariable", "{{Shared config}}"))
    shared = template("eventSettingsVariable", "{{Shared}}")
    found = version(
        tags=(setup, ga4_event("E", "my_lead", "2", ("form", "short"), shared=shared)),
        triggers=TRIGGERS,
        variables=(
            *VARIABLES,
            settings("Shared config", "gtcs", ("site_area", "shop")),
            settings("Shared", "gtes", ("plan", "{{Plan}}")),
        ),
        built_ins=(),
    )
    migrated = Migrated(found, "ga4")
    assert [item.tag for item in migrated.migration.replaced] == ["Google tag", "E"]
    push = {"event": "lead", "plan": "pro"}
    (before,) = received(migrated.before, "ga4", push)
    (after,) = received(migrated.after, "ga4", push)
    assert after.params == before.params == {"form": "short", "plan": "pro", "site_area": "shop"}
    assert "config: {site_area: site_area_of_tag}" in migrated.spec

    found["tag"][1]["parameter"][-1]["value"] = "{{Shared config}}"
    stays = "`{{Shared config}}` is not a settings variable of the container"
    assert Migrated(found, "ga4").decisions[-1] == f"tag `E`: it stays as it is: {stays}."


def test_event_settings_that_say_the_same_twice_stay() -> None:
    found = version(
        tags=(
            google_tag(),
            ga4_event(
                "E", "my_lead", "2", ("plan", "free"),
                shared=template("eventSettingsVariable", "{{Shared}}"),
            ),
        ),
        triggers=TRIGGERS,
        variables=(*VARIABLES, settings("Shared", "gtes", ("plan", "{{Plan}}"))),
        built_ins=(),
    )  # fmt: skip
    stays = "its `plan` stands in its event settings, too"
    assert Migrated(found, "ga4").decisions == [f"tag `E`: it stays as it is: {stays}."]


def test_an_account_that_two_tags_set_up_stays_with_its_events() -> None:
    migrated = Migrated(
        with_code(
            google_tag(), google_tag(name="Another"), ga4_event("E", "lead", "2", ("form", "a"))
        ),
        "ga4",
    )
    assert migrated.migration.replaced == ()
    stays = "the tag that sets up its account stays, and gtmgen's would be a second one"
    assert migrated.decisions == [
        f"each of the tags `Google tag`, `Another`: it stays as it is: 2 tags set up `{ID}`.",
        f"tag `E`: it stays as it is: {stays}.",
    ]


def test_an_event_of_both_platforms_keeps_the_parameters_of_each() -> None:
    migrated = Migrated(
        with_code(
            html("Pixel", base(), ALL_PAGES),
            google_tag(("send_page_view", "false")),
            html("Lead", script("ttq.track('Lead', {description: {{Plan}}});"), "2"),
            ga4_event("GA4 lead", "generate_lead", "2", ("form", "{{Order}}")),
        ),
        "tiktok",
        "ga4",
    )
    assert len(migrated.migration.replaced) == 4
    push = {"event": "lead", "plan": "pro", "ecommerce": {"transaction_id": "3"}}
    for pack, params in (("tiktok", {"description": "pro"}), ("ga4", {"form": "3"})):
        for container in (migrated.before, migrated.after):
            (lead,) = events(received(container, pack, push))
            assert lead.params == params
