"""Container versions: listed, made from a workspace, published. Nothing here asks or prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gtmgen.api.failures import CallError
from gtmgen.api.port import Json, TagManager
from gtmgen.errors import ApiError, GtmgenError, PartialError, UsageError
from gtmgen.push.compiler_causes import hint_for_version, hint_for_workspace

#: The API's counter in a version's header -> what it counts.
_COUNTERS = {
    "numTags": "tags",
    "numTriggers": "triggers",
    "numVariables": "variables",
    "numCustomTemplates": "templates",
    "numZones": "zones",
    "numClients": "clients",
    "numTransformations": "transformations",
    "numGtagConfigs": "gtag_configs",
}


@dataclass(frozen=True)
class Version:
    """One version of a container, as its header tells; who made it and when, none does:
    :mod:`gtmgen.push.version_details` reads that from the version itself.

    ``is_latest``: the highest number, for headers do not say which one new workspaces start from.
    """

    number: int
    name: str | None
    path: str
    is_live: bool = False
    is_latest: bool = False
    counts: Mapping[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"version {self.number} `{self.name}`" if self.name else f"version {self.number}"


@dataclass(frozen=True)
class NewVersion:
    """What :func:`make_version` did; the workspace that it was made from is gone.

    ``next_workspace`` is the path of the one that GTM goes on with, where it says so: not the
    named one, which the next push creates again.
    """

    version: Version
    next_workspace: str | None
    published: bool


def list_versions(manager: TagManager, container_path: str) -> tuple[Version, ...]:
    """Newest first, without deleted ones. Version 0, which stands for none, is none."""
    live = manager.live_version(container_path)
    live_number = int(live["containerVersionId"]) if live else 0
    headers = {
        int(header["containerVersionId"]): header
        for header in manager.version_headers(container_path)
        if not header.get("deleted")
    }
    numbers = sorted((number for number in headers if number), reverse=True)
    return tuple(
        Version(
            number,
            headers[number].get("name"),
            f"{container_path}/versions/{number}",
            is_live=number == live_number,
            is_latest=number == numbers[0],
            counts=_count_by_kind(headers[number]),
        )
        for number in numbers
    )


def pick_version(versions: Sequence[Version], number: int) -> Version:
    """The version of that number; :class:`UsageError` when there is none."""
    for version in versions:
        if version.number == number:
            return version
    raise UsageError(f"there is no version {number}", hint="`gtmgen versions` lists them")


def publish_version(manager: TagManager, version: Version) -> None:
    """Make a version the live one. A refusal inside an answer of status 200 raises, too."""
    reply = manager.publish(version.path)
    if reply.get("compilerError"):
        raise ApiError(
            f"{version} was not published: GTM reports a compiler error",
            hint=hint_for_version(manager, version.path),
        )
    published = reply.get("containerVersion", {}).get("containerVersionId")
    if published != str(version.number):
        raise ApiError(
            f"GTM did not say that {version} was published",
            hint="`gtmgen versions` shows which version is live",
        )


def make_version(
    manager: TagManager,
    workspace_path: str,
    name: str,
    notes: str | None = None,
    publish: bool = False,
) -> NewVersion:
    """Make a version of a workspace, which ends with it, and publish it when asked to.

    Raises :class:`ApiError` when no version was made, and :class:`PartialError` when one was
    made but not published.
    """
    try:
        reply = manager.create_version(workspace_path, name, notes)
    except CallError as error:
        if not error.outcome_unknown:
            raise
        raise ApiError(
            f"it is not known whether the version `{name}` was made: {error.message}",
            hint="`gtmgen versions` shows whether it is there",
        ) from error
    if reply.get("compilerError"):
        hint = hint_for_workspace(manager, workspace_path)
        raise _describe_none_made(name, "GTM reports a compiler error", hint)
    version = _read_version(reply, workspace_path, name)
    if publish:
        try:
            publish_version(manager, version)
        except GtmgenError as error:
            reason = error.message.removeprefix(f"{version} was not published: ")
            raise PartialError(
                f"{version} was made, but publishing it failed: {reason}",
                hint=error.hint or f"`gtmgen publish SPEC {version.number}` tries again",
            ) from error
    return NewVersion(version, reply.get("newWorkspacePath"), publish)


def _read_version(reply: Json, workspace_path: str, name: str) -> Version:
    # All of this comes with status 200 (discovery document): no version is no error to the API.
    status = reply.get("syncStatus", {})
    if status.get("mergeConflict"):
        raise _describe_none_made(
            name,
            "the workspace and a later version have both changed the same entities",
            "resolve the conflicts in GTM (Workspace, Update), then push again",
        )
    if status.get("syncError"):
        raise _describe_none_made(
            name,
            "the workspace cannot be brought up to the latest version",
            "update the workspace in GTM, then push again",
        )
    if "containerVersion" not in reply:
        raise _describe_none_made(
            name, "GTM answered without a version", "`gtmgen versions` lists them"
        )
    version = reply["containerVersion"]
    number = int(version["containerVersionId"])
    container_path = workspace_path.partition("/workspaces/")[0]
    path = f"{container_path}/versions/{number}"
    return Version(number, version.get("name"), path, is_latest=True)


def _describe_none_made(name: str, reason: str, hint: str) -> ApiError:
    return ApiError(f"the version `{name}` was not made: {reason}", hint=hint)


def _count_by_kind(header: Json) -> dict[str, int]:
    return {word: int(header[key]) for key, word in _COUNTERS.items() if header.get(key)}
