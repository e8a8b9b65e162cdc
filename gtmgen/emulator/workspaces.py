"""Workspaces: get, list, create, update and delete."""

from __future__ import annotations

from gtmgen.emulator.call import WEB, ApiCall
from gtmgen.emulator.messages import DUPLICATE, EMPTY, GENERIC, Json, Refusal


def present(call: ApiCall, workspace_id: str, workspace: Json) -> Json:
    path = call.workspace_path(workspace_id)
    return {
        "path": path,
        **call.container_ids,
        "workspaceId": workspace_id,
        **workspace["fields"],
        "tagManagerUrl": f"{WEB}/container/{path}?apiLink=workspace",
    }


def get(call: ApiCall) -> Json:
    return present(call, call.ids["workspaces"], call.workspace)


def list_(call: ApiCall) -> Json:
    workspaces = call.container["workspaces"].items()
    return call.page("workspace", [present(call, *workspace) for workspace in workspaces])


def create(call: ApiCall) -> Json:
    """A new workspace stands on the latest version, not on the live one (seen)."""
    container = call.container
    if len(container["workspaces"]) >= call.behaviour.max_workspaces:
        raise Refusal(  # the limit is documented, the text is a guess
            "The maximum number of workspaces for this container has been reached."
        )
    fields = _read_fields(call, None)
    workspace_id = call.state.add_workspace(container, fields, now_ms=call.now_ms)
    return present(call, workspace_id, container["workspaces"][workspace_id])


def update(call: ApiCall) -> Json:
    workspace = call.workspace
    call.check_fingerprint(workspace["fields"]["fingerprint"], "workspace")
    fields = _read_fields(call, call.ids["workspaces"])
    workspace["fields"] = {**fields, "fingerprint": call.fingerprint()}
    return get(call)


def delete(call: ApiCall) -> None:
    """Any but the default workspace (the user interface cannot delete that one; a guess)."""
    if call.workspace["default"]:
        raise Refusal(GENERIC)
    del call.container["workspaces"][call.ids["workspaces"]]


HANDLERS = {
    "containers.workspaces.get": get,
    "containers.workspaces.list": list_,
    "containers.workspaces.create": create,
    "containers.workspaces.update": update,
    "containers.workspaces.delete": delete,
}


def _read_fields(call: ApiCall, own_id: str | None) -> Json:
    """Name and description of a body; two workspaces of one name are refused (a guess)."""
    fields = {key: call.body[key] for key in ("name", "description") if call.body.get(key)}
    if not fields.get("name", "").strip():
        raise Refusal(f"name: {EMPTY}")
    for workspace_id, workspace in call.container["workspaces"].items():
        if workspace_id != own_id and workspace["fields"]["name"] == fields["name"]:
            raise Refusal(DUPLICATE)
    return fields
