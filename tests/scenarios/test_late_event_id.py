"""What consent held back goes out under its event's own ID, as the other platforms have it."""

import json

import pytest

from gtmgen.compile.compiler import compile_spec
from gtmgen.container.export import export_json
from gtmgen.runtime.engine import run_scenario
from gtmgen.spec.load import load

SPEC = """\
gtmgen: 1
project: fixture
container: {gtm: GTM-FIXTURE}
site: {hosts: [shop.example], navigation: spa}
consent: {default: {ad_storage: denied, analytics_storage: denied}, granted_on: given}
triggers: {given: {event: consent_given}}
pages: {product: {path: "/products/*"}}
platforms:
  tiktok:
    pixel_id: CFIXTUREPIXEL0000001
    page_view: "off"
    consent: [ad_storage]
    while_denied: %s
  ga4: {measurement_id: G-FIXTURE001, page_view: manual, consent: [analytics_storage]}
events:
  product_seen:
    on: {page: product}
    send: {tiktok: {event: Lead, once: %s}, ga4: {event: product_seen, once: %s}}
"""
TIKTOK, SEEN, PAGE_VIEW = (
    "TikTok - product_seen",
    "GA4 - product_seen",
    "GA4 - page view",
)


def consent(**types):
    return [{"gtag": ["consent", "update", types]}, {"push": {"event": "consent_given"}}]


GRANTED_AT_ONCE = consent(ad_storage="granted", analytics_storage="granted")
GRANTED_IN_TURN = [*consent(ad_storage="granted"), *consent(analytics_storage="granted")]


def ids_by_tag(folder, steps, *, while_denied, once):
    """Tag -> the event IDs that it sent, in order."""
    file = folder / "spec.yaml"
    file.write_text(SPEC % (while_denied, once, once), encoding="utf-8")
    container = json.loads(export_json(compile_spec(load(file, {}))))
    scenario = {"url": "https://shop.example/products/a", "steps": steps}
    run = run_scenario(container, scenario)
    assert (run.stopped, run.unsupported, run.errors) == (None, (), ())
    found = {}
    for event in run.trace:
        for tag in event["tags"]:
            if tag["status"] == "fired" and tag["tag"] in (TIKTOK, SEEN, PAGE_VIEW):
                found.setdefault(tag["tag"], []).append(event_id_of(tag["fields"]))
    return found


def event_id_of(fields):
    rows = fields.get("eventSettingsTable", [])
    named = {row["parameter"]: row["parameterValue"] for row in rows}
    return fields.get("event_id", named.get("event_id"))


@pytest.mark.parametrize("steps", [GRANTED_AT_ONCE, GRANTED_IN_TURN], ids=["at once", "in turn"])
@pytest.mark.parametrize("once", ["event", "page"])
@pytest.mark.parametrize("while_denied", ["hold", "drop"])
def test_every_side_gets_the_id_of_the_event_itself(tmp_path, steps, once, while_denied):
    found = ids_by_tag(tmp_path, steps, while_denied=while_denied, once=once)
    [[id_]] = {tuple(ids) for ids in found.values()}
    assert set(found) == {TIKTOK, SEEN, PAGE_VIEW}
    assert id_.count(".") == 2


@pytest.mark.parametrize("once", ["event", "page"])
def test_the_next_page_has_an_id_of_its_own(tmp_path, once):
    steps = [*GRANTED_AT_ONCE, {"pushState": "/products/b"}]
    found = ids_by_tag(tmp_path, steps, while_denied="drop", once=once)
    assert len(found[PAGE_VIEW]) == len(set(found[PAGE_VIEW])) == 2
    expected = found[PAGE_VIEW] if once == "event" else found[PAGE_VIEW][:1]
    assert found[TIKTOK] == found[SEEN] == expected


def test_a_page_that_was_left_before_consent_gives_its_id_to_no_other(tmp_path):
    steps = [{"pushState": "/products/b"}, *GRANTED_AT_ONCE]
    [id_] = ids_by_tag(tmp_path, steps, while_denied="drop", once="event")[SEEN]
    [first, *_] = ids_by_tag(tmp_path, GRANTED_AT_ONCE, while_denied="drop", once="event")[SEEN]
    assert id_.split(".")[-1] != first.split(".")[-1]
