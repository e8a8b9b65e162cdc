"""Container versions: made, previewed, read, renamed, published, deleted and brought back."""

from __future__ import annotations

from gtmgen.emulator.accounts import present_container
from gtmgen.emulator.call import WEB, ApiCall
from gtmgen.emulator.kinds import KINDS, name_built_in
from gtmgen.emulator.merge import Merged, merge
from gtmgen.emulator.messages import GENERIC, NOT_FOUND, Json, Refusal, copy_json
from gtmgen.emulator.references import find_missing_variables, find_unknown_triggers
from gtmgen.emulator.state import find_version_content


def present(call: ApiCall, version_id: str, version: Json | None = None) -> Json:
    """A ContainerVersion. Its entities carry no path, workspaceId or tagManagerUrl (seen)."""
    version = _find_version(call, version_id) if version is None else version
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
        entities = sorted(version["entities"][kind.name].items(), key=lambda item: int(item[0]))
        if entities:
            reply[kind.version_key] = [
                {**call.container_ids, kind.id_field: entity_id, **copy_json(entity)}
                for entity_id, entity in entities
            ]
    if version["built_ins"]:
        reply["builtInVariable"] = [
            {**call.container_ids, "type": built_in, "name": name_built_in(built_in)}
            for built_in in version["built_ins"]
        ]
    return reply


def create_version(call: ApiCall) -> Json:
    """Make a version of the workspace, delete the workspace, base the next one on the version.

    Documented, but for some guesses: only the default workspace gets a successor (seen there,
    with a new ID), and ``newWorkspacePath`` otherwise names the default workspace. What cannot
    be merged with the latest version, or compiled, changes nothing.
    """
    container, workspace = call.container, call.workspace
    merged = merge(container, workspace)
    if failure := _build_failure(call, merged):
        return failure
    version_id = str(container["next_version"])
    container["next_version"] += 1
    container["versions"][version_id] = {
        "fields": {
            **_select_texts({"name": call.body.get("name"), "description": call.body.get("notes")}),
            "fingerprint": call.fingerprint(),
        },
        **merged.content,
    }
    container["latest"] = version_id
    del container["workspaces"][call.ids["workspaces"]]
    if workspace["default"]:
        name = {"name": workspace["fields"]["name"]}
        call.state.add_workspace(container, name, default=True, now_ms=call.now_ms)
    default_id = next(key for key, item in container["workspaces"].items() if item["default"])
    return {
        "syncStatus": merged.status,
        "containerVersion": present(call, version_id),
        "newWorkspacePath": call.workspace_path(default_id),
    }


def quick_preview(call: ApiCall) -> Json:
    """The version that ``create_version`` would make, as version 0 (a guess), and no change."""
    merged = merge(call.container, call.workspace)
    if failure := _build_failure(call, merged):
        return failure
    fields = {
        "name": "QUICK_PREVIEW",
        "fingerprint": call.workspace["fields"]["fingerprint"],
    }
    version = {"fields": fields, **merged.content}
    return {"syncStatus": merged.status, "containerVersion": present(call, "0", version)}


def get(call: ApiCall) -> Json:
    return present(call, call.query("containerVersionId") or call.ids["versions"])


def live(call: ApiCall) -> Json:
    """404 while nothing was ever published (a guess)."""
    return present(call, call.container["live"])


def publish(call: ApiCall) -> Json:
    version_id = call.ids["versions"]
    version = _find_usable(call, version_id)
    call.check_fingerprint(version["fields"]["fingerprint"], "container version")
    call.container["live"] = version_id
    return {"containerVersion": present(call, version_id)}


def set_latest(call: ApiCall) -> Json:
    version_id = call.ids["versions"]
    version = present(call, version_id, _find_usable(call, version_id))
    call.container["latest"] = version_id
    return version


def update(call: ApiCall) -> Json:
    """Name and description; a version's entities never change (a guess)."""
    version = _find_version(call, call.ids["versions"])
    call.check_fingerprint(version["fields"]["fingerprint"], "container version")
    kept = {key: version["fields"][key] for key in ("deleted",) if key in version["fields"]}
    texts = _select_texts({key: call.body.get(key) for key in ("name", "description")})
    version["fields"] = {**texts, **kept, "fingerprint": call.fingerprint()}
    return present(call, call.ids["versions"])


def delete(call: ApiCall) -> None:
    """Mark as deleted; still got, no longer listed. The live and the latest one are refused.

    That deletions of versions are refused was seen, for which ones is a guess.
    """
    version_id = call.ids["versions"]
    version = _find_version(call, version_id)
    if version_id in (call.container["live"], call.container["latest"]):
        raise Refusal(GENERIC)
    version["fields"]["deleted"] = True


def undelete(call: ApiCall) -> Json:
    """One that is not deleted stays as it is (a guess)."""
    _find_version(call, call.ids["versions"])["fields"].pop("deleted", None)
    return present(call, call.ids["versions"])


def list_headers(call: ApiCall) -> Json:
    """Deleted versions only when asked for (documented: ``includeDeleted``)."""
    with_deleted = call.query("includeDeleted") == "true"
    headers = [_present_header(call, version_id) for version_id in call.container["versions"]]
    return call.page(
        "containerVersionHeader",
        [header for header in headers if with_deleted or not header.get("deleted")],
    )


def latest_header(call: ApiCall) -> Json:
    """A container without versions answers with version 0 (seen)."""
    return _present_header(call, call.container["latest"])


HANDLERS = {
    "containers.workspaces.create_version": create_version,
    "containers.workspaces.quick_preview": quick_preview,
    "containers.versions.get": get,
    "containers.versions.live": live,
    "containers.versions.publish": publish,
    "containers.versions.set_latest": set_latest,
    "containers.versions.update": update,
    "containers.versions.delete": delete,
    "containers.versions.undelete": undelete,
    "containers.version_headers.list": list_headers,
    "containers.version_headers.latest": latest_header,
}


def _find_version(call: ApiCall, version_id: str) -> Json:
    versions = call.container["versions"]
    if version_id not in versions:
        raise Refusal(NOT_FOUND, 404)
    version: Json = versions[version_id]
    return version


def _find_usable(call: ApiCall, version_id: str) -> Json:
    """A deleted version can be neither live nor latest (a guess)."""
    version = _find_version(call, version_id)
    if version["fields"].get("deleted"):
        raise Refusal(GENERIC)
    return version


def _build_failure(call: ApiCall, merged: Merged) -> Json | None:
    """Why there is no version: a reply of status 200, as the documentation has it.

    What makes a compiler error is a guess: a trigger or a variable that is not there.
    """
    if merged.error or merged.conflicts:
        return {"syncStatus": merged.status}
    no_variable = call.behaviour.missing_variable == "compiler_error"
    if find_unknown_triggers(merged.content) or (
        no_variable and find_missing_variables(merged.content)
    ):
        return {"syncStatus": merged.status, "compilerError": True}
    return None


def _select_texts(fields: Json) -> Json:
    return {key: text for key, text in fields.items() if text}


def _present_header(call: ApiCall, version_id: str) -> Json:
    content = find_version_content(call.container, version_id)
    header: Json = {
        "path": f"{call.container_path}/version_headers/{version_id}",
        **call.container_ids,
        "containerVersionId": version_id,
    }
    fields = content.get("fields", {})
    header.update({key: fields[key] for key in ("name", "deleted") if key in fields})
    for kind in KINDS.values():
        if kind.name != "folder":
            counter = f"num{kind.version_key[0].upper()}{kind.version_key[1:]}s"
            header[counter] = str(len(content["entities"][kind.name]))
    return header
