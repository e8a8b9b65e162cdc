"""What the service answers is somebody else's text: its shape is checked before it is believed.

The discovery document says what each method returns. Its types are checked wherever they appear,
and what gtmgen reads without asking (paths, names, IDs) must be there. Fields that the document
does not have pass, as new ones come without notice.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from importlib import resources
from typing import Any

MAX_DEPTH = 64
"""Levels of lists and objects in an answer; parameters of GTM nest less than 20 deep."""

_BELOW = re.compile(r"accounts/\d+(?:/containers/\d+(?:/workspaces/\d+)?)?(?=[/:?]|$)")
_PATH = re.compile(r"accounts/[0-9]{1,20}(?:/[a-z_]+/[0-9]{1,20})*")
_ID = re.compile(r"(?:new_)?[0-9]{1,20}")  # `new_1` is what a bulk update was asked for
_TYPES: dict[str, type] = {"string": str, "boolean": bool, "integer": int, "object": dict}
_NAMED = {
    "Client": "clientId",
    "CustomTemplate": "templateId",
    "Folder": "folderId",
    "Tag": "tagId",
    "Transformation": "transformationId",
    "Trigger": "triggerId",
    "Variable": "variableId",
    "Zone": "zoneId",
}
_REQUIRED: dict[str, tuple[str, ...]] = {
    "Account": ("path",),
    "BuiltInVariable": ("type",),
    "Container": ("path", "accountId", "containerId"),
    "ContainerVersion": ("path", "containerVersionId"),
    "ContainerVersionHeader": ("containerVersionId",),
    "Environment": ("path", "name", "environmentId"),
    "GtagConfig": ("path", "gtagConfigId"),
    "Workspace": ("path", "name"),
    **{schema: ("path", "name", id_) for schema, id_ in _NAMED.items()},
}
_IDS = frozenset(
    ("accountId", "containerId", "containerVersionId", "workspaceId", "gtagConfigId")
) | frozenset(_NAMED.values())

_SENT_BACK = frozenset(("nextPageToken", "fingerprint"))
"""They become part of an address."""
_HALF_CHARACTER = re.compile(r"[\ud800-\udfff]")


class OddAnswerError(ValueError):
    """The answer is JSON of another shape than the method's; says where and how."""


def check_answer(method_id: str, uri: str, answer: dict[str, Any]) -> None:
    """Raise :class:`OddAnswerError` unless ``answer`` is one of this method, for what was asked.

    ``method_id`` is the discovery document's (``tagmanager.accounts.list``), ``uri`` the request's:
    a path outside the container or workspace that was asked is not followed.
    """
    check_depth(answer)
    returned, schemas = _load_document()
    schema = returned.get(method_id)
    if schema is None:
        return
    parent = _BELOW.search(uri)
    if answer and answer.keys().isdisjoint(schemas[schema]):  # `{}` is how an empty list looks
        raise OddAnswerError(f"it has none of the fields of a {schema}")
    checker = _Checker(schemas, parent[0] if parent else "")
    checker.object(answer, schema, "", complete=True)


def check_depth(value: Any) -> None:
    """Refuse what nests deeper than :data:`MAX_DEPTH`, without recursion."""
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [child for item in level for child in _list_children(item)]
        if not level:
            return
    raise OddAnswerError(f"it nests deeper than {MAX_DEPTH} levels")


def _list_children(value: Any) -> Iterator[Any]:
    items = value.values() if isinstance(value, dict) else value
    return (item for item in items if isinstance(item, (dict, list)))


