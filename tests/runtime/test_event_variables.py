"""The event ID and event data variables, on a page that pushes messages as sites do."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gtmgen.runtime import TemplateFile, load_template

from .conftest import TEMPLATES, MakeTemplate
from .sandbox_page import UNDEFINED
from .sandbox_page import Page as SandboxPage

EVENT_DATA = load_template(TEMPLATES / "shared/event_data.tpl")


class Page(SandboxPage):
    """Without a path, the event data template is asked for the event's ID."""

    def evaluate(self, template: TemplateFile, fields: Any = None) -> Any:
        given = dict(fields or {})
        if template.name == EVENT_DATA.name and "path" not in given:
            given["read"] = "id"
        return super().evaluate(template, given)


def page_of(*messages: dict[str, Any]) -> Page:
    page = Page()
    page.start()
    page.push(*messages)
    return page


# ------------------------------------------------------------------ event ID


def test_the_id_of_the_message_comes_first(event_id: TemplateFile) -> None:
    page = page_of({"event": "a", "event_id": "srv-1"})
    assert page.evaluate(event_id, {"from": "1001", "prefix": "purchase_"}) == "srv-1"


def test_an_id_that_lingers_is_never_reused(event_id: TemplateFile) -> None:
    page = page_of({"event": "add_to_cart", "event_id": "srv-1"}, {"event": "add_to_cart"})
    assert page.data("event_id") == "srv-1"
    first = page.evaluate(event_id)
    page.push({"event": "add_to_cart"})
    second = page.evaluate(event_id)
    assert [first.rsplit(".", 1)[1], second.rsplit(".", 1)[1]] == [
        str(event.id) for event in page.events[-2:]
    ]
    assert first.rsplit(".", 1)[0] == second.rsplit(".", 1)[0]


def test_an_id_pushed_without_an_event_belongs_to_no_event(event_id: TemplateFile) -> None:
    page = page_of({"event_id": "srv-1"}, {"event": "a"})
    assert page.evaluate(event_id).endswith(f".{page.events[-1].id}")


def test_prefix_and_value_are_the_same_on_every_page_load(event_id: TemplateFile) -> None:
    for seed in (1, 2):
        page = Page(seed=seed)
        page.push({"event": "purchase", "ecommerce": {"transaction_id": 77}})
        assert page.evaluate(event_id, {"from": 77, "prefix": "purchase_"}) == "purchase_77"


@pytest.mark.parametrize("value", [None, False, True, "", "  ", [], {}])
def test_values_that_are_none(event_id: TemplateFile, value: Any) -> None:
    page = page_of({"event": "a", "event_id": value})
    assert page.evaluate(event_id, {"from": value, "prefix": "p_"}) == page.evaluate(event_id)


def test_zero_is_a_value(event_id: TemplateFile) -> None:
    page = page_of({"event": "a"})
    assert page.evaluate(event_id, {"from": 0, "prefix": "p_"}) == "p_0"
    page.push({"event": "a", "event_id": 0})
    assert page.evaluate(event_id) == "0"


def test_generated_ids_differ_between_pages_and_events(event_id: TemplateFile) -> None:
    found = set()
    for seed in range(20):
        page = Page(seed=seed)
        for _ in range(3):
            page.push({"event": "a"})
            found |= {page.evaluate(event_id), page.evaluate(event_id)}
    assert len(found) == 60


def test_synthetic_events_have_an_id(event_id: TemplateFile) -> None:
    page = Page()
    page.start()
    assert page.evaluate(event_id).endswith(f".{page.events[-1].id}")
    page.push({"event": "early", "event_id": "site"})
    assert page.evaluate(event_id) == "site"


def test_before_any_event_it_is_stable(event_id: TemplateFile) -> None:
    page = Page()
    assert page.evaluate(event_id) == page.evaluate(event_id)
    assert page.evaluate(event_id).endswith(".0")
    assert page.errors == ()


