"""Proposals to send an event by gtmgen's own tag: what they say, and why there is none."""

from __future__ import annotations

import pytest

from gtmgen.container.entities import Kind
from tests.importer.lifting import (
    ALL_PAGES,
    Json,
    boolean,
    converted,
    custom_event,
    data_layer,
    html,
    template,
    variable,
    version,
)

PIXEL = "C4PROPOSALS00000001"
OTHER_PIXEL = "C4PROPOSALS00000002"
PLATFORM = (
    f'`platforms: {{tiktok: {{pixel_id: {PIXEL}, page_view: "off", consent: not_required}}}}`'
)
WOULD_SEND = " would send this event by a tag of gtmgen's own, in place of this one."
NOT_PROPOSED = "No tag of gtmgen's own is proposed in place of this one: "
VARIABLES = (
    data_layer("Items", "ecommerce.items"),
    data_layer("Total", "ecommerce.value"),
    data_layer("Order", "ecommerce.transaction_id"),
    data_layer("Basket", "basket"),
)


def load_code(pixel: str = PIXEL) -> str:
    return f"<script>ttq.load('{pixel}'); ttq.page();</script>"


def proposals(
    *tags: Json, variables: tuple[Json, ...] = VARIABLES, **more: tuple[Json, ...]
) -> Json:
    """What is said about each tag, by its name."""
    found = version(
        tags=tags, triggers=(custom_event("Moment", "moment"),), variables=variables, **more
    )
    return {
        item.name: item.text
        for item in converted(found).findings
        if item.kind is Kind.TAG and item.sort == "suggestion" and "gtmgen's own" in item.text
    }


def proposal_for(call: str, *variables: Json) -> str:
    """What is said about Custom HTML with this code, beside a tag that loads the pixel."""
    tags = (html("Base", load_code(), ALL_PAGES), html("Event", f"<script>{call}</script>", "1"))
    return str(proposals(*tags, variables=(*VARIABLES, *variables))["Event"])


@pytest.mark.parametrize(
    "event_id", ["'order-{{Order}}'", "'order-' + {{Order}}", '"order-{{Order}}"']
)
def test_a_prefix_of_the_event_id_is_kept(event_id: str) -> None:
    call = f"ttq.track('Lead', {{description: {{{{Total}}}}}}, {{event_id: {event_id}}});"
    assert proposal_for(call) == (
        "`send: {tiktok: Lead}` with `params: {description: total}`, "
        f"`event_id: {{from: order, prefix: order-}}` and {PLATFORM}{WOULD_SEND}"
    )


@pytest.mark.parametrize("event_id", ["{{Order}}-paid", "{{Order}}{{Total}}", "always"])
def test_an_event_id_that_the_spec_cannot_say(event_id: str) -> None:
    assert proposal_for(f"ttq.track('Lead', {{}}, {{event_id: '{event_id}'}});") == (
        f"{NOT_PROPOSED}its event ID `{event_id}` is not a prefix and one variable."
    )


@pytest.mark.parametrize("options", ["{event_id: makeId()}", "options", "{...options}"])
def test_an_event_id_that_code_makes(options: str) -> None:
    assert proposal_for(f"ttq.track('Lead', {{}}, {options});") == (
        f"{NOT_PROPOSED}code makes its event ID, which the server would not match."
    )


def test_an_old_name_has_to_change_on_the_server_too() -> None:
    call = (
        "ttq.track('CompletePayment', {contents: {{Items}}, value: Number({{Total}}), "
        "currency: 'EUR', content_type: 'product'}, {event_id: {{Order}}})"
    )
    assert proposal_for(call) == (
        "`send: {tiktok: Purchase}` with `params: {items: items, currency: {const: EUR}, value: "
        f"total}}`, `event_id: {{from: order}}` and {PLATFORM}{WOULD_SEND} What changes: a server "
        "that sends `CompletePayment` has to send `Purchase` from the same moment on, or both are "
        "counted."
    )


