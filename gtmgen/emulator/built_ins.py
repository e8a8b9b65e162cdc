"""Built-in variables: enabled and disabled by type, never got or updated."""

from __future__ import annotations

from collections.abc import Sequence

from gtmgen.emulator.call import ApiCall
from gtmgen.emulator.kinds import name_built_in
from gtmgen.emulator.messages import DUPLICATE, GENERIC, NOT_FOUND, Json, Refusal
from gtmgen.emulator.references import collect_variable_names, list_all_entities
from gtmgen.emulator.state import find_version_content, sort_built_ins


def present(call: ApiCall, built_in: str) -> Json:
    return {
        "path": f"{call.workspace_path()}/built_in_variables",
        **call.container_ids,
        "workspaceId": call.ids["workspaces"],
        "type": built_in,
        "name": name_built_in(built_in),
    }


def enable(call: ApiCall, types: Sequence[str]) -> None:
    """One that is enabled already stays so (a guess)."""
    workspace = call.workspace
    names = {item["name"] for item in workspace["entities"]["variable"].values()}
    if names.intersection(name_built_in(built_in) for built_in in types):
        raise Refusal(DUPLICATE)  # inferred from the refusal the other way round
    workspace["built_ins"] = sort_built_ins([*workspace["built_ins"], *types])


def disable(call: ApiCall, types: Sequence[str]) -> None:
    """One that is not enabled is answered with 404 (a guess)."""
    workspace = call.workspace
    if not set(types) <= set(workspace["built_ins"]):
        raise Refusal(NOT_FOUND, 404)
    used = {
        name for _, _, item in list_all_entities(workspace) for name in collect_variable_names(item)
    }
    in_use = used.intersection(name_built_in(built_in) for built_in in types)
    if in_use and call.behaviour.delete_in_use == "refuse":
        raise Refusal(GENERIC)
    workspace["built_ins"] = [item for item in workspace["built_ins"] if item not in types]


def create(call: ApiCall) -> Json:
    types = _list_types(call)
    enable(call, types)
    return {"builtInVariable": [present(call, built_in) for built_in in types]}


def list_(call: ApiCall) -> Json:
    enabled = call.workspace["built_ins"]
    return call.page("builtInVariable", [present(call, built_in) for built_in in enabled])


def delete(call: ApiCall) -> None:
    disable(call, _list_types(call))


def revert(call: ApiCall) -> Json:
    """Back to what the base version says; the answer tells which it is."""
    (built_in, *_) = _list_types(call)
    workspace = call.workspace
    base = find_version_content(call.container, workspace["base"])["built_ins"]
    remaining = [item for item in workspace["built_ins"] if item != built_in]
    enabled = built_in in base
    workspace["built_ins"] = sort_built_ins([*remaining, built_in] if enabled else remaining)
    return {"enabled": enabled}


HANDLERS = {"create": create, "list": list_, "delete": delete, "revert": revert}


def _list_types(call: ApiCall) -> Sequence[str]:
    types = call.request.query.get("type", ())
    if not types or "builtInVariableTypeUnspecified" in types:
        raise Refusal("type: The value must not be empty.")  # guess
    return list(dict.fromkeys(types))
