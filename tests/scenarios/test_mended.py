"""What containers of version 0 sent wrong: each fault has scenarios that prove it mended.

Three things hold for each: its scenarios pass on what is compiled today, they fail on the container
that version 0 compiled from the same spec in its own words (`version0/`; where it had no word, from
the nearest that it could say), and they notice when the mend is taken out of today's container.
"""

import json
from functools import lru_cache
from pathlib import Path

import pytest

from gtmgen.compile.compiler import compile_spec
from gtmgen.container.export import export_json
from gtmgen.scenarios.accounts import accounts_of
from gtmgen.scenarios.load import scenarios_of_spec
from gtmgen.scenarios.model import Status
from gtmgen.scenarios.run import Runner, ScenarioSetting
from gtmgen.spec.load import load
from scenarios.mutations import (
    is_negated,
    mutate_everywhere,
    other_value,
    tag_field,
    template_code,
    texts,
    without_conditions,
    without_tag,
    without_trigger,
)

FOLDER = Path(__file__).parent

FAULTS = {
    "one event ID for all visitors": ["event_ids"],
    "what consent held back is lost": ["consent_late", "consent_answers", "consent_hold"],
    "sent before consent, or after it is withdrawn": ["consent_default"],
    "values linger": ["lingering"],
    "an order in the page before GTM is not used": ["order_in_page"],
    "what is missing counts as a word": ["missing"],
    "values in other forms are lost": ["forms"],
    "another name of the data layer": ["other_layer"],
    "calls that name no pixel": ["neighbours"],
    "accounts, page views and limits": [
        "accounts",
        "page_view_event",
        "platform_limits",
        "visitor",
    ],
    "what is a page": ["replaced_addresses", "query_pages", "hash_pages"],
    "elements within, order, reading once": ["clicks", "busy_page"],
    # Of plans, not of what is sent: tests/plan/test_plan_renamed_from.py.
    "entities are made anew when a key changes": [],
}

# These hold in version 0, too: they show that a mend takes nothing away.
RIGHT_BEFORE = {
    "What is chosen counts from then on",
    "All hosts of the site",
    "A visitor who changes the language sees another page",
    "A refusal and a later consent are one event",
    "What was held back goes out once, and the refusal before it does not",
}


def has(text):
    return lambda trigger, one: text in str(texts(one))


def not_within(version):
    """Conditions on the clicked element that see only the innermost one."""
    for place, trigger in enumerate(version["trigger"]):
        kept = json.loads(json.dumps(trigger.get("filter", [])))
        for one in kept:
            for value in one["parameter"]:
                parts = [part for part in value["value"].split(", ") if not part.endswith(" *")]
                value["value"] = ", ".join(parts)
        if kept != trigger.get("filter", []):
            yield trigger["name"], ("trigger", place), {"filter": kept}


def value_of(key, value, other, kind="variable"):
    """A parameter of that key and value, with another value."""
    return other_value(
        kind, lambda e, one: one.get("key") == key and one.get("value") == value, other
    )


def of_pixel(mended, plain):
    return template_code("TikTok", mended, plain)


def of_reader(mended, plain):
    return template_code("Event data", mended, plain)


FOLLOW = """\
const follow = (value, parts) => {
  let found = value;
  parts.forEach((part) => { found = member(found, part); });
  return found;
};"""
ALL_PAGES = ["2147479553"]


def is_address_of(name):
    return lambda variable, one: one.get("key") == "customUrlSource" and variable["name"] == name


