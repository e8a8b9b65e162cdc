"""Tags that send events, lifted to events that keep the tags as they are."""

from __future__ import annotations

from typing import Any

import pytest

from gtmgen.container.entities import Kind
from gtmgen.lint.recognise import platforms

from .lifting import (
    ALL_PAGES,
    boolean,
    converted,
    custom_event,
    findings,
    html,
    lifts,
    table,
    template,
    version,
)

Json = dict[str, Any]
INITIALIZATION = "2147479573"


def base_code(pixel: str = "C4A1B2C3D4E5F6G7H8I0", options: str = "") -> str:
    """What TikTok's Events Manager hands out, without most of its middle."""
    return f"""<!-- TikTok Pixel Code Start -->
<script>
!function (w, d, t) {{
  w.TiktokAnalyticsObject=t;var ttq=w[t]=w[t]||[];ttq.methods=["page","track","identify"],
  ttq.setAndDefer=function(t,e){{t[e]=function(){{t.push([e].concat(Array.prototype.slice.call(arguments,0)))}}}};
  for(var i=0;i<ttq.methods.length;i++)ttq.setAndDefer(ttq,ttq.methods[i]);
  ttq.instance=function(t){{for(var e=ttq._i[t]||[],n=0;n<ttq.methods.length;n++)
  ttq.setAndDefer(e,ttq.methods[n]);return e}};
  ttq.load=function(e,n){{var r="https://analytics.tiktok.com/i18n/pixel/events.js";ttq._i=ttq._i||{{}};}};
  ttq.load('{pixel}'{options});
  ttq.page();
}}(window, document, 'ttq');
</script>
<!-- TikTok Pixel Code End -->"""


def gallery(name: str, owner: str, repository: str) -> Json:
    reference = {"host": "github.com", "owner": owner, "repository": repository}
    reference["galleryTemplateId"] = "ABCDE"
    return {"name": name, "templateData": "___INFO___\n{}\n", "galleryReference": reference}


OFFICIAL = gallery("TikTok Pixel", "tiktok", "gtm-template-pixel")
STAPE = gallery("TikTok Pixel by Stape", "stape-io", "tiktok-web-tag")


def tag(name: str, type_: str, *parameters: Json, firing: tuple[str, ...] = ("1",)) -> Json:
    return {
        "name": name,
        "type": type_,
        "parameter": [*parameters],
        "firingTriggerId": [*firing],
    }


def gaawe(name: str, event: str, *firing: str) -> Json:
    return tag(
        name,
        "gaawe",
        template("eventName", event),
        template("measurementIdOverride", "G-ABC1234567"),
        table("eventSettingsTable", {"parameter": "value", "parameterValue": "{{Page Path}}"}),
        firing=firing,
    )


def test_one_event_for_the_tags_that_send_it_together() -> None:
    found = version(
        tags=(
            gaawe("GA4 - Purchase", "purchase", "1"),
            html("TikTok purchase", "<script>ttq.track('CompletePayment', {})</script>", "1"),
            gaawe("GA4 - Late purchase", "purchase", "2"),
            html("Base", base_code(), ALL_PAGES),
        ),
        triggers=(custom_event("Paid", "purchase"), custom_event("Paid late", "invoice")),
    )
    events = {key: lift for (section, key), lift in lifts(found).items() if section == "events"}
    assert {key: lift.data for key, lift in events.items()} == {
        "page_view": {
            "title": "Page view",
            "on": {"lifecycle": "page_view"},
            "send": {"custom": {"tag": "base"}},
        },
        "purchase": {
            "title": "Purchase",
            "on": "paid_late",
            "send": {"custom": {"tag": "ga4_late_purchase"}},
        },
        "purchase_2": {
            "title": "Purchase 2",
            "on": "paid",
            "send": {"custom": {"tag": ["ga4_purchase", "tiktok_purchase"]}},
        },
    }
    assert events["purchase_2"].fires == ("GA4 - Purchase", "TikTok purchase")
    assert events["purchase_2"].replaces == ()
    assert not converted(found).undone


def test_all_triggers_of_a_tag() -> None:
    found = version(
        tags=(
            {
                **gaawe("Lead", "generate_lead", ALL_PAGES, "1", INITIALIZATION, "2147479572"),
                "blockingTriggerId": ["2", "1"],
            },
        ),
        triggers=(custom_event("A", "a"), custom_event("B: not liftable", "b")),
    )
    assert lifts(found)["events", "generate_lead"].data == {
        "title": "Generate lead",
        "on": [
            {"lifecycle": "page_view"},
            "a",
            {"lifecycle": "init"},
            {"lifecycle": "consent_init"},
        ],
        "except": ["b_not_liftable", "a"],
        "send": {"custom": {"tag": "lead"}},
    }
    assert not converted(found).undone


