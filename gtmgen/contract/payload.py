"""The backend's example: the payload of a pack's ``docs.yaml`` filled for one event.

In the payload, a string is text, in which ``{event}``, ``{event_id}``, ``{page_url}`` and
``{setting.NAME}`` are replaced. A mapping with one of these keys is a value of its own, and its
key is left out where there is nothing:

- ``$setting: name``: a setting of the platform
- ``$param: name``: the example of a canonical parameter
- ``$params: [except]``: only in a mapping; the other parameters under the platform's names
- ``$items: {field: item field}``: a list, one mapping for each item of the canonical ``items``;
  ``{setting.NAME}`` may stand in an item field's name
- ``$sha256: setting.key``: a list with the hash of an identifier's example, or with ``single:
  true`` the hash alone; ``as: email``, ``phone`` or ``name`` says how it is normalised before,
  ``country_code`` names the setting that completes phone numbers
- ``$place: setting.key``: an identifier's example that is sent as a word, normalised
- ``$with: param`` and ``then``: ``then``, where the parameter is sent
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from gtmgen.contract.examples import Examples
from gtmgen.contract.hashing import hash_by_rule, normalize_place
from gtmgen.contract.model import Json, Param
from gtmgen.spec.model import Platform
from gtmgen.text import fill

SETTING = re.compile(r"\{setting\.([a-z][a-z0-9_]*)\}")
_NOTHING = object()
_CASTS = {"number": "number", "integer": "integer", "boolean": "boolean", "string": "string"}


class Payload:
    """Fills a pack's payload for one event."""

    def __init__(
        self,
        platform: Platform,
        params: tuple[Param, ...],
        examples: Examples,
        facts: Mapping[str, str],
    ) -> None:
        self._platform = platform
        self._params = {param.canonical: param for param in params}
        self._examples = examples
        self._facts = facts

    def fill(self, template: Json) -> Json:
        """The payload."""
        payload = self._build_value(template)
        return {} if payload is _NOTHING else payload

    def _build_value(self, template: Json) -> Any:
        if isinstance(template, str):
            return fill(SETTING.sub(self._read_setting_text, template), self._facts)
        if isinstance(template, list):
            values = [self._build_value(item) for item in template]
            return [item for item in values if item is not _NOTHING]
        if not isinstance(template, dict):
            return template
        for name, make in _DIRECTIVES.items():
            if name in template:
                return make(self, template)
        return self._build_mapping(template)

    def _build_mapping(self, template: Mapping[str, Json]) -> dict[str, Json]:
        payload: dict[str, Json] = {}
        for key, item in template.items():
            if key == "$params":
                payload.update(self._build_others(tuple(item or ())))
                continue
            value = self._build_value(item)
            if value is not _NOTHING:
                payload[key] = value
        return payload

    def _read_setting_text(self, match: re.Match[str]) -> str:
        value = self._platform.setting(match.group(1))
        return "" if value is None else str(value)

    def _setting(self, template: Mapping[str, Json]) -> Any:
        value = self._platform.setting(template["$setting"])
        return _NOTHING if value is None else value

    def _build_param(self, template: Mapping[str, Json]) -> Any:
        param = self._params.get(template["$param"])
        return _NOTHING if param is None else self._cast_value(param)

    def _with(self, template: Mapping[str, Json]) -> Any:
        if template["$with"] not in self._params:
            return _NOTHING
        return self._build_value(template["then"])

    def _build_others(self, skip: tuple[str, ...]) -> dict[str, Json]:
        return {
            param.name: self._cast_value(param)
            for canonical, param in self._params.items()
            if canonical not in skip
        }

    def _cast_value(self, param: Param) -> Json:
        pack_param = self._platform.pack.params.get(param.canonical)
        type_ = _CASTS.get(pack_param.type if pack_param else "", "any")
        value = self._examples.as_type(param.example, type_)
        return param.example if value is None else value

    def _build_items(self, template: Mapping[str, Json]) -> Any:
        param = self._params.get("items")
        if param is None or not isinstance(param.example, list):
            return _NOTHING
        return [self._build_item(item, template["$items"]) for item in param.example]

    def _build_item(self, item: Any, fields: Mapping[str, str]) -> dict[str, Json]:
        params = {}
        for name, source in fields.items():
            field, _, type_ = SETTING.sub(self._read_setting_text, source).partition("|")
            value = item.get(field) if isinstance(item, dict) else None
            value = None if value is None else self._examples.as_type(value, type_ or "any")
            if value is not None:
                params[name] = value
        return params

    def _hash_value(self, template: Mapping[str, Json]) -> Any:
        plain = self._build_identifier(template["$sha256"])
        code = str(self._platform.setting(template.get("country_code", "")) or "")
        digest = None if plain is None else hash_by_rule(template.get("as", "text"), plain, code)
        if digest is None:
            return _NOTHING
        return digest if template.get("single") else [digest]

    def _place(self, template: Mapping[str, Json]) -> Any:
        plain = self._build_identifier(template["$place"])
        normalized = None if plain is None else normalize_place(plain)
        return _NOTHING if normalized is None else normalized

    def _build_identifier(self, setting_and_name: str) -> str | None:
        """The example of an identifier that a setting names: ``identify.email``."""
        setting, _, name = setting_and_name.partition(".")
        keys = dict(self._platform.data_keys(setting)).get(name)
        return str(self._examples.of(keys[0])) if keys else None


_DIRECTIVES = {
    "$setting": Payload._setting,
    "$param": Payload._build_param,
    "$items": Payload._build_items,
    "$sha256": Payload._hash_value,
    "$place": Payload._place,
    "$with": Payload._with,
}
