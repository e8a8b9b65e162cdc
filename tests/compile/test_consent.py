"""Consent that comes after the page has loaded: what was held back gets its second chance, once."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from gtmgen.compile.compiler import compile_spec
from gtmgen.errors import SpecError
from gtmgen.spec.load import load

from .gtm_page import Page
from .specs import (
    GA4,
    TIKTOK,
    by_name,
    conditions,
    exported,
    loaded,
    parameter,
    parameters,
    spec,
    to_yaml,
    trigger_names,
)

SITE = "https://shop.example"
CONSENT = {"given": {"event": "consent_given"}}


def container_for(navigation: str, **settings: Any) -> dict[str, Any]:
    platforms = {
        "ga4": {**GA4, "page_view": "manual", **settings},
        "tiktok": {**TIKTOK, "page_view": "manual", **settings},
    }
    return exported(spec(site={"navigation": navigation}, platforms=platforms, triggers=CONSENT))


def page_for(navigation: str, **settings: Any) -> Page:
    return Page(container_for(navigation, **settings))


WAIT = "Consent - wait for given"
TOLD = "consent - told by given"
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
    assert page.push(event="consent_given") == [WAIT, "TikTok - page view"]
    behind = {"consentUpdate": {"analytics_storage": "granted"}}
    assert page.play(behind) == [WAIT, "GA4 - Google tag", "GA4 - page view"]
    assert page.push(event="consent_given") == [WAIT]


@pytest.mark.parametrize("navigation", ["spa", "pages"])
def test_where_consent_stands_on_load_nothing_is_sent_twice(navigation: str) -> None:
    page = page_for(navigation, after_consent="given")
    assert sorted(page.load(f"{SITE}/")) == PLATFORM_TAGS
    assert page.push(event="consent_given") == [WAIT]
    changed = ["GA4 - page view", "TikTok - page view"]
    for path in ("/a", "/b"):
        assert sorted(page.push_state(path)) == (changed if navigation == "spa" else [])


def test_a_trigger_that_is_not_there() -> None:
    data = spec(platforms={"ga4": {**GA4, "after_consent": "gone"}}, consent={"default": "site"})
    with pytest.raises(SpecError) as caught:
        loaded(data)
    (problem,) = caught.value.diagnostics
    assert (problem.rule, problem.message) == ("unknown-trigger", "there is no trigger `gone`")


def test_the_trigger_of_consent_is_made_where_a_tag_waits_or_something_else_names_it() -> None:
    def names(needed: Any = "not_required", **sections: Any) -> set[str]:
        platforms = {"ga4": {**GA4, "page_view": "manual", "consent": needed}}
        consent = {"default": "site", "granted_on": "given"}
        data = spec(platforms=platforms, triggers=CONSENT, consent=consent, **sections)
        return {item["name"] for item in exported(data).get("trigger", ())}

    given = {"event - given"}
    assert names(["analytics_storage"]) == given | {
        TOLD,
        "consent - ga4 config",
        "consent - ga4 config late",
        "consent - ga4 page_view",
        "consent - ga4 page_view late",
    }
    assert names() == set()
    chosen = {"chosen": {"on": "given", "send": {"ga4": "chosen"}}}
    assert names(events=chosen) == given
    code = {"type": "html", "parameters": {"html": "<b></b>"}}
    by_name = {"tags": {"own": {**code, "firing": ["event - given"]}}}
    assert names(gtm=by_name) == given


@pytest.mark.parametrize("navigation", ["spa", "pages"])
def test_what_a_load_fires_keeps_its_moment(navigation: str) -> None:
    version = container_for(navigation, after_consent="given")
    types = {item["name"]: item["type"] for item in version["trigger"]}
    assert {name: kind for name, kind in types.items() if not name.endswith((" late", ")"))} == {
        "consent - ga4 config": "INIT",
        "consent - ga4 page_view": "PAGEVIEW",
        "consent - tiktok page_view": "PAGEVIEW",
        "event - given": "CUSTOM_EVENT",
        TOLD: "CUSTOM_EVENT",
    } | ({"consent - page left": "HISTORY_CHANGE"} if navigation == "spa" else {})


RAW_BANNER = {
    "type": "CUSTOM_EVENT",
    "name": "Banner",
    "custom_event_filter": [{"left": "{{_event}}", "equals": "consent_given"}],
}
SIGNUP = {
    "on": [{"page": ["thanks", "welcome"]}, {"lifecycle": "dom_ready"}],
    "params": {"plan": "plan", "order": "order"},
    "send": ["ga4"],
}
ORDER = {"path": "order", "scope": "event"}
THANKS = ["{{Page Path}} MATCH_REGEX ^/thanks/?$"]


def sign_up(**sections: Any) -> dict[str, Any]:
    """A container in which consent may come after an event of two pages and of every DOM."""
    given = {
        "consent": {"default": "site", "granted_on": "given"},
        "pages": {
            "thanks": {"path": "/thanks"},
            "welcome": {"path": "/welcome", "host": "eu.shop.example"},
        },
        "data": {"plan": {"path": "plan"}, "order": ORDER},
        "events": {"signup": SIGNUP},
    }
    return exported(spec(**given | sections))


@pytest.mark.parametrize(
    "banner", [{"triggers": CONSENT}, {"gtm": {"triggers": {"given": RAW_BANNER}}}]
)
def test_each_trigger_of_an_event_has_a_second_chance(banner: dict[str, Any]) -> None:
    """By a tag each: GTM fires one tag once on the event that says that consent is there."""
    version = sign_up(**banner)
    tags, triggers = by_name(version["tag"]), by_name(version["trigger"])
    fired_by = {
        name: sorted(trigger_names(version, tag["firingTriggerId"])) for name, tag in tags.items()
    }
    parts = ["", " (told)"] if "gtm" in banner else [""]  # raw: each trigger has a copy
    first, second = (
        [f"consent - signup.ga4.{name}.{end}{told}" for name in (1, 2) for told in parts]
        for end in ("late", "late.late2")
    )
    assert fired_by == {
        WAIT: sorted(["Banner" if "gtm" in banner else "event - given", TOLD]),
        "GA4 - Google tag": [
            "consent - ga4 config",
            *(f"consent - ga4 config late{told}" for told in parts),
        ],
        "GA4 - signup": [
            *first,
            "lifecycle - signup.ga4.2",
            "page - signup.ga4.1",
            "page - signup.ga4.1 (2)",
        ],
        "GA4 - signup (late2)": second,
    }
    for names, turn in ((first, "signup.ga4"), (second, "signup.ga4.late2")):
        asked = f"{{{{consent - {turn} late}}}} not EQUALS false"
        assert [conditions(triggers[name]["filter"]) for name in names] == [[asked] for _ in names]


def test_each_trigger_of_an_event_asks_last_whether_it_is_its_turn() -> None:
    """One in GTM's own words, too, though it has no second chance: nothing keeps its values."""
    clicked = {
        "type": "CLICK",
        "name": "Clicked",
        "filter": [{"left": "{{Page Path}}", "equals": "/a"}],
    }
    version = sign_up(
        triggers=CONSENT,
        gtm={"triggers": {"clicked": clicked}},
        platforms={"ga4": GA4 | {"where": {"plan": "pro"}}},
        pages={"thanks": {"path": "/thanks"}},
        events={"signup": SIGNUP | {"on": [{"page": "thanks"}, "clicked", {"event": "x"}]}},
    )
    pro, then_pro = (f"{{{{data - plan{of}}}}} EQUALS pro" for of in ("", " (late signup.ga4)"))
    turn, now, late = (
        f"{{{{consent - signup.ga4 {name}}}}} not EQUALS false"
        for name in ("turn", "turn_now", "late")
    )
    (first,) = (item for item in version["tag"] if item["name"] == "GA4 - signup")
    triggers = by_name(version["trigger"])
    assert {
        name: conditions(triggers[name]["filter"])
        for name in trigger_names(version, first["firingTriggerId"])
    } == {
        "page - signup.ga4.1": [*THANKS, pro, turn],
        "raw - signup.ga4.2": ["{{Page Path}} EQUALS /a", pro, now],
        "event - signup.ga4.3": [pro, turn],
        "consent - signup.ga4.1.late": [then_pro, late],
        "consent - signup.ga4.3.late": [then_pro, late],
    }
    assert "blockingTriggerId" not in first