def test_all_that_would_be_lost_is_named() -> None:
    call = (
        "ttq.identify({email: f({{Order}})}); ttq.track('Lead', {content_id: 'a{{Order}}', "
        "content_type: 'product', description: 'A long text', quantity: {{Total}}, "
        "value: {{Total}} * 2});"
    )
    assert proposal_for(call) == (
        f"`send: {{tiktok: Lead}}` with `params: {{description: {{const: A long text}}}}` and "
        f"{PLATFORM}{WOULD_SEND} It would lose `content_id`, `quantity`, `value`, `content_type`, "
        "`identify`."
    )


def test_items_in_tiktok_s_words_are_read_where_they_come_from() -> None:
    code = (
        "function() { return ({{Basket}} || []).map(function(line) { return {content_id: "
        "line.sku, price: line.unit, quantity: line.pieces}; }); }"
    )
    made = variable("Contents", "jsm", template("javascript", code))
    call = "ttq.track('AddToCart', {contents: {{Contents}}, value: {{Total}}, currency: 'EUR'});"
    assert proposal_for(call, made) == (
        "`send: {tiktok: AddToCart}` with `params: {items: basket_as_items, currency: {const: "
        "EUR}, value: total}`, `data: {basket_as_items: {path: basket, scope: model, type: items, "
        "fields: {item_id: sku, price: unit, quantity: pieces}}}` and "
        f"{PLATFORM}{WOULD_SEND}"
    )


@pytest.mark.parametrize(
    "code",
    [
        "function() { return [{content_id: {{Basket}}.id}]; }",
        "function() { return {{Basket}}.map(function(p) { return {content_id: 'a' + p.id}; }); }",
        "function() { return {{Basket}}.map(function(p) { return {num_items: p.n}; }); }",
    ],
)
def test_items_that_code_computes_are_no_items(code: str) -> None:
    made = variable("Contents", "jsm", template("javascript", code))
    call = "ttq.track('InitiateCheckout', {contents: {{Contents}}});"
    assert proposal_for(call, made) == (
        f"`send: {{tiktok: InitiateCheckout}}` with {PLATFORM}{WOULD_SEND} It would lose "
        "`contents`."
    )


@pytest.mark.parametrize(
    ("params", "items", "moved"),
    [
        (
            "contents: [{content_id: {{Order}}, 'content_name': 'A \\'mug\\'', quantity: 2}]",
            """[{item_id: {{Order}}, item_name: "A 'mug'", quantity: "2"}]""",
            "",
        ),
        (
            (
                'contents: [{content_id: "{{Order}}", content_type: "product"}, '
                "{content_id: '7', price: Number({{Total}})},]"
            ),
            '[{item_id: {{Order}}}, {item_id: "7", price: {{Total}}}]',
            "",
        ),
        (
            "content_id: '{{Order}}', content_type: 'product', price: {{Total}}",
            "[{item_id: {{Order}}, price: {{Total}}}]",
            (
                "`content_id`, `price` are no longer sent beside the other parameters, but in its "
                "`contents`"
            ),
        ),
        (
            "content_id: 'A1'",
            '[{item_id: "A1"}]',
            "`content_id` is no longer sent beside the other parameters, but in its `contents`",
        ),
    ],
)
def test_items_that_the_tag_s_code_spells_out_are_made_by_a_function(
    params: str, items: str, moved: str
) -> None:
    said = proposal_for(f"ttq.track('InitiateCheckout', {{{params}}});")
    assert "`params: {items: event_contents}`" in said
    assert f"function() {{ return {items}; }}" in said.replace("''", "'")
    assert said.partition(WOULD_SEND)[2] == (f" What changes: {moved}." if moved else "")


@pytest.mark.parametrize(
    "params",
    [
        "contents: [{content_id: 'a-{{Order}}'}]",
        "contents: [{content_id: {{Order}}.id}]",
        "contents: [{content_id: {{Order}}, ...more}]",
        "contents: [{content_id: {{Order}}, num_items: 1}]",
        "contents: [{content_id: {{Order}}, content_type: 'product_group'}]",
        "contents: [{content_id: {{Order}}}, {{Basket}}]",
        "contents: [{content_id: {{Order}}}].concat({{Basket}})",
        "contents: [...{{Basket}}]",
        "contents: ['{{Order}}']",
        "contents: [{content_id: '${Order}'}]",
        "contents: []",
        "contents: [" + "{content_id: {{Order}}}, " * 30 + "]",
    ],
)
def test_items_that_are_not_known_as_they_stand_are_lost(params: str) -> None:
    said = proposal_for(f"ttq.track('InitiateCheckout', {{{params}}});")
    assert said == (
        f"`send: {{tiktok: InitiateCheckout}}` with {PLATFORM}{WOULD_SEND} It would lose "
        "`contents`."
    )


