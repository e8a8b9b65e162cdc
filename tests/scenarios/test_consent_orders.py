"""Consent in any order, on random specs: what a platform receives is what the oracle says."""

import json
import os

import pytest

from gtmgen.compile.compiler import compile_spec
from gtmgen.container.export import export_json
from gtmgen.runtime.engine import run_scenario
from gtmgen.spec.load import load
from scenarios.consent_orders import EVENTS, PIXELS, STREAMS, Oracle, Visit

_PLATFORM_OF = {account: name for name, account in {**PIXELS, **STREAMS}.items()}
_EVENT_OF = {name: event for event, (name, _) in EVENTS.items()}
# `GTMGEN_SEEDS=1000-1400` for a long run.
_FIRST, _, _END = os.environ.get("GTMGEN_SEEDS", "0-60").partition("-")
SEEDS = range(int(_FIRST), int(_END))
_LOOK = {"eval": "JSON.stringify(Object.entries((window.ttq || {})._i || {}))"}


def received(folder, visit, engine="quickjs"):
    """(platform, event) -> (value, item ID, label, event ID), as the oracle has them."""
    file = folder / "spec.yaml"
    file.write_text(visit.spec(), encoding="utf-8")
    container = json.loads(export_json(compile_spec(load(file, {}))))
    scenario = visit.scenario()
    scenario["steps"].append(_LOOK)
    run = run_scenario(container, scenario, engine=engine)
    assert (run.skipped, run.stopped, run.unsupported, run.errors) == (None, None, (), ())
    found = {}
    fired = [one["fields"] for event in run.trace for one in event["tags"]
             if one["status"] == "fired"]  # fmt: skip
    for fields in fired:
        if "eventName" in fields:
            name = fields["eventName"].replace("page_view", "page view")
            key = _PLATFORM_OF[fields["measurementIdOverride"]], name
            rows = {row["parameter"]: row["parameterValue"] for row in fields["eventSettingsTable"]}
            given = {name: one for name, one in rows.items() if one != {"$undefined": True}}
            items = [one["item_id"] for one in given.get("items", ())]
            found.setdefault(key, []).append(
                (given.get("value"), *items, given.get("search_term"), given["event_id"])
            )
    for pixel, calls in json.loads(run.observed["evals"][-1]["value"]):
        for call in calls:
            if call[0] == "page":
                found.setdefault((_PLATFORM_OF[pixel], "page view"), []).append(None)
            if call[0] == "track":
                _, name, params, options = call
                items = [one["content_id"] for one in params["contents"]]
                found.setdefault((_PLATFORM_OF[pixel], _EVENT_OF[name]), []).append(
                    (params["value"], *items, params.get("search_string"), options["event_id"])
                )
    return found


def check(folder, visit, engine="quickjs", oracle=Oracle):
    found, sent = received(folder, visit, engine), oracle(visit).sent
    ids = {}
    for key in sorted({*found, *sent}):
        got, wanted = found.get(key, []), sent.get(key, [])
        if key[1] == "page view":
            assert (key, len(got)) == (key, len(wanted))
        else:
            assert (key, [one[:-1] for one in got]) == (key, [one[:-1] for one in wanted])
        for one, occurrence in zip(got, wanted, strict=True):
            if one is not None:  # the pixel's page view has no ID
                ids.setdefault(occurrence[-1], set()).add(one[-1])
    # One ID for all platforms that an event reaches, and another for each event.
    assert [len(of_event) for of_event in ids.values()] == [1] * len(ids)
    assert len(set.union(set(), *ids.values())) == len(ids)
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_each_event_goes_out_once_with_its_own_values_or_not_at_all(tmp_path, seed):
    check(tmp_path, Visit(seed))


def test_the_same_in_a_browser(tmp_path):
    for seed in SEEDS[:5]:
        check(tmp_path, Visit(seed), "browser")


def test_the_visits_send_something_and_hold_something_back(tmp_path):
    counts = [sum(map(len, check(tmp_path, Visit(seed)).values())) for seed in SEEDS[:20]]
    assert sum(count > 5 for count in counts) > 5
    assert sum(len(unit.lost) for seed in SEEDS[:20] for unit in _left(seed)) > 0


def _left(seed):
    """The units of a visit, with what consent has never let out."""
    visit = Visit(seed)
    Oracle(visit)
    return visit.units
