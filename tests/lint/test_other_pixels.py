"""Pixels that no pack is for: loaded twice, page views and events that two tags send."""

from __future__ import annotations

import pytest
from importer.lifting import ALL_PAGES, boolean, custom_event, html, template, version

from gtmgen.lint.checks import page_view_twice

from .containers import told

QUEUE = (
    "!function(w,d){if(w.%s)return;var q=w.%s=function(){q.queue.push(arguments)};q.queue=[];"
    "var s=d.createElement('script');s.async=!0;s.src='%s';d.head.appendChild(s)}(window,document);"
)
LINKEDIN = (
    '_linkedin_partner_id = "123";window._linkedin_data_partner_ids = '
    "window._linkedin_data_partner_ids || [];"
    "window._linkedin_data_partner_ids.push(_linkedin_partner_id);"
    "(function(l){if(!l){window.lintrk=function(a,b){window.lintrk.q.push([a,b])};"
    "window.lintrk.q=[]}var b=document.createElement('script');"
    "b.src='https://snap.licdn.com/li.lms-analytics/insight.min.js';"
    "document.head.appendChild(b)})(window.lintrk);"
)
UET = (
    "(function(w,d,t,r,u){var f,n,i;w[u]=w[u]||[],f=function(){var o={ti:'123'};"
    "o.q=w[u],w[u]=new UET(o),w[u].push('pageLoad')};n=d.createElement(t),n.src=r,n.onload=f;"
    "d.head.appendChild(n)})(window,document,'script','//bat.bing.com/bat.js','uetq');"
)
CODES = {
    "Pinterest": QUEUE % ("pintrk", "pintrk", "https://s.pinimg.com/ct/core.js")
    + "pintrk('load', '123', {em: '{{email}}'});pintrk('page');",
    "Snap": QUEUE % ("snaptr", "snaptr", "https://sc-static.net/scevent.min.js")
    + "snaptr('init', '123', {user_email: '{{email}}'});snaptr('track', 'PAGE_VIEW');",
    "X": QUEUE % ("twq", "twq", "https://static.ads-twitter.com/uwt.js") + "twq('config', '123');",
    "LinkedIn": LINKEDIN,
    "Microsoft Advertising": UET,
}
PAGE_VIEWS = {
    "Pinterest": "pintrk('page')",
    "Snap": "snaptr('track', 'PAGE_VIEW')",
    "X": "twq('track', 'PageView')",
    "LinkedIn": "window.lintrk('track')",
    "Microsoft Advertising": "window.uetq = window.uetq || []; window.uetq.push('pageLoad')",
}
EVENTS = {
    "Meta": ("fbq('track', 'Purchase', {value: 1})", "Purchase"),
    "Reddit": ("rdt('track', 'Purchase')", "Purchase"),
    "Pinterest": ("pintrk('track', 'checkout', {value: 1})", "checkout"),
    "Snap": ("snaptr('track', 'PURCHASE', {price: 1})", "PURCHASE"),
    "X": ("twq('event', 'tw-123-abc', {value: 1})", "tw-123-abc"),
    "LinkedIn": ("lintrk('track', {conversion_id: 77})", "77"),
    "Microsoft Advertising": ("uetq.push('event', 'purchase', {revenue_value: 1})", "purchase"),
    "GA4": ("gtag('event', 'purchase', {send_to: 'G-ABC1234567'})", "purchase"),
}
TEMPLATES = (
    {"owner": "Snapchat", "repository": "snapchat-google-tag-manager"},
    {"owner": "linkedin", "repository": "linkedin-gtm-community-template"},
    {"owner": "pinterest", "repository": "ws-gtm-template"},
)


def found(*tags):
    templates = tuple(
        {
            "name": reference["owner"],
            "containerId": "9",
            "templateData": "x",
            "galleryReference": reference,
        }
        for reference in TEMPLATES
    )
    triggers = (custom_event("A", "a"), custom_event("B", "b"))
    return version(tags=tags, triggers=triggers, templates=templates)


def script(name, code, *firing):
    return html(name, f"<script>{code}</script>", *(firing or (ALL_PAGES,)))


def tag(name, type_, *firing, **fields):
    parameters = [template(key, value) for key, value in fields.items()]
    firing = [*(firing or (ALL_PAGES,))]
    return {"name": name, "type": type_, "parameter": parameters, "firingTriggerId": firing}


def snap(name, event, *firing):
    return tag(name, "cvt_9_1", *firing, pixel_id="123", event_type=event)