STAFF = {"staff": {"event_matches": ".*", "where": {"plan": "staff"}}}
GENERATED = {"id": "{{event ID - generated}}"}
PLAN = {"name": "data - plan", "value": "{{data - plan}}"}


def of_page(navigation: str) -> dict[str, str]:
    """On a single-page app the gate hears that a page was left; elsewhere it goes with the page."""
    return {"of_page": "BOOLEAN true"} if navigation == "spa" else {}


@pytest.mark.parametrize("navigation", ["spa", "pages"])
def test_what_the_gate_is_asked(navigation: str) -> None:
    version = sign_up(
        triggers=CONSENT | STAFF,
        site={"navigation": navigation},
        platforms={
            "ga4": GA4 | {"page_view": "manual", "except": ["staff"]},
            "tiktok": TIKTOK | {"page_view": "manual"},
        },
    )
    given = {
        item["name"].removeprefix("consent - "): parameters(item["parameter"])
        for item in version["variable"]
        if item["name"].startswith("consent - ")
    }
    whens = {
        "ga4.config": {"turn": {}, "late": {}},
        "ga4.page_view": {"turn": GENERATED, "id": GENERATED, "late": {}},
        "tiktok.page_view": {"turn": {}, "late": {}},
        "signup.ga4": {
            "turn": GENERATED | {"kept": [PLAN]},
            "id": GENERATED,
            "late": {},
            "event": {},
        },
        "signup.ga4.late2": {"id": GENERATED, "late": {}, "event": {}},
    }
    assert given == {
        f"{key} {when}": {
            "key": key.removesuffix(".late2"),
            "types": "ad_storage" if "tiktok" in key else "analytics_storage",
            "when": when,
            **more,
            **({} if "tiktok" in key else {"except": "staff"}),
            **({"chance": "1"} if key.endswith(".late2") else {}),
            # What loads an account is as good on the next page.
            **({} if key == "ga4.config" else of_page(navigation)),
        }
        for key, asked in whens.items()
        for when, more in asked.items()
    } | {"except.staff blocked": {"key": "except.staff", "types": "", "when": "blocked"}} | (
        {"page left": {"key": "page", "types": "", "when": "left"}} if navigation == "spa" else {}
    )  # fmt: skip


