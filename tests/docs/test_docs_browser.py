"""The page in a real browser: found, read, copied, printed, and never taken over."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from support import load_text

from gtmgen.docs.build import build
from gtmgen.docs.changes.compare import compare
from gtmgen.docs.html.branding import Branding
from gtmgen.docs.model import Documentation
from gtmgen.docs.words import load_words

from .conftest import SPECS, Opened, documentation, event, html, of_data

VIEWS = [
    "#/",
    "#/events",
    "#/event/purchase",
    "#/platforms",
    "#/platform/tiktok",
    "#/pages",
    "#/page/product",
    "#/data",
    "#/data/items",
    "#/triggers",
    "#/developers",
    "#/backend",
    "#/checklist",
    "#/glossary",
    "#/no/such/page",
]

WIDER_THAN_ITS_CARD = """tables => tables.filter((table) => {
  const { width } = table.parentElement.getBoundingClientRect();
  return table.getBoundingClientRect().width > width;
}).map((table) => table.getAttribute("aria-label"))"""


@pytest.fixture(scope="module")
def shop() -> str:
    return html(documentation())


@pytest.fixture(scope="module")
def everything() -> str:
    return html(documentation("everything/everything.yaml"))


def found(opened: Opened) -> list[str]:
    """The events that the page lists."""
    rows = opened.page.locator(".results:not(.small) li > a > code")
    return [str(text) for text in rows.all_inner_texts()]


def search(opened: Opened, text: str) -> list[str]:
    opened.page.get_by_role("searchbox").fill(text)
    return found(opened)


# -- finding -------------------------------------------------------------------------------


def test_search_finds_events_by_their_name_at_a_platform(show: Any, shop: str) -> None:
    opened = show(shop)
    assert search(opened, "InitiateCheckout") == ["begin_checkout"]
    assert search(opened, "viewcontent") == ["view_item"]


def test_search_finds_events_by_a_parameter(show: Any, shop: str) -> None:
    opened = show(shop)
    assert search(opened, "search_string") == ["search"]
    assert search(opened, "transaction_id") == ["purchase"]


def test_search_wants_every_word_and_puts_names_first(show: Any, shop: str) -> None:
    opened = show(shop)
    assert search(opened, "added growth") == ["add_to_cart"]
    assert search(opened, "purchase")[0] == "purchase"
    assert search(opened, "nothing at all") == []
    assert "Nothing found." in opened.text()


def test_search_also_names_what_is_no_event(show: Any, shop: str) -> None:
    opened = show(shop)
    search(opened, "customer_email")
    assert "Found elsewhere" in opened.text()
    opened.page.get_by_role("link", name="customer_email").click()
    assert opened.text("h1") == "customer_email"


def test_a_slash_goes_to_the_search_and_enter_to_the_first_event(show: Any, shop: str) -> None:
    opened = show(shop)
    opened.page.keyboard.press("/")
    opened.page.keyboard.type("subscribe")
    opened.page.keyboard.press("Enter")
    opened.page.get_by_role("heading", name="Newsletter signed up", level=1).wait_for()
    assert opened.text("h1") == "Newsletter signed up"


def test_filters_narrow_the_events_and_stay_in_the_address(show: Any, shop: str) -> None:
    opened = show(shop, "#/events")
    assert len(found(opened)) == 6
    opened.page.get_by_label("Owner").select_option("crm")
    assert found(opened) == ["newsletter"]
    opened.page.reload()
    assert found(opened) == ["newsletter"]
    opened.page.get_by_role("button", name="Clear").click()
    opened.page.get_by_role("combobox", name="Page").select_option("search")
    assert found(opened) == ["search"]
    opened.page.get_by_label("Platform").select_option("ga4")
    assert found(opened) == ["search"]


def test_deep_links_survive_a_reload_and_lead_to_sections(show: Any, shop: str) -> None:
    opened = show(shop, "#/event/purchase/backend")
    for _ in range(2):
        assert opened.text("h1") == "Order paid"
        place = opened.page.locator("[data-section=backend]").bounding_box()
        assert place is not None
        assert 0 <= place["y"] < 400
        opened.page.reload()


def test_going_back_shows_what_was_there(show: Any, shop: str) -> None:
    opened = show(shop)
    opened.go("#/event/purchase")
    opened.go("#/platform/tiktok")
    opened.page.go_back()
    assert opened.text("h1") == "Order paid"


# -- reading -------------------------------------------------------------------------------


def test_an_event_is_explained_whole(show: Any, shop: str) -> None:
    opened = show(shop, "#/event/purchase")
    text = opened.text()
    for part in (
        "Fires on the site's dataLayer message purchase.",
        "value is greater than 0",
        "TikTok - purchase",
        "Sent only after the visitor has granted ad_storage.",
        "Browser and server agree",
        "dataLayer.push({ecommerce: null});",
        '"event_id": "purchase_1001"',
        "Within 5 minutes of the first, the second one is merged into it",
        "Open GTM's preview (Tag Assistant)",
    ):
        assert part in text
    picture = opened.page.locator(".picture svg.wide").get_attribute("aria-label")
    assert picture == (
        "The path of this event: Page: a page of the site → Trigger: event - purchase → Tag: "
        "GA4 - purchase, TikTok - purchase → Platform: GA4: purchase, TikTok: Purchase"
    )


@pytest.mark.parametrize("context", ["web", "server"])
def test_an_event_without_an_event_id_is_shown_and_found(show: Any, context: str) -> None:
    source = {"path": "mail"} if context == "web" else {"event_data": "x-mail"}
    found = of_data(
        container={"gtm": "GTM-OWNTAGS", "context": context},
        data={"mail": source},
        gtm={"tags": {"own": {"type": "gcs", "name": "Own", "parameters": {"text": "{{mail}}"}}}},
        events={"it": {"on": {"event": "contact"}, "send": {"custom": {"tag": "own"}}}},
    )
    assert event(found, "it").event_id is None
    opened = show(html(found), "#/events?q=contact")
    assert "it" in opened.text()
    opened.go("#/event/it")
    picture = opened.page.locator(".picture svg.wide").get_attribute("aria-label")
    first = (
        "Page: a page of the site"
        if context == "web"
        else "Hit: a hit that the server container takes"
    )
    assert picture == f"The path of this event: {first} → Trigger: event - it → Tag: Own"
    assert "Event ID" not in opened.text()
    # No platform of gtmgen's gets anything, so that there are no columns for any.
    opened.go("#/")
    assert "Coverage" in opened.text()
    opened.go("#/all")
    assert "contact" in opened.text()


@pytest.mark.parametrize(
    "sections",
    [
        {},
        {"data": {"a": {"path": "a"}}},
        {"platforms": {"ga4": {"measurement_id": "G-ABC1234567", "consent": "not_required"}}},
    ],
    ids=["nothing", "data alone", "a platform alone"],
)
def test_a_spec_without_events_is_shown(show: Any, sections: dict[str, Any]) -> None:
    opened = show(html(of_data(**sections)))
    for address in ("#/events", "#/data", "#/platforms", "#/privacy", "#/all", "#/"):
        opened.go(address)
        assert opened.text()


def test_an_event_of_a_server_container_begins_with_a_hit(show: Any) -> None:
    found = of_data(
        container={"gtm": "GTM-SERVER1", "context": "server"},
        data={"value": {"event_data": "value"}},
        platforms={
            "tiktok": {
                "pixel_id": "C4A1B2C3D4E5F6G7H8I0",
                "consent": ["ad_storage"],
                "page_view": "off",
            }
        },
        server={"accounts": {"tiktok": {"access_token": {"secret": "TIKTOK_TOKEN"}}}},
        events={"it": {"on": {"event": "contact"}, "send": {"tiktok": "Contact"}}},
    )
    opened = show(html(found), "#/event/it")
    picture = opened.page.locator(".picture svg.wide").get_attribute("aria-label")
    assert picture.startswith(
        "The path of this event: Hit: a hit that the server container takes → Trigger: "
    )
    opened.go("#/data/value")
    assert "not marked" in opened.text()


@pytest.mark.parametrize("button", ["Message from the site: purchase", "Payload: Purchase"])
def test_code_is_copied(show: Any, shop: str, button: str) -> None:
    opened = show(shop, "#/event/purchase", permissions=["clipboard-read", "clipboard-write"])
    figure = opened.page.locator("figure", has_text=button)
    figure.get_by_role("button").click()
    figure.get_by_role("button", name="Copied").or_(figure.get_by_text("Copied")).wait_for()
    copied = opened.page.evaluate("navigator.clipboard.readText()")
    assert copied == figure.locator("pre").text_content()


def test_ticks_are_kept(show: Any, shop: str) -> None:
    opened = show(shop, "#/event/purchase/checklist")
    box = opened.page.get_by_role("checkbox").first
    box.check()
    assert "1 of 12 done" in opened.text("[data-section=checklist]")
    opened.page.reload()
    assert opened.page.get_by_role("checkbox").first.is_checked()


def test_the_theme_is_switched_and_kept(show: Any, shop: str) -> None:
    opened = show(shop, color_scheme="light")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = opened.page.evaluate(ground)
    opened.page.get_by_role("button", name="Switch between light and dark").click()
    dark = opened.page.evaluate(ground)
    assert dark != light
    opened.page.reload()
    assert opened.page.evaluate(ground) == dark


@pytest.mark.parametrize(("scheme", "icon"), [("light", "moon"), ("dark", "sun")])
def test_the_icon_shows_the_theme_that_it_switches_to(
    show: Any, shop: str, scheme: str, icon: str
) -> None:
    opened = show(shop, color_scheme=scheme)
    shown = "[...document.querySelectorAll('#theme svg')].filter(i => i.getClientRects().length)"
    assert opened.page.evaluate(f"{shown}.map(i => i.classList[0])") == [icon]


def test_every_view_draws_itself_from_360_to_1920(show: Any, everything: str) -> None:
    for width in (360, 660, 970, 1160, 1410, 1920):
        opened = show(everything, viewport={"width": width, "height": 800})
        for address in [*VIEWS, "#/all"]:
            opened.go(address)
            assert opened.page.locator("h1").count() > 0
            assert opened.overflow() == 0, (address, width)
            assert opened.page.eval_on_selector_all("table", WIDER_THAN_ITS_CARD) == [], width


def test_a_name_breaks_behind_its_signs_and_never_within_a_part(
    show: Any, everything: str, shop: str
) -> None:
    torn = """codes => codes.flatMap((code) => [...code.childNodes].filter((part) => {
      const range = document.createRange();
      range.selectNodeContents(part);
      const lines = new Set([...range.getClientRects()].map((box) => Math.round(box.bottom)));
      return !/[\\s-]/.test(part.textContent) && lines.size > 1;
    }).map((part) => `${part.textContent} of ${code.textContent}`))"""
    for text in (everything, shop):
        for width in (970, 1280, 1410):
            opened = show(text, "#/all", viewport={"width": width, "height": 800})
            assert opened.page.eval_on_selector_all("td .word", torn) == [], width


def test_on_a_narrow_screen_the_menu_opens_and_leads_on(show: Any, shop: str) -> None:
    opened = show(shop, viewport={"width": 360, "height": 700})
    menu = opened.page.get_by_role("button", name="Menu")
    menu.click()
    assert menu.get_attribute("aria-expanded") == "true"
    side = opened.page.locator("nav.side").bounding_box()
    assert (side["y"], side["height"]) == (60, 640)
    opened.page.get_by_role("navigation", name="Contents").get_by_role(
        "link", name="Glossary"
    ).click()
    opened.page.get_by_role("heading", name="Glossary", level=1).wait_for()
    # An address brings two events: the page is drawn with the first, this comes with the second.
    opened.page.locator("#menu[aria-expanded=false]").wait_for()


def test_it_prints_everything(show: Any, shop: str) -> None:
    opened = show(shop, "#/all")
    opened.page.emulate_media(media="print")
    for selector in ("header.top", "nav.side"):
        assert not opened.page.locator(selector).is_visible()
    for heading in ("Order paid", "Newsletter signed up", "TikTok", "Glossary"):
        assert opened.page.get_by_role("heading", name=heading, exact=True, level=1).is_visible()
    opened.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    # A JSON-Schema is for machines.
    assert opened.page.locator("main details:not([open]):not(.schema)").count() == 0
    assert len(re.findall(rb"/Type\s*/Page\b", opened.page.pdf())) > 5


def shop_of_seven() -> str:
    """The example shop with one more event, as long as its others."""
    text = (SPECS / "acme-shop.yaml").read_text("utf-8")
    wish = """\
  wishlist:
    title: Wish noted
    on: {event: add_to_wishlist}
    params: {value: value, currency: currency, items: items}
    send: {tiktok: AddToWishlist, ga4: add_to_wishlist}

  newsletter:"""
    assert text.count("\n  newsletter:") == 1
    return text.replace("  newsletter:", wish)


@pytest.mark.parametrize("language", ["en", "de"])
def test_seven_events_fit_on_24_pages_of_paper(show: Any, language: str) -> None:
    opened = show(html(build(load_text(shop_of_seven()), words=load_words(language))), "#/all")
    assert opened.page.locator(".contents > ul > li:first-child li").count() == 7
    assert opened.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    printed = opened.page.pdf()
    assert 15 < len(re.findall(rb"/Type\s*/Page\b", printed)) < 25


def test_the_contents_lead_to_every_part_on_paper(show: Any, shop: str) -> None:
    opened = show(shop, "#/all")
    targets = opened.page.eval_on_selector_all(
        ".contents a", "links => links.map((link) => link.getAttribute('href').slice(1))"
    )
    assert targets[:3] == ["/event/search", "/event/view_item", "/event/add_to_cart"]
    assert {"/platform/tiktok", "/privacy", "/data/items", "/glossary"} < set(targets)
    headings = [opened.page.locator(f'[id="{target}"] h1').count() for target in targets]
    assert headings == [1] * len(targets)
    printed = opened.page.pdf()
    for target in targets:
        assert b"/Dest /" + target.replace("/", "#2F").encode() in printed


def test_paper_tears_no_word_and_no_table_apart(show: Any, shop: str) -> None:
    opened = show(shop, "#/all")
    opened.page.set_viewport_size({"width": 740, "height": 1000})
    opened.page.emulate_media(media="print")
    # The lines of a text are the heights at which its range has boxes.
    torn = """codes => codes.filter((code) => {
      const range = document.createRange();
      range.selectNodeContents(code);
      const lines = new Set([...range.getClientRects()].map((box) => Math.round(box.bottom)));
      return !code.textContent.includes(" ") && lines.size > 1;
    }).map((code) => code.textContent)"""
    assert opened.page.eval_on_selector_all("td code", torn) == []
    breaks = "items => [...new Set(items.map((item) => getComputedStyle(item).breakInside))]"
    for kept in ("table", ".facts", "tr"):
        assert opened.page.eval_on_selector_all(kept, breaks) == ["avoid"]
    assert opened.page.eval_on_selector_all("table", WIDER_THAN_ITS_CARD) == []


def test_french_has_a_space_before_every_colon(show: Any) -> None:
    opened = show(html(documentation("acme-shop.yaml", "fr")), "#/event/view_item")
    headings = opened.page.locator("main h2, main h3, main .badge, main p.quiet").all_inner_texts()
    with_colon = [text for text in headings if ":" in text]
    assert "GA4\u00a0: view_item" in with_colon
    assert [text for text in with_colon if "\u00a0:" not in text] == []


def test_a_payload_is_written_as_people_write_json(show: Any, shop: str) -> None:
    opened = show(shop, "#/event/purchase/backend")
    block = opened.page.get_by_role("region", name="Payload: Purchase").inner_text()
    lines = block.splitlines()
    item = '{"content_id": "SKU1", "content_name": "Blue shoe", "price": 59.9, "quantity": 1}'
    assert item in map(str.strip, lines)
    assert max(map(len, lines)) <= 101
    expected = next(
        item.server.payload
        for item in event(documentation(), "purchase").deliveries
        if item.server is not None
    )
    assert json.loads(block) == expected


MAIN_VIEWS = [
    "#/",
    "#/events?q=order",
    "#/event/purchase",
    "#/platform/tiktok",
    "#/data",
    "#/developers",
    "#/checklist",
    "#/glossary",
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]


@pytest.mark.parametrize(
    ("scheme", "rules", "views"),
    [
        ("light", RULES, MAIN_VIEWS),
        ("dark", ["color-contrast"], ["#/", "#/events", "#/event/purchase"]),
    ],
    ids=["light", "dark"],
)
def test_axe_finds_nothing_serious(
    show: Any, shop: str, scheme: str, rules: list[str], views: list[str]
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    opened = show(shop, color_scheme=scheme)
    options = {"runOnly": rules}
    for address in views:
        opened.go(address)
        response = axe.run(opened.page, options=options).response
        grave = [
            (item["id"], address, [node["target"] for node in item["nodes"]][:3])
            for item in response["violations"]
            if item["impact"] in ("serious", "critical")
        ]
        assert grave == []


# -- hostile specs -------------------------------------------------------------------------

EVIL = [
    "<script>alert(1)</script>",
    "</script><script>alert(2)</script>",
    '"onmouseover="alert(3)',
    "'><img src=x onerror=alert(4)>",
    "{{7*7}} {% raw %} ${7*7}",
    "javascript:alert(5)",
    "<!--<script>",
    "</title></style></textarea><svg onload=alert(6)>",
    "\u2028alert(7)\u2029",
    "`<b id=injected>`",
    'constructor __proto__ $ {"$": 0}',
]


def hostile() -> Documentation:
    all_of_it = " ".join(EVIL)
    return of_data(
        site={"hosts": ["<img>.example"]},
        platforms={
            "ga4": {"measurement_id": "G-ABC1234567", "consent": ["<script>"]},
            "tiktok": {"pixel_id": "C4A1B2C3D4E5F6G7H8I0", "consent": ["ad_storage"]},
        },
        data={
            "items": {
                "path": "ecommerce.items",
                "type": "items",
                "description": all_of_it,
                "example": [{"item_id": EVIL[1], "$": 0, "__proto__": {"x": 1}, EVIL[0]: EVIL[3]}],
            },
            "order": {"path": "</script>.<b>.x", "type": "any", "example": {"$": 1, "a": EVIL}},
        },
        pages={
            "page": {
                "path": "/<script>alert(8)</script>",
                "title": EVIL[3],
                "description": all_of_it,
            }
        },
        triggers={"trigger": {"click": EVIL[3], "description": all_of_it}},
        events={
            f"evil_{place}": {
                "title": text,
                "description": all_of_it,
                "owner": text,
                "on": [{"event": text.replace("{{", "{")}, {"page": "page"}, "trigger"],
                "where": {"order": {"contains": text.replace("{{", "{")}},
                "event_id": {"from": "order", "prefix": text},
                "params": {"items": "items", "order": "order"},
                "send": {"ga4": f"evil_{place}", "tiktok": "AddToCart"},
            }
            for place, text in enumerate(EVIL)
        },
    )


def test_nothing_of_a_hostile_spec_becomes_markup_or_runs(show: Any) -> None:
    opened = show(html(hostile()))
    before = _elements(opened)
    for place, text in enumerate(EVIL):
        opened.go(f"#/event/evil_{place}")
        assert opened.page.locator("h1").text_content() == text
        assert "49" not in opened.text("h1")
    for address in [
        *VIEWS,
        "#/page/page",
        "#/data/order",
        "#/all",
        "#/event/__proto__",
        "#/constructor",
    ]:
        opened.go(address)
        assert _elements(opened) == before, address
        assert opened.page.locator("main a[href^='javascript:']").count() == 0
        for attribute in ("onmouseover", "onerror", "onload"):
            assert opened.page.locator(f"[{attribute}]").count() == 0
    for text in EVIL:
        search(opened, text)
    assert opened.page.evaluate("({}).x === undefined && window.alerted === undefined")


def _elements(opened: Opened) -> list[int]:
    """How many there are of what a page of ours never makes while it runs."""
    names = (
        "script",
        "img",
        "iframe",
        "object",
        "b",
        "link",
        "style",
        "textarea",
        "title:not(svg *)",
    )
    return [int(opened.page.locator(name).count()) for name in names]


def test_a_hostile_address_changes_nothing(show: Any, shop: str) -> None:
    opened = show(shop, "#/event/%3Cimg%20src=x%20onerror=alert(1)%3E")
    assert opened.text("h1").startswith("There is no such page.")
    opened.go("#/events?q=%3Cscript%3Ealert(1)%3C/script%3E&platform=%22&%E0%A4%A")
    assert opened.text("h1") == "Events"
    opened.go("#/%E0%A4%A")
    assert opened.text("h1").startswith("There is no such page.")


def test_a_picture_that_is_a_script_runs_nothing(show: Any, tmp_path: Path) -> None:
    logo = tmp_path / "logo.svg"
    logo.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload="alert(1)">'
        '<script>alert(2)</script><image href="http://127.0.0.1:9/x"/></svg>'
    )
    opened = show(html(documentation(), Branding.read(logo=logo)))
    assert opened.page.locator("header img").count() == 1


def changing(**titles: str) -> Documentation:
    return of_data(
        platforms={"ga4": {"measurement_id": "G-ABC1234567", "consent": "not_required"}},
        events={
            key: {"title": title, "on": {"event": key}, "send": {"ga4": key}}
            for key, title in titles.items()
        },
    )


def test_what_has_changed_is_a_page_of_its_own(show: Any) -> None:
    before, after = changing(buy="Buy", leave="Leave"), changing(buy=EVIL[0])
    opened = show(html(after, changes=compare(before, after, "git:v1")))
    opened.page.get_by_role("navigation").get_by_role("link", name="What changed").click()
    opened.page.get_by_role("heading", name="What changed", level=1).wait_for()
    text = opened.text()
    assert "Compared with git:v1." in text
    assert "leave was removed." in text
    assert f"“{EVIL[0]}” instead of “Buy”" in text
    opened.page.get_by_role("main").get_by_role("link", name=EVIL[0]).click()
    assert opened.page.locator("article .badge.changed").inner_text() == "changed"


# -- a thousand events ---------------------------------------------------------------------


def big() -> str:
    params = {name: name for name in ("value", "currency", "items")}
    data = {name: {"path": f"ecommerce.{name}", "type": type_} for name, type_ in TYPES.items()}
    return html(
        of_data(
            platforms={
                "tiktok": {"pixel_id": "C4A1B2C3D4E5F6G7H8I0", "consent": ["ad_storage"]},
                "ga4": {"measurement_id": "G-ABC1234567", "consent": ["analytics_storage"]},
            },
            data=data,
            events={
                f"event_{number}": {
                    "title": f"Event number {number}",
                    "description": f"What happens when a visitor does the thing number {number}.",
                    "owner": "growth",
                    "on": {"event": f"event_{number}"},
                    "where": {"value": {"gt": 0}},
                    "params": params,
                    "send": {"tiktok": "AddToCart", "ga4": "add_to_cart"},
                }
                for number in range(1000)
            },
        )
    )


TYPES = {"value": "number", "currency": "currency", "items": "items"}


def test_a_thousand_events_are_a_small_page_that_finds_one(show: Any) -> None:
    page = big()
    assert len(page.encode()) < 5_000_000
    opened = show(page)
    assert search(opened, "event_999") == ["event_999"]


def test_a_container_without_events_shows_no_empty_parts(show: Any) -> None:
    opened = show(html(documentation("server/server.yaml")))
    shown = opened.page.evaluate(
        "[...document.querySelectorAll('main [data-section]')].map((item) => item.dataset.section)"
    )
    assert shown == []
    assert (opened.messages, opened.requests) == ([], [])


def test_a_tick_stays_with_what_it_ticks(show: Any) -> None:
    found = documentation()
    opened = show(html(found), "#/event/newsletter")
    opened.page.locator("main input[type=checkbox]").nth(1).check()
    keys = opened.page.evaluate("Object.keys(localStorage)")
    text = event(found, "newsletter").checklist[1]
    assert [key for key in keys if key.endswith(text)]
