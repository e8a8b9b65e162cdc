"""What the API or an export holds, read, written as YAML data and made again: still the same."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from compile.specs import to_yaml
from hypothesis import given, settings

from gtmgen.container.body import api_json, body
from gtmgen.container.canonical import canonical, canonical_json
from gtmgen.container.entities import AnyEntity, Kind, Owner
from gtmgen.container.names import Names, Refs
from gtmgen.container.ownership import owner_of, without_owner
from gtmgen.container.plain import to_plain
from gtmgen.container.raw import from_data, to_data
from gtmgen.container.reading import exported, read_entity
from gtmgen.container.version import bodies_of, names_of
from gtmgen.source.values import Builder
from gtmgen.source.yaml_text import compose

from . import generated
from .corpus import needs_corpus, versions

NAMES = names_of(bodies_of(generated.version()))
TRIGGER_IDS = {"Bought": "11", "All Pages": "12"}
TEMPLATE_TYPES = {"Pixel": "cvt_7_31", "Feed": "cvt_7_32"}
FOLDER_IDS = {"Shop": "21", "Ads": "22"}
REFS = Refs(TRIGGER_IDS.__getitem__, FOLDER_IDS.__getitem__, TEMPLATE_TYPES.__getitem__)


def in_yaml(data: dict[str, Any]) -> dict[str, Any]:
    """The data as a spec's file would give it."""
    builder = Builder({})
    found: dict[str, Any] = builder.build(compose(to_yaml(data), "x"))
    assert builder.diagnostics == []
    return found


def again(kind: Kind, entity: AnyEntity) -> AnyEntity:
    """Written into a spec, and made from it."""
    data = in_yaml(to_data(entity))
    owner = Owner("shop", f"{kind.value}/gtm/k")
    return from_data(
        kind, "k", data, owner, None, lambda name: pytest.fail(f"{name} is not a file")
    )


def same(kind: Kind, form: dict[str, Any]) -> dict[str, Any]:
    return without_owner(kind, form)


def properties(value: Any, schema: dict[str, Any], name: str) -> Iterator[str]:
    """The properties of the discovery document that a body has."""
    if "$ref" in schema:
        name, schema = schema["$ref"], generated.SCHEMAS[schema["$ref"]]
    if isinstance(value, dict):
        for key, item in value.items():
            yield f"{name}.{key}"
            yield from properties(item, schema["properties"][key], name)
    elif isinstance(value, list):
        for item in value:
            yield from properties(item, schema["items"], name)


def all_properties(name: str) -> set[str]:
    """Those that a body of a schema may have, with what it holds."""
    found, todo = set(), [name]
    for schema in todo:
        for key, value in generated.SCHEMAS[schema]["properties"].items():
            found.add(f"{schema}.{key}")
            inner = value.get("$ref") or value.get("items", {}).get("$ref")
            if inner and inner not in todo:
                todo.append(inner)
    return found


def test_the_schema_is_read_whole() -> None:
    found = {item for name in generated.SCHEMA_OF.values() for item in all_properties(name)}
    assert len(found) > 130


@pytest.mark.parametrize("kind", generated.SCHEMA_OF, ids=lambda kind: kind.value)
def test_nothing_of_any_entity_is_lost(kind: Kind) -> None:
    name = generated.SCHEMA_OF[kind]
    seen: set[str] = set()

    @given(generated.body(kind))
    @settings(max_examples=400, deadline=None, derandomize=True)
    def check(given_body: dict[str, Any]) -> None:
        seen.update(properties(given_body, {"$ref": name}, name))
        before = copy.deepcopy(given_body)
        expected = same(kind, canonical_json(kind, given_body, NAMES))
        # The spelling of exports says the same.
        spelled = {
            key: item if key == "type" and kind is not Kind.TRIGGER else exported(key, item)
            for key, item in given_body.items()
        }
        assert same(kind, canonical_json(kind, spelled, NAMES)) == expected
        known: AnyEntity | None = None
        for item in (given_body, spelled):
            entity = read_entity(kind, item, NAMES)
            if entity == known:  # as nearly always: all that follows would be the same, too
                continue
            known = entity
            assert same(kind, canonical(entity)) == expected
            made = again(kind, entity)
            assert same(kind, canonical(made)) == expected
            assert to_data(made) == to_data(entity)
            for written in (body(made, REFS), api_json(kind, body(made, REFS))):
                assert json.loads(json.dumps(written)) == written
                assert same(kind, canonical_json(kind, written, NAMES)) == expected
                if made.owner is not None:
                    assert owner_of(kind, written) == made.owner
        assert given_body == before

    check()
    assert all_properties(name) - seen == set()