@pytest.mark.parametrize("granted_on", ["given", None])
def test_a_gate_hears_of_what_an_exception_blocks(granted_on: str | None) -> None:
    consent = {"default": "site"} | ({"granted_on": granted_on} if granted_on else {})
    version = sign_up(
        triggers=CONSENT | STAFF,
        consent=consent,
        platforms={"ga4": GA4 | {"except": ["staff"]}},
        events={"signup": SIGNUP, "given": {"on": "given", "send": {"ga4": "given"}}},
    )
    name = "consent - except staff (given)" if granted_on else "event_matches - staff"
    of_site = ["{{Event}} not MATCH_REGEX ^gtmgen\\."] if granted_on else []
    # On the banner's message, what was held back goes out: it was not blocked at its own time.
    asked = ["{{Event}} not EQUALS consent_given"] if granted_on else []
    asked += ["{{consent - except.staff blocked}} not EQUALS false"] if granted_on else []
    triggers = by_name(version["trigger"])
    assert conditions(triggers[name]["filter"]) == [
        *of_site,
        "{{data - plan}} EQUALS staff",
        *asked,
    ]
    assert {
        tag["name"]: trigger_names(version, tag["blockingTriggerId"])
        for tag in version["tag"]
        if "late2" not in tag["name"] and tag["name"] not in ("GA4 - given", WAIT)
    } == {"GA4 - Google tag": [name], "GA4 - signup": [name]}


