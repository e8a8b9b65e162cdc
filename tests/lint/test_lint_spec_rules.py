# ruff: noqa: E501 - a message is easier to read, and to look for, on one line
"""What each rule about specs says of its page's bad examples, in full; and what it leaves alone."""

from __future__ import annotations

import pytest
from support import HEAD, PLATFORMS, load_text

from gtmgen.lint.engine import SPEC_RULES, lint_spec
from gtmgen.lint.spec_checks.css_selector import selector_problem
from gtmgen.rules.registry import all_rules

MESSAGES = {
    "operator-in-text": [
        (
            "events.generate_lead.where.value",
            "`value` is compared with the text `> 0`, not with a number",
            "write `value: {gt: 0}`",
        ),
    ],
    "never-matches": [
        (
            "events.generate_lead.where.value.lt",
            "`value: {lt: 10}` and `value: {gt: 100}` are never true together",
            "all conditions must hold; a list of values is OR",
        ),
        (
            "events.generate_lead.where.currency.equals",
            "`currency: {equals: eur}` is never true: its values are upper-case codes, such as `EUR`",
            None,
        ),
        (
            "events.generate_lead.where.page_path.equals",
            "`page_path: {equals: products}` is never true: its values are paths, which begin with `/`",
            None,
        ),
        (
            "events.generate_lead.where.page_path.equals",
            "`page_path: {equals: /thanks}` is never true on the page `contact`",
            "pages and conditions must all hold",
        ),
        (
            "events.generate_lead.pages",
            "no address is both `thanks` and `contact`",
            "`pages` narrows the trigger: name pages of both",
        ),
        (
            "events.generate_lead.except.0",
            "`on_contact` blocks `generate_lead` for `ga4` each time: it holds whenever the event's trigger and conditions do",
            "narrow the trigger under `except`, or remove it there",
        ),
        (
            "events.sign_up.where.plan.not_starts_with",
            "`plan: {equals: [basic, pro]}`, `plan: {not_equals: basic}` and `plan: {not_starts_with: pro}` are never true together",
            "all conditions must hold; a list of values is OR",
        ),
    ],
    "near-param": [
        (
            "events.sign_up.params.metod",
            "GA4 has the parameter `method`, and you wrote `metod`",
            "write `method`, or another name if it is something else",
        ),
    ],
    "stray-blank": [
        (
            "events.sign_up.on.event",
            "`sign_up ` has a blank at its beginning or end, which counts",
            "write `sign_up`",
        ),
    ],
    "css-selector": [
        (
            "events.call_us.on.click",
            "`button:contains(Call)` is not a valid CSS selector: `:contains` exists in jQuery only",
            "try it in a browser's console: `document.querySelector('...')`",
        ),
        (
            "events.call_us.on.click",
            "`form[name=call` is not a valid CSS selector: `[` and `]` are not in pairs",
            "try it in a browser's console: `document.querySelector('...')`",
        ),
    ],
    "slow-regex": [
        (
            "data.section.regex.map",
            "`^/(\\w+\\s?)*/end$` stops the page on a text such as `/aaaaaaa…!`: with each round of its repeat, the ways to match it double",
            "let one repeat or alternative alone match a character, or put one between them that neither can match",
        ),
        (
            "events.sign_up.where.page_path.matches",
            "`^/(?:\\w|\\d|-)+/end$` stops the page on a text such as `/aa0a0a0a…!`: with each round of its repeat, the ways to match it double",
            "let one repeat or alternative alone match a character, or put one between them that neither can match",
        ),
    ],
    "placeholder": [
        (
            "container.gtm",
            "`GTM-XXXXXXX` stands for an ID of your own",
            "write yours instead",
        ),
        (
            "site.hosts.0",
            "`www.example.com` is reserved for examples: on your own site, no tag would fire",
            "name the hosts of your site, or leave `hosts` out",
        ),
    ],
    "unused-page": [
        (
            "pages.cart",
            "no trigger and no event is about the page `cart`",
            "name it in `page` or `pages`, or remove it",
        ),
    ],
    "content-id-missing": [
        (
            "data.items.example",
            "the items of `items` have no `item_id`, which TikTok finds them in the catalogue by",
            "set `content_id` of `platforms.tiktok` to the field that equals the catalogue's ID, or map it: `fields: {item_id: ...}`",
        ),
    ],
    "untyped-data": [
        (
            "data.value",
            "the data key `value` has no type, and the parameter `value` is sent from it: what the site writes as text goes out as text",
            "add `type: number`, which reads text and refuses what it cannot read",
        ),
    ],
    "event-id-changes": [
        (
            "events.sign_up.event_id.from",
            "`random_id` comes from a script, which GTM asks for again for each tag: browser, server and every platform get an ID of their own",
            "leave `event_id` out for one ID per event, or name a key that the site pushes",
        ),
    ],
    "page-view-unowned": [
        (
            "platforms.tiktok.page_view",
            "nothing sends TikTok its `Pageview`: `page_view` is `off`",
            "`manual` lets a tag of the spec send it, `auto` the platform's own code; if the site does, say so under `lint.ignore`",
        ),
    ],
    "reserved-name": [
        (
            "events.partner_link.send.ga4",
            "GA4 sends `click` by itself and keeps the name for that",
            "give the event another name under `send`",
        ),
    ],
    "platform-limit": [
        (
            "events.sign_up.send.0",
            "`sign_up` has 26 parameters, and GA4 takes 25 with an event",
            "take some away for it: `params: {name: null}` beside the platform",
        ),
        (
            "events.sign_up.params.the_name_of_the_newsletter_that_was_subscribed",
            "`the_name_of_the_newsletter_that_was_subscribed` has 46 characters, and GA4 takes 40 in the name of a parameter",
            None,
        ),
        (
            "events.sign_up.send.ga4",
            "`visitor_has_subscribed_to_the_weekly_letter` has 43 characters, and GA4 takes 40 in the name of an event",
            "give the event a shorter name under `send`",
        ),
    ],
    "value-lingers": [
        (
            "events.view_plan.params.plan",
            "`plan` keeps its value until the site pushes another: on in-app navigation `view_plan` sends that of the page before, unless the site has pushed the new one by then",
            "let the site push it before the address changes, or fire on the event that brings it",
        ),
    ],
    "read-before-render": [
        (
            "events.view_plan.params.plan",
            "`plan` is read from the page when the address changes: the app has not rendered the new page by then, and the old one's is sent",
            "let the site push the value, and fire on that event: `on: {event: ...}`",
        ),
    ],
    "personal-data-param": [
        (
            "events.sign_up.params.contact",
            "`contact` sends GA4 an e-mail address in plain text, with the event: no parameter is made for that",
            "leave it out; what a platform may know of the visitor goes into its settings, such as `identify`, which hashes it",
        ),
    ]
    * 2,
    "event-undocumented": [
        (
            "events.sign_up",
            "`sign_up` has no `description` or `owner`",
            "add what is missing: `gtmgen docs` shows it to everyone who works with the event",
        ),
    ],
}


