"""Container versions, as far as making, reading and publishing one goes."""

from __future__ import annotations

import copy

from gtmgen.emulator.accounts import present_container
from gtmgen.emulator.call import WEB, Call
from gtmgen.emulator.kinds import KINDS, built_in_name
from gtmgen.emulator.messages import NOT_FOUND, Json, Refusal
from gtmgen.emulator.references import missing_variables
from gtmgen.emulator.state import version_content


def present(call: Call, version_id: str) -> Json:
    """A ContainerVersion. Its entities carry no path, workspaceId or tagManagerUrl (seen)."""
    version = _version(call, version_id)
    path = f"{call.container_path}/versions/{version_id}"
    reply: Json = {
        "path": path,
        **call.container_ids,
        "containerVersionId": version_id,
        **version["fields"],
        "container": present_container(call.ids["containers"], call.container),
        "tagManagerUrl": f"{WEB}/versions/{path}?apiLink=version",
    }
    for kind in KINDS.values():
        held = sorted(version["entities"][kind.name].items(), key=lambda item: int(item[0]))
        if held:
            reply[kind.version_key] = [
                {**call.container_ids, kind.id_field: entity_id, **copy.deepcopy(entity)}
                for entity_id, entity in held
            ]
    if version["built_ins"]:
        reply["builtInVariable"] = [
            {**call.container_ids, "type": built_in, "name": built_in_name(built_in)}
            for built_in in version["built_ins"]
        ]
    return reply


def create_version(call: Call) -> Json:
    """Make a version of the workspace, delete the workspace, base the next one on the version.

    Documented, but for two guesses: only the default workspace gets a successor (seen there,
    with a new ID), and ``newWorkspacePath`` otherwise names the default workspace. A reference
    to a missing variable answers ``compilerError`` and changes nothing (a guess).
    """
    container, workspace = call.container, call.workspace
    sync = {"syncStatus": {"syncError": False, "mergeConflict": False}}
    if call.behaviour.missing_variable == "compiler_error" and missing_variables(workspace):
        return {**sync, "compilerError": True}
    version_id = str(container["next_version"])
    container["next_version"] += 1
    fields = {"name": call.body.get("name"), "description": call.body.get("notes")}
    container["versions"][version_id] = {
        "fields": {
            **{key: text for key, text in fields.items() if text},
            "fingerprint": call.fingerprint(),
        },
        "entities": workspace["entities"],
        "built_ins": workspace["built_ins"],
    }
    container["latest"] = version_id
    del container["workspaces"][call.ids["workspaces"]]
    if workspace["default"]:
        name = {"name": workspace["fields"]["name"]}
        call.state.add_workspace(container, name, default=True, now_ms=call.now_ms)
    default_id = next(key for key, item in container["workspaces"].items() if item["default"])
    return {
        **sync,
        "containerVersion": present(call, version_id),
        "newWorkspacePath": call.workspace_path(default_id),
    }


def get(call: Call) -> Json:
    return present(call, call.query("containerVersionId") or call.ids["versions"])


def live(call: Call) -> Json:
    """404 while nothing was ever published (a guess)."""
    return present(call, call.container["live"])


def publish(call: Call) -> Json:
    version_id = call.ids["versions"]
    version = _version(call, version_id)
    call.check_fingerprint(version["fields"]["fingerprint"], "container version")
    call.container["live"] = version_id
    return {"containerVersion": present(call, version_id)}


def set_latest(call: Call) -> Json:
    version_id = call.ids["versions"]
    version = present(call, version_id)
    call.container["latest"] = version_id
    return version


def list_headers(call: Call) -> Json:
    versions = call.container["versions"]
    return call.page("containerVersionHeader", [_header(call, item) for item in versions])


def latest_header(call: Call) -> Json:
    """A container without versions answers with version 0 (seen)."""
    return _header(call, call.container["latest"])


HANDLERS = {
    "containers.workspaces.create_version": create_version,
    "containers.versions.get": get,
    "containers.versions.live": live,
    "containers.versions.publish": publish,
    "containers.versions.set_latest": set_latest,
    "containers.version_headers.list": list_headers,
    "containers.version_headers.latest": latest_header,
}


def _version(call: Call, version_id: str) -> Json:
    versions = call.container["versions"]
    if version_id not in versions:
        raise Refusal(NOT_FOUND, 404)
    version: Json = versions[version_id]
    return version


def _header(call: Call, version_id: str) -> Json:
    content = version_content(call.container, version_id)
    header: Json = {
        "path": f"{call.container_path}/version_headers/{version_id}",
        **call.container_ids,
        "containerVersionId": version_id,
    }
    if name := content.get("fields", {}).get("name"):
        header["name"] = name
    for kind in KINDS.values():
        if kind.name != "folder":
            counter = f"num{kind.version_key[0].upper()}{kind.version_key[1:]}s"
            header[counter] = str(len(content["entities"][kind.name]))
    return header
