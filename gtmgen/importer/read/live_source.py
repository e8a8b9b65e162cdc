"""A container read through the API, in the shape of an export's container version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gtmgen.api.port import TagManager
from gtmgen.errors import ApiError, UsageError
from gtmgen.importer.read.kinds import KINDS
from gtmgen.importer.read.references import list_dangling, list_shared
from gtmgen.importer.read.shape import Cleaner

Json = dict[str, Any]


class NothingPublishedError(UsageError):
    """A container whose published version is asked for, and which has none."""


# Only a read from a workspace gives these; exports and versions have entities without them.
_WORKSPACE_FIELDS = frozenset(("path", "workspaceId", "tagManagerUrl"))
# Each list is a call, and calls are few: GTM says itself what a container cannot hold.
_FEATURES = {
    "client": "supportClients",
    "transformation": "supportTransformations",
    "zone": "supportZones",
    "gtag_config": "supportGtagConfigs",
}


@dataclass(frozen=True)
class LiveRead:
    """``version`` as in an export, but for the enums' spelling; ``source`` says what was read."""

    version: Json
    source: str
    notes: tuple[str, ...] = ()


def read_container(
    manager: TagManager,
    container: str,
    workspace: str | None = None,
    version: str | None = None,
) -> LiveRead:
    """Read the published version, the ``latest``, one by its number, or a workspace by name.

    Raises :class:`UsageError` for what is not there, :class:`ApiError` for answers of another
    shape than the API describes, :class:`gtmgen.api.failures.CallError` when a call fails.
    """
    if workspace is not None and version is not None:
        raise UsageError("a workspace or a version can be imported, not both")
    try:
        path = manager.resolve_container(container)
        if workspace is not None:
            version_json, source = _read_workspace(manager, path, container, workspace)
        else:
            version_json, source = _read_version(
                manager, path, container, version if version is not None else "live"
            )
        cleaner = Cleaner()
        cleaned = cleaner.version(version_json, "")
        if cleaner.problems:
            raise _make_error(container, cleaner.problems[0])
        return LiveRead(
            cleaned, source, (*cleaner.notes, *list_shared(cleaned), *list_dangling(cleaned))
        )
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise _make_error(container, type(error).__name__) from error


def _make_error(container: str, why: str) -> ApiError:
    return ApiError(
        f"the answers for {container} do not have the shape that the GTM API describes ({why})",
        hint="is it GTM's API that answers there? A local state file may be damaged",
    )


def _read_version(manager: TagManager, path: str, container: str, version: str) -> tuple[Json, str]:
    if version == "live":
        version_json = manager.live_version(path)
        if version_json is None:
            raise NothingPublishedError(
                f"{container} has no published version",
                hint="name the latest version, a number, or a workspace",
            )
    else:
        number = _number(manager, path, container, version)
        version_json = manager.version(f"{path}/versions/{number}")
    name = f" `{version_json['name']}`" if version_json.get("name") else ""
    return version_json, f"{container}, version {version_json['containerVersionId']}{name}"


def _number(manager: TagManager, path: str, container: str, version: str) -> int:
    if version != "latest" and not (
        version.isascii() and version.isdecimal() and len(version) < 10
    ):
        raise UsageError(f"`{version}` is not a version: a number, `live` or `latest`")
    headers = manager.version_headers(path)
    numbers = {int(header["containerVersionId"]) for header in headers} - {0}
    if not numbers:
        raise UsageError(
            f"{container} has no versions", hint=f"name a workspace: `{container}/workspaces/NAME`"
        )
    if version == "latest":
        return max(numbers)  # the list does not say which one is
    if int(version) not in numbers:
        raise UsageError(
            f"{container} has no version {version}", hint=f"the latest one is {max(numbers)}"
        )
    return int(version)


def _read_workspace(manager: TagManager, path: str, container: str, name: str) -> tuple[Json, str]:
    workspaces = {str(item["name"]): str(item["path"]) for item in manager.workspaces(path)}
    if name not in workspaces:
        names = ", ".join(f"`{known}`" for known in sorted(workspaces))
        raise UsageError(f"{container} has no workspace `{name}`", hint=f"it has {names}")
    described = manager.container(path)
    version: Json = {
        "path": f"{path}/versions/0",
        "accountId": described["accountId"],
        "containerId": described["containerId"],
        "containerVersionId": "0",
        "container": described,
    }
    features = described.get("features", {})
    for kind in KINDS:
        if not features.get(_FEATURES.get(kind.kind, ""), True):
            continue
        bodies = manager.list_entities(workspaces[name], kind.kind)
        if bodies:
            version[kind.field] = [_convert_to_version(body) for body in bodies]
    return version, f"{container}, workspace `{name}`"


def _convert_to_version(body: Json) -> Json:
    return {key: value for key, value in body.items() if key not in _WORKSPACE_FIELDS}
