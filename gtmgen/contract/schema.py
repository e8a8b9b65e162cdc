"""The contract as JSON Schema documents (draft 2020-12) that a site or a backend checks against."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gtmgen.contract.event_schema import request_schema
from gtmgen.contract.model import DIALECT, Contract, EventContract, EventNames, ServerEvent
from gtmgen.packs.server import ServerApi, load_server_api
from gtmgen.spec.model import Platform, Spec

Schema = dict[str, Any]


def data_layer_schema(contract: Contract) -> Schema:
    """One message that the site pushes: its name decides which event's schema holds for it."""
    events = [event for event in contract.events.values() if event.message is not None]
    return {
        "$schema": DIALECT,
        "title": f"Data layer messages of {contract.project}",
        "type": "object",
        "required": ["event"],
        "properties": {"event": _build_names_schema(event.names for event in events)},
        "allOf": [
            {
                "if": {"properties": {"event": event.names.schema()}, "required": ["event"]},
                "then": {"$ref": f"#/$defs/{event.event.key}"},
            }
            for event in events
        ],
        "$defs": {event.event.key: _drop_dialect(message_schema(event)) for event in events},
    }


def message_schema(event: EventContract) -> Schema:
    """The message of one event, which has one."""
    assert event.message is not None
    return event.message.schema


def events_api_schema(spec: Spec, contract: Contract) -> Schema:
    """The body of a request to a platform's server API, for every account that takes one."""
    definitions: Schema = {}
    bodies = {}
    for account, platform in spec.platforms.items():
        api = load_server_api(platform.pack)
        events = server_events(contract, account)
        if api is None or not events:
            continue
        definitions.update(_definitions(account, events))
        bodies[account] = _build_body(api, platform, events)
    head = {"$schema": DIALECT, "title": f"Server events of {contract.project}"}
    if len(bodies) == 1:
        return {**head, **next(iter(bodies.values())), "$defs": definitions}
    of_accounts = [{"$ref": f"#/$defs/{account}"} for account in bodies]
    return {**head, "anyOf": of_accounts, "$defs": {**bodies, **definitions}}


def server_events(contract: Contract, account: str) -> dict[str, list[tuple[str, ServerEvent]]]:
    """What an account takes from servers: the platform's name -> the spec's keys and events."""
    events: dict[str, list[tuple[str, ServerEvent]]] = {}
    for key, event in contract.events.items():
        sent = event.servers.get(account)
        if sent is not None and sent.schema is not None:
            events.setdefault(sent.name, []).append((key, sent))
    return events


def _build_body(
    api: ServerApi, platform: Platform, events: Mapping[str, list[tuple[str, ServerEvent]]]
) -> Schema:
    body = request_schema(api, platform)
    key = api.places["event"]
    item = {
        "type": "object",
        "required": [key],
        "properties": {key: {"enum": list(events)}},
        "allOf": [
            {
                "if": {"properties": {key: {"const": name}}, "required": [key]},
                "then": _build_any_of([f"{platform.name}.{key}" for key, _ in same]),
            }
            for name, same in events.items()
        ],
    }
    fields = dict(body["properties"])
    fields["data"] = {**fields["data"], "items": item}
    return {**body, "properties": fields}


def _definitions(
    account: str, events: Mapping[str, list[tuple[str, ServerEvent]]]
) -> Iterator[tuple[str, Schema]]:
    for same in events.values():
        for key, event in same:
            assert event.schema is not None
            schema = dict(event.schema)
            yield from schema.pop("$defs", {}).items()
            yield f"{account}.{key}", schema


def _build_any_of(keys: list[str]) -> Schema:
    references = [{"$ref": f"#/$defs/{key}"} for key in keys]
    return references[0] if len(references) == 1 else {"anyOf": references}


def _build_names_schema(all_names: Iterable[EventNames]) -> Schema:
    """Any of the names, in one list, and any of the patterns."""
    every = list(all_names)
    exact = dict.fromkeys(name for names in every for name in names.exact)
    patterns = dict.fromkeys(pattern for names in every for pattern in names.patterns)
    return EventNames(tuple(exact), tuple(patterns)).schema() if every else {"type": "string"}


def _drop_dialect(schema: Schema) -> Schema:
    return {key: value for key, value in schema.items() if key != "$schema"}
