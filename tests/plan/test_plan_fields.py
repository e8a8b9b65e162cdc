"""Every field that the API knows: a push writes it, a plan shows its change, a push mends it.

The fields are read from the discovery document, so a field that Google adds fails here until it
is filled in ``full_specs``.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import googleapiclient
import pytest
from push.harness import Json

from gtmgen.plan.model import Action
from gtmgen.plan.options import PlanOptions
from plan.full_specs import SERVER, WEB
from plan.stage import STRATEGIES, Stage, changes_of, paths_of

DOCUMENT = Path(googleapiclient.__file__).parent / "discovery_cache/documents/tagmanager.v2.json"
SCHEMAS: Json = json.loads(DOCUMENT.read_text(encoding="utf-8"))["schemas"]
ENTITIES = {
    "folder": ("Folder", "Main"),
    "template": ("CustomTemplate", "Own"),
    "gallery": ("CustomTemplate", "Gallery"),
    "variable": ("Variable", "Full variable"),
    "trigger": ("Trigger", "Full trigger"),
    "tag": ("Tag", "A full tag"),
    "zone": ("Zone", "Full zone"),
    "gtag_config": ("GtagConfig", "googtag G-ABC"),
    "client": ("Client", "Full client"),
    "transformation": ("Transformation", "Full transformation"),
}
# Nobody owns these: a push changes them only when it is told to.
OPTIONS = PlanOptions(frozenset(("template:Gallery", "gtag_config:googtag G-ABC")))
SERVERS = frozenset(
    ("accountId", "containerId", "workspaceId", "path", "fingerprint", "tagManagerUrl")
)
LEAVES = ("Parameter", "Condition")

Path_ = tuple[str, ...]


def schema_fields(name: str) -> Iterator[Path_]:
    """Every field of a schema that a client sets, and the fields of what is in it."""
    for field, spec in SCHEMAS[name]["properties"].items():
        if field in SERVERS or field == f"{name[0].lower()}{name[1:]}Id" or field == "templateId":
            continue
        yield (field,)
        inner = spec.get("$ref") or spec.get("items", {}).get("$ref")
        if inner is not None and inner not in LEAVES:
            yield from ((field, *rest) for rest in schema_fields(inner))


def holder(body: Json, path: Path_) -> Json:
    """What holds the last field of a path; of a list, its first item."""
    for field in path[:-1]:
        body = body[field][0] if isinstance(body[field], list) else body[field]
    return body


def body_of(stage: Stage, what: str) -> Json:
    return stage.named("template" if what == "gallery" else what, ENTITIES[what][1])


def other(schema: str, field: str, value: Any) -> Any:
    """Another value that GTM could hold in a field."""
    spec = SCHEMAS[schema]["properties"][field]
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if "enum" in spec:
        return next(item for item in spec["enum"] if item != value and "nspecified" not in item)
    if isinstance(value, str):
        return f"1{value}" if not value.startswith("___") else value.replace("Mine.", "Yours.")
    if isinstance(value, list) and isinstance(value[0], str):
        return [*value, "2147479553"] if field.endswith("TriggerId") else [*value, "img"]
    if isinstance(value, list):
        return [*value, *map(_another, value)]
    if value.get("type") == "list":
        return {**value, "list": [*value.get("list", []), {"type": "template", "value": "more"}]}
    if value.get("type") == "map":
        return {**value, "map": [*value["map"], {"type": "template", "key": "o", "value": "p"}]}
    if "type" in value:
        return {**value, "value": "false" if value["value"] == "true" else f"{value['value']}1"}
    return None


def _another(item: Json) -> Json:
    found = copy.deepcopy(item)
    if "key" in found:
        return {"type": "template", "key": "one more", "value": "x"}
    for key in ("tagName", "publicId"):
        if key in found:
            found[key] = "GTM-OTHER2" if key == "publicId" else "Z made"
    if "parameter" in found:
        found["parameter"][1]["value"] += "1"
    return found


def edits(schema: str, path: Path_, body: Json) -> Iterator[Callable[[Json], None]]:
    """A field with another value, and a field that is gone."""
    inner = schema
    for field in path[:-1]:
        spec = SCHEMAS[inner]["properties"][field]
        inner = spec.get("$ref") or spec["items"]["$ref"]
    value = other(inner, path[-1], holder(body, path)[path[-1]])

    def change(item: Json) -> None:
        holder(item, path)[path[-1]] = value

    def remove(item: Json) -> None:
        del holder(item, path)[path[-1]]

    if value is not None:
        yield change
    if path not in (("name",), ("type",), ("templateData",)):
        yield remove


# Another type makes another Google tag configuration: GTM gives these nothing else to go by.
APART = {("gtag_config", ("type",)), ("gtag_config", ("parameter",))}
# What is made of a template of the gallery has a type that names the template's ID there.
WITH_USERS = {("galleryReference",), ("galleryReference", "galleryTemplateId")}


@pytest.mark.parametrize("what", ENTITIES)
def test_every_field_is_written_compared_and_mended(tmp_path: Path, what: str) -> None:
    """With another value and without one; the two strategies take turns at mending it."""
    stage = Stage(tmp_path, SERVER if what in ("client", "transformation") else WEB, "never")
    schema, name = ENTITIES[what]
    fields = set(schema_fields(schema))
    if what == "template":  # the other one is of the gallery
        fields = {path for path in fields if path[0] != "galleryReference"}
    count = 0
    for path in sorted(fields):
        assert path[-1] in holder(body_of(stage, what), path), f"full_specs does not fill {path}"
        if (what, path) in APART:
            continue
        made = [*edits(schema, path, body_of(stage, what))]
        for edit, bulk in zip(made if len(made) > 1 else made * 2, STRATEGIES, strict=True):
            edit(body_of(stage, what))
            if path == ("notes",):  # without the owner's line it is nobody's
                key = "gtm/main" if what == "folder" else "gtm/full"
                line = f"[gtmgen shop {what}/{key}]"
                held = body_of(stage, what).get("notes", "")
                body_of(stage, what)["notes"] = held if line in held else line

            plan = stage.plan(options=OPTIONS)
            stage.push(plan, bulk)

            action = Action.RENAME if path == ("name",) else Action.UPDATE
            users = [(Action.UPDATE, "Z made of the gallery")] * (path in WITH_USERS)
            assert [item for item in changes_of(plan) if item not in users] == [(action, name)]
            top = {shown.split(".")[0].split("[")[0] for shown in paths_of(plan)}
            assert top - ({"type"} if users else set()) == {path[0]}
            assert stage.bodies() == stage.before, path
            count += 1
    print(f"{schema} {name}: {len(fields)} fields, {count} edits")


@pytest.mark.parametrize("text", [WEB, SERVER], ids=["web", "server"])
def test_both_strategies_write_the_same(tmp_path: Path, text: str) -> None:
    singly, in_bulk = (Stage(tmp_path, text, bulk) for bulk in STRATEGIES)

    assert singly.plan().is_empty
    assert in_bulk.plan().is_empty
    for kind, items in singly.before.items():
        forms = [
            sorted(json.dumps(shape(item), sort_keys=True) for item in held.values())
            for held in (items, in_bulk.before[kind])
        ]
        assert forms[0] == forms[1]


def shape(value: Any) -> Any:
    """A body without what depends on the order of the writes: IDs are numbers of their own."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shape(item) for item in value]
    return "an ID" if isinstance(value, str) and re.fullmatch(r"(cvt_\d+_)?\d+", value) else value


def test_of_a_google_tag_configuration_another_parameter_is_mended(tmp_path: Path) -> None:
    stage = Stage(tmp_path, WEB, "never")
    body_of(stage, "gtag_config")["parameter"][0]["value"] = "changed"

    plan = stage.plan(options=OPTIONS)
    stage.push(plan)

    assert changes_of(plan) == [(Action.UPDATE, "googtag G-ABC")]
    assert paths_of(plan) == {"parameter.extra"}
    assert stage.bodies() == stage.before


def test_a_built_in_variable_has_nothing_but_its_type() -> None:
    assert set(SCHEMAS["BuiltInVariable"]["properties"]) - SERVERS == {"name", "type"}


def test_no_kind_of_entity_is_left_out() -> None:
    """Everything that a workspace can hold, as the request that changes all of it lists it."""
    held = {spec.get("$ref") for spec in SCHEMAS["Entity"]["properties"].values()} - {None}

    assert held == {schema for schema, _ in ENTITIES.values()} | {"BuiltInVariable"}
