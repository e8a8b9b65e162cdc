"""The JSON Schema of one event as a backend sends it, made from the pack's and the spec's part."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from gtmgen.contract.model import EventIdRule
from gtmgen.contract.payload import SETTING
from gtmgen.packs.server import ServerApi
from gtmgen.spec.model import Platform

# Python escapes more, which JavaScript refuses under its flag `u`.
_SPECIAL = re.compile(r"[\\^$.*+?()\[\]{}|/]")
# What templates and loose typing write where there is no value.
_NOTHING = r"(?!(?:undefined|null|None|NaN|false|\[object Object\])?$)"


class EventSchemas:
    """The schemas of one account's events. They share what does not depend on the event."""

    def __init__(self, api: ServerApi, platform: Platform) -> None:
        self._places = api.places
        self._event = fill_settings(api.event, platform)
        self._definitions = fill_settings(api.definitions, platform)

    def schema(
        self,
        name: str,
        event_id: EventIdRule,
        id_type: str,
        required: Iterable[str],
        recommended: Iterable[str],
    ) -> dict[str, Any]:
        """The schema of the event ``name``, with the definitions it refers to.

        ``id_type`` is the type of the data key that the ID is made from; ``required`` and
        ``recommended`` are the platform's names of parameters.
        """
        schema, places = dict(self._event), self._places
        fields = dict(schema["properties"])
        fields[places["event"]] = {"const": name, "description": "The browser's name of the event."}
        fields[places["event_id"]] = {
            **fields.get(places["event_id"], {}),
            "pattern": id_pattern(event_id, id_type),
            "examples": [event_id.example],
        }
        params = dict(fields.get(places["params"], {}))
        names = list(required)
        if names:
            params["required"] = names
            schema["required"] = [*dict.fromkeys([*schema.get("required", ()), places["params"]])]
        # An annotation: validators leave it alone, `check-payload` warns.
        params["x-recommended"] = list(recommended)
        fields[places["params"]] = params
        return {**schema, "properties": fields, "$defs": self._definitions}


def request_schema(api: ServerApi, platform: Platform) -> dict[str, Any]:
    """The schema of a request's body; what stands in ``data`` is left to the events' schemas."""
    return fill_settings(api.request, platform)


def id_pattern(event_id: EventIdRule, id_type: str) -> str:
    """A regular expression for the event's ID: prefix and value, and no word for nothing."""
    value = "[0-9]+" if id_type == "integer" else ".+"
    prefix = _SPECIAL.sub(r"\\\g<0>", event_id.prefix)
    return f"^{prefix}{_NOTHING}{value}$"


def fill_settings(schema: Mapping[str, Any], platform: Platform) -> dict[str, Any]:
    """A copy with ``{setting.NAME}`` replaced in every text."""
    filled: dict[str, Any] = _fill_schema(schema, platform)
    return filled


def _fill_schema(value: Any, platform: Platform) -> Any:
    if isinstance(value, str):
        return SETTING.sub(lambda match: str(platform.setting(match.group(1)) or ""), value)
    if isinstance(value, Mapping):
        return {key: _fill_schema(item, platform) for key, item in value.items()}
    if isinstance(value, list):
        return [_fill_schema(item, platform) for item in value]
    return value
