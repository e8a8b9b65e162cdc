"""Every trigger form, option, operator and page form, and the trigger that it becomes, whole."""

from __future__ import annotations

from typing import Any

import pytest

from gtmgen.errors import SpecError

from .specs import GA4, TIKTOK, by_name, compact, compiled, exported, spec, trigger_names

URL = ["{{Page URL}} MATCH_REGEX .*"]
WAITING = {
    "waitForTags": "BOOLEAN false",
    "checkValidation": "BOOLEAN false",
    "waitForTagsTimeout": "2000",
    "uniqueTriggerId": "",
}


def triggers(form: dict[str, Any], **sections: Any) -> list[dict[str, Any]]:
    sections = {"pages": {"product": {"path": "/p/*"}}, "data": {"value": {"path": "v"}}} | sections
    version = exported(spec(triggers={"t": form}, **sections))
    return [compact(item) for item in version.get("trigger", [])]


VISIBLE = {
    "selectorType": "CSS",
    "elementSelector": "#hero",
    "firingFrequency": "ONCE",
    "onScreenRatio": "50",
    "useOnScreenDuration": "BOOLEAN false",
    "useDomChangeListener": "BOOLEAN false",
}
NO_SCROLL = {
    "verticalThresholdOn": "BOOLEAN false",
    "horizontalThresholdOn": "BOOLEAN false",
    "triggerStartOption": "WINDOW_LOAD",
}
VIDEO = {
    "captureStart": "BOOLEAN false",
    "captureComplete": "BOOLEAN false",
    "capturePause": "BOOLEAN false",
    "captureProgress": "BOOLEAN false",
    "fixMissingApi": "BOOLEAN true",
    "triggerStartOption": "DOM_READY",
}
FORMS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (
        {"page": "product"},
        {"type": "PAGEVIEW", "filter": ["{{Page Path}} MATCH_REGEX ^/p/[^/]+/?$"]},
    ),
    ({"lifecycle": "dom_ready"}, {"type": "DOM_READY"}),
    ({"lifecycle": "window_loaded"}, {"type": "WINDOW_LOADED"}),
    (
        {"lifecycle": "init", "where": {"value": "1"}},
        {"type": "INIT", "filter": ["{{data - value}} EQUALS 1"]},
    ),
    (
        {"lifecycle": "consent_init", "where": {"value": "1"}},
        {"type": "CONSENT_INIT", "filter": ["{{data - value}} EQUALS 1"]},
    ),
    ({"event": "e"}, {"type": "CUSTOM_EVENT", "customEventFilter": ["{{_event}} EQUALS e"]}),
    (
        {"event_matches": "^e"},
        {"type": "CUSTOM_EVENT", "customEventFilter": ["{{_event}} MATCH_REGEX ^e"]},
    ),
    (
        {"event_matches": "^e", "ignore_case": True, "pages": ["product"]},
        {
            "type": "CUSTOM_EVENT",
            "customEventFilter": ["{{_event}} MATCH_REGEX/i ^e"],
            "filter": ["{{Page Path}} MATCH_REGEX ^/p/[^/]+/?$"],
        },
    ),
    ({"history": "any"}, {"type": "HISTORY_CHANGE"}),
    (
        {"click": "a.b, c:is(d, e)"},
        {
            "type": "CLICK",
            "filter": ["{{Click Element}} CSS_SELECTOR a.b, c:is(d, e), a.b *, c:is(d, e) *"],
        },
    ),
    (
        {"link": "a.b"},
        {"type": "LINK_CLICK", "filter": ["{{Click Element}} CSS_SELECTOR a.b"], **WAITING},
    ),
    (
        {"link": "a.b", "wait": "1.5s", "pages": ["product"], "where": {"value": 1}},
        {
            "type": "LINK_CLICK",
            "filter": [
                "{{Click Element}} CSS_SELECTOR a.b",
                "{{Page Path}} MATCH_REGEX ^/p/[^/]+/?$",
                "{{data - value}} EQUALS 1",
            ],
            "autoEventFilter": URL,
            **WAITING,
            "waitForTags": "BOOLEAN true",
            "waitForTagsTimeout": "1500",
        },
    ),
    (
        {"submit": "form", "check_validation": True},
        {
            "type": "FORM_SUBMISSION",
            "filter": ["{{Form Element}} CSS_SELECTOR form"],
            "autoEventFilter": URL,
            **WAITING,
            "checkValidation": "BOOLEAN true",
        },
    ),
    ({"visible": "#hero"}, {"type": "ELEMENT_VISIBILITY", "parameter": VISIBLE}),
    (
        {"visible": "#hero", "once": "element", "ratio": 1, "for": "2s", "observe_dom": True},
        {
            "type": "ELEMENT_VISIBILITY",
            "parameter": {
                **VISIBLE,
                "firingFrequency": "ONCE_PER_ELEMENT",
                "onScreenRatio": "1",
                "useOnScreenDuration": "BOOLEAN true",
                "onScreenDuration": "2000",
                "useDomChangeListener": "BOOLEAN true",
            },
        },
    ),
    (
        {"visible": "#hero", "once": "every"},
        {
            "type": "ELEMENT_VISIBILITY",
            "parameter": {**VISIBLE, "firingFrequency": "MANY_PER_ELEMENT"},
        },
    ),
    (
        {"scroll": [90, 25, 25]},
        {
            "type": "SCROLL_DEPTH",
            "parameter": {
                **NO_SCROLL,
                "verticalThresholdOn": "BOOLEAN true",
                "verticalThresholdUnits": "PERCENT",
                "verticalThresholdsPercent": "25,90",
            },
        },
    ),
    (
        {"scroll_pixels": 300, "scroll_horizontal": 50},
        {
            "type": "SCROLL_DEPTH",
            "parameter": {
                **NO_SCROLL,
                "verticalThresholdOn": "BOOLEAN true",
                "verticalThresholdUnits": "PIXELS",
                "verticalThresholdsPixels": "300",
                "horizontalThresholdOn": "BOOLEAN true",
                "horizontalThresholdUnits": "PERCENT",
                "horizontalThresholdsPercent": "50",
            },
        },
    ),
    (
        {"scroll_horizontal_pixels": [10, 9]},
        {
            "type": "SCROLL_DEPTH",
            "parameter": {
                **NO_SCROLL,
                "horizontalThresholdOn": "BOOLEAN true",
                "horizontalThresholdUnits": "PIXELS",
                "horizontalThresholdsPixels": "9,10",
            },
        },
    ),
    (
        {"timer": "30s"},
        {
            "type": "TIMER",
            "autoEventFilter": URL,
            "eventName": "gtm.timer",
            "interval": "30000",
            "limit": "",
        },
    ),
    (
        {"timer": "0.5m", "limit": 2, "where": {"value": "1"}},
        {
            "type": "TIMER",
            "filter": ["{{data - value}} EQUALS 1"],
            "autoEventFilter": URL,
            "eventName": "gtm.timer",
            "interval": "30000",
            "limit": "2",
        },
    ),
    (
        {"video": {"start": True, "complete": True, "pause": True}},
        {
            "type": "YOU_TUBE_VIDEO",
            "parameter": {
                **VIDEO,
                "captureStart": "BOOLEAN true",
                "captureComplete": "BOOLEAN true",
                "capturePause": "BOOLEAN true",
            },
        },
    ),
    (
        {"video": {"progress": [75, 50, 50]}},
        {
            "type": "YOU_TUBE_VIDEO",
            "parameter": {
                **VIDEO,
                "captureProgress": "BOOLEAN true",
                "radioButtonGroup1": "PERCENTAGE",
                "progressThresholdsPercent": "50,75",
            },
        },
    ),
    ({"js_error": True}, {"type": "JS_ERROR"}),
]


