"""A spec's containers, ready for the runtime."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from gtmgen.compile.compiler import Compiled
from gtmgen.container.entities import Container
from gtmgen.container.export import export_json
from gtmgen.container.secrets import secret_places
from gtmgen.runtime.engine import Json
from gtmgen.secret_names import stand_in

TEST_SECRET = "token-of-a-test-"
"""Begins what stands for a secret in a test: no scenario needs, or sees, the real one."""


class Halves(NamedTuple):
    """The exports of the web container and, with one, of the server container."""

    web: Json
    server: Json | None


def halves_of(compiled: Compiled) -> Halves:
    """Both exports; where the server's has a placeholder, a stand-in for the secret."""
    server = None if compiled.server is None else _server(compiled.server)
    return Halves(json.loads(export_json(compiled.web)), server)


def _server(container: Container) -> Json:
    stand_ins = {
        stand_in(place.name): TEST_SECRET + place.name for place in secret_places(container)
    }
    export: Json = _replaced(json.loads(export_json(container)), stand_ins)
    return export


def _replaced(value: Any, stand_ins: dict[str, str]) -> Any:
    match value:
        case str():
            return stand_ins.get(value, value)
        case list():
            return [_replaced(one, stand_ins) for one in value]
        case dict():
            return {key: _replaced(one, stand_ins) for key, one in value.items()}
    return value
