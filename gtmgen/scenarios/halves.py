"""A spec's containers, ready for the runtime."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from gtmgen.compile.compiler import Compiled
from gtmgen.container.export import export_json
from gtmgen.runtime.engine import Json
from gtmgen.secret_names import fill_in, names_in

TEST_SECRET = "token-of-a-test-"
"""Begins what stands for a secret in a test: no scenario needs, or sees, the real one."""


class Halves(NamedTuple):
    """The exports of the web container and, with one, of the server container."""

    web: Json
    server: Json | None


def halves_of(compiled: Compiled) -> Halves:
    """Both exports; in the server's, each secret is a value that only says it is a test's."""
    web = json.loads(export_json(compiled.web))
    if compiled.server is None:
        return Halves(web, None)
    return Halves(web, with_test_secrets(json.loads(export_json(compiled.server))))


def with_test_secrets(value: Any) -> Any:
    """JSON of an export with a value that only says it is a test's, for each secret's stand-in."""
    match value:
        case str():
            return fill_in(value, {name: TEST_SECRET + name for name in names_in(value)})
        case list():
            return [with_test_secrets(one) for one in value]
        case dict():
            return {key: with_test_secrets(one) for key, one in value.items()}
    return value