def test_an_example_that_is_missing_is_asked_for_once() -> None:
    events = "".join(
        f"  {name}: {{description: D., owner: o, on: {{event: {name}}}, "
        "params: {plan: plan}, send: [ga4]}\n"
        for name in "abcdef"
    )
    text = f"{HEAD}{PLATFORMS}data:\n  plan: {{path: plan, type: string}}\nevents:\n{events}"
    assert told(text, "event-undocumented") == [
        (
            "data.plan",
            "`plan` has no `example`, and is sent by `a`, `b`, `c`, `d` and 2 more",
            "add what is missing: `gtmgen docs` shows it to everyone who works with the event",
        )
    ]


def told(text: str, rule: str) -> list[tuple[str, str, str | None]]:
    return [
        (".".join(map(str, one.path)), one.message, one.hint)
        for one in lint_spec(load_text(text).spec)
        if one.rule == rule
    ]


def test_the_messages_of_the_bad_examples() -> None:
    pages = all_rules()
    assert {
        rule: [
            remark
            for example in pages[rule].examples
            if not example.is_good
            for remark in told(example.spec, rule)
        ]
        for rule in SPEC_RULES
    } == MESSAGES


def sign_up(where: str) -> str:
    return (
        f"{HEAD}{PLATFORMS}site: {{hosts: [shop.test]}}\n"
        "data:\n"
        "  plan: {path: plan, type: string}\n"
        "  price: {path: price, type: number}\n"
        "  count: {path: count, type: integer}\n"
        "  paid: {path: paid, type: boolean}\n"
        "triggers:\n"
        "  done: {event: done, where: {plan: {starts_with: pro}}}\n"
        f"events:\n  sign_up: {{on: done, where: {where}, send: [ga4]}}\n"
    )


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ("{plan: pro_year}", None),
        ("{plan: [basic, pro]}", None),
        (
            "{plan: [basic, free]}",
            "`plan: {equals: [basic, free]}` and `plan: {starts_with: pro}` are never true together",
        ),
        (
            "{plan: {starts_with: basic}}",
            "`plan: {starts_with: basic}` and `plan: {starts_with: pro}` are never true together",
        ),
        ("{plan: {starts_with: p}}", None),
        ("{plan: {not_equals: pro}}", None),
        ("{price: {gte: 10, lte: 10}}", None),
        (
            "{price: {gte: 10, lt: 10}}",
            "`price: {lt: 10}` and `price: {gte: 10}` are never true together",
        ),
        (
            "{price: {equals: 5, gt: 7}}",
            "`price: {gt: 7}` and `price: {equals: 5}` are never true together",
        ),
        (
            "{price: {not_gt: 10, gt: 20}}",
            "`price: {not_gt: 10}` and `price: {gt: 20}` are never true together",
        ),
        ("{price: {not_gt: 10, not_lt: 20}}", None),  # what is no number
        (
            "{plan: {matches: '^basic'}}",
            "`plan: {matches: ^basic}` and `plan: {starts_with: pro}` are never true together",
        ),
        ("{plan: {matches: basic}}", None),
        ("{plan: {matches: '^PRO', ignore_case: true}}", None),
        (
            "{plan: {not_contains: o}}",
            "`plan: {not_contains: o}` and `plan: {starts_with: pro}` are never true together",
        ),
        (
            "{plan: {ends_with: [x, y], not_matches: '[w-z]$'}}",
            "`plan: {not_matches: [w-z]$}` and `plan: {ends_with: [x, y]}` are never true together",
        ),
        ("{plan: {not_matches: '^(?=pro)'}}", None),  # what a look around lets through is open
        ("{plan: {not_starts_with: pro_}}", None),
        (
            "{plan: {gt: 5, equals: pro}}",
            "`plan: {gt: 5}` and `plan: {equals: pro}` are never true together",
        ),
        (
            "{page_hostname: help.test}",
            "`page_hostname: {equals: help.test}` is never true on the hosts of `site.hosts`, which all tags keep to",
        ),
        ("{page_hostname: {ends_with: .test}}", None),
        (
            "{plan: {equals: pro, not_equals: pro}}",
            "`plan: {not_equals: pro}` and `plan: {equals: pro}` are never true together",
        ),
        ("{page_url: {contains: shop}}", None),
        (
            "{page_hostname: 'https://shop.test'}",
            "`page_hostname: {equals: https://shop.test}` is never true: its values are host names, without protocol, port and path",
        ),
        (
            "{price: {equals: 9 EUR}}",
            "`price: {equals: 9 EUR}` is never true: its values are numbers, such as `59.9`",
        ),
        (
            "{event: started}",
            "`event: {equals: started}` and `event: {equals: done}` are never true together",
        ),
        ("{event: [started, done]}", None),
        # Any two of these hold together.
        (
            "{plan: {equals: [pro_a, pro_b], not_equals: [pro_a, pro_c], not_ends_with: b}}",
            (
                "`plan: {equals: [pro_a, pro_b]}`, `plan: {not_ends_with: b}` and "
                "`plan: {not_equals: [pro_a, pro_c]}` are never true together"
            ),
        ),
        ("{plan: {equals: [pro_a, pro_b, pro_c], not_equals: [pro_a], not_ends_with: b}}", None),
        (
            "{plan: {matches: '^pro_[ab]$', not_equals: pro_a, not_ends_with: b}}",
            (
                "`plan: {matches: ^pro_[ab]$}`, `plan: {not_ends_with: b}` and "
                "`plan: {not_equals: pro_a}` are never true together"
            ),
        ),
        (
            "{plan: {not_matches: '^pro[^x]', not_equals: pro, not_starts_with: prox}}",
            (
                "`plan: {starts_with: pro}`, `plan: {not_equals: pro}`, "
                "`plan: {not_matches: ^pro[^x]}` and `plan: {not_starts_with: prox}` are never true "
                "together"
            ),
        ),
        ("{plan: {not_matches: '^pro.', not_equals: pro}}", None),  # a line break
        (
            "{price: {gte: 10, lte: 10, not_equals: 10}}",
            (
                "`price: {gte: 10}`, `price: {lte: 10}` and `price: {not_equals: 10}` are never "
                "true together"
            ),
        ),
        ("{plan: {equals: pro10, not_equals: 10}}", None),
        ("{price: {gte: 10, lte: 11, not_equals: [10, 11]}}", None),
        (
            "{price: {equals: [5, 50], gt: 5, not_equals: 50}}",
            (
                "`price: {equals: [5, 50]}`, `price: {gt: 5}` and `price: {not_equals: 50}` are "
                "never true together"
            ),
        ),
        (
            "{count: {gt: 1, lt: 3, not_equals: 2}}",
            (
                "`count: {gt: 1}`, `count: {lt: 3}` and `count: {not_equals: 2}` are never true "
                "together"
            ),
        ),
        (
            "{count: {gt: 1, lt: 2}}",
            "`count: {lt: 2}` and `count: {gt: 1}` are never true together",
        ),
        ("{price: {gt: 1, lt: 2}}", None),
        ("{count: {gt: 1, lt: 4, not_equals: 2}}", None),
        ("{count: {gt: 1, not_lt: 2}}", None),
        ("{count: {not_gte: 2, not_lte: 1}}", None),  # what is no number
        ("{count: {gt: 1, lt: 500, not_equals: 2}}", None),
        ("{paid: {not_equals: [true, false]}}", None),  # a message without it
        ("{price: '> 9'}", None),  # what is meant is told by a rule of its own
    ],
)
def test_conditions_that_exclude_each_other(where: str, message: str | None) -> None:
    messages = [text for _, text, _ in told(sign_up(where), "never-matches")]
    assert messages == ([] if message is None else [message])