def test_what_was_lost_first_goes_out_first() -> None:
    tags = by_name(sign_up(triggers=CONSENT)["tag"])
    assert "priority" not in tags["GA4 - signup"]
    assert parameter(tags["GA4 - signup (late2)"]["priority"]) == "INTEGER -1"
    send = {"send": {"ga4": {"priority": 7}}}
    tags = by_name(sign_up(triggers=CONSENT, events={"signup": SIGNUP | send})["tag"])
    assert parameter(tags["GA4 - signup"]["priority"]) == "INTEGER 7"
    assert parameter(tags["GA4 - signup (late2)"]["priority"]) == "INTEGER 6"


def test_a_late_tag_has_its_own_variables_of_what_the_event_saw() -> None:
    version = sign_up(triggers=CONSENT)
    variables = by_name(version["variable"])
    assert [name for name in variables if name.startswith("data - ")] == [
        "data - order (late signup.ga4.late2)",
        "data - order (late signup.ga4)",
        "data - order",
        "data - plan",
        "data - plan (late signup.ga4.late2)",
        "data - plan (late signup.ga4)",
    ]
    assert parameters(variables["data - order (late signup.ga4)"]["parameter"]) == {
        "read": "event",
        "path": "order",
        "turn": "{{consent - signup.ga4 event}}",
    }


def test_what_a_late_tag_reads_otherwise_leaves_no_variable_behind() -> None:
    """Data keys stay, for tags that somebody makes in GTM; what is made for a tag goes with it."""
    value = {"path": "value", "type": "number", "scope": "event"}
    event = SIGNUP | {"params": {"value": "value", "currency": {"const": "EUR"}}}
    names = by_name(
        sign_up(
            triggers=CONSENT,
            data={"value": value, "unused": {"path": "x", "scope": "event"}},
            pages={"thanks": {"path": "/thanks"}, "welcome": {"path": "/welcome"}},
            events={"signup": event},
        )["variable"]
    )
    assert [name for name in names if name.startswith("data - ")] == [
        "data - value (readable) (late signup.ga4.late2)",
        "data - value (late signup.ga4.late2)",
        "data - value (readable) (late signup.ga4)",
        "data - value (late signup.ga4)",
        "data - unused",
        "data - value",
    ]


def test_what_other_tags_and_triggers_read_stays() -> None:
    value = {"path": "value", "type": "number", "scope": "event"}
    bought = {
        "on": {"event": "bought"},
        "where": {"plan": {"not_contains": "de"}},
        "params": {"value": "value", "currency": {"const": "EUR"}},
        "send": ["ga4"],
    }
    version = sign_up(
        triggers=CONSENT,
        data={"value": value, "plan": {"path": "plan"}, "order": ORDER},
        events={"signup": SIGNUP, "bought": bought},
    )
    names = set(by_name(version["variable"]))
    assert {"data - value (readable)", "data - plan (or empty)"} <= names
    referred = set(re.findall(r"\{\{(.+?)\}\}", json.dumps(version["tag"] + version["trigger"])))
    assert referred - names == {"_event", "Page Hostname", "Page Path"}