@pytest.mark.parametrize(
    ("code", "event"),
    [
        ("ttq.track('AddToCart')", "add_to_cart"),
        ("ttq.track( \"SubmitForm\" , {value: 1} );", "generate_lead"),
        ("window.ttq.track('My Event', {})", "my_event"),
        ("ttq.instance('A').track('Search')", "search"),
        ("ttq.page({event_id: 'x'})", "page_view"),
        ("ttq.track('Pageview')", "page_view"),
        ("ttq.identify({email: {{Page Path}}}); ttq.track('Contact');", "contact"),
        ("try { ttq.track('Contact') } catch (e) {} ttq.track('Contact')", "contact"),
        ("ttq.identify({email: {{Page Path}}});", None),
        ("ttq.load('A')", None),
        ("var ttq = window.ttq || [];", None),
        ("// ttq.track('Contact')", None),
        ("fbq('track', 'Purchase')", None),
    ],
)  # fmt: skip
def test_calls_in_custom_html(code: str, event: str | None) -> None:
    found = version(
        tags=(html("X", f"<script>\n{code}\n</script>", "1"),), triggers=(custom_event("A", "a"),)
    )
    assert [key for section, key in lifts(found) if section == "events"] == [event] * bool(event)


@pytest.mark.parametrize(
    ("template_", "parameters", "event"),
    [
        (OFFICIAL, [template("event", "Purchase")], "purchase"),
        (OFFICIAL, [template("event", "begin_checkout")], "begin_checkout"),
        (OFFICIAL, [template("event", "{{Event}}")], "a"),  # named after its moment
        (OFFICIAL, [], "a"),
        (
            STAPE,
            [
                template("eventNameSetupMethod", "override"),
                template("eventName", "standard"),
                template("eventNameStandard", "ViewContent"),
                template("eventNameCustom", "Old"),
            ],
            "view_item",
        ),
        (
            STAPE,
            [template("eventName", "custom"), template("eventNameCustom", "Quiz done")],
            "quiz_done",
        ),
        (STAPE, [template("eventNameSetupMethod", "inherit")], "a"),
        (gallery("Other", "tiktok", "other"), [template("event", "Purchase")], "a"),
    ],
)
def test_templates_of_the_gallery(template_: Json, parameters: list[Json], event: str) -> None:
    found = version(
        tags=(tag("X", "cvt_ABCDE", *parameters),),
        triggers=(custom_event("A", "a"),),
        templates=(template_,),
    )
    assert [key for section, key in lifts(found) if section == "events"] == [event]
    assert not converted(found).undone


def events_of(found: Json) -> dict[str, tuple[Any, list[str]]]:
    """Key -> what the event is on, and the names of its tags."""
    made = converted(found)
    assert not made.undone
    return {
        lift.key: (lift.data["on"], [*lift.fires])
        for lift in made.lifts
        if lift.section == "events"
    }


def test_a_tag_that_names_no_event_goes_to_the_event_of_its_moment() -> None:
    found = version(
        tags=(
            gaawe("GA4 - Purchase", "purchase", "1"),
            gaawe("GA4 - Sign-up", "sign_up", "1"),
            tag("Ads - Sold", "awct", template("conversionId", "1"), firing=("1",)),
            html("Meta", "<script>fbq('track', 'Purchase')</script>", "1"),
            tag("Ads - Other", "awct", template("conversionId", "2"), firing=("1", "2")),
        ),
        triggers=(custom_event("Paid", "purchase"), custom_event("Late", "invoice")),
    )

    assert events_of(found) == {
        "ads_other": (["paid", "late"], ["Ads - Other"]),
        "purchase": ("paid", ["GA4 - Purchase", "Ads - Sold", "Meta"]),
        "sign_up": ("paid", ["GA4 - Sign-up"]),
    }


def test_an_event_is_named_after_its_moment_where_no_tag_names_it() -> None:
    everything = custom_event("Every message", ".*")
    everything["customEventFilter"][0]["type"] = "MATCH_REGEX"
    found = version(
        tags=(
            tag("Linker", "gclidw", firing=(ALL_PAGES,)),
            tag("Google tag", "googtag", template("tagId", "G-A"), firing=(INITIALIZATION,)),
            tag("Conversion", "awct", firing=("1",)),
            tag("Old", "ua", template("trackType", "TRACK_EVENT"), firing=("1",)),
            gaawe("Forward", "{{Event}}", "2"),
        ),
        triggers=(custom_event("Trigger of leads", "leadSent"), everything),
    )

    assert events_of(found) == {
        "every_message": ("every_message", ["Forward"]),
        "init": ({"lifecycle": "init"}, ["Google tag"]),
        "lead_sent": ("trigger_of_leads", ["Conversion", "Old"]),
        "page_view": ({"lifecycle": "page_view"}, ["Linker"]),
    }


