"""Page views that two tags send: by Google's tags and their code, and by other pixels."""

from __future__ import annotations

import pytest
from importer.lifting import ALL_PAGES, boolean, custom_event, html, template, variable, version

from .containers import told

META = {
    "name": "Meta Pixel",
    "containerId": "9",
    "templateData": "x",
    "galleryReference": {
        "owner": "facebook",
        "repository": "GoogleTagManager-WebTemplate-For-FacebookPixel",
    },
}
GOOGLE = (
    "On every page it sends GA4 a page_view, and so does `%s`: each page view is counted twice."
)
OTHERS = (
    "On every page it reports a page view to %s, and so does `%s`: each page view is counted twice."
)


def found(*tags):
    constants = (variable("ID", "c", template("value", "G-A")),)
    triggers = (custom_event("A", "a"),)
    return version(tags=tags, triggers=triggers, variables=constants, templates=(META,))


def script(name, code, *firing):
    return html(name, f"<script>{code}</script>", *(firing or (ALL_PAGES,)))


def google(type_="gaawe"):
    keys = {"gaawe": "measurementIdOverride", "googtag": "tagId"}
    parameters = [template(keys[type_], "G-A"), template("eventName", "page_view")]
    return {
        "name": "G",
        "type": type_,
        "parameter": parameters if type_ == "gaawe" else parameters[:1],
        "firingTriggerId": [ALL_PAGES],
    }


def meta(name, pixels, event="PageView", *, ecommerce=False):
    return {
        "name": name,
        "type": "cvt_9_1",
        "parameter": [
            template("pixelId", pixels),
            template("eventName", "standard"),
            template("standardEventName", event),
            boolean("enhancedEcommerce", ecommerce),
        ],
        "firingTriggerId": [ALL_PAGES],
    }


@pytest.mark.parametrize(
    ("code", "is_told"),
    [
        ("gtag('config', 'G-A')", True),
        ("gtag('config', 'G-A', {send_page_view: true})", True),
        ("gtag('config', {{ID}})", True),
        ("gtag('config', 'G-A', {send_page_view: false})", False),
        ("gtag('config', 'G-A', {'send_page_view': !1})", False),
        ("gtag('config', 'G-A', options)", False),
        ("gtag('config', 'G-A', {send_page_view: isFirst})", False),
        ("gtag('config', 'G-B')", False),
        ("gtag('config', 'AW-1')", False),
        ("gtag('event', 'page_view', {send_to: 'G-A'})", True),
        ("gtag('event', 'page_view', {send_to: ['AW-1', 'G-A']})", True),
        ("gtag('event', 'page_view', {send_to: ['AW-1/x', {{ID}}]})", True),
        ("gtag('event', 'page_view', {send_to: ['G-B', a + b]})", False),
        ("gtag('event', 'page_view', {page_path: '/x'})", False),
        ("gtag('event', 'page_view')", False),
        ("gtag('event', 'view', {send_to: 'G-A'})", False),
        ("function later() { gtag('event', 'page_view', {send_to: 'G-A'}) }", False),
    ],
)
def test_an_event_of_ga4_and_code(code, is_told):
    expected = [("C", GOOGLE % "G")] if is_told else []
    assert told(found(google(), script("C", code)), "page-view-twice") == expected
    assert told(found(google(), script("C", code, "1")), "page-view-twice") == []


def test_a_google_tag_and_code():
    event = script("C", "gtag('event', 'page_view', {send_to: 'G-A'})")
    assert told(found(google("googtag"), event), "page-view-twice") == [("C", GOOGLE % "G")]
    # `loaded-twice` says so.
    config = script("C", "gtag('config', 'G-A')")
    assert told(found(google("googtag"), config), "page-view-twice") == []


def test_one_tag_that_says_its_own_twice_is_one():
    code = "gtag('config', 'G-A'); gtag('event', 'page_view', {send_to: 'G-A'})"
    assert told(found(script("C", code)), "page-view-twice") == []


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (
            (
                script("B", "fbq('init', '1'); fbq('track', 'PageView')"),
                script("V", "fbq('track', 'PageView')"),
            ),
            [("V", OTHERS % ("Meta", "B"))],
        ),
        (
            (
                script("B", "fbq('init', '1'); fbq('track', 'PageView')"),
                script("V", "fbq('trackSingle', '2', 'PageView')"),
            ),
            [],
        ),
        (
            (meta("M", "1, 2"), meta("N", "2")),
            [("N", OTHERS % ("Meta", "M"))],
        ),
        ((meta("M", "1"), meta("N", "2")), []),
        ((meta("M", "1"), meta("N", "1", "Lead")), []),
        ((meta("M", "1"), meta("N", "1", ecommerce=True)), []),
        (
            (meta("M", "1"), script("V", "fbq('trackSingle', '1', 'PageView')")),
            [("V", OTHERS % ("Meta", "M"))],
        ),
        (
            (
                script("B", "rdt('init', 'a2'); rdt('track', 'PageVisit')"),
                script("V", "rdt('track', 'PageVisit')"),
            ),
            [("V", OTHERS % ("Reddit", "B"))],
        ),
        # `loaded-twice` says so.
        (
            (meta("M", "1"), script("B", "fbq('init', '1'); fbq('track', 'PageView')")),
            [],
        ),
    ],
)
def test_other_pixels(tags, expected):
    assert told(found(*tags), "page-view-twice") == expected


def test_what_code_and_a_template_load_is_told_once():
    tags = (meta("M", "1"), script("B", "fbq('init', '1'); fbq('track', 'PageView')"))
    text = "It loads the pixel 1 of Meta on every page, and so does the tag `M`."
    assert told(found(*tags), "loaded-twice") == [("B", text)]


def test_a_conversion_in_a_list_of_targets():
    one = script("A", "gtag('event', 'conversion', {send_to: 'AW-1/x'})")
    two = script("B", "gtag('event', 'conversion', {send_to: ['AW-2/y', 'AW-1/x']})")
    text = (
        "It reports the conversion `x` to Google Ads on a trigger on which `A` reports it, too, "
        "and no order ID tells that they are one."
    )
    assert told(found(one, two), "conversion-counted-twice") == [("B", text)]
