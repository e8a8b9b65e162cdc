"""A key that has lost its colon before a bracket is one mistake."""

import pytest
from support import HEAD, PLATFORMS, problems

EVENT = f"{HEAD}{PLATFORMS}events:\n  sign_up:\n    on: {{event: sign_up}}\n    send: [ga4]\n"


def told(text):
    return [f"{item.rule}: {item.message}; {item.hint}" for item in problems(text)]


@pytest.mark.parametrize("written", ["on {", "on={", "on = {", "on{", "on; {", "on ;{"])
def test_an_event(written):
    assert told(EVENT.replace("on: {", written)) == [
        "yaml-syntax: `on` has no colon; write `on: {event: sign_up}`"
    ]


def test_a_space_that_is_missing_behind_the_colon():
    assert told(EVENT.replace("on: {", "on:{")) == [
        "yaml-syntax: a space is missing after the colon of `on`; write `on: {event: sign_up}`"
    ]


def test_a_page():
    page = "pages:\n  thanks {path: /thanks}\n"
    assert told(EVENT + page) == [
        "yaml-syntax: `thanks` has no colon; write `thanks: {path: /thanks}`"
    ]


def test_other_mistakes_are_told_beside_it():
    text = EVENT.replace("on: {", "on {").replace("send: [ga4]", "send: [ga4]\n    ownr: growth")
    assert told(text) == [
        "yaml-syntax: `on` has no colon; write `on: {event: sign_up}`",
        "unknown-key: unknown key `ownr` in `sign_up`; did you mean `owner`?",
    ]


@pytest.mark.parametrize("count", [499, 500, 600])
def test_in_more_places_than_are_looked_at(count):
    """Each is two problems of shape, of which the first thousand are explained."""
    event = "  sign_up_%d:\n    on {event: sign_up}\n    send: [ga4]\n"
    text = f"{HEAD}{PLATFORMS}events:\n" + "".join(event % number for number in range(count))
    assert told(text) == ["yaml-syntax: `on` has no colon; write `on: {event: sign_up}`"] * min(
        count, 500
    )


@pytest.mark.parametrize("written", ["load /checkout", "load; /checkout", "load = /checkout"])
def test_a_step(written):
    text = f"{EVENT}tests:\n  - name: a\n    steps:\n      - {written}\n    expect: []\n"
    assert told(text) == [
        f"wrong-type: expected a mapping, found the text `{written}`; write `load: /checkout`"
    ]


def test_text_that_begins_with_no_key_of_the_mapping():
    text = f"{EVENT}tests:\n  - name: a\n    steps:\n      - open /checkout\n    expect: []\n"
    assert told(text) == ["wrong-type: expected a mapping, found the text `open /checkout`; None"]