class _Checker:
    def __init__(self, schemas: dict[str, dict[str, Any]], parent: str) -> None:
        self._schemas = schemas
        self._parent = parent

    def object(self, value: Any, schema: str, where: str, *, complete: bool) -> None:
        """``complete``: with all that gtmgen reads unasked; parts of a version may lack it."""
        if not isinstance(value, dict):
            raise OddAnswerError(f"`{where}` is not an object")
        properties = self._schemas[schema]
        for key in _list_required(schema, complete=complete):
            if value.get(key) in (None, ""):
                raise OddAnswerError(f"`{_join(where, key)}` is missing")
        for key in [key for key, item in value.items() if item is None]:
            del value[key]  # JSON's way of saying that a field is not set
        for key, item in value.items():
            # Most are text or a flag as it should be, and their place need not be spelled out.
            if key in properties and type(item) is not _TYPES.get(properties[key].get("type", "")):
                listed = schema.startswith("List")
                self._check_value(item, properties[key], _join(where, key), complete=listed)
                if schema == "ContainerVersion" and isinstance(item, list):
                    _check_named(item, properties[key], _join(where, key))
            if key in _IDS and schema in _REQUIRED:
                _check(bool(_ID.fullmatch(str(item))), _join(where, key), "an ID")
            if key in _SENT_BACK and isinstance(item, str):
                is_whole = not _HALF_CHARACTER.search(item)
                _check(is_whole, _join(where, key), "text that an address can hold")
        followed = ["newWorkspacePath"]
        if schema == "ContainerVersion" or (complete and "path" in _REQUIRED.get(schema, ())):
            followed.append("path")
        for key in followed:
            if key in properties and value.get(key):
                self._check_path(value[key], _join(where, key))

    def _check_value(
        self, value: Any, schema: dict[str, Any], where: str, *, complete: bool = False
    ) -> None:
        if "$ref" in schema:
            self.object(value, schema["$ref"], where, complete=complete)
        elif schema.get("type") == "array":
            _check(isinstance(value, list), where, "a list")
            for number, item in enumerate(value):
                self._check_value(item, schema["items"], f"{where}[{number}]", complete=complete)
        else:
            type_ = _TYPES.get(schema.get("type", ""))
            fits = type_ is None or type(value) is type_
            _check(fits, where, f"of the type {schema.get('type')}")

    def _check_path(self, value: str, where: str) -> None:
        fits = _PATH.fullmatch(value) and f"{value}/".startswith(self._find_parent(value))
        _check(bool(fits), where, "a path below what was asked for")

    def _find_parent(self, value: str) -> str:
        """A new workspace and a version lie beside the workspace that they come from."""
        parent = self._parent
        if re.search(r"/containers/\d+/(?:workspaces|versions|version_headers)/\d+$", value):
            parent = parent.partition("/workspaces/")[0]
        return f"{parent}/" if parent else ""


def _check_named(items: list[Any], schema: dict[str, Any], where: str) -> None:
    """Entities of a version have no path of their own in all cases, but a name and an ID."""
    id_ = _NAMED.get(schema["items"].get("$ref", ""))
    for number, item in enumerate(items if id_ else ()):
        for key in ("name", id_):
            if not item.get(key):
                raise OddAnswerError(f"`{where}[{number}].{key}` is missing")


def _list_required(schema: str, *, complete: bool) -> tuple[str, ...]:
    if complete or schema == "BuiltInVariable":
        return _REQUIRED.get(schema, ())
    return ("containerVersionId",) if schema == "ContainerVersion" else ()


def _check(fits: bool, where: str, expected: str) -> None:
    if not fits:
        raise OddAnswerError(f"`{where}` is not {expected}")


def _join(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key


@cache
def _load_document() -> tuple[dict[str, str], dict[str, dict[str, Any]]]:
    """Method ID -> the schema that it returns; schema -> its properties."""
    folder = resources.files("googleapiclient.discovery_cache.documents")
    document = json.loads(folder.joinpath("tagmanager.v2.json").read_text("utf-8"))
    returned: dict[str, str] = {}
    _collect(document, lambda id_, schema: returned.__setitem__(id_, schema))
    schemas = {name: schema.get("properties", {}) for name, schema in document["schemas"].items()}
    return returned, schemas


def _collect(node: dict[str, Any], add: Callable[[str, str], None]) -> None:
    for method in node.get("methods", {}).values():
        if "response" in method:
            add(method["id"], method["response"]["$ref"])
    for child in node.get("resources", {}).values():
        _collect(child, add)
