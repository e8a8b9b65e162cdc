"""The examples for developers are real: GTM fires on them, with the ID that the backend sends.

The container is the compiled one, played in the engine, which agrees with recorded runs of the
real runtime and knows nothing of specs or of the documentation.
"""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from gtmgen.compile.compiler import compile_spec
from gtmgen.container.entities import CONSENT_TYPES
from gtmgen.container.export import export_json
from gtmgen.docs.build import build
from gtmgen.docs.event_model import DeveloperMessage, EventDoc
from gtmgen.docs.model import Documentation
from tests.compile.gtm_page import Page
from tests.examples.conftest import Example, all_examples
from tests.support import load_text

Fired = tuple[list[str], Page]


# What only the page itself could give: cookies, scripts, elements, and tables and code on them.
_OF_THE_PAGE = frozenset(("k", "j", "d", "jsm", "f"))


# What only a browser watches, and no message fires.
_WATCHED = frozenset(("ELEMENT_VISIBILITY", "SCROLL_DEPTH", "YOU_TUBE_VIDEO"))


def _visited(version: dict[str, Any], found: Documentation) -> Page:
    """A page that also has cookies, elements and scripts: with the values of the examples."""
    known = {item.variable: item.example for item in found.data}
    variables = [_with_example(item, known) for item in version.get("variable", ())]
    triggers = [item for item in version.get("trigger", ()) if item["type"] not in _WATCHED]
    return Page({**version, "variable": variables, "trigger": triggers})


def _with_example(variable: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    example = known.get(variable["name"].removesuffix(" (as it is)"))
    if variable["type"] not in _OF_THE_PAGE or example is None:
        return variable
    value = str(example).lower() if isinstance(example, bool) else str(example)
    constant = {"type": "TEMPLATE", "key": "value", "value": value}
    return {**variable, "type": "c", "parameter": [constant]}


def _urls(found: Documentation, event: EventDoc) -> list[str]:
    """An address on which the event may happen."""
    host = (found.site.hosts or ("www.example.com",))[0].replace("*", "www")
    pages = {page.key: page.example for page in found.pages}
    return [pages[key] for key in event.pages] or [f"https://{host}/"]


def _pushed(
    version: dict[str, Any],
    found: Documentation,
    url: str,
    message: DeveloperMessage,
    granted: tuple[str, ...] = (),
) -> Fired:
    """The tags that the event's own message fires; before it, the visitor has ``granted`` these."""
    page = _visited(version, found)
    page.load(url)
    page.granted = None  # whatever the container's own default says until the visitor has chosen
    if granted:
        page.play({"consentUpdate": dict.fromkeys(granted, "granted")})
    fired: list[str] = []
    for item in message.messages:
        fired = page.push(**item)
    return fired, page


CASES = [
    pytest.param(example, example.documentation, event, id=f"{example.name}-{event.key}")
    for example in all_examples()
    if example.env is None
    for event in example.documentation.events
    if event.message is not None
]


@pytest.mark.parametrize(("example", "found", "event"), CASES)
def test_the_example_is_valid_and_fires_every_tag_of_its_event(
    example: Example, found: Documentation, event: EventDoc
) -> None:
    message = event.message
    assert message is not None
    jsonschema.Draft202012Validator(message.schema).validate(message.example)
    wanted = {tag for sent in event.deliveries if not sent.paused for tag in sent.tags}
    fired = [set(_pushed(example.version, found, url, message)[0]) for url in _urls(found, event)]
    assert any(wanted <= tags for tags in fired), (wanted, fired, message.messages)


@pytest.mark.parametrize(("example", "found", "event"), CASES)
def test_browser_and_backend_send_the_same_event_and_id(
    example: Example, found: Documentation, event: EventDoc
) -> None:
    message = event.message
    assert message is not None
    for sent in event.deliveries:
        if sent.server is None or sent.paused:
            continue
        (payload,) = sent.server.payload["data"]
        url = _urls(found, event)[0]  # without consent, the call may be held
        _, page = _pushed(example.version, found, url, message, CONSENT_TYPES)
        for tag in sent.tags:
            given = page.last[tag]
            assert payload["event_id"] == given["event_id"] == event.event_id.example
            if "server_container_url" not in given:  # else it brings the event to the server
                assert payload["event"] == given["event"]


CONDITIONS = [
    {"plan": "pro"},
    {"plan": ["pro", "team"]},
    {"plan": {"not_equals": "free"}},
    {"plan": {"contains": "pro"}},
    {"plan": {"not_contains": "free"}},
    {"plan": {"starts_with": "pro"}},
    {"plan": {"ends_with": "pro"}},
    {"plan": {"not_starts_with": "free"}},
    {"plan": {"not_ends_with": "free"}},
    {"plan": {"not_equals": ""}},
    {"value": {"gt": 100}},
    {"value": {"gte": 100}},
    {"value": {"lt": 5}},
    {"value": {"lte": 5}},
    {"value": {"gt": 1.5, "lt": 2}},
    {"value": {"gt": -10, "lt": -5}},
    {"plan": {"contains": "pro", "not_contains": "free"}, "value": {"gt": 100}},
    {"plan": {"matches": "^(pro|team)$"}},
    {"plan": {"matches": "pro-[0-9]|team"}},
    {"plan": {"starts_with": "pro", "ends_with": "plus"}},
    {"plan": {"not_equals": ["free", "plan-1"]}},
    {"paid": True},
    {"paid": False},
]


@pytest.mark.parametrize("where", CONDITIONS, ids=str)
@pytest.mark.parametrize("example", [None, "free"], ids=["no example", "an unfit example"])
@pytest.mark.parametrize("place", ["event", "send", "trigger"])
def test_an_example_meets_the_conditions(
    where: dict[str, Any], example: str | None, place: str
) -> None:
    plan = {"path": "plan", "type": "string", **({"example": example} if example else {})}
    send = {"event": "upgrade", "where": where} if place == "send" else "upgrade"
    named: dict[str, Any] = {"event": "upgrade", **({"where": where} if place == "trigger" else {})}
    spec = {
        "gtmgen": 1,
        "project": "shop",
        "container": {"gtm": "GTM-TEST"},
        "site": {"currency": "EUR"},
        "platforms": {"ga4": {"measurement_id": "G-ABC1234567", "consent": "not_required"}},
        "data": {
            "plan": plan,
            "value": {"path": "value", "type": "number"},
            "paid": {"path": "paid", "type": "boolean"},
        },
        "triggers": {"upgraded": named},
        "events": {
            "upgrade": {
                "on": "upgraded",
                "params": {"plan": "plan", "value": "value", "paid": "paid"},
                "send": {"ga4": send},
                **({"where": where} if place == "event" else {}),
            }
        },
    }
    loaded = load_text(json.dumps(spec))
    found = build(loaded)
    version = json.loads(export_json(compile_spec(loaded)))["containerVersion"]
    (event,) = found.events
    message = event.message
    assert message is not None
    jsonschema.Draft202012Validator(message.schema).validate(message.example)
    fired, _ = _pushed(version, found, "https://www.example.com/", message)
    assert "GA4 - upgrade" in fired, message.example
