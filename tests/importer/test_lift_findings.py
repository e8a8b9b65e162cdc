"""What is told about a container: each sentence where it is true, and where it would not be."""

from __future__ import annotations

from typing import Any

import pytest

from .lifting import (
    ALL_PAGES,
    boolean,
    condition,
    custom_event,
    data_layer,
    findings,
    html,
    table,
    template,
    variable,
    version,
)
from .test_lift_events import OFFICIAL, STAPE, base_code, gaawe, tag

Json = dict[str, Any]
A, B = custom_event("A", "a"), custom_event("B", "b")
HISTORY = {"name": "History", "type": "HISTORY_CHANGE"}
EVERYTHING = {
    "name": "Any",
    "type": "CUSTOM_EVENT",
    "customEventFilter": [condition("MATCH_REGEX", "{{_event}}", ".*")],
}
NEVER = "The tag has no firing trigger and no other tag runs it, so it never fires."
PAUSED = "The tag is paused, so it never fires."
BLOCKED = "Each of the tag's firing triggers blocks it as well, so it never fires."
OLD = "`CompletePayment` is an old event name of TikTok; its name is `Purchase` now."
NO_NAME = "`ClickButton` is an old event name of TikTok, and nothing has taken its place."
WRONG_CASE = "TikTok takes `addtocart` for an event of your own: the standard one is `AddToCart`."
CATCH_ALL = (
    "It sends every message of the data layer to TikTok as an event of the same name, those that "
    "are meant for others too."
)
NO_ACCOUNT = "It has no measurement ID, so GA4 receives nothing from it."
TWO_BASES = "It loads the pixel C4A1B2C3D4E5F6G7H8I0 of TikTok on every page, and so does `One`."
TWO_VIEWS = (
    "On every page it sends TikTok a Pageview, and so does `One`: each page view is counted twice."
)
WATCHED = (
    "It sends TikTok a Pageview on in-app navigation, which TikTok's own code does as well unless "
    "that is switched off: each would be counted twice."
)
NO_BASE = (
    "Its template needs TikTok's base code, which no tag here loads: unless the site does, nothing "
    "is sent."
)
RETIRED = (
    "It sends to Universal Analytics, which Google switched off in July 2024: nothing arrives any "
    "more."
)
WRITES = (
    "It calls `document.write` while the tag's support for that is off: once the page has loaded, "
    "such a call replaces the whole page."
)
WRITES_SLOWLY = "It calls `document.write`, which holds up the page."
ADDRESS = (
    "An e-mail address at mail.shop is written out in it, and everybody who visits the site can "
    "read it: if it is a person's, take it out."
)
SECRET = (
    "It holds what looks like a secret, and every visitor of the site can read the container: "
    "take it out, and send what needs it from a server."
)
UNUSED_TRIGGER = "No tag, trigger group or zone uses the trigger."
UNUSED_VARIABLE = "Nothing in the container refers to the variable."


def script(name: str, code: str, *firing: str, **more: Any) -> Json:
    return html(name, f"<script>{code}</script>", *firing, **more)


def constant(name: str, value: str) -> Json:
    return variable(name, "c", template("value", value))


def told(found: Json) -> set[tuple[str, str]]:
    return {
        (item.name, item.text)
        for item in findings(found)
        # These are in every container with a platform's tags.
        if item.sort != "left" and " gtmgen's own" not in item.text and item.kind is not None
    }