def test_what_validate_would_refuse_is_not_proposed() -> None:
    call = "ttq.track('AddToCart', {contents: {{Basket}}, value: {{Total}}});"
    assert proposal_for(call) == (
        f"{NOT_PROPOSED}`validate` would refuse it (TikTok requires `items` for `AddToCart`, but "
        "`add_to_cart` does not set it [missing-param]); it would lose `contents`."
    )


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        ("ttq.track('Lead', dataOf(event));", "code computes its parameters, which would be lost"),
        (
            "ttq.track('Lead', {value: 1, ...more});",
            "code computes its parameters, which would be lost",
        ),
        (
            "if ({{Total}}) ttq.track('Lead', {});",
            "its code does more than send this event, or decides whether to",
        ),
        (
            "fbq('track', 'Lead'); ttq.track('Lead', {});",
            "its code does more than send this event, or decides whether to",
        ),
        (
            "ttq.ready(function() { ttq.track('Lead', {}); });",
            "its code does more than send this event, or decides whether to",
        ),
        ("ttq.track('Lead', {}); ttq.track('Lead', {});", "it sends `Lead` several times"),
        ("ttq.track('ClickButton', {});", "TikTok has no event `ClickButton` that gtmgen knows"),
        ("ttq.instance(pixelOf(page)).track('Lead', {});", "code says which pixel it reaches"),
        ("ttq.instance({{Order}}).track('Lead', {});", "its pixel is not a constant: `{{Order}}`"),
    ],
)
def test_what_is_not_proposed(call: str, reason: str) -> None:
    assert proposal_for(call) == f"{NOT_PROPOSED}{reason}."


def test_several_events_of_one_tag_are_proposed_together() -> None:
    call = (
        "ttq.track('Contact', {description: {{Order}}, content_id: 'a{{Order}}'}); "
        "ttq.track('SubmitForm', {});"
    )
    assert proposal_for(call) == (
        f"`send: {{tiktok: Contact}}` with `params: {{description: order}}` and {PLATFORM}, and "
        "`send: {tiktok: Lead}` would send these events by tags of gtmgen's own, in place of this "
        "one. It would lose `content_id`. What changes: a server that sends `SubmitForm` has to "
        "send `Lead` from the same moment on, or both are counted."
    )


CALL = "ttq.track('Lead', {})"


@pytest.mark.parametrize(
    "code",
    [
        f"if (window.ttq) {CALL};",
        f"if (typeof ttq !== 'undefined') {{ {CALL}; }}",
        f'if ("undefined" != typeof window.ttq && ttq.track) {{ {CALL} }}',
        f"if (typeof ttq.track === 'function') {{ {CALL} }}",
        f"if (ttq) {{ if (window.ttq.track) {{ {CALL} }} }}",
        f"ttq && {CALL};",
        f"window.ttq && window.{CALL};",
        f"typeof ttq !== 'undefined' && ttq.track && {CALL}",
        f"try {{ {CALL}; }} catch (error) {{ /* the pixel is blocked */ }}",
        f"try {{ {CALL} }} catch {{}}",
        f"(function() {{ {CALL}; }})();",
        f"(function sendLead() {{ {CALL} }}());",
        f"!function() {{ {CALL} }}();",
        f"(() => {{ if (window.ttq) {{ {CALL}; }} }})();",
        f"{{ {CALL}; }};",
        f"if ({'ttq && ' * 2000}ttq) {CALL};",
        f"{'ttq && ' * 2000}{CALL};",
    ],
)
def test_what_only_keeps_a_call_from_failing_is_no_more_than_the_event(code: str) -> None:
    assert WOULD_SEND in proposal_for(CALL)
    assert proposal_for(code) == proposal_for(CALL)