def linkedin(name, conversion="", *firing):
    return tag(name, "cvt_9_2", *firing, partnerId="99, 123", conversionId=conversion)


def loaded(platform, other, account="123"):
    return f"It loads the pixel {account} of {platform} on every page, and so does {other}."


def viewed(platform, other):
    return (
        f"On every page it reports a page view to {platform}, and so does `{other}`: each page "
        "view is counted twice."
    )


def sent(platform, event, other, same_id=""):
    return (
        f"It sends `{event}` to {platform} on a trigger on which `{other}` sends it, too, to the "
        f"same account: {same_id}it is counted twice."
    )


@pytest.mark.parametrize("platform", CODES)
def test_two_base_codes(platform):
    code = CODES[platform]
    container = found(script("S", code), script("T", code))
    assert told(container, "loaded-twice") == [("T", loaded(platform, "the script of `S`"))]
    assert told(container, "page-view-twice") == []
    other = code.replace("123", "456")
    assert told(found(script("S", code), script("T", other)), "loaded-twice") == []
    assert told(found(script("S", code), script("T", code, "1")), "loaded-twice") == []


@pytest.mark.parametrize("platform", CODES)
def test_a_base_code_and_a_page_view(platform):
    page_view = script("V", PAGE_VIEWS[platform])
    container = found(script("S", CODES[platform]), page_view)
    assert told(container, "page-view-twice") == [("V", viewed(platform, "S"))]
    assert told(container, "loaded-twice") == []
    assert told(found(page_view), "page-view-twice") == []


@pytest.mark.parametrize(
    ("other", "rule", "text"),
    [
        (tag("T", "baut", tagId="123", eventType="PAGE_LOAD"), "loaded-twice", True),
        (tag("T", "baut", tagId="123", eventType="CUSTOM"), "loaded-twice", False),
        (tag("T", "bzi", id="123"), "loaded-twice", True),
        (tag("T", "bzi", id="456"), "loaded-twice", False),
        (tag("T", "twitter_website_tag", twitter_pixel_id="123"), "loaded-twice", True),
        (snap("T", "PURCHASE"), "loaded-twice", True),
        (linkedin("T"), "loaded-twice", True),
        (linkedin("T", "77"), "loaded-twice", False),
        # It looks whether something has loaded the pixel.
        (tag("T", "cvt_9_3", tagId="123"), "loaded-twice", False),
        (tag("T", "pntr", tagId="123"), "loaded-twice", False),
    ],
)
def test_a_base_code_and_a_tag(other, rule, text):
    platforms = {"baut": "Microsoft Advertising", "bzi": "LinkedIn", "twitter_website_tag": "X"}
    platforms |= {"cvt_9_1": "Snap", "cvt_9_2": "LinkedIn"}
    platform = platforms.get(other["type"], "Pinterest")
    expected = [("T", loaded(platform, "the script of `S`"))] if text else []
    assert told(found(script("S", CODES[platform]), other), rule) == expected


@pytest.mark.parametrize(
    ("one", "other", "platform"),
    [
        (snap("S", "PAGE_VIEW"), snap("T", "PAGE_VIEW"), "Snap"),
        (snap("S", "PAGE_VIEW"), snap("T", "PURCHASE"), None),
        (snap("S", "PAGE_VIEW"), snap("T", "{{event}}"), None),
        (linkedin("S"), linkedin("T"), "LinkedIn"),
        (linkedin("S"), linkedin("T", "77"), None),
        (tag("S", "baut", tagId="1"), tag("T", "baut", tagId="1"), "Microsoft Advertising"),
        (
            tag("S", "baut", tagId="1"),
            tag("T", "baut", tagId="1", eventType="CUSTOM", eventAction="x"),
            None,
        ),
        (
            tag("S", "twitter_website_tag", twitter_pixel_id="1", event_type="PageView"),
            tag("T", "twitter_website_tag", twitter_pixel_id="1", event_type="PageView"),
            "X",
        ),
        (tag("S", "bzi", id="1"), tag("T", "bzi", id="1"), None),  # which may load it once
    ],
)
def test_page_views_of_two_tags(one, other, platform):
    expected = [("T", viewed(platform, "S"))] if platform else []
    assert told(found(one, other), "page-view-twice") == expected


def test_a_tag_that_reports_no_page_view_by_itself():
    off = tag("T", "baut", tagId="1")
    off["parameter"].append(boolean("c_disableAutoPageView", True))
    assert told(found(tag("S", "baut", tagId="1"), off), "page-view-twice") == []