@pytest.mark.parametrize(("form", "expected"), FORMS)
def test_a_form_becomes_its_trigger(form: dict[str, Any], expected: dict[str, Any]) -> None:
    (found,) = triggers(form)
    name = "scroll" if "SCROLL" in expected["type"] else next(iter(form))
    assert found == {"name": f"{name} - t", **expected}


@pytest.mark.parametrize(
    ("lifecycle", "id_"),
    [("consent_init", "2147479572"), ("init", "2147479573"), ("page_view", "2147479553")],
)
def test_what_gtm_has_built_in_is_used(lifecycle: str, id_: str) -> None:
    on = {"lifecycle": lifecycle}
    version = exported(spec(events={"e": {"on": on, "send": {"ga4": "e"}}}))
    assert "trigger" not in version
    assert by_name(version["tag"])["GA4 - e"]["firingTriggerId"] == [id_]


@pytest.mark.parametrize(
    ("lifecycle", "type_"), [("init", "INIT"), ("page_view", "PAGEVIEW"), ("page", "PAGEVIEW")]
)
def test_a_name_makes_a_trigger_beside_the_built_in_one(lifecycle: str, type_: str) -> None:
    form = {"page": "any"} if lifecycle == "page" else {"lifecycle": lifecycle}
    version = exported(
        spec(
            pages={"any": {"path": "/**"}},
            triggers={"start": {**form, "name": "Start of a page"}},
            events={"e": {"on": "start", "send": {"ga4": "e"}}},
        )
    )
    (trigger,) = version["trigger"]
    assert (trigger["name"], trigger["type"]) == ("Start of a page", type_)
    assert "filter" not in trigger
    fired = by_name(version["tag"])["GA4 - e"]["firingTriggerId"]
    assert trigger_names(version, fired) == ["Start of a page"]


