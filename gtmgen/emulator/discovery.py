"""The Tag Manager API as its discovery document describes it.

The document is the one that google-api-python-client ships, so that the emulator and the client
under test cannot disagree about paths, parameters or fields.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from urllib.parse import unquote

from gtmgen.emulator.messages import Json

_PREFIX = "tagmanager.accounts."


@dataclass(frozen=True)
class Method:
    """One of the document's methods.

    ``id`` leaves the common prefix out: ``list`` is accounts.list, ``containers.get`` is
    accounts.containers.get, ``containers.workspaces.tags.create`` and so on.
    """

    id: str
    http_method: str
    flat_path: str
    pattern: re.Pattern[str]
    query: Mapping[str, Json]
    request: str | None
    response: str | None

    @property
    def resource(self) -> str:
        """The last resource of the ID: ``tags``; empty for the accounts themselves."""
        return self.id.rpartition(".")[0].rpartition(".")[2]

    @property
    def full_id(self) -> str:
        return _PREFIX + self.id


@dataclass(frozen=True)
class Discovery:
    revision: str
    methods: Mapping[str, Method]
    schemas: Mapping[str, Json]
    common_query: frozenset[str]

    def route(self, http_method: str, path: str) -> tuple[Method, dict[str, str]] | None:
        """The method for a request line and its path parameters, without their ``Id`` noise."""
        for method in self._by_form.get((http_method, path.count("/")), ()):
            if match := method.pattern.fullmatch(path):
                return method, {key: unquote(text) for key, text in match.groupdict().items()}
        return None

    @cached_property
    def _by_form(self) -> Mapping[tuple[str, int], Sequence[Method]]:
        """The methods by what every path of theirs has: no ID holds a slash."""
        found: dict[tuple[str, int], list[Method]] = {}
        for method in self.methods.values():
            form = (method.http_method, method.flat_path.count("/"))
            found.setdefault(form, []).append(method)
        return found

    def http_methods(self, path: str) -> list[str]:
        """The HTTP methods that the document has for a path, in alphabetical order."""
        http_methods = {m.http_method for m in self.methods.values() if m.pattern.fullmatch(path)}
        return sorted(http_methods)

    def enum(self, schema: str, field: str) -> tuple[str, ...]:
        """The allowed values of a field, in the document's order."""
        return tuple(self.schemas[schema]["properties"][field]["enum"])


@cache
def load() -> Discovery:
    """Read the document, once per process."""
    folder = resources.files("googleapiclient.discovery_cache.documents")
    document: Json = json.loads(folder.joinpath("tagmanager.v2.json").read_text("utf-8"))
    methods = [_read_method(raw) for raw in _walk(document)]
    return Discovery(
        revision=document["revision"],
        methods={method.id: method for method in methods},
        schemas=document["schemas"],
        common_query=frozenset(document["parameters"]),
    )


def _walk(node: Json) -> Iterator[Json]:
    yield from node.get("methods", {}).values()
    for child in node.get("resources", {}).values():
        yield from _walk(child)


def _read_method(raw: Json) -> Method:
    flat_path = f"/{raw['flatPath']}"
    query = {k: p for k, p in raw["parameters"].items() if p["location"] == "query"}
    return Method(
        id=raw["id"].removeprefix(_PREFIX),
        http_method=raw["httpMethod"],
        flat_path=flat_path,
        pattern=re.compile(_make_regex(flat_path)),
        query=query,
        request=raw.get("request", {}).get("$ref"),
        response=raw.get("response", {}).get("$ref"),
    )


def _make_regex(flat_path: str) -> str:
    """``/a/{accountsId}:x`` as a pattern; an ID holds neither a slash nor the verb's colon."""
    parts = re.split(r"\{(\w+)\}", flat_path)
    return "".join(
        f"(?P<{part.removesuffix('Id')}>[^/:]+)" if index % 2 else re.escape(part)
        for index, part in enumerate(parts)
    )
