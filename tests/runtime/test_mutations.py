"""Each rule that the compiler follows, broken in the compiled container: a scenario fails.

A mutation is made wherever the rule stands in the container; none may survive.
"""

import copy
import json
from functools import lru_cache
from pathlib import Path

import pytest

from gtmgen.compile.compiler import compile_spec
from gtmgen.container.export import export_json
from gtmgen.scenarios.accounts import accounts_of, origin_of
from gtmgen.scenarios.load import scenarios_of_spec
from gtmgen.scenarios.model import Status
from gtmgen.scenarios.run import Runner, Setting
from gtmgen.spec.load import load

SPEC = Path(__file__).parent / "mutations" / "shop.yaml"
PIXEL, STREAM = "CFIXTUREPIXEL0000001", "G-FIXTURE001"


@lru_cache(maxsize=1)
def compiled():
    loaded = load(SPEC, {})
    return loaded, json.loads(export_json(compile_spec(loaded)))


def results(export):
    """One result after the other, so that a test can stop at the first failure."""
    loaded, _ = compiled()
    file = scenarios_of_spec(loaded)
    setting = Setting(origin=origin_of(loaded.spec))
    runner = Runner(export, accounts_of(loaded.spec), setting, file.locate)
    for result in runner.run_all(file.scenarios):
        assert result.status is not Status.NOT_TESTED, result.reason
        yield result


def parameters(value):
    """All parameters of an entity, however deep."""
    if isinstance(value, dict):
        if "key" in value or "value" in value:
            yield value
        for inner in value.values():
            yield from parameters(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from parameters(inner)


def texts(entity):
    return [str(one.get("value")) for one in parameters(entity)]


def is_negated(condition):
    return any(one.get("key") == "negate" for one in condition["parameter"])


# --- the rules: each yields (what, a change of one place) --------------------------------


def without_conditions(chosen):
    """A trigger without the conditions that are chosen."""

    def mutations(version):
        for place, trigger in enumerate(version["trigger"]):
            kept = [one for one in trigger.get("filter", ()) if not chosen(trigger, one)]
            if len(kept) < len(trigger.get("filter", ())):
                yield trigger["name"], ("trigger", place), {"filter": kept}

    return mutations


def tag_field(name, value):
    def mutations(version):
        for place, tag in enumerate(version["tag"]):
            if tag.get(name):
                yield tag["name"], ("tag", place), {name: value}

    return mutations


def without_a_firing_trigger(version):
    for place, tag in enumerate(version["tag"]):
        for one in tag["firingTriggerId"]:
            left = [other for other in tag["firingTriggerId"] if other != one]
            name = f"{tag['name']} without {one}"
            # The Google tag sends nothing by itself here; its trigger is another rule's.
            if tag["type"] != "googtag":
                yield name, ("tag", place), {"firingTriggerId": left}


def other_value(kind, chosen, value):
    """Every parameter that is chosen, with another value."""

    def mutations(version):
        for place, entity in enumerate(version[kind]):
            changed = copy.deepcopy(entity.get("parameter", []))
            targets = [one for one in parameters(changed) if chosen(entity, one)]
            for one in targets:
                one["value"] = value
            if targets:
                yield entity["name"], (kind, place), {"parameter": changed}

    return mutations


RULES = {
    # Not: whether the page is still shown. No scenario moves twice while GTM is busy.
    "path condition": without_conditions(
        lambda t, one: "{{Page Path}}" in texts(one) and "{{history - new path}}" not in texts(one)
    ),
    "another page on a single-page app": without_conditions(
        lambda t, one: t["type"] == "HISTORY_CHANGE" and is_negated(one)
    ),
    "condition on data": without_conditions(lambda t, one: "{{data - " in str(texts(one))),
    "consent": tag_field("consentSettings", {"consentStatus": "NOT_SET"}),
    "blocking trigger": tag_field("blockingTriggerId", []),
    "firing trigger": without_a_firing_trigger,
    "event ID from data": other_value(
        "variable", lambda e, one: one.get("key") == "from" and one["value"] != "", ""
    ),
    "event ID's prefix": other_value("variable", lambda e, one: one.get("key") == "prefix", "x"),
    "event ID in every tag": other_value(
        "tag", lambda e, one: "{{event ID" in str(one.get("value")), "fixed"
    ),
    "scope of the event": other_value(
        "variable", lambda e, one: one.get("key") == "read" and one["value"] == "event", "model"
    ),
    "type of a data key": other_value(
        "variable",
        lambda e, one: one.get("key") == "type" and one["value"] in ("number", "currency"),
        "any",
    ),
    "default of a data key": other_value(
        "variable", lambda e, one: one.get("key") == "default", "CHF"
    ),
    "type of a parameter": other_value(
        "tag",
        lambda e, one: one.get("key") == "type" and one.get("value") == "number",
        "string",
    ),
    "account": other_value(
        "tag",
        lambda e, one: e["type"] != "googtag" and one.get("value") in (PIXEL, STREAM),
        "COTHERACCOUNT0000001",
    ),
    "event's name": other_value(
        "tag", lambda e, one: one.get("key") in ("event", "eventName"), "Something"
    ),
}


def test_the_container_as_it_is_passes():
    assert [one.failures for one in results(compiled()[1]) if one.failures] == []


@pytest.mark.parametrize("rule", RULES)
def test_a_broken_rule_makes_a_scenario_fail(rule):
    export = compiled()[1]
    survivors, count = [], 0
    for name, (kind, place), change in RULES[rule](export["containerVersion"]):
        mutant = copy.deepcopy(export)
        mutant["containerVersion"][kind][place].update(change)
        count += 1
        if all(result.status is Status.PASSED for result in results(mutant)):
            survivors.append(name)
    assert count > 0
    assert survivors == []