# Spec -> what mends it -> how to take that out of the compiled container.
MENDS = {
    "event_ids": {
        "a path is followed from undefined": [
            of_reader(FOLLOW, "const follow = (value, path) => path.reduce(member, value);")
        ],
    },
    "consent_late": {
        "gates": [without_conditions(has("{{consent - "))],
        "second chance": [without_trigger(lambda one: "late" in one["name"])],
        "an event's own address": [template_code("Consent gate", "kept: data.kept", "kept: []")],
        "an answer behind the banner's message": [without_tag("Consent - wait for choice")],
        "once is counted by the gate": [
            without_conditions(has("once}}")),
            tag_field("tagFiringOption", "ONCE_PER_LOAD"),
        ],
    },
    "consent_answers": {
        "exceptions of other events": [without_conditions(has("choice_made"))],
        "exceptions of the banner's event": [
            template_code("Consent gate", "granted && late.length > 0 ? 'false' :", "")
        ],
        "an answer behind our own message": [
            template_code("Consent gate", "getTimestampMillis() - turns.told < AT_ONCE", "false")
        ],
        "a refusal beside others": [
            template_code("Consent gate", "others.length > 0 ? others :", "")
        ],
        "our own message is none of the site's": [without_conditions(has("^gtmgen"))],
    },
    "consent_hold": {
        "calls wait": [value_of("while_denied", "hold", "drop", "tag")],
        "what waits goes out": [
            of_pixel("isGranted(one.types)) one.begin();", "isGranted(one.types)) one.types = [];")
        ],
        "an event's own values": [
            of_pixel("if (ensureQueue()) run(pixelId, state, parameters, options);",
                "if (ensureQueue()) run(pixelId, state, eventParameters(), eventOptions(pixelId));",
            ),
            of_pixel("state.held.push({begin", "state.held.unshift({begin"),
        ],
    },
    "consent_default": {
        "default": [without_tag("Consent - default")],
        "additional consent": [tag_field("consentSettings", {"consentStatus": "NOT_SET"})],
        "withdrawal": [of_pixel("call(pixelId, 'revokeConsent');", "")],
        "renewal": [of_pixel("state.revoked && isGranted(accountTypes)", "false")],
    },
    "lingering": {
        "scope of the event": [value_of("read", "event", "model")],
    },
    "order_in_page": {
        "what the page had before GTM": [
            of_reader(
                "list = list.concat(messagesBefore(messages, i, name, numberOf(messages[i])));",
                "list = [];",
            )
        ],
        "source of the ID": [value_of("from", "{{data - order}}", "")],
    },
    "missing": {
        "conditions ask for a value": [without_conditions(has("undefined|null|NaN"))],
        "what is behind null": [
            of_reader("return follow(copyFromDataLayer(parts[0]), parts.slice(1));",
                "return copyFromDataLayer(parts[0]) === null ? false : undefined;",
            ),
            of_reader("return value === false &&", "return false &&"),
        ],
        "null of elements": [value_of("null_text", "true", "false")],
        "defaults": [value_of("default", "basic", "")],
    },
    "forms": {
        "numbers": [value_of("type", "number", "any")],
        "currencies": [value_of("type", "currency", "any")],
        "lists": [value_of("type", "items", "any")],
        "decimal sign": [value_of("decimal", ",", ".")],
        "names of fields": [value_of("from", "nummer", "id")],
        "nested fields": [value_of("from", "preis.netto", "preis")],
        "sum": [value_of("read", "sum", "value")],
        "first of several": [value_of("value", "{{data - alter_code}}", "{{data - code}}")],
        "cookies": [value_of("decodeCookie", "true", "false")],
    },
    "other_layer": {
        "name of the data layer": [of_reader("'acmeLayer'", "'dataLayer'")],
    },
    "neighbours": {
        "address": [
            of_pixel("const path = 'ttq._i.' + pixelId + '.' + method;",
                "const path = 'ttq.' + method;",
            )
        ],
        "a pixel of the page's": [of_pixel("state.foreign = true;", "")],
    },
    "accounts": {
        "pixels": [value_of("pixel_id", "CFIXTUREPIXEL0000002", "CFIXTUREPIXEL0000001", "tag")],
        "streams": [value_of("measurementIdOverride", "G-FIXTURE002", "G-FIXTURE001", "tag")],
    },
    "page_view_event": {
        "its event": [tag_field("firingTriggerId", ALL_PAGES)],
        "its condition": [without_conditions(has("Fehler"))],
        "its exception": [tag_field("blockingTriggerId", [])],
        "its parameters": [value_of("parameter", "page_location", "x", "tag")],
    },
    "platform_limits": {
        "hosts": [without_conditions(has("{{Page Hostname}}")), tag_field("blockingTriggerId", [])],
        "conditions of a platform": [without_conditions(has("{{data - country}}"))],
        "exceptions of a platform": [without_conditions(has("{{data - staff}}"))],
    },
    "visitor": {
        "user ID": [value_of("parameter", "user_id", "x", "tag")],
        "user properties": [value_of("name", "plan", "x", "tag")],
        "parameters of the Google tag": [value_of("parameter", "content_group", "x", "tag")],
        "first of several": [value_of("value", "{{data - mail_hash}}", "{{data - mail}}")],
        "names": [value_of("name", "first_name", "x", "tag")],
        "places": [value_of("name", "city", "x", "tag")],
    },
    "replaced_addresses": {
        "what is replaced": [without_conditions(has("replaceState"))],
        "what is another page": [
            without_conditions(lambda t, one: is_negated(one) and "old path" in str(texts(one)))
        ],
    },
    "query_pages": {
        "the page is still shown": [without_conditions(has("history - page"))],
        "what is ignored": [
            other_value("variable", lambda e, one: one.get("key") == "ignore", "")
        ],
    },
    "hash_pages": {
        "the page is still shown": [without_conditions(has("history - page"))],
        "fragment": [other_value("variable", lambda e, one: one.get("key") == "fragment", "")],
    },
    "clicks": {"what is within": [not_within]},
    "busy_page": {
        "page view first": [
            tag_field("priority", {"type": "INTEGER", "value": "0"}),
        ],
        "the page is still shown": [without_conditions(has("history - page"))],
        "a rewritten address is no further page": [
            of_reader("some(showsPage)", "some((one) => isOfListener(member(one, 'event')))")
        ],
        "the page that the app went to": [
            other_value("variable", is_address_of("history - new path"), ""),
            other_value("variable", is_address_of("history - new query season"), ""),
        ],
        "one reading": [
            of_reader("if (known && current !== undefined && known", "if (false && known")
        ],
        "data before a listener's message": [
            of_reader("if (isOfListener(name) &&", "if (false &&")
        ],
        "data before a router's note": [of_reader("|| staysOnPage(messages[i])", "")],
        "name of one's own": [value_of("event", "SwipedCard", "Contact", "tag")],
    },
}  # fmt: skip
CASES = [(spec, mend) for spec, mends in MENDS.items() for mend in mends]