ODD_BODIES: list[dict[str, Any]] = [
    {"parameter": None, "firingTriggerId": None, "notes": None, "priority": None},
    {"parameter": [{"type": "TEMPLATE", "key": "a", "value": None}]},
    {"parameter": [{"type": "LIST", "key": "a", "list": None}]},
    {"parameter": [{"type": "MAP", "key": "a", "map": None, "isWeakReference": None}]},
    {"parameter": [{"type": "INTEGER", "key": "a", "value": 7}]},
    {"parameter": [{"type": "BOOLEAN", "key": "a", "value": True}]},
    {"parameter": [{"type": "TEMPLATE", "key": "a", "value": 1.5}]},
    {"parameter": [{"type": "TEMPLATE", "key": "a", "value": "x", "unknown": 1}]},
    {"parameter": [{"type": "TEMPLATE", "key": "a", "value": ["x"]}]},
    {"parameter": [{"type": "TEMPLATE", "key": "a", "list": []}]},
    {"parameter": [{"type": "LIST", "key": "a", "value": "x"}]},
    {"parameter": [{"type": "LIST", "key": "a", "list": [{"value": "no type"}]}]},
    {"parameter": [{"type": "TEMPLATE", "key": "a", "value": "x", "isWeakReference": "true"}]},
    {"parameter": [{"key": "a", "value": "no type"}]},
    {"parameter": ["text"]},
    {"parameter": "text"},
    {"parameter": {"type": "TEMPLATE"}},
    {"parameter": [{"type": "TRIGGER_REFERENCE", "key": "a", "value": "2147479553"}]},
    {"firingTriggerId": [11, "12", "999", "2147479553"]},
    {"setupTag": [{"tagName": "a"}, {"tagName": "b", "stopOnSetupFailure": True}]},
    {"setupTag": [{"tagName": "a", "stopOnSetupFailure": None}], "teardownTag": []},
    {"teardownTag": [{"tagName": "", "stopTeardownOnFailure": False}]},
    {"consentSettings": {"consentStatus": "NEEDED"}},
    {"consentSettings": {"consentStatus": "NEEDED", "consentType": {"type": "LIST"}}},
    {"consentSettings": {"consentStatus": "notNeeded", "unknown": 1}},
    {
        "consentSettings": {
            "consentStatus": "NEEDED",
            "consentType": {
                "type": "LIST",
                "key": "consentType",
                "list": [{"type": "TEMPLATE", "key": "consentType", "value": "new_storage"}],
            },
        }
    },
    {"priority": {"type": "INTEGER", "value": "007"}},
    {"priority": {"type": "INTEGER", "key": "priority", "value": "7"}},
    {"priority": {"type": "TEMPLATE", "value": "{{Priority}}"}},
    {"paused": False, "liveOnly": False},
    {"paused": "yes"},
    {"tagFiringOption": "somethingNew"},
    {"parentFolderId": "404"},
    {"scheduleStartMs": "1700000000000", "scheduleEndMs": 1700000000001},
    {"monitoringMetadata": {"type": "MAP", "map": [{"type": "TEMPLATE", "key": "id"}]}},
    {"somethingNew": {"type": "NOT_A_PARAMETER", "deep": [{"firingTriggerId": ["11"]}]}},
]


