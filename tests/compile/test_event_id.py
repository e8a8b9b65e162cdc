"""One ID for each event, the same in every tag of it."""

from __future__ import annotations

from typing import Any

import pytest

from gtmgen.compile.compiler import compile_spec
from gtmgen.spec.load import load

from .gtm_page import Page
from .specs import EXAMPLES, GA4, TIKTOK, by_name, compact, exported, spec

PLATFORMS = {"ga4": GA4, "tiktok": TIKTOK}


def ids(page: Page) -> dict[str, str]:
    """Event ID by tag, of the event that came last."""
    found = {}
    for name, parameters in page.last.items():
        table = parameters.get("eventSettingsTable", [])
        rows = {row["parameter"]: row["parameterValue"] for row in table}
        found[name] = parameters.get("event_id") or rows["event_id"]
    return found


def page_for(order: dict[str, Any], **event: Any) -> Page:
    data = spec(
        platforms=PLATFORMS,
        data={"order": order},
        events={
            "lead": {"on": {"event": "lead"}, "send": {"ga4": "lead", "tiktok": "Lead"}},
            "contact": {
                "on": {"event": "contact"},
                "event_id": {"from": "order", "prefix": "c_"},
                "send": {"ga4": "contact", "tiktok": "Contact"},
            },
        },
    )
    page = Page(exported(data))
    page.load("https://a.example/")
    return page


def both(page: Page, name: str) -> str:
    found = ids(page)
    assert found.keys() == {f"GA4 - {name}", f"TikTok - {name}"}
    (value,) = set(found.values())
    return value


def test_every_event_has_its_own_id_and_its_tags_share_it() -> None:
    page = page_for({"path": "order"})
    seen = set()
    for message in ({}, {}, {"event_id": "srv-1"}, {}, {"event_id": "srv-2"}):
        page.push(event="lead", **message)
        value = both(page, "lead")
        assert value == message.get("event_id", value)
        assert value not in seen  # what lingers in the data layer is not reused
        seen.add(value)


@pytest.mark.parametrize(
    "order",
    [
        {"path": "ecommerce.id"},
        {"path": "ecommerce.id", "default": "none"},
        {"path": "ecommerce.id", "scope": "event"},
        {"path": "ecommerce.id", "scope": "event", "default": "none"},
    ],
)
def test_an_id_made_from_a_value_reads_the_events_own_message(order: dict[str, Any]) -> None:
    page = page_for(order)
    page.push(event="contact", ecommerce={"id": 77})
    assert both(page, "contact") == "c_77"
    page.push(event="contact")
    first = both(page, "contact")
    page.push(event="contact")
    assert len({"c_77", first, both(page, "contact")}) == 3
    assert "c_" not in first
    page.push(event="contact", event_id="srv", ecommerce={"id": 78})
    assert both(page, "contact") == "srv"


def test_the_key_of_the_sites_own_id_can_be_chosen() -> None:
    site = {"event_id_key": "meta.id"}
    events = {"e": {"on": {"event": "e"}, "send": {"ga4": "e"}}}
    version = exported(spec(site=site, events=events))
    variable = by_name(version["variable"])["event ID - generated"]
    assert compact(variable)["parameter"] == {"read": "id", "key": "meta.id"}


def test_generate_is_the_default() -> None:
    event = {"on": {"event": "e"}, "send": {"ga4": "e"}}
    assert exported(spec(events={"e": event})) == exported(
        spec(events={"e": {**event, "event_id": "generate"}})
    )


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ({"cookie": "c"}, "{{data - order}}"),
        ({"builtin": "page_path"}, "{{Page Path}}"),
        ({"path": "o", "scope": "model"}, "{{data - order}}"),
        ({"path": "o", "scope": "event"}, "{{data - order}}"),
        ({"path": "o", "default": 1}, "{{data - order (without default)}}"),
    ],
)
def test_the_variable_of_an_id_made_from_a_value(source: dict[str, Any], value: str) -> None:
    events = {"e": {"on": {"event": "e"}, "event_id": {"from": "order"}, "send": {"ga4": "e"}}}
    version = exported(spec(data={"order": source}, events=events))
    variables = by_name(version["variable"])
    assert compact(variables["event ID - e"])["parameter"] == {
        "read": "id",
        "key": "event_id",
        "from": value,
        "prefix": "",
    }
    own = variables.get("data - order (without default)")
    assert own is None or compact(own)["parameter"]["path"] == "o"
    assert own is None or own["formatValue"] == {}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_the_tags_of_an_event_refer_to_one_variable(example: Any) -> None:
    container = compile_spec(load(example, {}))
    references: dict[str, set[str]] = {}
    for tag in container.tags:
        assert tag.owner is not None
        event = tag.owner.key.removeprefix("tag/").split(".")[0]
        found = {text for text in _texts(tag.parameter) if text.startswith("{{event ID - ")}
        references.setdefault(event, set()).update(found)
    assert all(len(found) <= 1 for found in references.values() if found), references


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [text for item in value or () for text in _texts(item)]
