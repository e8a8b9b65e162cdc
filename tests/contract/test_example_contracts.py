"""The contract of every example: what it shows is right by its own schemas."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import jsonschema_rs
import pytest

from gtmgen.contract.build import build_contract
from gtmgen.contract.check import MessageChecker, RequestChecker
from gtmgen.contract.schema import data_layer_schema, events_api_schema
from gtmgen.spec.load import load
from gtmgen.spec.model import Spec

SPECS = Path(__file__).parents[2] / "specs"
NAMES = ("acme-shop", "lead-gen", "woocommerce", "split/shop", "everything/everything")


def spec_of(name: str) -> Spec:
    return load(SPECS / f"{name}.yaml", {}).spec


@pytest.mark.parametrize("name", NAMES)
def test_the_examples_pass_the_schemas(name: str) -> None:
    spec = spec_of(name)
    contract = build_contract(spec)
    of_messages, of_requests = data_layer_schema(contract), events_api_schema(spec, contract)
    for schema in (of_messages, of_requests):
        jsonschema.Draft202012Validator.check_schema(schema)
    messages = jsonschema_rs.Draft202012Validator(of_messages)
    requests = jsonschema_rs.Draft202012Validator(of_requests)
    checker, seen = MessageChecker(contract), 0
    for event in contract.events.values():
        if event.message is not None:
            assert [error.message for error in messages.iter_errors(event.message.pushes[-1])] == []
            assert checker.check(event.message.pushes[-1]) == []
        for sent in event.servers.values():
            assert [error.message for error in requests.iter_errors(sent.payload)] == []
            assert [one for one in _check(spec, sent.payload) if one.level == "error"] == []
            seen += 1
    assert seen


def _check(spec: Spec, payload: Any) -> Any:
    return RequestChecker(spec, build_contract(spec)).check(payload)


@pytest.mark.parametrize("name", NAMES)
def test_an_id_of_another_event_is_refused(name: str) -> None:
    """Where an ID is made from data, the example's ID with another prefix is no ID."""
    spec = spec_of(name)
    for event in build_contract(spec).events.values():
        if event.event_id.prefix:
            for sent in event.servers.values():
                body = {**sent.payload, "data": [{**sent.payload["data"][0], "event_id": "x_1"}]}
                assert "event-id" in [one.rule for one in _check(spec, body)]