@pytest.mark.parametrize(
    "code",
    [
        f"if (window.ttq && {{{{Total}}}}) {CALL};",
        f"if (window.ttq || {{{{Total}}}}) {CALL};",
        f"if (!window.ttq) {CALL};",
        f"if (typeof ttq === 'undefined') {CALL};",
        f"if (typeof ttq === 'function') {CALL};",
        f"if (typeof ttq !== ttq) {CALL};",
        f"if (ttq._loaded) {CALL};",
        f"if (page.ttq) {CALL};",
        f"if (window.ttq) {CALL}; else count();",
        f"if (window.ttq) {{ {CALL}; count(); }}",
        f"{{{{Total}}}} && {CALL};",
        f"ttq || {CALL};",
        f"ttq ? {CALL} : count();",
        f"try {{ {CALL} }} catch (error) {{ count(error); }}",
        f"try {{ {CALL} }} finally {{ count(); }}",
        f"(function() {{ {CALL} }});",
        f"(function(name) {{ {CALL} }})({{{{Order}}}});",
        f"(function() {{ var name = 'Lead'; {CALL} }})();",
        f"(function() {{ return; {CALL} }})();",
        f"{CALL}\n(function() {{ {CALL} }})();",
        f"setTimeout(function() {{ {CALL} }}, 500);",
        f"while (window.ttq) {CALL};",
        "{" * 12 + CALL + "}" * 12,
    ],
)
def test_code_that_decides_or_does_more_is_more_than_the_event(code: str) -> None:
    reason = "its code does more than send this event, or decides whether to"
    several = "it sends `Lead` several times"
    said = proposal_for(code)
    assert said in (f"{NOT_PROPOSED}{reason}.", f"{NOT_PROPOSED}{several}.")
    assert (several in said) == (code.count("track(") > 1)


def test_markup_beside_the_call_is_more_than_the_event() -> None:
    code = "<script>ttq.track('Lead', {})</script><img src='https://a.example/x.gif'>"
    texts = proposals(html("Base", load_code(), ALL_PAGES), html("Event", code, "1"))
    assert texts["Event"] == (
        f"{NOT_PROPOSED}its code does more than send this event, or decides whether to."
    )


def test_a_script_that_waits_for_consent_is_more_than_the_event() -> None:
    code = "<script type='text/plain'>count()</script><script>ttq.track('Lead', {})</script>"
    texts = proposals(html("Base", load_code(), ALL_PAGES), html("Event", code, "1"))
    assert texts["Event"] == (
        f"{NOT_PROPOSED}its code does more than send this event, or decides whether to."
    )


@pytest.mark.parametrize("options", ["{event_id: {{Order}}, eventID: {{Order}}}", "{eventID: 1}"])
def test_other_options_of_an_event_are_named(options: str) -> None:
    assert proposal_for(f"ttq.track('Lead', {{}}, {options});").endswith(
        f"{WOULD_SEND} It would lose `eventID`."
    )


def test_a_pixel_that_a_variable_names_is_the_one_that_is_reached() -> None:
    second = variable("Second", "c", template("value", OTHER_PIXEL))
    load = "<script>ttq.load({{Second}}); ttq.instance({{Second}}).page();</script>"
    texts = proposals(
        html("Own", load_code(), ALL_PAGES),
        html("Agency", load, ALL_PAGES),
        html("Event", "<script>ttq.instance({{Second}}).track('Lead', {})</script>", "1"),
        variables=(*VARIABLES, second),
    )
    assert texts["Event"] == (
        f"`send: {{tiktok_2: Lead}}` with `platforms: {{tiktok_2: {{pack: tiktok, pixel_id: "
        f'{OTHER_PIXEL}, page_view: "off", consent: not_required}}}}`{WOULD_SEND}'
    )


def test_an_event_may_reach_a_pixel_that_code_loads() -> None:
    texts = proposals(
        html("Own", load_code(), ALL_PAGES),
        html("Agency", "<script>ttq.load(pixelOf(page));</script>", ALL_PAGES),
        html("Event", "<script>ttq.track('Lead', {})</script>", "1"),
    )
    assert texts["Event"] == f"{NOT_PROPOSED}code says which pixel it reaches."


