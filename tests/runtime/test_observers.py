"""What a platform's stand-in reports: the pixel's queue, and Google's own tags."""

import json

import pytest

from gtmgen.packs.load import find_packs, load_pack
from gtmgen.runtime.engine import run_scenario
from gtmgen.scenarios.accounts import accounts_of_packs
from gtmgen.scenarios.observe import observed_calls
from gtmgen.scenarios.parse import parse_scenario
from gtmgen.scenarios.translate import translate

EMPTY = {"containerVersion": {"tag": [], "trigger": [], "variable": [], "builtInVariable": []}}
BASE = load_pack(find_packs()["tiktok"]).observer.neighbour[1].read_text()
ONE, TWO = "COTHERPIXEL000000001", "CSECONDPIXEL00000001"


def calls(script, *, before="", setup=None, container=EMPTY, steps=()):
    """The calls of a page with TikTok's base code and a script of its own after it."""
    html = BASE.replace("<!--GTM-->", f"<script>{before}\n{script}</script><!--GTM-->")
    raw = {"name": "x", "html": html, "steps": [{"load": "/"}, *steps], **(setup or {})}
    accounts = accounts_of_packs()
    translated = translate(parse_scenario(raw, ()), accounts, "https://shop.example")
    run = run_scenario(container, translated.scenario)
    assert run.errors == ()
    return observed_calls(run, translated, accounts)


def short(found):
    return [(one.event or one.method, one.account, one.state) for one in found]


SECOND = f"ttq.load('{TWO}', {{historyObserver: false}});"


def test_a_call_that_names_no_pixel_reaches_every_pixel():
    found = calls("ttq.track('Lead', {value: 1}, {event_id: 'e'});", before=SECOND)
    tracks = [one for one in found if one.event == "Lead"]
    assert [one.account for one in tracks] == [ONE, TWO]
    assert [(one.event_id, one.params, one.addressed) for one in tracks] == [
        ("e", {"value": 1}, False)
    ] * 2


@pytest.mark.parametrize(
    "script",
    [
        f"ttq.track('Lead', {{}}, {{pixel_code: '{TWO}'}});",
        f"ttq.instance('{TWO}').track('Lead', {{}});",
        f"ttq._i['{TWO}'].push(['track', 'Lead', {{}}]);",
    ],
)
def test_a_call_that_names_its_pixel_reaches_that_one(script):
    found = [one for one in calls(script, before=SECOND) if one.event == "Lead"]
    assert [(one.account, one.addressed) for one in found] == [(TWO, True)]


def test_a_call_after_the_script_has_come():
    later = f"setTimeout(function () {{ ttq.instance('{TWO}').page(); ttq.track('Lead'); }}, 100);"
    found = calls(later, before=SECOND)
    assert short(found) == [
        ("Pageview", ONE, "sent"),
        ("Pageview", TWO, "sent"),
        ("Pageview", TWO, "sent"),
        ("Lead", ONE, "sent"),
        ("Lead", TWO, "sent"),
    ]


def test_identity_holds_for_what_follows():
    script = (
        "ttq.identify({sha256_email: 'h'}); ttq.track('Lead'); ttq.identify({external_id: 'i'});"
    )
    (lead,) = [one for one in calls(script) if one.event == "Lead"]
    assert lead.identify == {"email": "h"}


def test_what_waits_for_a_blocked_script_is_queued():
    found = calls("ttq.track('Lead');", setup={"block": "tiktok"}, steps=[{"wait": "1s"}])
    assert short(found) == [("Pageview", ONE, "queued"), ("Lead", ONE, "queued")]


def test_held_consent_keeps_calls_until_it_is_granted():
    held = "ttq.holdConsent(); ttq.track('Lead');"
    assert short(calls(held)) == [("Pageview", ONE, "sent"), ("Lead", ONE, "queued")]
    granted = f"{held} setTimeout(function () {{ ttq.grantConsent(); }}, 100);"
    assert short(calls(granted)) == [("Pageview", ONE, "sent"), ("Lead", ONE, "sent")]
    revoked = f"{held} ttq.revokeConsent(); ttq.track('Contact');"
    assert short(calls(revoked)) == [("Pageview", ONE, "sent"), ("revokeConsent", ONE, "sent")]


def test_the_history_observer_counts_each_address_once_unless_it_is_off():
    steps = [{"navigate": "/a"}, {"replace": "/a"}, {"navigate": "/b"}]
    auto = calls(f"ttq.load('{TWO}');", steps=steps)
    assert [one.step for one in auto if one.account == TWO and one.step > 0] == [1, 3]
    assert [one.step for one in auto if one.account == ONE and one.step > 0] == []


def test_google_s_tags_are_calls():
    def tag(name, type_, *parameters):
        return {"tagId": name, "name": name, "type": type_, "firingTriggerId": ["2147479553"],
                "parameter": list(parameters)}  # fmt: skip

    def text(key, value):
        return {"type": "TEMPLATE", "key": key, "value": value}

    def table(key, **rows):
        rows = [
            {"type": "MAP", "map": [text("parameter", k), text("parameterValue", v)]}
            for k, v in rows.items()
        ]
        return {"type": "LIST", "key": key, "list": rows}

    tags = [
        tag("1", "googtag", text("tagId", "G-ONE"), table("configSettingsTable", user_id="u")),
        tag("2", "gaawe", text("measurementIdOverride", "G-ONE"), text("eventName", "lead"),
            table("eventSettingsTable", event_id="e", plan="pro")),
        tag("3", "googtag", text("tagId", "G-TWO"),
            table("configSettingsTable", send_page_view="false")),
    ]  # fmt: skip
    container = {"containerVersion": {"tag": tags}}
    found = [one for one in calls("", container=container) if one.pack == "ga4"]
    assert [(one.event, one.account, dict(one.params), one.event_id) for one in found] == [
        ("page_view", "G-ONE", {"user_id": "u"}, None),
        ("lead", "G-ONE", {"user_id": "u", "plan": "pro"}, "e"),
    ]
    assert json.dumps([one.tag for one in found]) == '["1", "2"]'
