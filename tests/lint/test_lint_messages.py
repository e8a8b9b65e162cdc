"""What each rule says of its page's bad examples, in full."""

from __future__ import annotations

from gtmgen.lint.engine import CONTAINER_RULES, lint_container
from gtmgen.rules.registry import all_rules

from .containers import view_of_example

MESSAGES = {
    "tag-without-trigger": [
        "tag pixel: The tag has no firing trigger and no other tag runs it, so it never fires.",
    ],
    "tag-blocked": [
        "tag pixel: Each of the tag's firing triggers blocks it as well, so it never fires.",
    ],
    "tag-paused": [
        "tag pixel: The tag is paused, so it never fires.",
    ],
    "sequence-missing": [
        "tag Purchase: It runs the tag `Library` before itself, which does not exist.",
    ],
    "dangling-variable": [
        "tag Order: It refers to the variable `Order ID`, which does not exist.",
    ],
    "built-in-off": [
        "tag Order: It refers to the built-in variable `Page Path`, which is not enabled.",
    ],
    "circular-variables": [
        (
            "variable First: It refers to itself, so it has no value: `First` -> `Second` -> "
            "`First`."
        ),
    ],
    "loaded-twice": [
        (
            "tag two: It loads the pixel C4A1B2C3D4E5F6G7H8I0 of TikTok on every page, and so"
            " does `one`."
        ),
        "tag google: It sets up Google's tag `G-SHOP123456` on every page, and so does `code`.",
        (
            "tag script: It loads the pixel 1234567890123 of Meta on every page, and so does the "
            "image of `image`."
        ),
        (
            "tag insight: It loads the pixel 1234567 of LinkedIn on every page, and so does the "
            "script of `code`."
        ),
    ],
    "page-view-twice": [
        (
            "tag view: On every page it sends TikTok a Pageview, and so does `base`: each "
            "page view is counted twice."
        ),
        (
            "tag view: On every page it reports a page view to Meta, and so does `base`: each page "
            "view is counted twice."
        ),
        (
            "tag view: On every page it reports a page view to Snap, and so does `base`: each page "
            "view is counted twice."
        ),
        (
            "tag view: On every page it sends GA4 a page_view, and so does `base`: each page view "
            "is counted twice."
        ),
        (
            "tag view: On every page it sends GA4 a page_view, and so does `base`: each page view "
            "is counted twice."
        ),
    ],
    "page-view-watched": [
        (
            "tag view: It sends TikTok a Pageview on in-app navigation, which TikTok's own "
            "code does as well unless that is switched off: each would be counted twice."
        ),
    ],
    "event-sent-twice": [
        (
            "tag sale_again: It sends `purchase` to GA4 on a trigger on which `sale` sends "
            "it, too, to the same account: it is counted twice."
        ),
        (
            "tag sale_in_code: It sends `purchase` to GA4 on a trigger on which `sale` sends "
            "it, too, to the same account: it is counted twice."
        ),
        (
            "tag sale_again: It sends `Purchase` to Meta on a trigger on which `sale` sends "
            "it, too, to the same account: it is counted twice."
        ),
    ],
    "conversion-counted-twice": [
        (
            "tag sale_again: It reports the conversion `abcDEF` to Google Ads on a trigger on"
            " which `sale` reports it, too, and no order ID tells that they are one."
        ),
        (
            "tag sale_again: It reports the conversion `abcDEF` to Google Ads on a trigger on"
            " which `sale` reports it, too, and no order ID tells that they are one."
        ),
        (
            "tag sale_in_code: It reports the conversion `abcDEF` to Google Ads on a trigger on"
            " which `sale` reports it, too, and no order ID tells that they are one."
        ),
    ],
    "base-code-missing": [
        (
            "tag sale: Its template needs TikTok's base code, which no tag here loads: unless"
            " the site does, nothing is sent."
        ),
    ],
    "account-missing": [
        "tag Sale: It has no measurement ID, so GA4 receives nothing from it.",
    ],
    "legacy-event-name": [
        "tag sale: `CompletePayment` is an old event name of TikTok; its name is `Purchase` now.",
    ],
    "event-name-case": [
        (
            "tag cart: TikTok takes `addtocart` for an event of your own: the standard one is"
            " `AddToCart`."
        ),
    ],
    "catch-all-tag": [
        (
            "tag all: It sends every message of the data layer to TikTok as an event of the "
            "same name, those that are meant for others too."
        ),
    ],
    "event-id-missing": [
        (
            "- TikTok: These tags send TikTok no event ID: if a server sends the same events,"
            " each is counted twice: `sale`."
        ),
    ],
    "identify-after-track": [
        (
            "tag base: It calls `identify` after `track`: the event has left for TikTok "
            "without what is known of the visitor."
        ),
    ],
    "history-without-identity": [
        (
            "trigger history - view_plan: It fires on every change of the history while its "
            "page is open, a change of the fragment or of the history's state included, and "
            "not only when the page is entered: compare the old address with the new one."
        ),
    ],
    "undeclared-parameter": [
        "tag log: Its template has no field `adress`; did you mean `address`?",
    ],
    "setting-twice": [
        (
            "tag quote: `currency` stands in its table several times, as `NOK` and as "
            "`{{Currency}}`: only one is sent."
        ),
    ],
    "hidden-setting": [
        (
            "variable Settings: It sets `send_page_view` to `false` and `server_container_url` to "
            "`https://sgtm.acme-shop.com`. The tags that take settings from it do not show that: "
            "`google`."
        ),
    ],
    "retired-product": [
        (
            "tag old: It sends to Universal Analytics, which Google switched off in July "
            "2024: nothing arrives any more."
        ),
    ],
    "document-write": [
        (
            "tag box: It calls `document.write` while the tag's support for that is off: once"
            " the page has loaded, such a call replaces the whole page."
        ),
    ],
    "document-write-slow": [
        "tag box: It calls `document.write`, which holds up the page.",
    ],
    "too-long": [
        "variable List: Its value has 1040 characters; GTM takes 1024.",
    ],
    "consent-not-set": [
        (
            "tag other: It says nothing about consent, which other tags of the container wait"
            " for, such as `GA4 - Google tag`: set the consent types that it needs, or that "
            "it needs none."
        ),
    ],
    "address-in-clear": [
        (
            "variable Contact: An e-mail address at acme-shop.com is written out in it, and "
            "everybody who visits the site can read it: if it is a person's, take it out."
        ),
    ],
    "id-of-another-kind": [
        (
            "tag base: `UA-12345678-1`, which `Tracking ID` holds, is the ID of a property of "
            "Universal Analytics, and GA4's measurement ID belongs there: nothing arrives."
        ),
        (
            "tag meta: `C4A1B2C3D4E5F6G7H8I0` is the ID of a pixel of TikTok, and the ID of a "
            "pixel of Meta belongs there: nothing arrives."
        ),
    ],
    "secret-in-clear": [
        (
            "variable API token: It holds what looks like a secret, and every visitor of the site "
            "can read the container: take it out, and send what needs it from a server."
        ),
        (
            "tag server_hit: It holds what looks like a secret, and every visitor of the site can "
            "read the container: take it out, and send what needs it from a server."
        ),
    ],
    "script-syntax-error": [
        (
            "tag contact: Its code has a syntax error on line 2 (unexpected token in expression: "
            "','), so it does not run."
        ),
    ],
    "script-not-es5": [
        (
            "tag cart: GTM takes scripts in ECMAScript 5 only, which does not have: `const` "
            "(line 2), an arrow function (line 3)."
        ),
    ],
    "slow-pattern": [
        (
            "trigger articles: `^/(?:\\w+-?)*/comments$` stops the page on a text such as "
            "`/aaaaaaa…!`: with each round of its repeat, the ways to match it double."
        )
    ],
    "quoted-variable": [
        (
            "tag sale: `'{{Order ID}}'` is the text \"undefined\" where there is no value, "
            "which counts as true: in quotes GTM fills in text. Without quotes it is the "
            "value itself."
        ),
        (
            "tag sale: `'{{Order ID}}'` never equals undefined, with which it is compared: in"
            " quotes GTM fills in text. Without quotes it is the value itself."
        ),
    ],
    "needs-unsafe-inline": [
        (
            "- Custom HTML: These tags hold inline scripts, which run only where the site's "
            "Content-Security-Policy, if it has one, allows 'unsafe-inline' or has 'strict-"
            "dynamic': `hello`."
        ),
    ],
    "personal-data-sent": [
        (
            "tag lead: It sends GA4 `{{E-mail}}` as the parameter `contact` of an event, "
            "which is not made for an e-mail address."
        ),
        (
            "tag pixel: It writes `{{E-mail}}`, an e-mail address, into the address of an "
            "image, where it stays in the logs of servers."
        ),
    ],
    "duplicate-tag": [
        "tag pixel_2: It does what `pixel` does, on the same triggers: everything happens twice.",
    ],
    "same-twice": [
        "variable Order number: It is the same as `Order ID` under another name.",
    ],
    "unused-entity": [
        "variable Order ID: Nothing in the container refers to the variable.",
    ],
    "unreachable": [
        "variable Order ID: Nothing that can run needs it: only the tag `pixel` refers to it.",
        "folder Old things: The folder is empty.",
    ],
}


def test_the_messages_of_the_bad_examples():
    told = {
        rule: [
            f"{item.kind.value if item.kind else '-'} {item.name}: {item.text}"
            for example in all_rules()[rule].examples
            if not example.is_good
            for item in lint_container(view_of_example(example))
            if item.rule == rule
        ]
        for rule in CONTAINER_RULES
    }
    assert told == MESSAGES