def test_an_event_of_a_pixel_that_is_loaded_on_some_pages() -> None:
    texts = proposals(
        html("Base", load_code(), "1"), html("Event", "<script>ttq.track('Lead', {})</script>", "1")
    )
    assert texts["Event"] == (
        f"{NOT_PROPOSED}its pixel is loaded only where `Base` fires, and a tag of gtmgen's own "
        "loads it wherever it fires itself."
    )


def asking(*types: str) -> Json:
    """The fields of a tag that asks for consent."""
    listed = {"type": "LIST", "list": [{"type": "TEMPLATE", "value": type_} for type_ in types]}
    return {"consentSettings": {"consentStatus": "NEEDED", "consentType": listed}}


def test_an_event_needs_the_consent_without_which_its_pixel_is_not_loaded() -> None:
    code = "<script>ttq.track('Lead', {})</script>"
    texts = proposals(
        html("Base", load_code(), ALL_PAGES, **asking("ad_storage")),
        html("Bare", code, "1"),
        html("Asking", code, "1", **asking("analytics_storage")),
    )
    account = PLATFORM.replace("not_required", "[ad_storage]")
    assert texts["Bare"] == f"`send: {{tiktok: Lead}}` with {account}{WOULD_SEND}"
    assert texts["Asking"] == (
        "`send: {tiktok: {event: Lead, consent: [ad_storage, analytics_storage]}}` with "
        f"{account}{WOULD_SEND}"
    )


def test_each_pixel_has_the_consent_of_the_tag_that_loads_it() -> None:
    texts = proposals(
        html("Own", load_code(), ALL_PAGES),
        html("Agency", load_code(OTHER_PIXEL), ALL_PAGES, **asking("ad_storage")),
        html("Event", "<script>ttq.track('Lead', {})</script>", "1"),
    )
    first = f'tiktok: {{pixel_id: {PIXEL}, page_view: "off", consent: not_required}}'
    second = (
        f'tiktok_2: {{pack: tiktok, pixel_id: {OTHER_PIXEL}, page_view: "off", consent: '
        "[ad_storage]}"
    )
    assert texts["Event"] == (
        f"`send: {{tiktok: Lead, tiktok_2: Lead}}` with `platforms: {{{first}, {second}}}`"
        f"{WOULD_SEND}"
    )


@pytest.mark.parametrize("options", ["{limited_data_use: true}", "{limited_data_use: !0}"])
def test_what_a_pixel_is_loaded_with_is_a_setting_of_the_account(options: str) -> None:
    base = load_code().replace(f"'{PIXEL}'", f"'{PIXEL}', {options}")
    event = html("Event", "<script>ttq.track('Lead', {})</script>", "1")
    texts = proposals(html("Base", base, ALL_PAGES), event)
    account = PLATFORM.replace("not_required", "not_required, limited_data_use: true")
    assert texts["Event"] == f"`send: {{tiktok: Lead}}` with {account}{WOULD_SEND}"


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ("{historyObserver: !1, region: 'eu'}", "region"),
        ("{limited_data_use: isLimited()}", "limited_data_use"),
        ("{...more}", "..."),
        ("options", "options"),
    ],
)
def test_a_pixel_that_is_loaded_with_something_else(options: str, name: str) -> None:
    base = load_code().replace(f"'{PIXEL}'", f"'{PIXEL}', {options}")
    event = html("Event", "<script>ttq.track('Lead', {})</script>", "1")
    texts = proposals(html("Base", base, ALL_PAGES), event)
    reason = f"{NOT_PROPOSED}its pixel is loaded with `{name}`."
    assert texts == {"Base": reason, "Event": reason}


def test_a_page_view_of_a_pixel_that_another_tag_loads() -> None:
    texts = proposals(
        html("Base", f"<script>ttq.load('{PIXEL}')</script>", ALL_PAGES),
        html("View", "<script>ttq.page()</script>", ALL_PAGES),
    )
    assert texts == {
        "View": f"{NOT_PROPOSED}`Base` loads its pixel, and a tag of gtmgen's own sends no "
        "Pageview where somebody else has loaded it."
    }