@pytest.mark.parametrize(
    ("code", "is_told"),
    [
        ("_linkedin_partner_id = 123;", True),
        ("_linkedin_partner_id = '123';", True),
        ("_linkedin_partner_id == '123';", False),
        ("_linkedin_partner_id = id;", False),
        ("/* _linkedin_partner_id = '123'; */", False),
    ],
)
def test_how_code_names_linkedins_account(code, is_told):
    source = '<script src="https://snap.licdn.com/li.lms-analytics/insight.min.js"></script>'
    other = html("T", f"<script>{code}</script>{source}", ALL_PAGES)
    expected = [("T", loaded("LinkedIn", "the script of `S`"))] if is_told else []
    assert told(found(script("S", LINKEDIN), other), "loaded-twice") == expected
    without = html("T", f"<script>{code}</script>", ALL_PAGES)
    assert told(found(script("S", LINKEDIN), without), "loaded-twice") == []


@pytest.mark.parametrize("switch", ["_wait_for_lintrk = true", "_already_called_lintrk = !0"])
def test_linkedin_is_told_to_wait(switch):
    base = script("S", f"window.{switch};{LINKEDIN}")
    assert told(found(base, script("V", "lintrk('track')")), "page-view-twice") == []


@pytest.mark.parametrize(
    ("address", "platform"),
    [
        ("https://px.ads.linkedin.com/collect/?pid=123&fmt=gif", "LinkedIn"),
        ("https://px.ads.linkedin.com/collect/?pid=123&conversionId=77&fmt=gif", None),
        ("https://ct.pinterest.com/v3/?event=init&tid=123", "Pinterest"),
        ("https://ct.pinterest.com/v3/?event=checkout&tid=123", None),
        ("https://tr.snapchat.com/p?id=123", None),
    ],
)
def test_an_image_beside_a_base_code(address, platform):
    image = html("I", f'<img src="{address}">', ALL_PAGES)
    text = loaded(platform, "the script of `S`").replace("It loads", "Its image calls")
    tags = [script("S", CODES[platform or "LinkedIn"]), image]
    assert told(found(*tags), "loaded-twice") == ([("I", text)] if platform else [])


# -- events ----------------------------------------------------------------------------


@pytest.mark.parametrize("platform", EVENTS)
def test_an_event_that_two_scripts_send(platform):
    code, name = EVENTS[platform]
    tags = [script("S", code, "1"), script("T", code, "1"), script("U", code, "2")]
    assert told(found(*tags), "event-sent-twice") == [("T", sent(platform, name, "S"))]
    blocked = {**tags[1], "blockingTriggerId": ["2"]}
    assert told(found(tags[0], blocked), "event-sent-twice") == []
    assert told(found(tags[0], {**tags[1], "paused": True}), "event-sent-twice") == []


ID = "unless both have the same event ID, "


@pytest.mark.parametrize(
    ("one", "other", "text"),
    [
        ("fbq('track', 'Purchase')", "fbq('track', 'Lead')", None),
        ("fbq('track', 'PageView')", "fbq('track', 'PageView')", None),  # another rule's
        ("fbq('track', 'Purchase')", "fbq('trackSingle', '1', 'Purchase')", None),
        (
            "fbq('trackSingle', '1', 'Purchase')",
            "fbq('trackSingle', '1', 'Purchase')",
            sent("Meta", "Purchase", "S"),
        ),
        (
            "fbq('trackCustom', 'Trial')",
            "fbq('trackCustom', 'Trial', {}, {eventID: '{{id}}'})",
            sent("Meta", "Trial", "S", ID),
        ),
        ("snaptr('track', '1', 'SAVE')", "snaptr('track', '2', 'SAVE')", None),
        (
            "snaptr('track', '1', 'SAVE')",
            "snaptr('track', '1', 'SAVE', {client_dedup_id: '{{id}}'})",
            sent("Snap", "SAVE", "S", ID),
        ),
        ("lintrk('track', {conversion_id: 1})", "lintrk('track', {conversion_id: 2})", None),
        ("lintrk('track', options)", "lintrk('track', options)", None),
        ("fbq('track', '{{name}}')", "fbq('track', '{{name}}')", None),
        ("gtag('event', 'purchase')", "gtag('event', 'purchase')", sent("GA4", "purchase", "S")),
        ("gtag('event', 'purchase')", "gtag('event', 'refund')", None),
        ("gtag('event', 'page_view')", "gtag('event', 'page_view')", None),
        ("gtag('event', 'purchase', options)", "gtag('event', 'purchase', options)", None),
        (
            "gtag('event', 'purchase', {send_to: ['G-ABC1234567', 'AW-1/x']})",
            "gtag('event', 'purchase', {send_to: 'G-ABC1234567', transaction_id: 'a'})",
            sent("GA4", "purchase", "S", ID),
        ),
        # Of another product, which has a rule of its own.
        (
            "gtag('event', 'conversion', {send_to: 'AW-1/x'})",
            "gtag('event', 'conversion', {send_to: 'AW-1/x'})",
            None,
        ),
    ],
)
def test_events_of_two_scripts(one, other, text):
    container = found(script("S", one, "1"), script("T", other, "1"))
    assert told(container, "event-sent-twice") == ([("T", text)] if text else [])