def test_name_description_and_folder() -> None:
    container = {"gtm": "GTM-A1", "folder": "Acme"}
    (found,) = triggers(
        {"event": "e", "name": "CE | e", "description": "An e."}, container=container
    )
    assert found == {
        "name": "CE | e",
        "type": "CUSTOM_EVENT",
        "notes": "An e.",
        "customEventFilter": ["{{_event}} EQUALS e"],
        "parentFolderId": "1",
    }


def test_a_group_waits_for_its_members() -> None:
    version = exported(
        spec(
            triggers={
                "both": {"group": ["ready", "sent", "view"], "where": {"page_path": "/x"}},
                "ready": {"lifecycle": "dom_ready"},
                "sent": {"event": "sent"},
                "view": {"lifecycle": "page_view"},
            }
        )
    )
    both = by_name(version["trigger"])["group - both"]
    assert compact(both)["filter"] == ["{{Page Path}} EQUALS /x"]
    (members,) = both["parameter"]
    assert (members["type"], members["key"]) == ("LIST", "triggerIds")
    assert {item["type"] for item in members["list"]} == {"TRIGGER_REFERENCE"}
    assert trigger_names(version, [item["value"] for item in members["list"]]) == [
        "lifecycle - ready",
        "event - sent",
        "All Pages",
    ]


def test_a_group_cannot_wait_for_one_of_two_triggers() -> None:
    pages = {"a": {"host": "a.example"}, "b": {"host": "b.example", "path": "/b"}}
    with pytest.raises(SpecError) as caught:
        compiled(
            spec(
                pages=pages,
                triggers={"g": {"group": ["m"]}, "m": {"event": "m", "pages": ["a", "b"]}},
            )
        )
    assert "group-member" in {problem.rule for problem in caught.value.diagnostics}


OPERATORS: list[tuple[Any, str]] = [
    ("1", "EQUALS 1"),
    (True, "EQUALS true"),
    (1.0, "EQUALS 1"),
    ("", "MATCH_REGEX ^(?:undefined|null|NaN)?$"),
    ({"equals": "a.b"}, "EQUALS a.b"),
    ({"equals": ["a.b", "c"]}, r"MATCH_REGEX ^(?:a\.b|c)$"),
    ({"equals": ["", "c"]}, "MATCH_REGEX ^(?:(?:undefined|null|NaN)?|c)$"),
    (["a|b", "c"], r"MATCH_REGEX ^(?:a\|b|c)$"),
    ({"contains": "a.b"}, "CONTAINS a.b"),
    ({"contains": ["a.b", "c/d"]}, r"MATCH_REGEX (?:a\.b|c/d)"),
    ({"starts_with": "a"}, "STARTS_WITH a"),
    ({"starts_with": ["a", "b"]}, "MATCH_REGEX ^(?:a|b)"),
    ({"ends_with": "a"}, "ENDS_WITH a"),
    ({"ends_with": ["a", "b"]}, "MATCH_REGEX (?:a|b)$"),
    ({"matches": "x+"}, "MATCH_REGEX x+"),
    ({"matches": ["x|y", "z"]}, "MATCH_REGEX (?:x|y)|(?:z)"),
    ({"gt": 0}, "GREATER 0"),
    ({"gte": 1.5}, "GREATER_OR_EQUALS 1.5"),
    ({"lt": -1}, "LESS -1"),
    ({"lte": "-2"}, "LESS_OR_EQUALS -2"),
    ({"css": ".a"}, "CSS_SELECTOR .a"),
    ({"css": [".a", ".b, .c"]}, "CSS_SELECTOR .a, .b, .c"),
    ({"url": "https://a.example"}, "URL_MATCHES https://a.example"),
]