def test_a_page_view_of_a_pixel_that_the_site_loads() -> None:
    code = f"<script>ttq.instance('{PIXEL}').page()</script>"
    assert proposals(html("View", code, ALL_PAGES)) == {
        "View": f"{NOT_PROPOSED}no tag loads its pixel, and a tag of gtmgen's own sends no "
        "Pageview where somebody else has loaded it."
    }


def test_a_page_view_that_is_sent_on_more_than_page_loads() -> None:
    texts = proposals(html("Base", load_code(), ALL_PAGES, "1"))
    assert texts == {"Base": f"{NOT_PROPOSED}it sends Pageview on several triggers."}


def test_a_pixel_that_nobody_names() -> None:
    texts = proposals(html("Event", "<script>ttq.track('Lead', {})</script>", "1"))
    assert texts == {"Event": f"{NOT_PROPOSED}no tag says which pixel it reaches."}


def test_two_pixels_stay_two() -> None:
    texts = proposals(
        html("Own", load_code(), ALL_PAGES),
        html("Agency", load_code(OTHER_PIXEL), ALL_PAGES),
        html("Both", "<script>ttq.track('Lead', {});</script>", "1"),
        html("One", f"<script>ttq.instance('{OTHER_PIXEL}').track('Contact', {{}})</script>", "1"),
    )
    first = f"tiktok: {{pixel_id: {PIXEL}, page_view: %s, consent: not_required}}"
    second = (
        f"tiktok_2: {{pack: tiktok, pixel_id: {OTHER_PIXEL}, page_view: %s, consent: not_required}}"
    )
    page_view = (
        f"`platforms: {{{first}, {second}}}`" % ("auto", "auto") + f"{WOULD_SEND} What changes: "
        "today 2 tags send it to all 2 pixels "
        f"({PIXEL}, {OTHER_PIXEL}), so that each counts it 2 times; then once. Only together with "
        "`%s`: the code is to be loaded once."
    )
    assert texts == {
        "Own": page_view % "Agency",
        "Agency": page_view % "Own",
        "Both": "`send: {tiktok: Lead, tiktok_2: Lead}` with "
        + f"`platforms: {{{first}, {second}}}`" % ('"off"', '"off"')
        + WOULD_SEND,
        "One": f"`send: {{tiktok_2: Contact}}` with `platforms: {{{second}}}`" % '"off"'
        + WOULD_SEND,
    }


def test_consent_and_how_often_are_kept_and_other_settings_are_named() -> None:
    asks = {
        "consentSettings": {
            "consentStatus": "NEEDED",
            "consentType": {
                "type": "LIST",
                "list": [{"type": "TEMPLATE", "value": "ad_storage"}],
            },
        }
    }
    code = "<script>ttq.track('Lead', {})</script>"
    event = html("Event", code, "1", tagFiringOption="ONCE_PER_LOAD", **asks)
    event["setupTag"] = [{"tagName": "Base", "stopOnSetupFailure": True}]
    texts = proposals(html("Base", load_code(), ALL_PAGES), event)
    assert texts["Event"] == (
        "`send: {tiktok: {event: Lead, consent: [ad_storage], once: page}}` with "
        f"{PLATFORM}{WOULD_SEND} It would lose `setupTag`."
    )


def test_fields_of_a_template_that_the_pack_does_not_have_are_named() -> None:
    gallery = {
        "name": "TikTok Pixel",
        "templateData": "___INFO___\n\n{}\n\n___SANDBOXED_JS_FOR_WEB_TEMPLATE___\n\n",
        "galleryReference": {
            "host": "github.com",
            "owner": "tiktok",
            "repository": "gtm-template-pixel",
        },
    }
    event = {
        "name": "Event",
        "type": "cvt__1",
        "firingTriggerId": ["1"],
        "parameter": [
            template("event", "Lead"),
            template("pixel_code", "{{Pixel}}"),
            template("event_id", "lead_{{Order}}"),
            template("description", "{{Total}}"),
            template("email", "{{Order}}"),
            boolean("enhance_ecomm", True),
            boolean("debug", False),
        ],
    }
    pixel = variable("Pixel", "c", template("value", PIXEL))
    texts = proposals(event, variables=(*VARIABLES, pixel), templates=(gallery,))
    account = PLATFORM.replace("required}", "required, identify: {email: order}}")
    assert texts == {
        "Event": "`send: {tiktok: Lead}` with `params: {description: total}`, `event_id: {from: "
        f"order, prefix: lead_}}` and {account}{WOULD_SEND} It would lose `enhance_ecomm`. "
        f"What changes: {OFFICIAL}."
    }