IMG = tag("Image", "img", template("url", "https://x.example/"))
CASES: list[tuple[str, Json, set[tuple[str, str]]]] = [
    ("nothing", version(tags=(IMG,), triggers=(A,)), set()),
    # -- firing ------------------------------------------------------------------------
    ("no trigger", version(tags=(html("X", "x"),)), {("X", NEVER)}),
    (
        "run by another tag",
        version(tags=(html("X", "x"), {**IMG, "setupTag": [{"tagName": "X"}]}), triggers=(A,)),
        set(),
    ),
    (
        "referred to by another tag",
        version(
            tags=(
                tag("Config", "gaawc", template("measurementId", "G-ABC1234567"), firing=()),
                tag(
                    "X",
                    "gaawe",
                    template("eventName", "e"),
                    {"type": "TAG_REFERENCE", "key": "measurementId", "value": "Config"},
                ),
            ),
            triggers=(A,),
        ),
        set(),
    ),
    (
        "paused",
        version(tags=(html("X", "x", "1", paused=True),), triggers=(A,)),
        {("X", PAUSED), ("A", "Nothing that can run needs it: only the tag `X` refers to it.")},
    ),
    ("paused without a trigger", version(tags=(html("X", "x", paused=True),)), {("X", PAUSED)}),
    (
        "blocked by its own",
        version(tags=(html("X", "x", "1", blockingTriggerId=["1", "2"]),), triggers=(A, B)),
        {("X", BLOCKED)},
    ),
    (
        "blocked by one of its own",
        version(tags=(html("X", "x", "1", "2", blockingTriggerId=["1"]),), triggers=(A, B)),
        set(),
    ),
    # -- nothing uses, does not exist --------------------------------------------------------
    ("unused trigger", version(triggers=(A,)), {("A", UNUSED_TRIGGER)}),
    (
        "used by a group",
        version(
            tags=(html("X", "x", "3"),),
            triggers=(
                A,
                B,
                {
                    "name": "Both",
                    "type": "TRIGGER_GROUP",
                    "parameter": [
                        {
                            "type": "LIST",
                            "key": "triggerIds",
                            "list": [
                                {"type": "TRIGGER_REFERENCE", "value": "1"},
                                {"type": "TRIGGER_REFERENCE", "value": "2"},
                            ],
                        }
                    ],
                },
            ),
        ),
        set(),
    ),
    ("unused variable", version(variables=(constant("X", "1"),)), {("X", UNUSED_VARIABLE)}),
    (
        "used by itself",
        version(variables=(variable("X", "jsm", template("javascript", "function() {{{X}}}")),)),
        {
            ("X", UNUSED_VARIABLE),
            ("X", "It refers to itself, so it has no value: `X` -> `X`."),
        },
    ),
    (
        "used in a table, a format and a trigger",
        version(
            tags=(
                tag(
                    "Y",
                    "gaawe",
                    *gaawe("Y", "e", "1")["parameter"][:2],
                    table("eventSettingsTable", {"parameter": "p", "parameterValue": "a {{X}}"}),
                ),
            ),
            triggers=(custom_event("A", "{{Z}}"),),
            variables=(
                constant("X", "1"),
                constant("Z", "1{{W}}"),
                {
                    **constant("W", "2"),
                    "formatValue": {"convertTrueToValue": {"type": "TEMPLATE", "value": "{{V}}"}},
                },
                constant("V", "3"),
            ),
        ),
        set(),
    ),
    (
        "missing",
        version(tags=(html("X", "{{Nobody}} {{Click ID}} {{_event}} {{Page URL}}", ALL_PAGES),)),
        {
            ("X", "It refers to the variable `Nobody`, which does not exist."),
            ("X", "It refers to the built-in variable `Click ID`, which is not enabled."),
        },
    ),
    (
        "missing in a server container",
        version(tags=(html("X", "{{Client Name}}", ALL_PAGES),), context="SERVER", built_ins=()),
        set(),
    ),
    # -- the same twice --------------------------------------------------------------------
    (
        "the same twice",
        version(
            tags=(html("X", "{{V}}{{W}}", "1", "2"),),
            triggers=(A, {**A, "name": "C"}),
            variables=(data_layer("V", "a"), data_layer("W", "a")),
        ),
        {
            ("C", "It is the same as `A` under another name."),
            ("W", "It is the same as `V` under another name."),
        },
    ),
    (
        "almost the same",
        version(
            tags=(html("X", "{{V}}{{W}}{{C}}{{D}}", "1", "2", "3"),),
            triggers=(A, B, {"name": "Click 1", "type": "CLICK"}),
            variables=(
                data_layer("V", "a"),
                data_layer("W", "b"),
                constant("C", "1"),
                constant("D", "1"),
            ),
        ),
        set(),
    ),
    # -- names and IDs ---------------------------------------------------------------------
    (
        "old name",
        version(
            tags=(script("X", "ttq.track('CompletePayment', {}, {event_id: 1})", "1"),),
            triggers=(A,),
        ),
        {("X", OLD)},
    ),
    (
        "old name by a template",
        version(
            tags=(
                tag("X", "cvt_ABCDE", template("event", "purchase")),
                html("Base", base_code(), "1"),
            ),
            triggers=(A,),
            templates=(OFFICIAL,),
        ),
        {("X", OLD)},
    ),
    (
        "no new name",
        version(tags=(script("X", "ttq.track('ClickButton')", "1"),), triggers=(A,)),
        {("X", NO_NAME)},
    ),
    (
        "wrong case",
        version(tags=(script("X", "ttq.track('addtocart')", "1"),), triggers=(A,)),
        {("X", WRONG_CASE)},
    ),
    (
        "names that are fine",
        version(
            tags=(
                script("X", "ttq.track('Purchase'); ttq.track('My own'); ttq.page()", "1"),
                gaawe("Y", "purchase", "1"),
                gaawe("Z", "my_own", "1"),
                script("Paused", "ttq.track('ClickButton')", "1", paused=True),
            ),
            triggers=(A,),
        ),
        {("Paused", PAUSED)},
    ),
    (
        "catch-all",
        version(tags=(script("X", "ttq.track({{Event}})", "1"),), triggers=(EVERYTHING,)),
        {("X", CATCH_ALL)},
    ),
    (
        "the event's name on chosen events",
        version(
            tags=(script("X", "ttq.track({{Event}})", "1", "2"),),
            triggers=(A, {**EVERYTHING, "filter": [condition("EQUALS", "{{Page Path}}", "/x")]}),
        ),
        set(),
    ),
    (
        "no account",
        version(
            tags=(
                tag("X", "gaawe", template("eventName", "e"), template("measurementIdOverride")),
            ),
            triggers=(A,),
        ),
        {("X", NO_ACCOUNT)},
    ),
    # -- page views ------------------------------------------------------------------------
    (
        "two base codes",
        version(tags=(html("One", base_code(), ALL_PAGES), html("Two", base_code(), ALL_PAGES))),
        {("Two", TWO_BASES), ("Two", TWO_VIEWS)},
    ),
    (
        "two pixels",
        version(
            tags=(
                html("One", base_code(), ALL_PAGES),
                html("Two", base_code("C5STAGING"), ALL_PAGES),
            )
        ),
        set(),
    ),
    (
        "base codes on different events",
        version(
            tags=(html("One", base_code(), ALL_PAGES), html("Two", base_code(), "1")), triggers=(A,)
        ),
        set(),
    ),
    (
        "base codes, one of them blocked",
        version(
            tags=(
                html("One", base_code(), ALL_PAGES, blockingTriggerId=["1"]),
                html("Two", base_code(), ALL_PAGES),
            ),
            triggers=(A,),
        ),
        set(),
    ),
    (
        "a page view beside the base code's",
        version(
            tags=(html("One", base_code(), ALL_PAGES), script("Two", "ttq.page()", "1")),
            triggers=({"name": "Load", "type": "WINDOW_LOADED"},),
        ),
        {("Two", TWO_VIEWS)},
    ),
    (
        "a page view on some pages",
        version(
            tags=(html("One", base_code(), ALL_PAGES), script("Two", "ttq.page()", "1")),
            triggers=(
                {
                    "name": "Load",
                    "type": "PAGEVIEW",
                    "filter": [condition("EQUALS", "{{Page Path}}", "/x")],
                },
            ),
        ),
        set(),
    ),
    (
        "a page view on in-app navigation",
        version(
            tags=(html("One", base_code(), ALL_PAGES), script("Two", "ttq.page()", "1")),
            triggers=(HISTORY,),
        ),
        {("Two", WATCHED)},
    ),
    (
        "the only page view on in-app navigation",
        version(
            tags=(
                html("One", base_code(options=", {historyObserver: false}"), ALL_PAGES),
                script("Two", "ttq.page()", "1"),
            ),
            triggers=(HISTORY,),
        ),
        set(),
    ),
    (
        "another event on in-app navigation",
        version(
            tags=(
                html("One", base_code(), ALL_PAGES),
                script("Two", "ttq.track('ViewContent')", "1"),
            ),
            triggers=(HISTORY,),
        ),
        set(),
    ),
    (
        "no base code",
        version(
            tags=(tag("X", "cvt_ABCDE", template("event", "Purchase")),),
            triggers=(A,),
            templates=(OFFICIAL,),
        ),
        {("X", NO_BASE)},
    ),
    (
        "a template that loads the base code",
        version(
            tags=(tag("X", "cvt_ABCDE", template("eventNameStandard", "Purchase")),),
            triggers=(A,),
            templates=(STAPE,),
        ),
        set(),
    ),
    # -- code --------------------------------------------------------------------------------
    (
        "Universal Analytics",
        version(tags=(tag("X", "ua", template("trackType", "TRACK_PAGEVIEW")),), triggers=(A,)),
        {("X", RETIRED)},
    ),
    (
        "document.write",
        version(tags=(script("X", "document.write('<p>');", "1"),), triggers=(A,)),
        {("X", WRITES)},
    ),
    (
        "document.write with support",
        version(
            tags=(
                tag(
                    "X",
                    "html",
                    template("html", "<script>document.writeln(1)</script>"),
                    boolean("supportDocumentWrite", True),
                ),
            ),
            triggers=(A,),
        ),
        {("X", WRITES_SLOWLY)},
    ),
    (
        "document.write in a comment",
        version(
            tags=(script("X", "// document.write(1)\nvar a = 'document.write(1)'", "1"),),
            triggers=(A,),
        ),
        set(),
    ),
    (
        "an address in code",
        version(tags=(script("X", "f({email: 'ann@mail.shop'})", "1"),), triggers=(A,)),
        {("X", ADDRESS)},
    ),
    (
        "an address in a field",
        version(
            tags=(html("Y", "{{X}}", "1"),),
            triggers=(A,),
            variables=(constant("X", "ann@mail.shop"),),
        ),
        {("X", ADDRESS)},
    ),
    (
        "a token in a constant",
        version(
            tags=(html("Y", "{{api token}}{{api key}}{{number}}", "1"),),
            triggers=(A,),
            variables=(
                constant("api token", "EAAGm0PX4ZCpsBAKZC7vkZBtesting"),
                constant("api key", "{{number}}"),
                constant("number", "EAAGm0PX4ZCpsBAKZC7vkZBtesting"),
            ),
        ),
        {("api token", SECRET)},
    ),
    (
        "no address",
        version(
            tags=(
                script(
                    "X",
                    "// by ann@mail.shop\nf('me@example.com', 'a@b', 'mailto:ann@mail.shop')",
                    "1",
                ),
            ),
            triggers=(A,),
        ),
        set(),
    ),
]


@pytest.mark.parametrize(("_", "found", "expected"), CASES, ids=[case[0] for case in CASES])
def test_what_is_told(_: str, found: Json, expected: set[tuple[str, str]]) -> None:
    assert told(found) == expected


def test_missing_event_ids_are_told_together() -> None:
    found = version(
        tags=(
            script("X", "ttq.track('Purchase', {})", "1"),
            script("Y", "ttq.track('Lead', {}, {event_id: {{Event}}}); ttq.page()", "1"),
            script("Z", "ttq.track('Contact', {}, {})", "1"),
            script("W", "ttq.track('Contact', {}, options)", "1"),
            gaawe("GA4", "purchase", "1"),
        ),
        triggers=(A,),
    )
    texts = [item.text for item in findings(found) if item.kind is None and item.name == "TikTok"]
    (text,) = texts
    assert text == (
        "These tags send TikTok no event ID: if a server sends the same events, each is counted "
        "twice: `X`, `Z`."
    )