PAGES = """\
site: {navigation: spa}
data:
  path: {builtin: page_path}
  tab: {query: tab}
pages:
  product: {path: /products/*}
  cart: {path: /cart}
  any: {path: /**}
  red_product: {path: /products/red-*}
  help: {path: /, host: help.test}
  tab_a: {path: /tabs, query: {tab: a}}
  tabbed: {query: {tab: "*"}}
triggers:
  bought: {event: bought, pages: [product, cart]}
"""


@pytest.mark.parametrize(
    ("event", "path", "message"),
    [
        (
            "on: {page: product}, where: {page_path: /cart}",
            "where.page_path.equals",
            "`page_path: {equals: /cart}` is never true on the page `product`",
        ),
        ("on: {page: product}, where: {page_path: /products/1/}", None, None),
        (
            "on: {page: product}, where: {path: {starts_with: /shop}}",
            "where.path.starts_with",
            "`path: {starts_with: /shop}` is never true on the page `product`",
        ),
        (
            "on: {page: [product, cart]}, where: {page_path: {matches: ^/tabs}}",
            "where.page_path.matches",
            "`page_path: {matches: ^/tabs}` is never true on the pages `cart` or `product`",
        ),
        ("on: {page: [product, any]}, where: {page_path: {matches: ^/tabs}}", None, None),
        (
            "on: {event: a}, pages: [product], where: {page_path: {not_contains: product}}",
            "where.page_path.not_contains",
            "`page_path: {not_contains: product}` is never true on the page `product`",
        ),
        (
            "on: {page: help}, where: {page_hostname: {not_equals: help.test}}",
            "where.page_hostname.not_equals",
            "`page_hostname: {not_equals: help.test}` is never true on the page `help`",
        ),
        (
            "on: {page: tab_a}, where: {tab: b}",
            "where.tab.equals",
            "`tab: {equals: b}` is never true on the page `tab_a`",
        ),
        (
            "on: {page: tabbed}, where: {tab: ''}",
            "where.tab.equals",
            "`tab: {equals: }` is never true on the page `tabbed`",
        ),
        ("on: {page: tabbed}, where: {tab: b}", None, None),
        (
            "on: {page: product}, pages: [cart]",
            "pages",
            "no address is both `cart` and `product`",
        ),
        (
            "on: bought, pages: [tab_a, help]",
            "pages",
            "no address is one of `help` or `tab_a` and one of `cart` or `product`",
        ),
        ("on: bought, pages: [tab_a, 'red_*']", None, None),
        (
            "on: {page: product}, where: {event: bought}",
            "where.event.equals",
            "`event: {equals: bought}` and `event: {equals: [gtm.historyChange, gtm.js]}` are never true together",
        ),
        ("on: {page: product}, where: {event: gtm.js}", None, None),
        (
            "on: {event_matches: ^shop_}, where: {event: bought}",
            "where.event.equals",
            "`event: {equals: bought}` and `event_matches: ^shop_` are never true together",
        ),
        (
            "on: {event_matches: ^shop_, ignore_case: true}, where: {event: SHOP_A}",
            None,
            None,
        ),
        (
            "on: {event: a, where: {tab: x}}, where: {tab: {not_contains: x}}",
            "where.tab.not_contains",
            "`tab: {not_contains: x}` and `tab: {equals: x}` are never true together",
        ),
        # Each of the conditions leaves one of the pages.
        (
            "on: {page: [product, cart]}, where: {page_path: {not_contains: /cart, not_starts_with: /products/}}",
            "where.page_path.not_starts_with",
            (
                "`page_path: {not_contains: /cart}` and `page_path: {not_starts_with: /products/}` "
                "are never true together on the pages `cart` or `product`"
            ),
        ),
        (
            "on: {page: [product, cart]}, where: {page_path: {not_contains: /cart, not_starts_with: /products/a}}",
            None,
            None,
        ),
        (
            "on: {page: [tab_a, cart]}, where: {tab: {not_equals: a}, page_path: {not_contains: /cart}}",
            "where.tab.not_equals",
            (
                "`page_path: {not_contains: /cart}` and `tab: {not_equals: a}` are never true "
                "together on the pages `cart` or `tab_a`"
            ),
        ),
        (
            "on: {page: [product, cart]}, pages: [cart, tabbed], where: {page_path: {not_contains: /cart}, tab: ''}",
            "where.tab.equals",
            (
                "`page_path: {not_contains: /cart}` and `tab: {equals: }` are never true together "
                "on the pages `cart` or `tabbed`"
            ),
        ),
        (
            "on: {page: [product, cart]}, pages: [red_product, cart], where: {page_path: {not_contains: /cart, not_starts_with: /products/red}}",
            "where.page_path.not_starts_with",
            (
                "`page_path: {not_contains: /cart}` and `page_path: {not_starts_with: /products/red}` "
                "are never true together on the pages `cart` or `red_product`"
            ),
        ),
        # One told thing is enough.
        (
            "on: {page: product}, where: {page_path: cart}",
            "where.page_path.equals",
            "`page_path: {equals: cart}` is never true: its values are paths, which begin with `/`",
        ),
    ],
)
def test_conditions_that_exclude_what_fires(
    event: str, path: str | None, message: str | None
) -> None:
    text = f"{HEAD}{PLATFORMS}{PAGES}events: {{sign_up: {{{event}, send: [ga4]}}}}\n"
    expected = [] if message is None else [(f"events.sign_up.{path}", message)]
    assert [remark[:2] for remark in told(text, "never-matches")] == expected