@lru_cache(maxsize=32)
def compiled(name):
    loaded = load(FOLDER / "mended" / f"{name}.yaml", {})
    return loaded, json.loads(export_json(compile_spec(loaded)))


@lru_cache(maxsize=32)
def version0(name):
    folder = FOLDER / "version0"
    export = json.loads((folder / f"{name}.json").read_text())
    for template in export["containerVersion"].get("customTemplate", []):
        template["templateData"] = (folder / template["templateData"]["file"]).read_text()
    return export


def play(name, export):
    """One result after the other, so that a test can stop at the first failure."""
    loaded, _ = compiled(name)
    file = scenarios_of_spec(loaded)
    setting = ScenarioSetting().at_site(loaded.spec)
    runner = Runner(export, accounts_of(loaded.spec), setting, file.locate)
    for result in runner.run_all(file.scenarios):
        assert result.status is not Status.NOT_TESTED, result.reason
        yield result


def test_every_spec_is_of_a_fault_and_has_its_mends():
    specs = {path.stem for path in (FOLDER / "mended").glob("*.yaml")}
    listed = [name for names in FAULTS.values() for name in names]

    assert sorted(listed) == sorted(specs)
    assert set(MENDS) == specs


@pytest.mark.parametrize("name", MENDS)
def test_it_is_mended(name):
    failures = [one.failures for one in play(name, compiled(name)[1])]

    assert failures
    assert not any(failures)


@pytest.mark.parametrize("name", MENDS)
def test_it_fails_on_the_container_of_version_0(name):
    passed = {
        one.scenario.name for one in play(name, version0(name)) if one.status is Status.PASSED
    }

    assert passed <= RIGHT_BEFORE


@pytest.mark.parametrize(("name", "mend"), CASES)
def test_a_scenario_notices_that_the_mend_is_gone(name, mend):
    mutant = mutate_everywhere(compiled(name)[1], *MENDS[name][mend])

    assert any(one.status is Status.FAILED for one in play(name, mutant))
