"""Warnings about what is allowed and surely not meant."""

import pytest
from support import HEAD, PLATFORMS, problems

SPA = "site: {navigation: spa}\n"
EVENTS = "events:\n  e: {on: {event: x}, send: {ga4: login}}\n"
TRIGGERED = "events:\n  e: {on: {event: purchase}, except: [t], send: {ga4: login}}\n"


def doubts(text):
    found = problems(HEAD + PLATFORMS + text)
    assert {problem.severity for problem in found} <= {"warning"}
    return [(problem.rule, problem.message, problem.hint) for problem in found]


def test_a_query_alone_makes_no_page_on_a_single_page_app():
    page = "pages: {second: {path: /search, query: {page: 2}}}\n"
    assert doubts(SPA + page + EVENTS) == [
        (
            "query-page",
            "in-app navigation to `second` that changes only the query is not a page view",
            "set `site.page_identity: path_query` if it should be one",
        )
    ]
    assert doubts("site: {navigation: spa, page_identity: path_query}\n" + page + EVENTS) == []
    assert doubts(page + EVENTS) == []


@pytest.mark.parametrize(
    "trigger",
    ["{submit: form}", "{event: other}", "{lifecycle: init}", "{page: p}", "{js_error: true}"],
)
def test_a_blocking_trigger_that_waits_for_another_event_blocks_nothing(trigger):
    text = f"pages: {{p: {{path: /}}}}\ntriggers: {{t: {trigger}}}\n" + TRIGGERED
    assert doubts(text) == [
        (
            "except-never",
            "`t` can never block `e`: they wait for different events",
            (
                "a blocking trigger must have the same form as the trigger it blocks, or "
                '`event_matches: ".*"`'
            ),
        )
    ]


@pytest.mark.parametrize("trigger", ["{event: purchase}", '{event_matches: ".*"}'])
def test_a_blocking_trigger_of_the_same_event_can_block(trigger):
    assert doubts(f"triggers: {{t: {trigger}}}\n" + TRIGGERED) == []


def test_on_a_single_page_app_a_page_trigger_blocks_history_changes():
    events = "events:\n  e: {on: {history: any}, except: [t], send: {ga4: login}}\n"
    text = "pages: {p: {path: /}}\ntriggers: {t: {page: p}}\n" + events
    assert doubts(SPA + text) == []
    assert [rule for rule, _, _ in doubts(text)] == ["except-never"]


def test_a_custom_event_that_is_almost_a_standard_one():
    assert doubts("events:\n  view_itme: {on: {event: x}, send: [ga4]}\n") == [
        (
            "near-event",
            "`view_itme` is a custom event for GA4, and almost its `view_item`",
            "did you mean `view_item`? name it under `send` if not",
        )
    ]
    assert doubts("events:\n  video_start: {on: {event: x}, send: [ga4]}\n") == []


def test_a_trigger_that_nobody_uses():
    text = "triggers: {lost: {event: y}, a: {event: z}, g: {group: [a]}}\n"
    used = "events:\n  e: {on: g, send: {ga4: login}}\n"
    assert doubts(text + used) == [
        ("unused-trigger", "nothing uses the trigger `lost`", "name it under `on`, or remove it")
    ]


def test_a_trigger_that_blocks_itself():
    text = "triggers: {t: {event: x}}\nevents:\n  e: {on: t, except: [t], send: {ga4: login}}\n"
    assert doubts(text) == [
        (
            "except-always",
            "`t` blocks the tags of `e` whenever it fires them",
            "name another trigger, or remove it",
        )
    ]


@pytest.mark.parametrize("operator", ["contains", "not_starts_with", "matches", "css"])
def test_an_empty_right_side_is_refused(operator):
    text = f"events:\n  e: {{on: {{event: x}}, where: {{page_url: {{{operator}: ''}}}}, send: [ga4]}}\n"  # noqa: E501
    (problem,) = [item for item in problems(HEAD + PLATFORMS + text) if item.severity == "error"]
    plain = operator.removeprefix("not_")
    assert (problem.rule, problem.message, problem.hint) == (
        "empty-value",
        f"`{plain}` needs a value: an empty text is in every text",
        '`equals: ""` is for a value that is empty or missing',
    )


@pytest.mark.parametrize("timer", ["0s", "0.0s", "9999999s", "0.0001s", "9" * 400 + "s", "s"])
def test_durations_have_bounds(timer):
    text = f"triggers: {{t: {{timer: {timer}}}}}\nevents:\n  e: {{on: t, send: {{ga4: login}}}}\n"
    found = [item.rule for item in problems(HEAD + PLATFORMS + text) if item.severity == "error"]
    assert found == ["bad-value"]


def test_a_broken_event_does_not_hide_a_reference_that_leads_nowhere():
    text = (
        "pages: {show: {path: /}}\nevents:\n"
        "  a: {on: {page: shows}, send: {ga4: login}}\n"
        "  b: {on: {event: x}, sned: [ga4]}\n"
    )
    found = [item.rule for item in problems(HEAD + PLATFORMS + text)]
    assert found == ["unknown-page", "unknown-key"]