@pytest.mark.parametrize(
    ("platform", "event", "expected"),
    [
        (
            "where: {page_path: {starts_with: /shop}}",
            "on: {page: cart}",
            (
                "platforms.ga4.where.page_path.starts_with",
                "`page_path: {starts_with: /shop}` is never true on the page `cart`",
            ),
        ),
        (
            "where: {tab: a}",
            "on: {event: a}, where: {tab: [b, c]}",
            (
                "events.sign_up.where.tab.equals",
                "`tab: {equals: [b, c]}` and `tab: {equals: a}` are never true together",
            ),
        ),
        (
            "page_view: {on: {page: product}, where: {page_path: /}}",
            "on: {event: a}",
            (
                "platforms.ga4.page_view.where.page_path.equals",
                "`page_path: {equals: /}` is never true on the page `product`",
            ),
        ),
        ("where: {tab: a}", "on: {event: a}, where: {tab: [b, a]}", None),
    ],
)
def test_conditions_that_exclude_those_of_a_platform(
    platform: str, event: str, expected: tuple[str, str] | None
) -> None:
    text = (
        f"{HEAD}platforms: {{ga4: {{measurement_id: G-ABC1234567, consent: not_required, {platform}}}}}\n"
        f"{PAGES}events: {{sign_up: {{{event}, send: [ga4]}}}}\n"
    )
    found = [remark[:2] for remark in told(text, "never-matches")]
    assert found == ([] if expected is None else [expected])