@pytest.mark.parametrize(("test", "expected"), OPERATORS)
def test_an_operator_becomes_its_condition(test: Any, expected: str) -> None:
    (found,) = triggers({"event": "e", "where": {"value": test}})
    assert found["filter"] == [f"{{{{data - value}}}} {expected}"]


@pytest.mark.parametrize(
    ("test", "expected"),
    [(test, expected) for test, expected in OPERATORS if isinstance(test, dict)],
)
def test_every_operator_has_a_not(test: dict[str, Any], expected: str) -> None:
    ((operator, operand),) = test.items()
    (found,) = triggers({"event": "e", "where": {"value": {f"not_{operator}": operand}}})
    assert found["filter"] == [f"{{{{data - value}}}} not {expected}"]


GUARD = "{{data - value}} not MATCH_REGEX ^(?:undefined|null|NaN)?$"


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ({"equals": "undefined"}, "EQUALS undefined"),
        ({"contains": "de"}, "CONTAINS de"),
        ({"starts_with": "u"}, "STARTS_WITH u"),
        ({"ends_with": "l"}, "ENDS_WITH l"),
        ({"matches": "."}, "MATCH_REGEX ."),
        ({"matches": "("}, "MATCH_REGEX ("),
        ({"gte": 0}, "GREATER_OR_EQUALS 0"),
        ({"gt": -1}, "GREATER -1"),
        ({"lt": 10}, "LESS 10"),
    ],
)
def test_what_gtm_makes_of_a_missing_value_meets_no_condition(test: Any, expected: str) -> None:
    (found,) = triggers({"event": "e", "where": {"value": test}})
    assert found["filter"] == [GUARD, f"{{{{data - value}}}} {expected}"]


@pytest.mark.parametrize("left", ["page_url", "page_path", "page_hostname"])
def test_what_is_never_missing_needs_no_second_condition(left: str) -> None:
    (found,) = triggers({"event": "e", "where": {left: {"contains": "de"}}})
    assert len(found["filter"]) == 1


def test_a_negated_condition_reads_a_missing_value_as_an_empty_text() -> None:
    (found,) = triggers({"event": "e", "where": {"value": {"not_contains": "de"}}})
    assert found["filter"] == ["{{data - value (or empty)}} not CONTAINS de"]


def test_several_tests_must_all_hold_and_case_can_be_ignored() -> None:
    where = {
        "value": {"matches": "x", "not_matches": "y", "ignore_case": True},
        "page_hostname": {"ends_with": "acme.example"},
    }
    (found,) = triggers({"event": "e", "where": where})
    assert found["filter"] == [
        "{{Page Hostname}} ENDS_WITH acme.example",
        "{{data - value}} MATCH_REGEX/i x",
        "{{data - value}} not MATCH_REGEX/i y",
    ]


PAGES: list[tuple[dict[str, Any], list[str]]] = [
    ({"path": "/"}, ["{{Page Path}} EQUALS /"]),
    ({"path": ["/", "/start"]}, ["{{Page Path}} MATCH_REGEX ^(?:/|/start/?)$"]),
    ({"path": "/cart"}, ["{{Page Path}} MATCH_REGEX ^/cart/?$"]),
    ({"host": "Shop.Acme.Example"}, ["{{Page Hostname}} EQUALS shop.acme.example"]),
    ({"host": "*.acme.example"}, [r"{{Page Hostname}} MATCH_REGEX ^.+\.acme\.example$"]),
    ({"host": "münchen.example"}, ["{{Page Hostname}} EQUALS xn--mnchen-3ya.example"]),
    (
        {"host": ["a.example", "b.example"], "path": "/x"},
        [
            r"{{Page Hostname}} MATCH_REGEX ^(?:a\.example|b\.example)$",
            "{{Page Path}} MATCH_REGEX ^/x/?$",
        ],
    ),
    ({"query": {"tab": "a"}}, ["{{query - tab}} EQUALS a"]),
    ({"query": {"tab": ""}}, ["{{query - tab}} MATCH_REGEX ^(?:undefined|null|NaN)?$"]),
    ({"query": {"tab": "*"}}, ["{{query - tab}} not MATCH_REGEX ^(?:undefined|null|NaN)?$"]),
    (
        {"query": {"tab": ["a", "b"], "n": 1}, "path": "/**"},
        ["{{query - n}} EQUALS 1", "{{query - tab}} MATCH_REGEX ^(?:a|b)$"],
    ),
]


@pytest.mark.parametrize(("page", "expected"), PAGES)
def test_a_page_becomes_conditions(page: dict[str, Any], expected: list[str]) -> None:
    (found,) = triggers({"event": "e", "pages": ["p"]}, pages={"p": page})
    assert found["filter"] == expected