@pytest.mark.parametrize(
    "code", ["dataLayer = undefined", "dataLayer = {}", "dataLayer = [null, 1, 'x', () => 1]"]
)
def test_a_strange_data_layer_does_not_break_it(
    event_id: TemplateFile, event_data: TemplateFile, code: str
) -> None:
    page = page_of({"event": "a"})
    page.run(code)
    assert page.evaluate(event_id).endswith(f".{page.events[-1].id}")
    assert page.evaluate(event_data, {"path": "a"}) is UNDEFINED
    assert page.errors == ()


# ---------------------------------------------------------------- event data


def read(page: Page, path: str) -> Any:
    found = page.evaluate(EVENT_DATA, {"path": path})
    assert page.errors == ()
    return found


def test_the_items_of_one_event_do_not_leak_into_the_next() -> None:
    page = page_of({"event": "add_to_cart", "ecommerce": {"items": [1]}}, {"event": "purchase"})
    assert page.data("ecommerce.items") == [1]
    assert read(page, "ecommerce.items") is UNDEFINED


def test_what_is_pushed_just_before_counts() -> None:
    page = page_of(
        {"user": {"email": "a"}}, {"ecommerce": None}, {"event": "e", "ecommerce": {"items": [1]}}
    )
    assert (read(page, "ecommerce.items"), read(page, "user.email")) == ([1], "a")


def test_null_hides() -> None:
    page = page_of({"ecommerce": {"items": [1]}}, {"ecommerce": None}, {"event": "e"})
    assert (read(page, "ecommerce"), read(page, "ecommerce.items")) == (UNDEFINED, UNDEFINED)


def test_dotted_names_count_and_arrays_are_replaced() -> None:
    page = page_of({"ecommerce.items": [1, 2]}, {"event": "e", "ecommerce.items": [3]})
    assert read(page, "ecommerce.items") == [3]


def test_gtag_commands() -> None:
    page = page_of()
    page.run("""function gtag() { dataLayer.push(arguments); }
        dataLayer.push({a: 1}); gtag('event', 'x'); dataLayer.push({b: 2});
        gtag('set', 'c', 3); gtag('consent', 'update', {});
        dataLayer.push({event: 'e'});""")
    assert [read(page, key) for key in "abc"] == [UNDEFINED, 2, UNDEFINED]


def test_an_event_of_a_template_has_no_data(make: MakeTemplate) -> None:
    page = page_of({"a": 1})
    keys = [{"key": "dataLayer", "read": True, "write": True, "execute": False}]
    push = make(
        "require('createQueue')('dataLayer')({event: 'mine', b: 1});",
        {"access_globals": {"keys": keys}},
    )
    page.evaluate(push)
    page.settle()
    assert page.events[-1].name == "mine"
    assert (read(page, "b"), read(page, "a")) == (UNDEFINED, 1)
    page.push({"event": "next"})
    assert read(page, "a") is UNDEFINED


KEYS = st.sampled_from(["a", "b", "c"])
VALUES = st.recursive(
    st.none() | st.integers(0, 3),
    lambda inner: st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=5,
)
BODY = st.dictionaries(KEYS | st.sampled_from(["a.b", "b.c.a"]), VALUES, max_size=3)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(BODY | BODY.map(lambda body: {**body, "event": "e"}), max_size=6),
    BODY,
    st.lists(KEYS, min_size=1, max_size=3).map(".".join),
)
def test_it_is_the_data_layer_of_a_page_that_saw_only_these_messages(
    before: list[dict[str, Any]], own: dict[str, Any], path: str
) -> None:
    start = max((i + 1 for i, message in enumerate(before) if "event" in message), default=0)
    page, fresh = Page(), Page()
    page.push(*before, {**own, "event": "now"})
    fresh.push(*before[start:], {**own, "event": "now"})
    expected = fresh.data(path)
    # The data layer answers null for null, and false below it.
    assert read(page, path) == (UNDEFINED if expected is None or expected is False else expected)