def test_a_condition_of_a_trigger_that_excludes_its_own_pages() -> None:
    text = (
        f"{HEAD}{PLATFORMS}{PAGES}"
        "  lost: {event: lost, pages: [cart], where: {page_path: {ends_with: .html}}}\n"
        "events: {sign_up: {on: [bought, lost], send: [ga4, tiktok]}}\n"
    )
    assert told(text, "never-matches") == [
        (
            "triggers.lost.where.page_path.ends_with",
            "`page_path: {ends_with: .html}` is never true on the page `cart`",
            "pages and conditions must all hold",
        )
    ]


ALWAYS = "`off` blocks `sign_up` for `ga4` each time: it holds whenever the event's trigger and conditions do"


@pytest.mark.parametrize(
    ("off", "event", "message"),
    [
        ("event_matches: .*", "on: {event: a}", ALWAYS),
        ("event: a", "on: [{event: a}, {event: b}]", None),
        ("event_matches: '^[ab]$'", "on: [{event: a}, {event: b}]", ALWAYS),
        ("event: a, where: {tab: [x, y]}", "on: {event: a, where: {tab: x}}", ALWAYS),
        ("event: a, where: {tab: x}", "on: {event: a}, where: {tab: [x, y]}", None),
        (
            "event: a, where: {tab: {not_equals: y}}",
            "on: {event: a}, where: {tab: {starts_with: x}}",
            ALWAYS,
        ),
        ("event_matches: .*, pages: [product]", "on: {event: a}, pages: [red_product]", ALWAYS),
        ("event_matches: .*, pages: [red_product]", "on: {event: a}, pages: [product]", None),
        (
            "event_matches: .*, pages: [product, cart]",
            "on: bought",
            ALWAYS,
        ),
        ("event_matches: .*, pages: [product]", "on: bought", None),
        ("page: any", "on: {page: cart}", ALWAYS),
        ("page: any", "on: {lifecycle: page_view, pages: [cart]}", ALWAYS),
        ("lifecycle: page_view", "on: {page: cart}", None),  # not on navigation
        ("event_matches: .*, where: {page_path: {starts_with: /cart}}", "on: {page: cart}", ALWAYS),
        ("click: a", "on: {click: a}", None),  # elements are not compared
        (
            "event: a, where: {tab: x}",
            "on: {event: a}, where: {tab: y}",
            "`off` can never block `sign_up`: `tab: {equals: x}` and `tab: {equals: y}` never hold together",
        ),
        (
            "event: a, pages: [product, help]",
            "on: {event: a}, pages: [cart]",
            "`off` can never block `sign_up`: pages `help` or `product` and the page `cart` never hold together",
        ),
        ("event: a, where: {tab: x}", "on: [{event: a, where: {tab: y}}, {event: a}]", None),
        # Several conditions say together what one would.
        (
            "event: a, where: {tab: z}",
            "on: {event: a}, where: {tab: {equals: [x, y, z], not_equals: x, not_starts_with: y}}",
            ALWAYS,
        ),
        (
            "event: a, where: {tab: z}",
            "on: {event: a}, where: {tab: {equals: [x, y, z], not_equals: x}}",
            None,
        ),
        (
            "event: a, where: {tab: [x, y]}",
            "on: {event: a}, where: {tab: {not_equals: x, not_ends_with: y}}",
            (
                "`off` can never block `sign_up`: `tab: {equals: [x, y]}`, "
                "`tab: {not_ends_with: y}` and `tab: {not_equals: x}` never hold together"
            ),
        ),
        (
            "event_matches: .*, pages: [cart, product]",
            "on: {event: a}, where: {page_path: {not_contains: [/cart, /products/]}}",
            (
                "`off` can never block `sign_up`: pages `cart` or `product` and "
                "`page_path: {not_contains: [/cart, /products/]}` never hold together"
            ),
        ),
    ],
)
def test_exceptions_by_their_conditions(off: str, event: str, message: str | None) -> None:
    text = (
        f"{HEAD}{PLATFORMS}{PAGES}  off: {{{off}}}\n"
        f"events: {{sign_up: {{{event}, except: [off], send: [ga4, tiktok]}}}}\n"
    )
    expected = [] if message is None else [("events.sign_up.except.0", message)]
    assert [remark[:2] for remark in told(text, "never-matches")] == expected


