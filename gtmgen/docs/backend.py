"""The backend's page: what holds for all server events of an account, chapter by chapter."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from gtmgen.contract.hashing import NORMALIZERS, hash_by_rule
from gtmgen.contract.model import Json, ServerEvent
from gtmgen.contract.schema import server_events
from gtmgen.docs.deliveries import Tools
from gtmgen.docs.model import BackendDoc, Chapter
from gtmgen.docs.words import sentence_case
from gtmgen.packs.server import ServerApi, load_server_api
from gtmgen.spec.model import Platform
from gtmgen.spec.server_model import Secret, ServerAccount


def document_backends(tools: Tools) -> tuple[BackendDoc, ...]:
    """One for each account whose events a backend can send, too."""
    return tuple(
        BackendDoc(platform.name, platform.title, tuple(_Page(tools, platform, api).chapters()))
        for platform in tools.spec.platforms.values()
        if (api := load_server_api(platform.pack)) and server_events(tools.contract, platform.name)
    )


class _Page:
    def __init__(self, tools: Tools, platform: Platform, api: ServerApi) -> None:
        self._words = tools.words
        self._platform = platform
        self._api = api
        self._account = tools.spec.server_accounts.get(platform.name)
        self._server = tools.packs[platform.name].server or {}
        events = server_events(tools.contract, platform.name)
        named = [event for same in events.values() for _, event in same]
        # The event that needs most shows most.
        self._event = max(named, key=lambda event: len(event.required))

    def chapters(self) -> Iterator[Chapter]:
        yield self._describe_ways()
        yield self._describe_fields()
        yield self._describe_hashes()
        yield self._describe_sending()
        yield self._describe_answers()
        yield self._describe_testing()
        yield Chapter(
            self._words("backend.shows_title", platform=self._platform.pack.title),
            self._translate_texts("shows"),
        )

    def _translate_texts(self, name: str) -> tuple[str, ...]:
        return tuple(self._words.own(text) for text in self._api.guide.get(name, ()))

    def _say(self, *names: str) -> tuple[str, ...]:
        title = self._platform.pack.title
        return tuple(self._words(f"backend.{name}", platform=title) for name in names)

    def _describe_ways(self) -> Chapter:
        title = self._platform.pack.title
        event = self._event.payload["data"][0]
        places = self._api.places
        label = f"{event[places['event']]}, {event[places['event_id']]}"
        account = self._account
        # As wide as `browser`, so that the two ways meet.
        second = "backend" if account is None else "server "
        picture = [
            f"visitor --+-- browser --- {label} ---+--> {title}",
            f"          +-- {second} --- {label} ---+",
        ]
        text = self._say("ways") if account is None else self._describe_container(account)
        return Chapter(self._words("backend.ways_title"), text, code="\n".join(picture))

    def _describe_container(self, account: ServerAccount) -> tuple[str, ...]:
        """What is said where a server container sends: that it does, and where its token is."""
        secrets = [value.name for value in account.settings.values() if isinstance(value, Secret)]
        tokens = (self._words("backend.ways_token", variable=name) for name in secrets)
        return (*self._say("ways", "ways_container"), *tokens)

    def _describe_fields(self) -> Chapter:
        words = self._words
        labels = ("type", "required", "example")
        titles = (words(f"label.{name}") for name in labels)
        head = (words("backend.field"), *map(sentence_case, titles))
        left_out = {field for fields, _ in self._api.not_sent for field in fields}
        rows = tuple(
            (f"`{field}`", type_, words(f"backend.{status}"), example)
            for field, type_, status, example in _list_field_rows(self._event)
            if field not in left_out
        )
        text = words("backend.fields", event=self._event.name)
        return Chapter(words("backend.fields_title"), (text,), head, rows)

    def _describe_hashes(self) -> Chapter:
        words = self._words
        head = tuple(
            words(f"backend.{name}") for name in ("field", "given", "normalised", "hashed")
        )
        rows = []
        for field, example in self._api.guide.get("examples", {}).items():
            rule = self._api.hashes.get(field, "place")
            normal = NORMALIZERS[rule](example) or ""
            digest = hash_by_rule(rule, example) if field in self._api.hashes else None
            hashed = f"`{digest}`" if digest else words("backend.not_hashed")
            rows.append((f"`{field}`", f"`{example}`", f"`{normal}`", hashed))
        text = self._say("hash", "hash_missing", "hash_code")
        return Chapter(words("backend.hash_title"), text, head, tuple(rows))

    def _describe_sending(self) -> Chapter:
        text = (
            *self._translate_texts("token"),
            *self._translate_texts("limits"),
            *self._translate_texts("retries"),
        )
        return Chapter(self._words("backend.send_title"), text, code=self._format_curl())

    def _format_curl(self) -> str:
        """A request as a command; the token comes from the environment."""
        headers = [
            f'  -H "{name}: {"$ACCESS_TOKEN" if value.startswith("<") else value}" \\'
            for name, value in self._server.get("headers", {}).items()
        ]
        body = json.dumps(self._event.payload, indent=2, ensure_ascii=False)
        return "\n".join(
            [
                f"curl -X {self._server['method']} {self._server['url']} \\",
                *headers,
                "  --data-binary @- <<'JSON'",
                body,
                "JSON",
            ]
        )

    def _describe_answers(self) -> Chapter:
        words = self._words
        head = tuple(words(f"backend.{name}") for name in ("code", "meaning", "then"))
        rows = tuple(
            (f"`{item['code']}`", words.own(item["meaning"]), words.own(item["then"]))
            for item in self._api.guide.get("codes", ())
        )
        return Chapter(words("backend.answers_title"), self._say("answers"), head, rows)

    def _describe_testing(self) -> Chapter:
        text = self._say("test_local", "test_recorded", "test_schema")
        return Chapter(self._words("backend.test_title"), (*text, *self._translate_texts("test")))


_Row = tuple[str, str, str, str]
"""Path of a field, its type, whether it is required, recommended or optional, and its example."""


def _list_field_rows(event: ServerEvent) -> Iterator[_Row]:
    """The fields of an event's schema."""
    schema = event.schema or {}
    example = event.payload["data"][0]
    yield from _list_rows(schema, schema.get("$defs", {}), "", example, is_needed=True)


def _list_rows(
    schema: Mapping[str, Any],
    definitions: Mapping[str, Any],
    prefix: str,
    example: Json,
    *,
    is_needed: bool,
) -> Iterator[_Row]:
    for name, inner in schema.get("properties", {}).items():
        if inner.get("not") == {}:  # a field that never may be
            continue
        path = f"{prefix}.{name}" if prefix else name
        value = example.get(name) if isinstance(example, Mapping) else None
        is_required = is_needed and name in schema.get("required", ())
        status = "recommended" if name in schema.get("x-recommended", ()) else "optional"
        status = "required" if is_required else status
        if inner.get("type") == "object":
            if "minProperties" in inner:  # any one of its fields is enough
                yield path, "object", status, ""
            yield from _list_rows(inner, definitions, path, value, is_needed=is_required)
            continue
        described = {**definitions.get(str(inner.get("$ref", "")).rpartition("/")[2], {}), **inner}
        value_text = "" if value is None else f"`{json.dumps(value, ensure_ascii=False)}`"
        yield path, _describe_type(described), status, value_text


def _describe_type(schema: Mapping[str, Any]) -> str:
    if "const" in schema or "enum" in schema:
        return "string"
    kinds = schema.get("type", "string")
    return ", ".join(kinds) if isinstance(kinds, list) else str(kinds)