def test_pages_that_differ_in_their_paths_are_one_trigger() -> None:
    pages = {"a": {"path": "/a"}, "b": {"path": ["/b", "/c"]}}
    (found,) = triggers({"page": ["a", "b"]}, pages=pages)
    assert found["filter"] == ["{{Page Path}} MATCH_REGEX ^(?:/a/?|/b/?|/c/?)$"]


def test_pages_that_differ_in_more_are_several_triggers() -> None:
    pages = {
        "a": {"path": "/a", "host": "a.example"},
        "b": {"path": "/b", "host": "b.example"},
        "c": {"path": "/c", "host": "a.example"},
    }
    found = triggers({"page": ["a", "b", "c"]}, pages=pages, site={"navigation": "spa"})
    changed = [
        "{{History Source}} not EQUALS replaceState",
        "{{history - new path}} not EQUALS {{history - old path}}",
        "{{history - new path}}/ not EQUALS {{history - old path}}",
        "{{history - new path}} not EQUALS {{history - old path}}/",
        "{{history - page}} not EQUALS left",
    ]
    first = ["{{Page Hostname}} EQUALS a.example", "{{%s}} MATCH_REGEX ^(?:/a/?|/c/?)$"]
    second = ["{{Page Hostname}} EQUALS b.example", "{{%s}} MATCH_REGEX ^/b/?$"]

    def of(path: str, conditions: list[str]) -> list[str]:
        return [one.replace("%s", path) for one in conditions]

    on_load, new = "Page Path", "history - new path"
    by_history = "HISTORY_CHANGE"
    assert found == [
        {"name": "page - t", "type": "PAGEVIEW", "filter": of(on_load, first)},
        {"name": "page - t (2)", "type": "PAGEVIEW", "filter": of(on_load, second)},
        {"name": "page - t (history)", "type": by_history, "filter": changed + of(new, first)},
        {"name": "page - t (history 2)", "type": by_history, "filter": changed + of(new, second)},
    ]


def test_a_change_of_the_history_is_of_the_page_in_its_own_message() -> None:
    pages = {"a": {"path": "/a/*", "query": {"q": "x"}}}
    version = exported(spec(
        site={"navigation": "spa"}, pages=pages,
        triggers={"t": {"page": "a"}}, events={"e": {"on": "t", "send": ["ga4"]}},
    ))  # fmt: skip
    [trigger] = [one for one in version["trigger"] if one["type"] == "HISTORY_CHANGE"]
    rights = {one["parameter"][0]["value"]: one["parameter"][1]["value"]
              for one in trigger["filter"]}  # fmt: skip
    assert rights["{{history - new query q}}"] == "x"
    assert "{{Page Path}}" not in rights
    query = by_name(version["variable"])["history - new query q"]
    assert (query["type"], {one["key"]: one["value"] for one in query["parameter"]}) == (
        "u",
        {"component": "QUERY", "queryKey": "q", "customUrlSource": "{{history - new url}}"},
    )


def test_the_pages_of_a_trigger_and_of_its_event_must_both_hold() -> None:
    version = exported(
        spec(
            pages={"a": {"host": "a.example"}, "b": {"path": "/b"}, "c": {"path": "/c"}},
            triggers={"t": {"event": "t", "pages": ["a", "b"], "where": {"page_path": "/x"}}},
            events={"e": {"on": "t", "pages": ["c"], "where": {"page_url": "u"}, "send": ["ga4"]}},
        )
    )
    tag = by_name(version["tag"])["GA4 - e"]
    names = trigger_names(version, tag["firingTriggerId"])
    assert names == ["event - e", "event - e (2)"]
    own = by_name(version["trigger"])
    both = ["{{Page Path}} EQUALS /x", "{{Page URL}} EQUALS u"]
    assert [compact(own[name])["filter"] for name in names] == [
        ["{{Page Hostname}} EQUALS a.example", "{{Page Path}} MATCH_REGEX ^/c/?$", *both],
        ["{{Page Path}} MATCH_REGEX ^/b/?$", "{{Page Path}} MATCH_REGEX ^/c/?$", *both],
    ]