def test_code_that_sends_several_events_is_named_after_its_moment() -> None:
    code = "<script>ttq.track('Contact'); ttq.track('Lead');</script>"
    found = version(
        tags=(html("Both", code, "1"), html("Page", code, ALL_PAGES)),
        triggers=(custom_event("Trigger of leads", "leadSent"),),
    )

    assert events_of(found) == {
        "lead_sent": ("trigger_of_leads", ["Both"]),
        "page_view": ({"lifecycle": "page_view"}, ["Page"]),
    }


def test_blocking_triggers_are_a_part_of_the_moment() -> None:
    blocked = {**tag("Conversion", "awct", firing=("1",)), "blockingTriggerId": ["2"]}
    found = version(
        tags=(gaawe("GA4", "purchase", "1"), blocked),
        triggers=(custom_event("Paid", "purchase"), custom_event("Bot", "bot")),
    )

    assert events_of(found) == {
        "purchase": ("paid", ["GA4"]),
        "purchase_2": ("paid", ["Conversion"]),
    }


def test_code_alone_makes_no_event() -> None:
    found = version(
        tags=(
            html("Chat", "<script>chat()</script>", "1"),
            tag("Pixel", "img", template("url", "https://a.example"), firing=("1",)),
        ),
        triggers=(custom_event("Ready", "ready"),),
    )

    assert events_of(found) == {}
    told = [(item.name, item.text) for item in findings(found, "left")]
    why = "it is code, which does not say what it sends, if anything"
    assert told == [("Chat", why), ("Pixel", why)]


def test_hostile_names_and_texts() -> None:
    found = version(
        tags=(
            gaawe('"; drop: [x]', "on", "1"),
            gaawe("null", "$where{", "1"),
            gaawe("x\u2028y", "true", "1"),
            html("${HOME} {file: x}", "<script>ttq.track('../../etc')</script>", "1"),
            html("#", "<script>ttq.track('  ')\u0000</script>", "1"),
        ),
        triggers=(custom_event("Ä ${PATH}", "${HOME:-x} {a: b} # c\n- d"),),
    )
    result = converted(found)
    assert not result.undone
    assert len([lift for lift in result.lifts if lift.section == "events"]) == 5


def test_every_file_names_what_its_pack_knows() -> None:
    assert [platform.pack.name for platform in platforms()] == ["ga4", "tiktok"]
    for platform in platforms():
        owned = {blueprint.event for blueprint in platform.pack.blueprints}
        assert platform.page_view in owned
        to = {param.to for param in platform.pack.params.values()}
        for shape in platform.templates.values():
            names = set(shape.get("names", {}).values())
            assert names <= platform.pack.events.keys() | platform.pack.legacy.keys() | owned
            assert set(shape.get("params", {}).values()) <= to


def test_what_a_suggestion_says() -> None:
    code = (
        "<script>ttq.track('CompletePayment', {value: {{Total}}, currency: 'EUR', "
        "contents: {{Items}}, x: {{Total}}}, "
        "{event_id: {{Order}}})</script>"
    )
    found = version(
        tags=(html("Order", code, "1"), html("Base", base_code(), ALL_PAGES)),
        triggers=(custom_event("A", "a"),),
        variables=(
            {"name": "Total", "type": "c", "parameter": [template("value", "1")]},
            {"name": "Items", "type": "c", "parameter": [template("value", "2")]},
            {"name": "Order", "type": "c", "parameter": [template("value", "3")]},
        ),
    )
    texts = {
        item.name: item.text
        for item in converted(found).findings
        if item.kind is Kind.TAG and item.sort == "suggestion" and "gtmgen" in item.text
    }
    assert texts == {
        "Order": "No tag of gtmgen's own is proposed in place of this one: `validate` would refuse "
        "it (TikTok requires `items` for `Purchase`, but `purchase` does not set it "
        "[missing-param]); it would lose `contents`, `x`.",
        "Base": "`platforms: {tiktok: {pixel_id: C4A1B2C3D4E5F6G7H8I0, page_view: auto, consent: "
        "not_required}}` would send this event by a tag of gtmgen's own, in place of this one.",
    }


def test_tags_of_gtm_s_own_type_are_suggested_together() -> None:
    found = version(
        tags=(gaawe("A", "a", "1"), gaawe("B", "b", "1")),
        triggers=(custom_event("T", "t"),),
        built_ins=(),
    )
    (suggestion,) = findings(found, "suggestion")
    assert (suggestion.kind, suggestion.name) == (None, "GA4")
    assert suggestion.text == (
        "With `ga4` under `platforms`, `send: {ga4: EVENT}` would say what 2 tags say, and "
        "check names and parameters; it also adds an event ID to each."
    )


def test_booleans_beside_names() -> None:
    """A template's switch is no name."""
    found = version(
        tags=(tag("X", "cvt_ABCDE", boolean("event", True)),),
        triggers=(custom_event("A", "a"),),
        templates=(OFFICIAL,),
    )
    assert ("events", "true") not in lifts(found)