def test_what_never_fires_is_told_without_its_exceptions() -> None:
    text = (
        f"{HEAD}{PLATFORMS}{PAGES}  off: {{event: a, where: {{tab: z}}}}\n"
        "events: {sign_up: {on: {event: a, where: {tab: x}}, where: {tab: y}, except: [off], "
        "send: [ga4]}}\n"
    )
    assert [remark[:2] for remark in told(text, "never-matches")] == [
        (
            "events.sign_up.where.tab.equals",
            "`tab: {equals: y}` and `tab: {equals: x}` are never true together",
        )
    ]


def test_an_exception_of_a_platform_that_always_holds() -> None:
    text = (
        f"{HEAD}platforms: {{ga4: {{measurement_id: G-ABC1234567, consent: not_required, except: [off]}}}}\n"
        f"{PAGES}  off: {{event_matches: .*, pages: [cart]}}\n"
        "events:\n"
        "  sign_up: {on: {event: a, pages: [cart]}, send: [ga4]}\n"
        "  view: {on: {event: a, pages: [product]}, send: [ga4]}\n"
    )
    assert [remark[:2] for remark in told(text, "never-matches")] == [
        ("events.sign_up.send.0", ALWAYS)
    ]


@pytest.mark.parametrize(
    ("hosts", "host", "is_told"),
    [
        ("[shop.test]", "help.test", True),
        ("[shop.test]", "[help.test, Shop.test]", False),
        ("['*.shop.test']", "help.shop.test", False),
        ("['*.shop.test']", "shop.test", True),
        ("[a.shop.test]", "'*.shop.test'", False),
        ("['*.shop.test']", "'*.help.test'", False),  # two patterns are not compared
    ],
)
def test_a_page_on_a_host_where_no_tag_fires(hosts: str, host: str, is_told: bool) -> None:
    page = f"pages: {{help: {{path: /, host: {host}}}}}\n"
    event = "events: {sign_up: {on: {page: help}, send: [ga4]}}\n"
    found = told(f"{HEAD}{PLATFORMS}site: {{hosts: {hosts}}}\n{page}{event}", "never-matches")
    expected = (
        "pages.help.host",
        "no tag fires on `help`: `site.hosts` does not have its host",
        "add the host to `site.hosts`, or remove the page",
    )
    assert found == ([expected] if is_told else [])