def test_events_share_a_named_trigger_and_have_their_own_where_something_narrows_it() -> None:
    version = exported(
        spec(
            triggers={"t": {"event": "t"}, "u": {"event": "u"}},
            events={
                "plain": {"on": ["t", "u", "t"], "send": ["ga4"]},
                "narrow": {"on": ["t", "u"], "where": {"page_path": "/"}, "send": ["ga4"]},
            },
        )
    )
    tags = by_name(version["tag"])
    assert trigger_names(version, tags["GA4 - plain"]["firingTriggerId"]) == [
        "event - t",
        "event - u",
    ]
    assert trigger_names(version, tags["GA4 - narrow"]["firingTriggerId"]) == [
        "event - narrow.1",
        "event - narrow.2",
    ]


def test_a_trigger_an_event_and_a_data_key_may_have_the_same_key() -> None:
    keys = ("event_id", "open_brace", "page_change", "query", "history", "gtm", "event")
    version = exported(
        spec(
            site={"navigation": "spa"},
            platforms={"ga4": {**spec()["platforms"]["ga4"], "page_view": "manual"}},
            data={key: {"path": f"data.{key}"} for key in keys},
            pages={"p": {"path": "/p", "query": {"event": "1", "event_id": "2"}}},
            triggers={key: {"event": f"named_{key}"} for key in keys},
            events={
                key: {
                    "on": {"event": f"inline_{key}"},
                    "pages": ["p"],
                    "event_id": {"from": key},
                    "send": {"ga4": key},
                }
                for key in keys
            },
        )
    )
    triggers = by_name(version["trigger"])
    tags = by_name(version["tag"])
    for key in keys:
        (id_,) = tags[f"GA4 - {key}"]["firingTriggerId"]
        (trigger,) = (item for item in version["trigger"] if item["triggerId"] == id_)
        assert compact(trigger)["customEventFilter"] == [f"{{{{_event}}}} EQUALS inline_{key}"]
        assert compact(triggers[f"event - {key}"])["customEventFilter"] == [
            f"{{{{_event}}}} EQUALS named_{key}"
        ]
    variables = by_name(version["variable"])
    assert compact(variables["event ID - generated"])["parameter"] == {
        "read": "id",
        "key": "event_id",
    }
    assert compact(variables["data - event_id"])["parameter"]["path"] == "data.event_id"
    assert compact(variables["query - event"])["parameter"]["queryKey"] == "event"


def test_blocking_triggers_come_from_the_event_and_from_its_trigger() -> None:
    version = exported(
        spec(
            triggers={
                "t": {"event": "t", "except": ["b"]},
                "a": {"event_matches": "^t"},
                "b": {"lifecycle": "init"},
            },
            events={"e": {"on": "t", "except": ["a"], "send": ["ga4"]}},
        )
    )
    blocking = by_name(version["tag"])["GA4 - e"]["blockingTriggerId"]
    assert trigger_names(version, blocking) == ["event_matches - a", "Initialization - All Pages"]


def test_a_platforms_own_where_blocks_its_tags() -> None:
    """A test that a missing value must not pass has a trigger for what is missing, too."""
    version = exported(
        spec(
            data={"plan": {"path": "plan"}, "kind": {"path": "kind"}},
            platforms={
                "ga4": GA4 | {"where": {"plan": "pro", "kind": {"contains": "de"}}},
                "tiktok": TIKTOK,
            },
            events={"e": {"on": {"event": "e"}, "send": {"ga4": "e", "tiktok": "Lead"}}},
        )
    )
    not_for = {
        "platform - not for ga4 1": "{{data - kind (or empty)}} not CONTAINS de",
        "platform - not for ga4 1 2": "{{data - kind}} MATCH_REGEX ^(?:undefined|null|NaN)?$",
        "platform - not for ga4 2": "{{data - plan}} not EQUALS pro",
    }
    made = {name: compact(item) for name, item in by_name(version["trigger"]).items()}
    assert {name: made[name] for name in not_for} == {
        name: {
            "name": name,
            "type": "CUSTOM_EVENT",
            "customEventFilter": ["{{_event}} MATCH_REGEX .*"],
            "filter": [condition],
        }
        for name, condition in not_for.items()
    }
    assert {
        tag["name"]: trigger_names(version, tag.get("blockingTriggerId", []))
        for tag in version["tag"]
    } == {"GA4 - Google tag": [*not_for], "GA4 - e": [*not_for], "TikTok - e": []}


def test_a_list_of_urls_is_refused() -> None:
    with pytest.raises(SpecError) as caught:
        triggers({"event": "e", "where": {"value": {"url": ["a", "b"]}}})
    assert "wrong-type" in {problem.rule for problem in caught.value.diagnostics}