def test_half_a_character_hides_nothing_that_is_read(tmp_path: Path) -> None:
    """No JSON in UTF-8 can hold it, and an environment variable can."""
    event = {
        "on": {"event": "signed_up", "where": {"plan": {"not_contains": "de"}}},
        "params": {"value": "value", "currency": {"const": "EUR"}, "half": {"const": "HALF"}},
        "send": ["ga4"],
    }
    data = spec(
        consent={"default": "site", "granted_on": "given"},
        triggers=CONSENT,
        pages={"thanks": {"path": "/thanks"}, "welcome": {"path": "/welcome"}},
        data={
            "value": {"path": "value", "type": "number", "scope": "event"},
            "plan": {"path": "plan"},
        },
        events={"bought": event, "signup": SIGNUP | {"params": event["params"]}},
    )
    file = tmp_path / "spec.yaml"
    file.write_text(to_yaml(data).replace("HALF", "${HALF}"), encoding="utf-8")
    whole, half = (compile_spec(load(file, {"HALF": text})).variables for text in ("x", "x\ud800"))
    names = {variable.name for variable in half}
    assert {"data - value (readable)", "data - plan (or empty)"} <= names
    assert names == {variable.name for variable in whole}
    without = {**data, "events": {"signup": data["events"]["signup"]}}
    file.write_text(to_yaml(without).replace("HALF", "${HALF}"), encoding="utf-8")
    names = {one.name for one in compile_spec(load(file, {"HALF": "x\ud800"})).variables}
    assert names.isdisjoint({"data - value (readable)", "data - plan (or empty)"})


def test_templates_may_read_every_consent_that_an_event_waits_for() -> None:
    send = {"tiktok": {"event": "Lead", "consent": ["ad_storage", "ad_user_data"]}}
    event = {"on": {"page": "thanks"}, "send": send}
    version = sign_up(
        platforms={"ga4": GA4, "tiktok": TIKTOK},
        triggers=CONSENT,
        data={},
        events={"lead": event},
    )
    read = {item["name"]: consent_read(item["templateData"]) for item in version["customTemplate"]}
    assert read == {
        "Consent gate (shop)": ["ad_storage", "ad_user_data", "analytics_storage"],
        "Consent wait (shop)": ["ad_storage", "ad_user_data", "analytics_storage"],
        "Event data (shop)": [],
        "TikTok Pixel (shop)": ["ad_storage", "ad_user_data"],
    }


def consent_read(template: str) -> list[str]:
    """The types of consent that a template is permitted to read."""
    permissions = re.search(r"___WEB_PERMISSIONS___\s+(\[.*?)\s+___", template, re.DOTALL)
    assert permissions is not None
    return sorted(
        row["mapValue"][0]["string"]
        for item in json.loads(permissions[1])
        if item["instance"]["key"]["publicId"] == "access_consent"
        for row in item["instance"]["param"][0]["value"]["listItem"]
    )


@pytest.mark.parametrize(
    ("given", "conditions_of"),
    [
        (
            {"event": "a.b"},
            {"consent - ga4 config late": ["{{_event}} MATCH_REGEX ^(?:a\\.b|gtmgen\\.given)$"]},
        ),
        (
            {"event": "a.b", "where": {"page_path": "/a"}},
            {
                "consent - ga4 config late": ["{{_event}} EQUALS a.b"],
                "consent - ga4 config late (told)": ["{{_event}} EQUALS gtmgen.given"],
            },
        ),
        (
            {"event_matches": "^a"},
            {
                "consent - ga4 config late": ["{{_event}} MATCH_REGEX ^a"],
                "consent - ga4 config late (told)": ["{{_event}} EQUALS gtmgen.given"],
            },
        ),
        ({"group": ["one"]}, {"consent - ga4 config late": []}),
    ],
)
def test_our_own_message_tells_of_consent_too(
    given: dict[str, Any], conditions_of: dict[str, list[str]]
) -> None:
    """Without what the banner's must say; a group has no use for it."""
    version = sign_up(triggers={"given": given, "one": {"event": "one"}})
    triggers = by_name(version["trigger"])
    assert {
        name: conditions(one.get("customEventFilter", []))
        for name, one in triggers.items()
        if name.startswith("consent - ga4 config late")
    } == conditions_of
    waits = [one["name"] for one in version["tag"] if one["name"] == WAIT]
    assert len(waits) == ("group" not in given)
