"""docs/server.md tells of every field that TikTok's API takes whether the server sends it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from gtmgen.packs.load import find_packs, load_pack
from gtmgen.packs.server import load_server_api
from gtmgen.runtime.template import load_template

ROOT = Path(__file__).parents[2]
PACK = load_pack(find_packs()["tiktok"])
API = load_server_api(PACK)
assert API is not None
assert PACK.server is not None

_ROW = re.compile(r"^\| ((?:`[^`]+`(?:, | and others[^|]*)?)+) \| (\w+)", re.MULTILINE)
FIELDS = {
    name: sent == "no"
    for names, sent in _ROW.findall((ROOT / "docs/server.md").read_text(encoding="utf-8"))
    for name in re.findall("`([^`]+)`", names)
}


def leaves(schema: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """Dotted paths of an event's fields; what must not be there is none."""
    for name, below in schema.get("properties", {}).items():
        if below.get("not") == {}:
            continue
        if below.get("type") == "object":
            yield from leaves(below, f"{path}{name}.")
        else:
            yield f"{path}{name}"


def test_each_field_is_told() -> None:
    assert API is not None
    event = {
        f"data[].{name}" if name in ("event", "event_time", "event_id") else name
        for name in leaves(API.event)
    }
    request = API.request["properties"].keys() - {"data"}
    assert (event | request) - FIELDS.keys() == set()


def test_what_is_said_to_be_sent_stands_in_the_template() -> None:
    """And what is said not to be is in none of its lines."""
    assert PACK.server is not None
    template = load_template(PACK.server.template.path)
    params = {param.to for param in PACK.params.values()}
    for name, is_left_out in FIELDS.items():
        last = name.rpartition(".")[2]
        stands = re.search(rf"\b{last}\b", template.code) is not None
        if name in ("properties.make", "properties.model", "device.model", "device.mobile"):
            continue  # words of other meanings, too
        assert (stands or last in params) is not is_left_out, name


def test_permissions_are_exact() -> None:
    assert PACK.server is not None
    permissions = load_template(PACK.server.template.path).permissions
    assert permissions["send_http"] == {
        "allowedUrls": "specific",
        "urls": ["https://business-api.tiktok.com/open_api/v1.3/event/track/"],
    }
    assert permissions["read_event_data"]["eventDataAccess"] == "specific"
    assert permissions["get_cookies"] == {
        "cookieAccess": "specific",
        "cookieNames": ["ttclid", "_ttp"],
    }
    assert '"any"' not in json.dumps(permissions)


def test_it_may_read_each_parameter_that_the_platform_takes() -> None:
    assert PACK.server is not None
    allowed = load_template(PACK.server.template.path).permissions["read_event_data"]["keyPatterns"]
    identifiers = PACK.settings["properties"]["identify"]["properties"]
    wanted = {*PACK.params, *(f"identify_{name}" for name in identifiers), *PACK.server.cookies}
    assert wanted - {*allowed} == set()
