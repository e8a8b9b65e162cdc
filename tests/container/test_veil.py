"""Secrets in a file that a local GTM keeps: a digest, which whoever has the value recognises."""

from __future__ import annotations

import json
from typing import Any

from gtmgen.container.entities import Container
from gtmgen.container.veil import Veil, digest, with_digests

TOKEN = "short-1x"
GTM = "GTM-SERV1"


def text(key: str, value: str) -> dict[str, Any]:
    return {"type": "template", "key": key, "value": value}


STATE: dict[str, Any] = {
    "entities": {
        "tag": {
            "1": {"name": "T", "type": "cvt_1_2", "parameter": [text("access_token", "{{V}}")]}
        },
        "variable": {
            "2": {"name": "V", "type": "c", "parameter": [text("value", TOKEN)]},
            "3": {"name": "W", "type": "c", "parameter": [text("value", "purchase")]},
            "4": {"name": "X", "type": "c", "parameter": [text("value", "${secret:NAME}")]},
        },
    }
}


def test_only_what_a_field_for_credentials_reads_is_hidden() -> None:
    kept = json.dumps(with_digests(STATE, GTM))
    assert TOKEN not in kept
    assert json.loads(kept) == json.loads(
        json.dumps(STATE).replace(TOKEN, f"(secret, digest {digest(TOKEN, GTM)})")
    )
    assert with_digests(json.loads(kept), GTM) == json.loads(kept)


def test_who_has_the_value_sees_no_change() -> None:
    container = Container(project="p", gtm=GTM, context="SERVER", secrets=("NAME",))
    kept = text("value", f"(secret, digest {digest(TOKEN, GTM)})")
    assert Veil(GTM, container, {"NAME": TOKEN}).hide(kept)["value"] == "${secret:NAME}"
    assert Veil(GTM, container, {"NAME": "another-1"}).hide(kept) == kept
