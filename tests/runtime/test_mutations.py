"""Each rule that the compiler follows, broken in the compiled container: a scenario fails.

A mutation is made wherever the rule stands in the container; none may survive.
"""

import copy
import json
from functools import lru_cache
from pathlib import Path

import pytest
from scenarios.mutations import (
    is_about_page_left,
    is_negated,
    other_value,
    tag_field,
    texts,
    without_a_firing_trigger,
    without_conditions,
)

from gtmgen.compile.compiler import compile_spec
from gtmgen.container.export import export_json
from gtmgen.scenarios.accounts import accounts_of
from gtmgen.scenarios.load import scenarios_of_spec
from gtmgen.scenarios.model import Status
from gtmgen.scenarios.run import Runner, ScenarioSetting
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
    setting = ScenarioSetting().at_site(loaded.spec)
    runner = Runner(export, accounts_of(loaded.spec), setting, file.locate)
    for result in runner.run_all(file.scenarios):
        assert result.status is not Status.NOT_TESTED, result.reason
        yield result


def is_about_path(condition):
    values = texts(condition)
    return "{{Page Path}}" in values and "{{history - new path}}" not in values


def forget_pages(version):
    """The gate does not keep what was held back from going out on another page."""
    left = [one["triggerId"] for one in version["trigger"] if is_about_page_left(one)]
    mutants = []
    for place, tag in enumerate(version["tag"]):
        kept = [one for one in tag["firingTriggerId"] if one not in left]
        if len(kept) < len(tag["firingTriggerId"]):
            mutants.append((("tag", place), {"firingTriggerId": kept}))
    yield "a page that was left", [at for at, _ in mutants], [change for _, change in mutants]


RULES = {
    # Not: whether the page is still shown. No scenario moves twice while GTM is busy.
    "path condition": without_conditions(lambda t, one: is_about_path(one)),
    "page that was left": forget_pages,
    "another page on a single-page app": without_conditions(
        lambda t, one: t["type"] == "HISTORY_CHANGE" and is_negated(one)
    ),
    "condition on data": without_conditions(lambda t, one: "{{data - " in str(texts(one))),
    # Not: of what waits for consent itself, and sends nothing.
    "consent": lambda version: (
        mutant
        for mutant in tag_field("consentSettings", {"consentStatus": "NOT_SET"})(version)
        if not mutant[0].startswith("Consent - ")
    ),
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
    # What GA4 gets is converted once more, so that nothing unreadable reaches it: both go.
    "type of a data key": lambda version: together(
        other_value(
            "variable",
            lambda e, one: one.get("key") == "type" and one["value"] in ("number", "currency"),
            "any",
        )(version)
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


def each(mutations):
    """What each mutant is about, and the places that change in it."""
    for name, at, change in mutations:
        yield name, zip(at, change, strict=True) if isinstance(at, list) else [(at, change)]


def together(mutations):
    """One mutant for a variable and what is made of it: ``data - x`` and ``data - x (...)``."""
    groups = {}
    for name, at, change in mutations:
        groups.setdefault(name.split(" (")[0], []).append((at, change))
    for name, parts in groups.items():
        yield name, [at for at, _ in parts], [change for _, change in parts]


def test_the_container_as_it_is_passes():
    assert [one.failures for one in results(compiled()[1]) if one.failures] == []


@pytest.mark.parametrize("rule", RULES)
def test_a_broken_rule_makes_a_scenario_fail(rule):
    export = compiled()[1]
    survivors, count = [], 0
    for name, changes in each(RULES[rule](export["containerVersion"])):
        mutant = copy.deepcopy(export)
        for (kind, place), change in changes:
            mutant["containerVersion"][kind][place].update(change)
        count += 1
        if all(result.status is Status.PASSED for result in results(mutant)):
            survivors.append(name)
    assert count > 0
    assert survivors == []
