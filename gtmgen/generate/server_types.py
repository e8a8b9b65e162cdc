"""TypeScript's types of the events that a backend sends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gtmgen.contract.model import Contract, ServerEvent
from gtmgen.contract.schema import server_events
from gtmgen.generate.names import comment_lines, unique_names
from gtmgen.generate.types import TypeWriter
from gtmgen.packs.server import ServerApi, load_server_api
from gtmgen.spec.model import Spec


def server_types(spec: Spec, contract: Contract, names: Mapping[str, str]) -> Iterator[str]:
    """What all events of an account have, then each event's own part; ``names`` by its key."""
    accounts = {key: server_events(contract, key) for key in spec.platforms}
    with_events = [key for key, events in accounts.items() if events]
    suffixes = {key: f"For{name}" for key, name in unique_names(with_events).items()}
    for account in with_events:
        api = load_server_api(spec.platforms[account].pack)
        assert api is not None  # only such accounts have server events
        suffix = suffixes[account] if len(with_events) > 1 else ""
        events = [item for same in accounts[account].values() for item in same]
        yield from _shared(api, events[0][1], suffix)
        for key, event in events:
            yield from _own(api, names[key], event, suffix)


def _shared(api: ServerApi, event: ServerEvent, suffix: str) -> Iterator[str]:
    schema = event.schema or {}
    event_fields = frozenset((api.places["event"], api.places["params"]))
    shape = TypeWriter(schema.get("$defs", {})).object_type(schema, leave_out=event_fields)
    yield ""
    yield "/** What every event of the backend has: an entry of the request's `data`. */"
    yield f"export interface ServerEvent{suffix} {shape}"


def _own(api: ServerApi, name: str, event: ServerEvent, suffix: str) -> Iterator[str]:
    schema = event.schema or {}
    shared = frozenset(schema.get("properties", {})) - {api.places["event"], api.places["params"]}
    shape = TypeWriter(schema.get("$defs", {})).object_type(schema, leave_out=shared)
    yield ""
    yield from (f"/** `{line}` as the backend sends it. */" for line in comment_lines(event.name))
    yield f"export interface {name}ServerEvent{suffix} extends ServerEvent{suffix} {shape}"