@pytest.mark.parametrize("fields", ODD_BODIES, ids=lambda fields: json.dumps(fields)[:60])
def test_odd_bodies_of_hand_made_exports_are_kept(fields: dict[str, Any]) -> None:
    item = {"name": "a", "type": "html", **fields}
    expected = canonical_json(Kind.TAG, item, NAMES)
    entity = read_entity(Kind.TAG, item, NAMES)
    assert same(Kind.TAG, canonical(entity)) == expected
    made = again(Kind.TAG, entity)
    assert same(Kind.TAG, canonical(made)) == expected
    written = body(made, REFS)
    assert same(Kind.TAG, canonical_json(Kind.TAG, written, NAMES)) == expected
    assert owner_of(Kind.TAG, written) == Owner("shop", "tag/gtm/k")


@pytest.mark.parametrize("notes", ["", "a", "a\n", "\n", " a ", "a\n\nb", "a\r\n", "[gtmgen x]"])
def test_notes_beside_the_owners_line(notes: str) -> None:
    item = {"name": "a", "type": "html", "notes": notes}
    made = again(Kind.TAG, read_entity(Kind.TAG, item, NAMES))
    written = body(made, REFS)
    assert read_entity(Kind.TAG, written, NAMES).notes == notes
    assert owner_of(Kind.TAG, written) == Owner("shop", "tag/gtm/k")


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("text", ["x\n", "x\n\n___NOTES___\n\nmine\n", "x\n\n\n___NOTES___\n\n"])
def test_a_templates_text_beside_the_owners_line(text: str, ending: str) -> None:
    item = {"name": "a", "templateData": text.replace("\n", ending)}
    expected = canonical_json(Kind.TEMPLATE, item, NAMES)
    made = again(Kind.TEMPLATE, read_entity(Kind.TEMPLATE, item, NAMES))
    written = body(made, REFS)
    assert owner_of(Kind.TEMPLATE, written) == Owner("shop", "template/gtm/k")
    without = {
        **expected,
        "templateData": expected["templateData"].removesuffix("\n\n\n___NOTES___"),
    }
    assert same(Kind.TEMPLATE, canonical_json(Kind.TEMPLATE, written, NAMES)) in (expected, without)
    back = read_entity(Kind.TEMPLATE, written, NAMES)
    assert same(Kind.TEMPLATE, canonical(back)) in (expected, without)


DIFFERENT: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (
        {"parameter": [{"type": "TEMPLATE", "key": "a", "value": "x (BOOLEAN)"}]},
        {"parameter": [{"type": "BOOLEAN", "key": "a", "value": "x"}]},
    ),
    (
        {"parameter": [{"type": "TEMPLATE", "key": "a", "value": "x (V_2)"}]},
        {"parameter": [{"type": "V_2", "key": "a", "value": "x"}]},
    ),
    (
        {"parameter": [{"type": "LIST", "key": "a", "isWeakReference": True}]},
        {"parameter": [{"type": "LIST", "key": "a"}]},
    ),
    (
        {"parameter": [{"type": "TEMPLATE", "key": "a"}, {"type": "TEMPLATE", "key": "a"}]},
        {"parameter": [{"type": "TEMPLATE", "key": "a"}]},
    ),
    (
        {"parameter": [{"type": "LIST", "key": "a", "value": "x"}]},
        {"parameter": [{"type": "LIST", "key": "a"}]},
    ),
    (
        {"parameter": [{"type": "TEMPLATE", "key": "a", "value": "x", "unknown": 1}]},
        {"parameter": [{"type": "TEMPLATE", "key": "a", "value": "x"}]},
    ),
    (
        {"filter": [{"type": "EQUALS", "parameter": []}, {"type": "EQUALS", "parameter": []}]},
        {"filter": [{"type": "EQUALS", "parameter": []}]},
    ),
    # Case and blanks count everywhere but in the words of GTM's enums.
    ({"name": "Lead sent"}, {"name": "LEAD_SENT"}),
    ({"notes": "By us"}, {"notes": "BY_US"}),
    ({"setupTag": [{"tagName": "Setup"}]}, {"setupTag": [{"tagName": "SETUP"}]}),
]


