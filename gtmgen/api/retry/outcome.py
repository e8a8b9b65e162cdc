"""Was a write whose answer was lost carried out? One question per kind of write.

Each function makes the check of :meth:`gtmgen.api.retry.policy.Retrier.call_with_check`. Where
something else than what was sent is found, the answer is no, and the repetition is refused by the
service.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gtmgen.api.failures import CallError
from gtmgen.api.port import Json, TagManager
from gtmgen.api.retry.policy import Confirmed, OutcomeCheck


def created(manager: TagManager, workspace_path: str, kind: str, body: Json) -> OutcomeCheck[Json]:
    """The entity of the same name, type and notes (for a Google tag, of the same parameters).

    Names are unique within a kind; the notes, and a template's text, tell ours from others'.
    """
    marks = {"notes": None, **body}
    fields = ("name", "type", "notes", "templateData") if "name" in body else ("type", "parameter")

    def look(refusal: CallError | None) -> Confirmed[Json] | None:
        if refusal is not None and not refusal.is_duplicate_name:
            return None
        # Listed, since the ID came with the answer that was lost.
        for item in manager.list_entities(workspace_path, kind):
            if all(_is_same(marks[mark], item.get(mark)) for mark in fields if mark in marks):
                return Confirmed(item)
        return None

    return look


def updated(
    manager: TagManager, path: str, body: Json, fingerprint: str | None
) -> OutcomeCheck[Json]:
    """Changed since ``fingerprint``, and into what was sent."""

    def look(refusal: CallError | None) -> Confirmed[Json] | None:
        if refusal is not None and not refusal.is_conflict:
            return None
        now = manager.get(path)
        # A fingerprint changes with each write: nobody has written, so ours did not arrive.
        if now.get("fingerprint") == fingerprint:
            return None
        ignored = {"fingerprint", "path", "tagManagerUrl"}
        sent = {key: value for key, value in body.items() if key not in ignored}
        return Confirmed(now) if all(_is_same(sent[key], now.get(key)) for key in sent) else None

    return look


def installed(
    manager: TagManager, workspace_path: str, owner: str, repository: str, version: str | None
) -> OutcomeCheck[Json]:
    """The template of that owner and repository; of that version, where one was asked for."""
    expected = {"owner": owner, "repository": repository}
    if version is not None:
        expected["version"] = version

    def look(_refusal: CallError | None) -> Confirmed[Json] | None:
        for item in manager.list_entities(workspace_path, "template"):
            reference = item.get("galleryReference") or {}
            if all(reference.get(key) == value for key, value in expected.items()):
                return Confirmed(item)
        return None

    return look


def workspace_created(
    manager: TagManager, container_path: str, name: str, description: str | None
) -> OutcomeCheck[Json]:
    def look(_refusal: CallError | None) -> Confirmed[Json] | None:
        for item in manager.workspaces(container_path):
            if item["name"] == name and _is_same(description, item.get("description")):
                return Confirmed(item)
        return None

    return look


def built_ins_enabled(
    manager: TagManager, workspace_path: str, types: Sequence[str]
) -> OutcomeCheck[list[Json]]:
    def look(_refusal: CallError | None) -> Confirmed[list[Json]] | None:
        listed = manager.list_entities(workspace_path, "built_in_variable")
        enabled = [item for item in listed if item["type"] in types]
        return Confirmed(enabled) if len(enabled) == len(set(types)) else None

    return look


def built_ins_disabled(
    manager: TagManager, workspace_path: str, types: Sequence[str]
) -> OutcomeCheck[None]:
    def look(_refusal: CallError | None) -> Confirmed[None] | None:
        listed = manager.list_entities(workspace_path, "built_in_variable")
        return None if any(item["type"] in types for item in listed) else Confirmed(None)

    return look


def version_created(
    manager: TagManager, workspace_path: str, name: str | None
) -> OutcomeCheck[Json]:
    """A version takes its workspace with it (documented): while that is there, nothing has
    landed.

    Which workspace followed is not said afterwards. The highest ID is right for the default
    workspace, whose successor is new (seen); for others it is a guess.
    """
    container_path = workspace_path.partition("/workspaces/")[0]

    def look(_refusal: CallError | None) -> Confirmed[Json] | None:
        workspaces = {item["path"]: item for item in manager.workspaces(container_path)}
        if workspace_path in workspaces:
            return None
        numbers = [
            int(header["containerVersionId"])
            for header in manager.version_headers(container_path)
            if header.get("name") == name
        ]
        if not numbers:
            return None
        version = manager.version(f"{container_path}/versions/{max(numbers)}")
        successor = max(workspaces, key=lambda path: int(path.rpartition("/")[2]), default=None)
        reply = {"containerVersion": version}
        return Confirmed({**reply, "newWorkspacePath": successor} if successor else reply)

    return look


def published(manager: TagManager, version_path: str) -> OutcomeCheck[Json]:
    container_path = version_path.partition("/versions/")[0]

    def look(_refusal: CallError | None) -> Confirmed[Json] | None:
        live = manager.live_version(container_path)
        if live is None or live["path"] != version_path:
            return None
        return Confirmed({"containerVersion": live})

    return look


def environment_created(manager: TagManager, container_path: str, body: Json) -> OutcomeCheck[Json]:
    """One of that name, as it was sent."""

    def look(_refusal: CallError | None) -> Confirmed[Json] | None:
        for item in manager.environments(container_path):
            if item["name"] == body["name"] and all(_is_same(body[k], item.get(k)) for k in body):
                return Confirmed(item)
        return None

    return look


def environment_updated(manager: TagManager, path: str, body: Json) -> OutcomeCheck[Json]:
    """The environment, where it is what was sent."""
    container_path = path.partition("/environments/")[0]
    sent = {key: body[key] for key in ("name", "containerVersionId", "url") if key in body}

    def look(_refusal: CallError | None) -> Confirmed[Json] | None:
        for item in manager.environments(container_path):
            if item["path"] == path and all(_is_same(sent[key], item.get(key)) for key in sent):
                return Confirmed(item)
        return None

    return look


def _is_same(sent: Any, existing: Any) -> bool:
    """Whether ``existing`` is what the service makes of ``sent``: it drops the empty, and adds."""
    if isinstance(sent, dict):
        fields = existing if isinstance(existing, dict) else {}
        return all(_is_same(value, fields.get(key)) for key, value in sent.items())
    if isinstance(sent, list) and sent:
        items = existing if isinstance(existing, list) else []
        return len(sent) == len(items) and all(map(_is_same, sent, items))
    if isinstance(sent, str) and isinstance(existing, str):
        return sent.replace("\r\n", "\n").strip() == existing.replace("\r\n", "\n").strip()
    return sent == existing or (sent in ("", [], None, False) and existing in ("", [], None, False))
