"""The emulated service as one function: a request and a state in, a response out.

No input or output and no clock. A refused request leaves the state as it was, but for a bulk_update
under the switch ``bulk="partial"``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import msgspec

from gtmgen.emulator import (
    accounts,
    built_ins,
    bulk,
    entities,
    environments,
    folders,
    gallery,
    permissions,
    status,
    versions,
    workspaces,
)
from gtmgen.emulator.behaviour import Behaviour
from gtmgen.emulator.call import ApiCall
from gtmgen.emulator.discovery import Method, load
from gtmgen.emulator.kinds import BY_RESOURCE
from gtmgen.emulator.messages import ApiRequest, Json, Refusal, Response, make_error_response
from gtmgen.emulator.payload import check_query, read_body
from gtmgen.emulator.state import State

Handler = Callable[[ApiCall], Json | None]
_WORKSPACE = "containers.workspaces"


def _collect_handlers() -> Mapping[str, Handler]:
    table: dict[str, Handler] = {
        **accounts.HANDLERS,
        **bulk.HANDLERS,
        **environments.HANDLERS,
        **folders.HANDLERS,
        **gallery.HANDLERS,
        **permissions.HANDLERS,
        **status.HANDLERS,
        **versions.HANDLERS,
        **workspaces.HANDLERS,
    }
    for verb, handler in built_ins.HANDLERS.items():
        table[f"{_WORKSPACE}.built_in_variables.{verb}"] = handler
    for resource in BY_RESOURCE:
        for verb, handler in entities.HANDLERS.items():
            table[f"{_WORKSPACE}.{resource}.{verb}"] = handler
    return {method_id: table[method_id] for method_id in load().methods if method_id in table}


HANDLERS = _collect_handlers()

_DESTINATIONS = "Google tags and destinations live outside of containers"
NOT_EMULATED: Mapping[str, str] = {
    "containers.combine": _DESTINATIONS,
    "containers.destinations.get": _DESTINATIONS,
    "containers.destinations.link": _DESTINATIONS,
    "containers.destinations.list": _DESTINATIONS,
    "containers.move_tag_id": _DESTINATIONS,
}
# POST by the document, but nothing changes.
_READING = {f"{_WORKSPACE}.folders.entities", f"{_WORKSPACE}.quick_preview"}
_BATCH = re.compile(r"/batch(/.*)?")


def explain_missing(method: Method) -> str:
    """Why a method answers 501."""
    return NOT_EMULATED.get(method.id, "the document is newer than the emulator")


def handle(
    request: ApiRequest,
    state: State,
    behaviour: Behaviour = Behaviour(),  # noqa: B008  (frozen)
    now_ms: int = 0,
) -> Response:
    """Answer one request; ``state`` is changed in place when ``Response.wrote`` is true.

    ``now_ms`` only feeds fingerprints, which count up from the last one when it stands still.
    """
    discovery = load()
    if _BATCH.fullmatch(request.path):
        return make_error_response("Batch requests are not emulated: send each on its own.", 501)
    if (routed := discovery.route(request.method, request.path)) is None:
        if allowed := discovery.http_methods(request.path):
            headers = {"allow": ", ".join(allowed)}
            return make_error_response("HTTP method not allowed.", 405, headers=headers)
        return make_error_response("Method not found.", 404)
    method, ids = routed
    if (handler := HANDLERS.get(method.id)) is None:
        return make_error_response(
            f"{method.full_id} is not emulated: {explain_missing(method)}.", 501
        )
    try:
        check_query(discovery, method, request)
        body = read_body(discovery, method, request)
        reply = handler(ApiCall(method, ids, request, body, state, behaviour, now_ms))
    except Refusal as refusal:
        return make_error_response(refusal.message, refusal.status, wrote=refusal.wrote)
    wrote = request.method != "GET" and method.id not in _READING
    if reply is None:
        return Response(behaviour.delete_status, wrote=wrote)
    return Response(200, msgspec.json.encode(reply), wrote)
