"""The table of kinds reads and writes as the modules do that were written kind by kind."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from compile.specs import compiled
from hypothesis import given, settings

from gtmgen.container import body as old_body
from gtmgen.container import raw as old_raw
from gtmgen.container import reading as old_reading
from gtmgen.container.entities import AnyEntity, Kind, Owner
from gtmgen.container.export import Ids
from gtmgen.container.fields import BEFORE_FINGERPRINT, FIELD_ORDER
from gtmgen.container.kinds import json_form, yaml_form
from gtmgen.container.kinds.table import KINDS, SECTION, TABLE_OF
from gtmgen.container.names import Names, Refs
from gtmgen.container.version import bodies_of, names_of

from . import generated
from .corpus import everything, needs_corpus, versions
from .test_round_trip import NAMES, ODD_BODIES

BY_NAME = Refs(str, str, lambda name: f"cvt_{name}")


def check_writing(entity: AnyEntity, refs: Refs) -> None:
    old = old_body.plain(old_body.body(entity, refs))
    new = json_form.body(entity, refs)
    assert json.dumps(new) == json.dumps(old)
    kind = old_body_kind(entity)
    assert json.dumps(json_form.api_json(kind, new)) == json.dumps(old_body.api_json(kind, old))


def old_body_kind(entity: AnyEntity) -> Kind:
    return next(kind for kind, table in KINDS.items() if table.make is type(entity))


def check_both(kind: Kind, body: dict[str, Any], names: Names) -> None:
    before = copy.deepcopy(body)
    entity = json_form.read_entity(kind, body, names)
    assert entity == old_reading.read_entity(kind, body, names)
    assert body == before
    check_writing(entity, BY_NAME)
    data = yaml_form.to_data(entity)
    assert json.dumps(data) == json.dumps(old_raw.to_data(entity))
    arguments = (kind, "k", data, Owner("shop", f"{kind.value}/gtm/k"), None, str)
    again = yaml_form.from_data(*arguments)
    assert again == old_raw.from_data(*arguments)
    check_writing(again, BY_NAME)


@pytest.mark.parametrize("kind", generated.SCHEMA_OF, ids=lambda kind: kind.value)
def test_every_field_of_the_discovery_document(kind: Kind) -> None:
    @given(generated.body(kind))
    @settings(max_examples=250, deadline=None, derandomize=True)
    def check(body: dict[str, Any]) -> None:
        check_both(kind, body, NAMES)

    check()


@pytest.mark.parametrize("fields", ODD_BODIES, ids=lambda fields: json.dumps(fields)[:60])
def test_odd_bodies(fields: dict[str, Any]) -> None:
    check_both(Kind.TAG, {"name": "a", "type": "html", **fields}, NAMES)


def test_compiled_entities() -> None:
    container = compiled(everything())
    for entity in container.entities():
        check_writing(entity, Ids(container).refs)


def test_the_order_of_fields() -> None:
    assert SECTION == old_raw.SECTION
    for make, table in TABLE_OF.items():
        assert table.order == FIELD_ORDER[make]
        assert table.before_fingerprint == BEFORE_FINGERPRINT[make]


class TestCorpus:
    pytestmark = needs_corpus

    def test_every_entity_of_real_exports(self) -> None:
        entities = 0
        for version in versions():
            bodies = bodies_of(version)
            for kind, items in bodies.items():
                for item in items:
                    check_both(kind, item, names_of(bodies))
                    entities += 1
        assert entities > 1000
