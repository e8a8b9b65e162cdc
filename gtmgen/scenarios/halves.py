"""A spec's containers, ready for the runtime."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from gtmgen.compile.compiler import Compiled
from gtmgen.container.entities import Container
from gtmgen.container.export import export_json
from gtmgen.runtime.engine import Json
from gtmgen.secret_names import fill_in

TEST_SECRET = "token-of-a-test-"
"""Begins what stands for a secret in a test: no scenario needs, or sees, the real one."""


class Halves(NamedTuple):
    """The exports of the web container and, with one, of the server container."""

    web: Json
    server: Json | None


def halves_of(compiled: Compiled) -> Halves:
    """Both exports; in the server's, each secret is a value that only says it is a test's."""
    server = None if compiled.server is None else _server(compiled.server)
    return Halves(json.loads(export_json(compiled.web)), server)


def _server(container: Container) -> Json:
    values = {name: TEST_SECRET + name for name in container.secrets}
    export: Json = _replaced(json.loads(export_json(container)), values)
    return export


def _replaced(value: Any, secrets: dict[str, str]) -> Any:
    match value:
        case str():
            return fill_in(value, secrets)
        case list():
            return [_replaced(one, secrets) for one in value]
        case dict():
            return {key: _replaced(one, secrets) for key, one in value.items()}
    return value