@pytest.mark.parametrize(("left", "right"), DIFFERENT)
def test_what_differs_is_seen(left: dict[str, Any], right: dict[str, Any]) -> None:
    assert canonical_json(Kind.TAG, left, NAMES) != canonical_json(Kind.TAG, right, NAMES)


def test_the_type_of_a_template_is_its_name_in_texts_alone() -> None:
    def form(type_: str, value: str) -> Any:
        body = {"parameter": [{"type": type_, "key": "a", "value": value}]}
        return canonical_json(Kind.TAG, body, Names(templates={"cvt_7_31": "Pixel"}))

    renumbered = Names(templates={"cvt_7_99": "Pixel"})
    other = {"parameter": [{"type": "TEMPLATE", "key": "a", "value": "cvt_7_99"}]}
    assert form("TEMPLATE", "cvt_7_31") == canonical_json(Kind.TAG, other, renumbered)
    assert form("TEMPLATE", "cvt_7_31") != form("TEMPLATE", "cvt_7_30")
    assert form("TAG_REFERENCE", "cvt_7_31") != form("TAG_REFERENCE", "template Pixel")


def test_a_line_of_state_counts_where_gtmgen_writes_none() -> None:
    """In the notes of a template it is nothing; in its code it is code."""
    state = "[gtmgen-state 3f9a1c20]\n"
    code = "___INFO___\n\n{}\n\n___SANDBOXED_JS_FOR_WEB_TEMPLATE___\n\n/*\n%s*/\n%s"
    notes = "\n___NOTES___\n\nMine.\n"

    def form(text: str) -> Any:
        return canonical_json(Kind.TEMPLATE, {"name": "A", "templateData": text}, NAMES)

    assert form(code % ("", notes)) == form(code % ("", notes + state))
    assert form(code % ("", notes)) != form(code % (state, notes))
    assert form(code % ("", "")) != form(code % (state, ""))


def test_the_order_of_conditions_and_of_their_fields_means_nothing() -> None:
    one = {"type": "EQUALS", "parameter": [{"type": "TEMPLATE", "key": "arg0", "value": "x"}]}
    other = {"type": "CONTAINS", "parameter": [{"type": "TEMPLATE", "key": "arg0", "value": "x"}]}
    turned = [dict(reversed(item.items())) for item in (other, one)]
    left, right = {"filter": [one, other]}, {"filter": turned}
    assert canonical_json(Kind.TRIGGER, left, NAMES) == canonical_json(Kind.TRIGGER, right, NAMES)
    mixed = {"filter": [one, turned[0]]}
    assert canonical_json(Kind.TRIGGER, mixed, NAMES) == canonical_json(Kind.TRIGGER, left, NAMES)


def test_weak_references_that_are_not() -> None:
    item = {"type": "TEMPLATE", "key": "a", "value": "x"}
    for weak in (False, None):
        spelled = {"parameter": [{**item, "isWeakReference": weak}]}
        expected = canonical_json(Kind.TAG, {"parameter": [item]}, NAMES)
        assert canonical_json(Kind.TAG, spelled, NAMES) == expected


class TestCorpus:
    pytestmark = needs_corpus

    def test_nothing_of_any_real_entity_is_lost(self) -> None:
        entities = parameters = verbatim = 0
        for version in versions():
            bodies = bodies_of(version)
            names = names_of(bodies)
            for kind, items in bodies.items():
                for item in items:
                    expected = same(kind, canonical_json(kind, item, names))
                    assert same(kind, canonical_json(kind, api_json(kind, item), names)) == expected
                    entity = read_entity(kind, item, names)
                    assert same(kind, canonical(entity)) == expected
                    assert same(kind, canonical(again(kind, entity))) == expected
                    entities += 1
                    for parameter in getattr(entity, "parameter", ()):
                        parameters += 1
                        verbatim += "$parameter" in json.dumps(to_plain(parameter))
        files = len(versions())
        print(f"{files} files, {entities} entities, {parameters} parameters, {verbatim} verbatim")
        assert entities > 1000
        # Nearly all read as plain values.
        assert verbatim < parameters / 1000


