"""The export file: its bytes, and its shapes beside those of real exports."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import combinations, pairwise
from typing import Any

import pytest
from compile.specs import compiled, exported, spec

from gtmgen.container.builtins import WEB_BUILT_INS, BuiltInTrigger
from gtmgen.container.export import export_json

from .corpus import KINDS, entities, everything, needs_corpus, versions

EVERYTHING = compiled(everything())
VERSION = json.loads(export_json(EVERYTHING))["containerVersion"]


@pytest.mark.parametrize("data", [everything(), spec(), spec(platforms={})])
def test_the_layout_is_that_of_pythons_encoder(data: dict[str, Any]) -> None:
    text = export_json(compiled(data)).decode()
    assert text == json.dumps(json.loads(text), indent=4, ensure_ascii=False)


def test_a_file_in_full() -> None:
    container = compiled(spec(platforms={}, gtm={"tags": {"x": {"type": "html"}}}))
    head = "https://tagmanager.google.com/#/"
    features = json.loads(export_json(container))["containerVersion"]["container"].pop("features")
    assert len(features) == 14
    assert {name for name, is_supported in features.items() if not is_supported} == {
        "supportGtagConfigs",
        "supportClients",
        "supportTransformations",
    }
    assert json.loads(export_json(container)) == {
        "exportFormatVersion": 2,
        "exportTime": "2020-01-01 00:00:00",
        "containerVersion": {
            "path": "accounts/0/containers/0/versions/0",
            "accountId": "0",
            "containerId": "0",
            "containerVersionId": "0",
            "container": {
                "path": "accounts/0/containers/0",
                "accountId": "0",
                "containerId": "0",
                "name": "shop",
                "publicId": "GTM-ACME42",
                "usageContext": ["WEB"],
                "fingerprint": "1577836800000",
                "tagManagerUrl": f"{head}container/accounts/0/containers/0/workspaces"
                "?apiLink=container",
                "features": features,
                "tagIds": ["GTM-ACME42"],
            },
            "tag": [
                {
                    "accountId": "0",
                    "containerId": "0",
                    "tagId": "1",
                    "name": "x",
                    "type": "html",
                    "notes": "[gtmgen shop tag/gtm/x]",
                    "fingerprint": "1577836800000",
                    "tagFiringOption": "ONCE_PER_EVENT",
                    "monitoringMetadata": {"type": "MAP"},
                    "consentSettings": {"consentStatus": "NOT_SET"},
                }
            ],
            "fingerprint": "1577836800000",
            "tagManagerUrl": f"{head}versions/accounts/0/containers/0/versions/0?apiLink=version",
        },
    }


def test_references_are_ids() -> None:
    ids = {item["triggerId"] for item in VERSION["trigger"]} | {
        trigger.value for trigger in BuiltInTrigger
    }
    templates = {f"cvt_0_{item['templateId']}" for item in VERSION["customTemplate"]}
    (folder,) = VERSION["folder"]
    for kind in ("tag", "trigger", "variable"):
        for item in VERSION[kind]:
            assert item["parentFolderId"] == folder["folderId"]
            assert set(item.get("firingTriggerId", ())) <= ids
            assert set(item.get("blockingTriggerId", ())) <= ids
            assert not item["type"].startswith("cvt") or item["type"] in templates


def test_enabled_built_in_variables_stand_in_gtms_own_order() -> None:
    names = [item["name"] for item in VERSION["builtInVariable"]]
    assert names == [name for name in WEB_BUILT_INS.values() if name in names]
    assert len(names) > 3


def test_an_account_and_a_container() -> None:
    version = exported(spec(container={"gtm": "accounts/12/containers/34"}))
    assert version["path"] == "accounts/12/containers/34/versions/0"
    assert {(item["accountId"], item["containerId"]) for item in version["tag"]} == {("12", "34")}
    template = exported(
        spec(
            container={"gtm": "accounts/12/containers/34"},
            data={"x": {"path": "x", "scope": "event"}},
        )
    )
    (variable,) = template["variable"]
    assert variable["type"] == f"cvt_34_{template['customTemplate'][0]['templateId']}"


# -- beside real exports ---------------------------------------------------------------


def order_of(objects: list[list[str]]) -> set[tuple[str, str]]:
    """Pairs of keys that stand in this order in at least one object."""
    return {pair for keys in objects for pair in combinations(keys, 2)}


class TestCorpus:
    pytestmark = needs_corpus

    @pytest.mark.parametrize("kind", KINDS)
    def test_the_order_of_keys(self, kind: str) -> None:
        # Two files in the corpus were put together by tools; the rest agree with each other.
        real = order_of([list(item) for item in entities(kind)])
        contradicted = {(a, b) for a, b in real if (b, a) in real}
        ours = order_of([list(item) for item in VERSION[kind]])
        assert {(b, a) for a, b in ours} & (real - contradicted) == set()
        assert ours & real

    def test_the_order_of_the_envelope(self) -> None:
        for name in (None, "container"):
            real = order_of([list(v[name] if name else v) for v in versions()])
            contradicted = {(a, b) for a, b in real if (b, a) in real}
            ours = order_of([list(VERSION[name] if name else VERSION)])
            assert {(b, a) for a, b in ours} & (real - contradicted) == set()

    @pytest.mark.parametrize("kind", ["tag", "trigger", "variable"])
    def test_the_types_of_parameters(self, kind: str) -> None:
        real: dict[tuple[str, str], set[str]] = {}
        for item in entities(kind):
            for parameter in item.get("parameter", ()):
                key = (item["type"], parameter["key"])
                real.setdefault(key, set()).add(parameter["type"])
        unseen = set()
        for item in VERSION[kind]:
            for parameter in item.get("parameter", ()):
                key = (item["type"], parameter["key"])
                if key not in real:
                    unseen.add(key)
                else:
                    assert parameter["type"] in real[key], key
        # What no real export has: read in the runtime, or of the templates of our own.
        assert {key for key in unseen if not key[0].startswith("cvt")} <= {
            ("SCROLL_DEPTH", "horizontalThresholdUnits"),
            ("SCROLL_DEPTH", "horizontalThresholdsPercent"),
            ("SCROLL_DEPTH", "horizontalThresholdsPixels"),
            ("SCROLL_DEPTH", "verticalThresholdsPixels"),
            ("ELEMENT_VISIBILITY", "onScreenDuration"),
            ("d", "elementId"),
            ("TRIGGER_GROUP", "triggerIds"),
            ("f", "component"),
        }

    @pytest.mark.parametrize("kind", ["trigger", "tag", "variable"])
    def test_the_fields_of_a_type(self, kind: str) -> None:
        real: dict[str, set[str]] = {}
        for item in entities(kind):
            real.setdefault(item["type"], set()).update(item)
        for item in VERSION[kind]:
            if item["type"] in real and kind != "tag":
                allowed = {"notes", "filter", "autoEventFilter", "parentFolderId"}
                assert item.keys() - real[item["type"]] <= allowed, item["type"]
        allowed = set().union(*real.values())
        for item in VERSION[kind]:
            assert item.keys() <= allowed

    def test_the_spelling_of_enums(self) -> None:
        fields = ("tagFiringOption", "consentStatus", "caseConversionType")
        real = {
            key: {value for version in versions() for value in values(version, key)}
            for key in fields
        }
        for key in fields:
            assert set(values(VERSION, key)) <= real[key]
        types = {item["type"] for item in entities("trigger")}
        # Rare, so not in every folder of exports; the enum of the API has them.
        assert {item["type"] for item in VERSION["trigger"]} - types <= {
            "CONSENT_INIT",
            "INIT",
            "TRIGGER_GROUP",
        }
        assert {item["type"] for item in VERSION["builtInVariable"]} <= {
            item["type"] for item in entities("builtInVariable")
        }

    def test_conditions(self) -> None:
        def conditions(version: dict[str, Any]) -> Iterator[dict[str, Any]]:
            for trigger in version.get("trigger", ()):
                for name in ("filter", "customEventFilter", "autoEventFilter"):
                    yield from trigger.get(name, ())

        def shape(condition: dict[str, Any]) -> tuple[tuple[str, str], ...]:
            return tuple((item["type"], item["key"]) for item in condition["parameter"])

        real = {shape(item) for version in versions() for item in conditions(version)}
        assert {shape(item) for item in conditions(VERSION)} <= real
        assert all(item["parameter"][1].get("value") for item in conditions(VERSION)), (
            "a condition needs a value"
        )

    def test_empty_forms(self) -> None:
        def forms(value: Any) -> Iterator[tuple[str, ...]]:
            for item in objects(value):
                if item.get("type") in ("TEMPLATE", "BOOLEAN", "INTEGER", "LIST", "MAP"):
                    yield (item["type"], *sorted(item.keys() - {"type"}))

        real = {form for version in versions() for form in forms(version)}
        assert set(forms(VERSION)) <= real
        for item in objects(VERSION):
            assert "" not in item.values()
            assert [] not in item.values()
            assert all(value != {} for key, value in item.items() if key != "formatValue")

    def test_order_in_real_files_is_by_id(self) -> None:
        for kind, id_ in (("tag", "tagId"), ("trigger", "triggerId"), ("variable", "variableId")):
            ids = [int(item[id_]) for item in VERSION[kind]]
            assert all(low < high for low, high in pairwise(ids))


def objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for item in value.values():
            yield from objects(item)
    elif isinstance(value, list):
        for item in value:
            yield from objects(item)


def values(value: Any, key: str) -> Iterator[str]:
    return (item[key] for item in objects(value) if key in item)


@pytest.mark.parametrize("fields", [{}, {"more": {"future": 1}}])
def test_a_clients_fields_stand_in_one_order(fields: dict[str, Any]) -> None:
    client = {"type": "gaaw_client", "folder": "F", "priority": 0, **fields}
    data = spec(
        container={"gtm": "GTM-ACME42", "context": "server"},
        platforms={},
        gtm={"folders": {"f": {"name": "F"}}, "clients": {"c": client}},
    )

    (written,) = exported(data)["client"]

    wanted = ["name", "type", "notes", "priority", "fingerprint", "parentFolderId"]
    assert [key for key in written if key in wanted] == wanted


def test_an_id_that_leads_nowhere_is_given_to_nobody() -> None:
    tag = {"type": "html", "firing": [{"id": "2"}], "parameters": {"html": "x"}}
    triggers = {"a": {"type": "CLICK"}, "b": {"type": "CLICK"}, "c": {"type": "CLICK"}}
    version = json.loads(
        export_json(compiled(spec(platforms={}, gtm={"tags": {"t": tag}, "triggers": triggers})))
    )["containerVersion"]

    assert version["tag"][0]["firingTriggerId"] == ["2"]
    assert [item["triggerId"] for item in version["trigger"]] == ["1", "3", "4"]