@pytest.mark.parametrize(
    "css",
    [
        "a",
        "*",
        "#buy",
        ".btn.is-large",
        "a[href^='http'], a[target=_blank]",
        "form#order > fieldset + .row ~ p",
        "li:nth-child(2n+1)::before",
        "div:not(.a, .b):has(> img)",
        "[data-id='1:2']",
        'a[href$=".pdf" i]',
        r".md\:flex",
        "-x-y",
        "ul>li>a",
        "section:is(h1, h2):where(.x)",
        ":focus-visible",
        ":first-child",
        "[data-x='it]s (fine']",
        "ünlü-öğe",
    ],
)
def test_selectors_that_browsers_read(css: str) -> None:
    assert selector_problem(css) is None


@pytest.mark.parametrize(
    ("css", "problem"),
    [
        ("a:first", "`:first` exists in jQuery only"),
        ("a[href='x]", "a quotation mark is not closed"),
        ("a:not(.b", "`(` and `)` are not in pairs"),
        ("a, , b", "a part of the list is empty"),
        ("#1st", "an ID or a class that begins with a digit is written `[id='1']`"),
        ("a > ", "`a >` cannot be read"),
        ("a..b", "`a..b` cannot be read"),
        ("$('.buy')", "`$()` cannot be read"),
        ("//div", "`//div` cannot be read"),
    ],
)
def test_selectors_that_browsers_refuse(css: str, problem: str) -> None:
    assert selector_problem(css) == problem


