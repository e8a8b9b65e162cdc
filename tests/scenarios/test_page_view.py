"""The page view as an event of the site's own, and what holds for all tags of a platform."""

import json

import pytest

from scenarios.played import Played

DATA = """\
data:
  page_title: {path: page_title, type: string}
  country: {path: country, scope: model}
  age: {path: age, scope: model}
"""
LEAD = "events:\n  lead: {on: {event: lead}, send: {tiktok: Lead, ga4: generate_lead}}\n"
VIEW = {"event": "virtual_page_view"}


def platforms(tiktok="", ga4=""):
    return f"""\
platforms:
  tiktok: {{pixel_id: CFIXTUREPIXEL0000001, consent: not_required, {tiktok}}}
  ga4: {{measurement_id: G-FIXTURE001, consent: not_required, {ga4}}}
"""


def test_a_message_of_the_site_owns_the_page_views_of_both(tmp_path):
    owner = "page_view: {on: {event: virtual_page_view}%s}"
    own = platforms(owner % "", owner % ", params: {page_title: page_title}")
    steps = [
        {"push": {**VIEW, "page_title": "First"}},
        {"pushState": "/second"},
        {"push": {**VIEW, "page_title": "Second"}},
    ]
    played = Played(tmp_path, DATA + LEAD, steps, platforms=own, site=", navigation: spa")

    views = [(step, params) for step, tag, params in played.ga4 if tag == "page view"]
    assert views == [(0, {"page_title": "First"}), (2, {"page_title": "Second"})]
    assert [call[0] for call in played.calls] == ["page", "page"]


def test_its_conditions_and_exceptions(tmp_path):
    view = (
        "page_view: {on: {event: virtual_page_view}, where: {page_title: {not_contains: '404'}}, "
        "except: [staff]}"
    )
    own = platforms(view, view)
    staff = "triggers:\n  staff: {event_matches: '.*', where: {country: xx}}\n"
    steps = [
        {"push": {**VIEW, "page_title": "A"}},
        {"push": {**VIEW, "page_title": "Error 404"}},
        {"push": {**VIEW, "page_title": "B", "country": "xx"}},
    ]
    played = Played(tmp_path, DATA + staff + LEAD, steps, platforms=own)

    assert [step for step, tag, _ in played.ga4 if tag == "page view"] == [0]
    assert [call[0] for call in played.calls] == ["page"]


def test_what_consent_held_back_of_it_is_sent_while_the_page_is_shown(tmp_path):
    denied = {"ad_storage": "denied", "analytics_storage": "denied"}
    owner = "page_view: {on: {event: virtual_page_view}%s}"
    own = (
        platforms(owner % "", owner % ", params: {page_title: page_title}")
        .replace("not_required", "[ad_storage]", 1)
        .replace("not_required", "[analytics_storage]")
    )
    title = "data:\n  page_title: {path: page_title, type: string, scope: event}\n"
    consented = "triggers: {consented: {event: consented}}\n"
    steps = [
        {"push": {**VIEW, "page_title": "First"}},
        {"pushState": "/second"},
        {"push": {**VIEW, "page_title": "Second"}},
        {"consentUpdate": dict.fromkeys(denied, "granted")},
        {"push": {"event": "consented"}},
        {"push": {"event": "consented"}},
    ]
    played = Played(
        tmp_path,
        title + consented + LEAD,
        steps,
        platforms=own,
        site=", navigation: spa",
        consent=f"{{default: {json.dumps(denied)}, granted_on: consented}}",
    )

    views = [(step, params) for step, tag, params in played.ga4 if tag == "page view"]
    assert views == [(4, {"page_title": "Second"})]
    assert [call[0] for call in played.calls] == ["page"]


@pytest.mark.parametrize(
    ("where", "message", "sent"),
    [
        ("country: de", {"country": "de"}, True),
        ("country: de", {"country": "fr"}, False),
        ("country: de", {}, False),
        ("country: [de, at]", {"country": "at"}, True),
        ("country: {not_equals: de}", {"country": "fr"}, True),
        ("country: {not_equals: de}", {"country": "de"}, False),
        ("country: {not_equals: de}", {}, True),
        ("age: {lt: 100}", {"age": 5}, True),
        ("age: {lt: 100}", {"age": 100}, False),
        ("age: {lt: 100}", {"age": None}, False),
        ("age: {gte: 18}, country: de", {"age": 18, "country": "de"}, True),
        ("age: {gte: 18}, country: de", {"age": 17, "country": "de"}, False),
        ("age: {gte: 18}, country: de", {"age": 18, "country": "at"}, False),
    ],
)
def test_a_condition_holds_for_all_tags_of_its_platform_and_no_others(
    tmp_path, where, message, sent
):
    own = platforms(f"where: {{{where}}}, page_view: {{on: {{event: lead}}}}", "page_view: 'off'")
    steps = [{"push": {"event": "lead", **message}}]
    played = Played(tmp_path, DATA + LEAD, steps, platforms=own)

    assert sorted(call[0] for call in played.calls) == (["page", "track"] if sent else [])
    assert played.fired() == ["generate_lead"] or played.fired() == ["lead"]


def test_no_tag_of_a_platform_fires_on_its_exceptions(tmp_path):
    own = platforms("except: [staff], page_view: manual", "page_view: manual")
    staff = "triggers:\n  staff: {event_matches: '.*', where: {country: xx}}\n"
    layer = [{"country": "xx"}]
    steps = [{"push": {"event": "lead"}}]
    played = Played(tmp_path, DATA + staff + LEAD, steps, platforms=own, dataLayer=layer)

    assert played.calls == []
    assert [tag for _, tag, _ in played.ga4] == ["page view", "lead"]
