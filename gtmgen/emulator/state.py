"""Everything the emulated service remembers, as one JSON-able object."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from gtmgen.emulator.discovery import load
from gtmgen.emulator.kinds import KINDS, WEB_BUILT_INS
from gtmgen.emulator.messages import NOT_FOUND, Json, Refusal, copy_json

FORMAT = 1
_FIRST_FINGERPRINT = 1_700_000_000_000
_ROOT: Json = {
    "format": FORMAT,
    "clock": _FIRST_FINGERPRINT,
    "next_account": 6_000_000_001,
    "next_container": 180_000_001,
    "accounts": {},
    "containers": {},
    "user_permissions": {},
    "gallery": {},
}
_CONTAINER = {
    "accountId": str,
    "next_id": int,
    "next_version": int,
    "fields": dict,
    "workspaces": dict,
    "versions": dict,
    "initial_built_ins": list,
    "latest": str,
    "live": str,
    "environments": dict,
    "next_environment": int,
}
# What files written before these existed lack: made when such a file is read.
_ADDED_TO_ROOT: Json = {"user_permissions": {}, "gallery": {}}
_ENVIRONMENT = {"fingerprint": str(_FIRST_FINGERPRINT), "authorized": str(_FIRST_FINGERPRINT)}
_ADDED_TO_CONTAINER: Json = {
    "environments": {"1": _ENVIRONMENT, "2": _ENVIRONMENT},
    "next_environment": 3,
}
_ADDED_TO_WORKSPACE: Json = {"conflicts": []}

_WORKSPACE = {
    "default": bool,
    "base": str,
    "fields": dict,
    "entities": dict,
    "built_ins": list,
    "conflicts": list,
}


class BadStateError(ValueError):
    """The data is not what this emulator wrote."""


@dataclass(frozen=True)
class State:
    """A thin, typed hold on the data; every method that changes it says so.

    ``data`` is plain JSON. ``containers`` maps a container ID to its own fields, one ID counter
    (never reused), its workspaces and its versions; a workspace maps kind -> ID -> entity without
    the fields that the service adds in its answers, and ``conflicts`` lists the (kind, ID) that
    the last sync could not merge. ``gallery`` maps owner/repository to the versions of a template,
    the latest last.
    """

    data: Json

    @classmethod
    def empty(cls) -> State:
        return cls(copy_json(_ROOT))

    @classmethod
    def from_json(cls, data: Any) -> State:
        """Check the shape of loaded data; raises :class:`BadStateError` naming the first flaw."""
        _complete_data(data, _ADDED_TO_ROOT)
        _check(data, {key: type(value) for key, value in _ROOT.items()}, "the top level")
        if data["format"] != FORMAT:
            raise BadStateError(f"format {data['format']} is not {FORMAT}")
        for container_id, container in data["containers"].items():
            _complete_data(container, _ADDED_TO_CONTAINER)
            _check(container, _CONTAINER, f"container {container_id}")
            for workspace_id, workspace in container["workspaces"].items():
                where = f"workspace {workspace_id} of container {container_id}"
                _complete_data(workspace, _ADDED_TO_WORKSPACE)
                _check(workspace, _WORKSPACE, where)
                if set(workspace["entities"]) != set(KINDS):
                    raise BadStateError(f"{where} lacks an entity kind")
        return cls(data)

    # Reading

    def account(self, account_id: str) -> Json:
        return _find_item(self.data["accounts"], account_id)

    def container(self, account_id: str, container_id: str) -> Json:
        container = _find_item(self.data["containers"], container_id)
        if container["accountId"] != account_id:
            raise Refusal(NOT_FOUND, 404)
        return container

    def containers(self, account_id: str | None = None) -> Iterator[tuple[str, Json]]:
        for container_id, container in self.data["containers"].items():
            if account_id in (None, container["accountId"]):
                yield container_id, container

    # Writing

    def next_fingerprint(self, now_ms: int = 0) -> str:
        """A 13-digit number that never repeats, even when the clock stands still."""
        # GTM's fingerprints are milliseconds since 1970; two writes in one of them must differ all
        # the same.
        self.data["clock"] = max(now_ms, self.data["clock"] + 1)
        return str(self.data["clock"])

    def add_account(self, name: str, account_id: str | None = None) -> str:
        account_id = account_id or self._take_free_id("account")
        fields = {"name": name, "fingerprint": self.next_fingerprint()}
        self.data["accounts"][account_id] = fields
        return account_id

    def add_container(
        self,
        account_id: str,
        public_id: str | None = None,
        *,
        fields: Json | None = None,
        container_id: str | None = None,
        usage_context: Sequence[str] = ("web",),
        built_ins: Sequence[str] = WEB_BUILT_INS,
    ) -> str:
        """Add a container with a Default Workspace; returns the container's ID.

        Without a public ID it gets one made of its own; ``fields`` are more of its fields.
        """
        container_id = container_id or self._take_free_id("container")
        public_id = public_id or f"GTM-L{container_id}"
        self.data["containers"][container_id] = {
            "accountId": account_id,
            # One counter for all kinds, as in nearly all genuine exports. An ID is not used again:
            # whether GTM does is not known, and a client may not count on either.
            "next_id": 1,
            "next_version": 1,
            "fields": {
                "name": public_id,
                "publicId": public_id,
                "tagIds": [public_id],
                "usageContext": list(usage_context),
                **(fields or {}),
                "fingerprint": self.next_fingerprint(),
            },
            "workspaces": {},
            "versions": {},
            "initial_built_ins": sort_built_ins(built_ins),
            "latest": "0",
            "live": "",
            **copy_json(_ADDED_TO_CONTAINER),
        }
        container = self.data["containers"][container_id]
        self.add_workspace(container, {"name": "Default Workspace"}, default=True)
        return container_id

    def add_workspace(
        self, container: Json, fields: Json, *, default: bool = False, now_ms: int = 0
    ) -> str:
        """Add a workspace that branches from the latest version; returns its ID."""
        workspace_id = take_next_id(container)
        base = find_version_content(container, container["latest"])
        container["workspaces"][workspace_id] = {
            "default": default,
            "base": container["latest"],
            "fields": {**fields, "fingerprint": self.next_fingerprint(now_ms)},
            "entities": copy_json(base["entities"]),
            "built_ins": list(base["built_ins"]),
            **copy_json(_ADDED_TO_WORKSPACE),
        }
        return workspace_id

    def _take_free_id(self, what: str) -> str:
        while True:
            number: int = self.data[f"next_{what}"]
            self.data[f"next_{what}"] = number + 1
            if str(number) not in self.data[f"{what}s"]:
                return str(number)


def find_version_content(container: Json, version_id: str) -> Json:
    """``entities`` and ``built_ins`` of a version; version 0 is the container as it was made."""
    initial = {
        "entities": {kind: {} for kind in KINDS},
        "built_ins": container["initial_built_ins"],
    }
    content: Json = container["versions"].get(version_id, initial)
    return content


def take_next_id(container: Json) -> str:
    """Take the container's next ID; one counter for all its kinds and workspaces."""
    number: int = container["next_id"]
    container["next_id"] = number + 1
    return str(number)


def sort_built_ins(built_ins: Sequence[str]) -> list[str]:
    """The one order that every genuine export keeps: that of the document's enum."""
    order = load().enum("BuiltInVariable", "type")
    return sorted(set(built_ins), key=order.index)


def _find_item(items: Json, key: str) -> Json:
    if key not in items:
        raise Refusal(NOT_FOUND, 404)
    item: Json = items[key]
    return item


def _complete_data(data: Any, added: Json) -> None:
    if isinstance(data, dict):
        for key, value in added.items():
            data.setdefault(key, copy_json(value))


def _check(data: Any, shape: dict[str, type], where: str) -> None:
    if not isinstance(data, dict):
        raise BadStateError(f"{where} is not an object")
    for key, expected in shape.items():
        if not isinstance(data.get(key), expected):
            raise BadStateError(f"`{key}` of {where} is missing or of the wrong type")