def consent_settings(*types: str, status: str = "NEEDED") -> dict[str, Any]:
    listed = [{"type": "TEMPLATE", "value": name} for name in types]
    return {"consentStatus": status, "consentType": {"type": "LIST", "list": listed}}


FULL_TAG: dict[str, Any] = {
    "accountId": "7",
    "containerId": "7",
    "tagId": "1",
    "fingerprint": "2",
    "name": "Pixel of theirs",
    "type": "html",
    "notes": "By the agency",
    "parentFolderId": "22",
    "parameter": [
        {"type": "TEMPLATE", "key": "html", "value": "<b></b>"},
        {"type": "BOOLEAN", "key": "supportDocumentWrite", "value": "false"},
        {"type": "BOOLEAN", "key": "usePostscribe", "value": "true"},
        {"type": "INTEGER", "key": "most", "value": "-7"},
    ],
    "firingTriggerId": ["11", "2147479553"],
    "blockingTriggerId": ["12"],
    "tagFiringOption": "UNLIMITED",
    "priority": {"type": "INTEGER", "value": "-1"},
    "paused": True,
    "liveOnly": True,
    "scheduleStartMs": "1000",
    "scheduleEndMs": "2000",
    "setupTag": [{"tagName": "Setup", "stopOnSetupFailure": True}],
    "teardownTag": [{"tagName": "Cleanup"}],
    "consentSettings": consent_settings("ad_storage"),
}
NAMES_OF_FULL_TAG = Names(triggers={"11": "Bought", "12": "Staff"}, folders={"22": "Ads"})


def test_a_tag_reads_well() -> None:
    """What GTM's interface shows has a word; what it shows as a schedule or a switch, GTM's own."""
    assert to_data(read_entity(Kind.TAG, FULL_TAG, NAMES_OF_FULL_TAG)) == {
        "name": "Pixel of theirs",
        "type": "html",
        "notes": "By the agency",
        "folder": "Ads",
        "firing": ["Bought", "All Pages"],
        "blocking": ["Staff"],
        "once": "unlimited",
        "consent": ["ad_storage"],
        "priority": -1,
        "paused": True,
        "setup": {"tag": "Setup", "stop_on_failure": True},
        "teardown": {"tag": "Cleanup"},
        "parameters": {
            "html": "<b></b>",
            "supportDocumentWrite": False,
            "usePostscribe": True,
            "most": -7,
        },
        "more": {"liveOnly": True, "scheduleStartMs": "1000", "scheduleEndMs": "2000"},
    }


ALL_CONSENT = (
    "ad_storage", "ad_user_data", "ad_personalization", "analytics_storage",
    "functionality_storage", "personalization_storage", "security_storage",
)  # fmt: skip
MADE_UP = consent_settings("ad_storage", "made_up")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (consent_settings("ad_storage"), {"consent": ["ad_storage"]}),
        (consent_settings(*ALL_CONSENT), {"consent": [*ALL_CONSENT]}),
        ({"consentStatus": "NOT_NEEDED"}, {"consent": "not_required"}),
        ({"consentStatus": "notNeeded"}, {"consent": "not_required"}),
        ({"consentStatus": "NOT_SET"}, {}),
        (MADE_UP, {"more": {"consentSettings": MADE_UP}}),
    ],
)
def test_consent_reads_well(given: dict[str, Any], words: dict[str, Any]) -> None:
    tag = {"tagId": "1", "name": "T", "type": "html", "parameter": [], "consentSettings": given}
    assert to_data(read_entity(Kind.TAG, tag, NAMES)) == {"name": "T", "type": "html", **words}
