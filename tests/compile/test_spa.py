"""Page views and page events on single-page apps and on sites of pages."""

from __future__ import annotations

from typing import Any

import pytest

from .gtm_page import Page, needs_chromium
from .specs import GA4, TIKTOK, exported, parameters, spec

SITE = "https://shop.acme.example"


def page_for(
    navigation: str = "spa",
    identity: str = "path",
    replace_state: str | None = None,
    **sections: Any,
) -> Page:
    replaced = {"replace_state": replace_state} if replace_state else {}
    data = spec(
        site={"navigation": navigation, "page_identity": identity, **replaced},
        **{
            "pages": {"product": {"path": "/p/*"}},
            "events": {"view": {"on": {"page": "product"}, "send": {"ga4": "view"}}},
            **sections,
        },
    )
    return Page(exported(data), without="GA4 - Google tag")


Steps = list[tuple[str, str, bool, bool]]
# step, URL, fires with page_identity path, fires with path_query
STEPS: Steps = [
    ("load", f"{SITE}/p/1", True, True),
    ("push_state", "/p/2", True, True),
    ("replace_state", "/p/2", False, False),
    ("push_state", "/p/2", False, False),
    ("hash", "reviews", False, False),
    ("push_state", "/p/2?x=1", False, True),
    ("replace_state", "/p/2?x=1&y=2", False, True),
    ("replace_state", "/p/2/?x=1&y=2", False, False),
    ("replace_state", "/p/2?x=1&y=2#top", False, False),
    ("push_state", "/cart", False, False),
    ("back", "", True, True),
    ("reload", "", True, True),
    ("push_state", "/p/3/", True, True),
    ("push_state", "/p/3", False, False),
    ("back", "", False, False),
    ("push_state", "/p", False, False),
    ("push_state", "/p/3/reviews", False, False),
    ("replace_state", "/p/4#details", True, True),
]


@pytest.mark.parametrize("replaced", ["same", "page"])
@pytest.mark.parametrize("identity", ["path", "path_query"])
def test_a_page_event_fires_once_for_each_page_and_for_nothing_else(
    identity: str, replaced: str
) -> None:
    page = page_for(identity=identity, replace_state=replaced)
    for number, (step, url, path, path_query) in enumerate(STEPS):
        fired = getattr(page, step)(*([url] if url else []))
        expected = path if identity == "path" else path_query
        expected = expected and (step != "replace_state" or replaced == "page")
        assert fired == (["GA4 - view"] if expected else []), (number, step, url)


def test_without_in_app_navigation_only_loads_count() -> None:
    page = page_for("pages")
    for step, url, *_ in STEPS:
        fired = getattr(page, step)(*([url] if url else []))
        on_product = "/p/" in page.url and not page.url.endswith("reviews")
        loaded = step in ("load", "reload") and on_product
        assert fired == (["GA4 - view"] if loaded else []), (step, url)


def test_the_root_has_no_second_slash_to_lose() -> None:
    page = page_for(pages={"product": {"path": "/"}})
    assert page.load(f"{SITE}/") == ["GA4 - view"]
    assert page.push_state("/?utm=1") == []
    assert page.push_state("/p/1") == []
    assert page.push_state("/") == ["GA4 - view"]


def test_two_moves_while_gtm_is_busy_are_one_page() -> None:
    page = page_for()
    page.load(f"{SITE}/")
    moves = "history.pushState(null, '', '/p/1'); history.pushState(null, '', '/p/2');"
    assert page.play({"eval": f"dataLayer.push(function () {{ {moves} }}) && 0"}) == ["GA4 - view"]


OWNERS = [("manual", True), ("auto", False), ("off", False)]


@pytest.mark.parametrize(("owner", "sent"), OWNERS)
def test_ga4_page_views_have_one_owner(owner: str, sent: bool) -> None:
    version = exported(
        spec(site={"navigation": "spa"}, platforms={"ga4": {**GA4, "page_view": owner}})
    )
    page = Page(version)
    every_page = ["GA4 - page view"] if sent else []
    assert page.load(f"{SITE}/") == ["GA4 - Google tag", *every_page]
    (config,) = (tag for tag in version["tag"] if tag["type"] == "googtag")
    off = [{"parameter": "send_page_view", "parameterValue": "false"}]
    settings = parameters(config["parameter"]).get("configSettingsTable", [])
    assert settings == ([] if owner == "auto" else off)
    visits(page, every_page)


@pytest.mark.parametrize(("owner", "sent"), OWNERS)
def test_tiktok_page_views_have_one_owner(owner: str, sent: bool) -> None:
    data = spec(
        site={"navigation": "spa"},
        platforms={"tiktok": {**TIKTOK, "page_view": owner}},
        events={"lead": {"on": {"event": "lead"}, "send": {"tiktok": "Lead"}}},
    )
    version = exported(data)
    page = Page(version)
    first = page.load(f"{SITE}/")
    assert first == ([] if owner == "off" else ["TikTok - page view"])
    tags = [tag for tag in version["tag"] if tag["name"] in (*first, "TikTok - lead")]
    observers = [parameters(tag["parameter"])["history_observer"] for tag in tags]
    # The pixel's own observer sends the later pages where the pixel owns Pageview.
    assert set(observers) == {f"BOOLEAN {str(owner == 'auto').lower()}"}
    visits(page, ["TikTok - page view"] if sent else [])


def visits(page: Page, every_page: list[str]) -> None:
    assert page.push_state("/a") == every_page
    assert page.replace_state("/a") == []
    assert page.hash("x") == []
    assert page.push_state("/a/") == []
    assert page.push_state("/b") == every_page
    assert page.back() == every_page