def test_an_event_of_a_tag_and_of_code():
    event = tag("S", "gaawe", "1", eventName="purchase", measurementIdOverride="G-ABC1234567")
    code = script("T", EVENTS["GA4"][0], "1")
    assert told(found(event, code), "event-sent-twice") == [("T", sent("GA4", "purchase", "S"))]


@pytest.mark.parametrize(
    ("one", "other", "text"),
    [
        (snap("S", "PURCHASE", "1"), snap("T", "PURCHASE", "1"), sent("Snap", "PURCHASE", "S", ID)),
        (snap("S", "PURCHASE", "1"), snap("T", "SAVE", "1"), None),
        (
            snap("S", "PURCHASE", "1"),
            script("T", "snaptr('track', '123', 'PURCHASE')", "1"),
            sent("Snap", "PURCHASE", "S"),
        ),
        (linkedin("S", "77", "1"), linkedin("T", "77", "1"), sent("LinkedIn", "77", "S", ID)),
    ],
)
def test_events_of_templates(one, other, text):
    assert told(found(one, other), "event-sent-twice") == ([("T", text)] if text else [])


@pytest.mark.parametrize(
    ("code", "is_sure"),
    [
        ("if (isSale) fbq('track', 'Purchase')", False),
        ("if (isSale) { fbq('track', 'Purchase') }", False),
        ("if (isSale) { log() } else { fbq('track', 'Purchase') }", False),
        ("if (isSale) log(); else fbq('track', 'Purchase')", False),
        ("isSale && fbq('track', 'Purchase')", False),
        ("isSale || fbq('track', 'Purchase')", False),
        ("isSale ? fbq('track', 'Purchase') : 0", False),
        ("while (next()) { fbq('track', 'Purchase') }", False),
        ("try { log() } catch (e) { fbq('track', 'Purchase') }", False),
        ("button.onclick = function () { fbq('track', 'Purchase') }", False),
        ("if (isSale) log(); fbq('track', 'Purchase')", True),
        ("if (isSale) { log() } fbq('track', 'Purchase')", True),
        ("x = isSale && 1; fbq('track', 'Purchase')", True),
        ("if (window.fbq) { fbq('track', 'Purchase') }", True),
        ("if (typeof fbq === 'function') fbq('track', 'Purchase')", True),
        ("window.fbq && fbq('track', 'Purchase')", True),
        ("try { fbq('track', 'Purchase') } catch (e) {}", True),
        ("(function () { fbq('track', 'Purchase') })()", True),
    ],
)
def test_what_code_may_not_send_each_time(code, is_sure):
    container = found(script("S", "fbq('track', 'Purchase')", "1"), script("T", code, "1"))
    expected = [("T", sent("Meta", "Purchase", "S"))] if is_sure else []
    assert told(container, "event-sent-twice") == expected


def test_many_page_views_of_a_tag_and_of_many_accounts(monkeypatch):
    """Each is compared with those that may be the same, not with all before it."""
    compared = []
    is_same = page_view_twice._is_same_page_view

    def compare(one, other, loaded):
        compared.append((one, other))
        return is_same(one, other, loaded)

    monkeypatch.setattr(page_view_twice, "_is_same_page_view", compare)
    of_accounts = [
        script(f"S{number}", f"fbq('trackSingle', '{number}', 'PageView');" * 20)
        for number in range(30)
    ]
    to_all = script("All", "fbq('track', 'PageView');" * 20)
    same = script("Same", "fbq('trackSingle', '7', 'PageView')")
    assert told(found(*of_accounts, to_all, same), "page-view-twice") == [
        ("All", viewed("Meta", "S0")),
        ("Same", viewed("Meta", "S7")),
    ]
    assert len(compared) < 5