OFFICIAL = (
    "a value of 0 is sent; `user_data`, `tt_contents`, `tt_content_type`, `tt_external_id` and the "
    "customer's type are not read from the data layer any more; `gtm_version` and "
    "`event_trigger_source` are not sent, and a search term is `search_string`, no longer `query`"
)


@pytest.mark.parametrize(
    ("more", "leaves_out"),
    [
        ((), True),
        ((boolean("enhance_ecomm", False),), True),
        ((template("single_multi_product", "multiple"),), False),
        ((template("single_multi_product", "empty"),), False),
    ],
)
def test_parameters_that_the_official_template_leaves_out(
    more: tuple[Json, ...], leaves_out: bool
) -> None:
    gallery = {
        "name": "TikTok Pixel",
        "templateData": "___INFO___\n\n{}\n\n___SANDBOXED_JS_FOR_WEB_TEMPLATE___\n\n",
        "galleryReference": {"owner": "tiktok", "repository": "gtm-template-pixel"},
    }
    event = {
        "name": "Event",
        "type": "cvt__1",
        "firingTriggerId": ["1"],
        "parameter": [
            template("event", "Lead"),
            template("pixel_code", PIXEL),
            template("value", "{{Total}}"),
            template("currency", "EUR"),
            *more,
        ],
    }
    text = proposals(event, templates=(gallery,))["Event"]
    changes = text.partition(" What changes: ")[2]
    needed = "its template leaves out without `enhance_ecomm` or `single_multi_product`; "
    assert changes == (
        f"`currency`, `value` will be sent, which {needed}{OFFICIAL}."
        if leaves_out
        else f"{OFFICIAL}."
    )


def test_a_page_view_that_is_not_everywhere() -> None:
    texts = proposals(html("Base", load_code(), "1"))
    assert texts == {"Base": f"{NOT_PROPOSED}its Pageview is not sent on every page."}


def test_an_account_that_a_variable_looks_up() -> None:
    texts = proposals(
        html("Base", load_code("{{Order}}"), ALL_PAGES),
        html("Event", "<script>ttq.track('Lead', {})</script>", "1"),
    )
    assert texts["Event"] == f"{NOT_PROPOSED}its pixel is not a constant: `{{{{Order}}}}`."


def test_a_page_view_with_other_consent_than_the_pixel() -> None:
    asks = {
        "consentStatus": "NEEDED",
        "consentType": {"type": "LIST", "list": [{"type": "TEMPLATE", "value": "ad_storage"}]},
    }
    page_view = html("View", "<script>ttq.page()</script>", ALL_PAGES, consentSettings=asks)
    texts = proposals(html("Base", f"<script>ttq.load('{PIXEL}')</script>", ALL_PAGES), page_view)
    assert texts == {
        "View": f"{NOT_PROPOSED}it asks for other consent than the tag that loads the code."
    }


def test_a_tag_that_hangs_on_no_event() -> None:
    texts = proposals(
        html("Base", load_code(), ALL_PAGES),
        html("Event", "<script>ttq.track('Lead', {})</script>", "99"),
    )
    assert texts["Event"] == f"{NOT_PROPOSED}it hangs on no event of the spec."


def test_a_name_that_a_variable_brings() -> None:
    assert proposal_for("ttq.track('{{Order}}', {});") == (
        f"{NOT_PROPOSED}it takes the event's name from elsewhere."
    )


def test_another_tag_of_the_event_stays() -> None:
    code = "<script>ttq.track('Contact', {phone: {{Order}}})</script>"
    texts = proposals(
        html("Base", load_code(), ALL_PAGES), html("A", code, "1"), html("B", code, "1")
    )
    expected = f"`send: {{tiktok: Contact}}` with {PLATFORM}{WOULD_SEND} It would lose `phone`."
    assert (texts["A"], texts["B"]) == (expected, expected)