@pytest.mark.parametrize(("option", "is_told"), [("", False), (", full_match: true", True)])
def test_a_table_that_matches_whole_texts_can_be_slow_where_another_is_not(
    option: str, is_told: bool
) -> None:
    text = (
        f"{HEAD}{PLATFORMS}data:\n"
        f"  section: {{regex: {{input: page_path, map: {{'(?:a+)+': ours}}{option}}}}}\n"
        "events: {sign_up: {on: {event: sign_up}, params: {section: section}, send: [ga4]}}\n"
    )
    assert bool(told(text, "slow-regex")) is is_told


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("k: {path: visitor.e_mail_shown, type: string}", None),
        ("k: {path: visitor.phoneNumber, type: string}", "a phone number"),
        ("k: {cookie: user_email}", "an e-mail address"),
        ("phone: {path: visitor.p}", "a phone number"),
        ("email: {path: visitor.has_mail, type: boolean}", None),
    ],
)
def test_personal_data_by_the_name_under_which_the_site_keeps_it(
    source: str, what: str | None
) -> None:
    key = source.partition(":")[0]
    text = f"{HEAD}{PLATFORMS}data:\n  {source}\nevents: {{sign_up: {{on: {{event: sign_up}}, params: {{who: {key}}}, send: [ga4]}}}}\n"
    message = f"`who` sends GA4 {what} in plain text, with the event: no parameter is made for that"
    found = [remark[1] for remark in told(text, "personal-data-param")]
    assert found == ([message] if what else [])
