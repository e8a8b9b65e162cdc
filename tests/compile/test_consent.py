"""Consent that comes after the page has loaded: what was held back gets its second chance, once."""

from __future__ import annotations

from typing import Any

import pytest

from gtmgen.errors import SpecError

from .gtm_page import Page
from .specs import GA4, TIKTOK, exported, loaded, spec

SITE = "https://shop.example"
CONSENT = {"given": {"event": "consent_given"}}


def page_for(navigation: str, **settings: Any) -> Page:
    platforms = {
        "ga4": {**GA4, "page_view": "manual", **settings},
        "tiktok": {**TIKTOK, "page_view": "manual", **settings},
    }
    data = spec(site={"navigation": navigation}, platforms=platforms, triggers=CONSENT)
    return Page(exported(data))


PLATFORM_TAGS = ["GA4 - Google tag", "GA4 - page view", "TikTok - page view"]


def test_without_it_what_is_held_back_on_load_is_lost() -> None:
    page = page_for("spa")
    page.granted = set()
    assert page.load(f"{SITE}/") == []
    page.granted = None
    assert page.push(event="consent_given") == []


@pytest.mark.parametrize("navigation", ["spa", "pages"])
def test_with_it_the_tags_of_a_load_fire_when_consent_is_given(navigation: str) -> None:
    page = page_for(navigation, after_consent="given")
    page.granted = set()
    assert page.load(f"{SITE}/") == []
    page.granted = {"ad_storage"}
    assert page.push(event="consent_given") == ["TikTok - page view"]
    page.granted = None
    assert page.push(event="consent_given") == ["GA4 - Google tag", "GA4 - page view"]
    assert page.push(event="consent_given") == []


@pytest.mark.parametrize("navigation", ["spa", "pages"])
def test_where_consent_stands_on_load_nothing_is_sent_twice(navigation: str) -> None:
    page = page_for(navigation, after_consent="given")
    assert sorted(page.load(f"{SITE}/")) == PLATFORM_TAGS
    assert page.push(event="consent_given") == []
    changed = ["GA4 - page view", "TikTok - page view"]
    for path in ("/a", "/b"):
        assert sorted(page.push_state(path)) == (changed if navigation == "spa" else [])


def test_a_trigger_that_is_not_there() -> None:
    data = spec(platforms={"ga4": {**GA4, "after_consent": "gone"}}, consent={"default": "site"})
    with pytest.raises(SpecError) as caught:
        loaded(data)
    (problem,) = caught.value.diagnostics
    assert (problem.rule, problem.message) == ("unknown-trigger", "there is no trigger `gone`")