def test_page_views_of_several_platforms_share_one_trigger() -> None:
    version = exported(
        spec(
            site={"navigation": "spa"},
            platforms={
                "ga4": {**GA4, "page_view": "manual"},
                "tiktok": {**TIKTOK, "page_view": "manual"},
            },
        )
    )
    assert [item["name"] for item in version["trigger"]] == ["page - every page"]


def test_page_views_without_in_app_navigation_need_no_trigger_of_their_own() -> None:
    version = exported(spec(platforms={"ga4": {**GA4, "page_view": "manual"}}))
    assert "trigger" not in version
    page = Page(version)
    assert page.load(f"{SITE}/") == ["GA4 - Google tag", "GA4 - page view"]
    assert page.push_state("/a") == []


def test_pages_that_differ_in_host_or_query_are_alternatives() -> None:
    page = page_for(
        pages={
            "product_de": {"path": "/p/*", "host": "de.acme.example"},
            "product_en": {"path": ["/p/*", "/product/*"], "host": ["*.acme.example"]},
            "product_app": {"query": {"view": ["product", "item"]}},
        },
        events={"view": {"on": {"page": "product_*"}, "send": {"ga4": "view"}}},
    )
    assert page.load("https://de.acme.example/p/1") == ["GA4 - view"]
    assert page.push_state("/p/2") == ["GA4 - view"]
    assert page.push_state("/x/2") == []
    assert page.push_state("/x/3?view=item") == ["GA4 - view"]
    assert page.push_state("/product/3?view=item") == ["GA4 - view"]
    assert page.load("https://acme.example/p/1") == []
    assert page.load("https://en.acme.example/product/1") == ["GA4 - view"]


def on_three_pages(form: dict[str, Any]) -> Page:
    return page_for(events={"go": {"on": {**form, "pages": ["product"]}, "send": {"ga4": "go"}}})


HTML = """
<a class="buy" href="#x">Buy</a><iframe name="elsewhere"></iframe>
<form class="buy" target="elsewhere"><button>Buy</button></form>
"""


@needs_chromium
@pytest.mark.parametrize(
    ("form", "step"),
    [
        ({"link": "a.buy"}, {"click": "a.buy"}),
        ({"link": "a.buy", "wait": "2s"}, {"click": "a.buy"}),
        ({"submit": ".buy", "check_validation": True}, {"submit": "form.buy"}),
    ],
)
def test_a_listener_runs_from_the_load_on_whatever_page_that_was(
    form: dict[str, Any], step: dict[str, Any]
) -> None:
    page = on_three_pages(form)
    steps = [step, {"pushState": "/p/1"}, step, {"pushState": "/cart"}, step]
    fired = page.play_in_browser(HTML, f"{SITE}/", steps)
    assert [fired[0], fired[2], fired[4]] == [[], ["GA4 - go"], []]


def test_a_timer_runs_from_the_load_on_whatever_page_that_was() -> None:
    page = on_three_pages({"timer": "30s"})
    page.load(f"{SITE}/")
    assert page.wait(31_000) == []
    page.push_state("/p/1")
    assert page.wait(31_000) == ["GA4 - go"]
    page.push_state("/cart")
    assert page.wait(31_000) == []


def test_a_page_trigger_blocks_on_loads_and_on_in_app_navigation() -> None:
    page = page_for(
        pages={"all": {"path": "/**"}, "checkout": {"path": "/checkout/**"}},
        triggers={"checkout": {"page": "checkout"}},
        events={"view": {"on": {"page": "all"}, "except": ["checkout"], "send": {"ga4": "view"}}},
    )
    assert page.load(f"{SITE}/") == ["GA4 - view"]
    assert page.push_state("/checkout") == []
    assert page.push_state("/checkout/pay") == []
    assert page.push_state("/thanks") == ["GA4 - view"]
    assert page.load(f"{SITE}/checkout") == []


CLICK_IDS = (
    "utm_*,gclid,gbraid,wbraid,dclid,gad_source,srsltid,_gl,fbclid,ttclid,msclkid,twclid,"
    "li_fat_id,yclid,mc_cid,mc_eid"
)


@pytest.mark.parametrize(
    ("settings", "fields"),
    [
        ({"page_identity": "path_query"}, {"ignore": CLICK_IDS}),
        ({"page_identity": "path_query", "ignore_query": ["sid", "b_*"]}, {"ignore": "sid,b_*"}),
        ({"page_identity": "path_query", "ignore_query": []}, {}),
        ({"page_identity": "fragment"}, {"fragment": "{{history - new fragment}}"}),
    ],
)
def test_what_tells_pages_apart(settings: dict[str, Any], fields: dict[str, str]) -> None:
    ga4 = {**GA4, "page_view": "manual"}
    version = exported(spec(site={"navigation": "spa", **settings}, platforms={"ga4": ga4}))
    variables = {item["name"]: parameters(item["parameter"]) for item in version["variable"]}
    assert variables["history - new identity"] == {"url": "{{history - new url}}", **fields}
    read = {"history - new url": "gtm.newUrl", "history - old url": "gtm.oldUrl"}
    if "fragment" in fields:
        read |= {"history - new fragment": "gtm.newUrlFragment"}
    for name, key in read.items():
        assert variables[name] == {
            "dataLayerVersion": "INTEGER 2",
            "setDefaultValue": "BOOLEAN false",
            "name": key,
        }


def test_a_click_id_makes_no_other_page() -> None:
    page = page_for(identity="path_query")
    assert page.load(f"{SITE}/p/1?x=1") == ["GA4 - view"]
    assert page.push_state("/p/1?gclid=5&x=1&utm_source=a") == []
    assert page.push_state("/p/1?gclid=5&x=2") == ["GA4 - view"]
