"""Real exports, which are not part of the project, and a container that holds every shape."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from compile.specs import GA4, ROOT, TIKTOK, spec
from compile.test_data import CASES
from compile.test_triggers import FORMS, OPERATORS

FOLDER = Path(os.environ.get("GTMGEN_CORPUS") or ROOT.parent / "shared" / "corpus")
KINDS = ("tag", "trigger", "variable", "folder", "customTemplate", "builtInVariable")

needs_corpus = [
    pytest.mark.corpus,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="the folder of real exports is not there"),
]


@lru_cache(maxsize=1)
def versions() -> list[dict[str, Any]]:
    found = [json.loads(file.read_bytes()) for file in sorted(FOLDER.glob("*.json"))]
    return [item["containerVersion"] for item in found if "containerVersion" in item]


def entities(kind: str) -> Iterator[dict[str, Any]]:
    for version in versions():
        yield from version.get(kind, ())


def everything() -> dict[str, Any]:
    """A spec with each data source, trigger form and operator, and most options of a send."""
    forms = {f"t{number}": form for number, (form, _) in enumerate(FORMS)}
    forms["both"] = {"group": ["t1", "t5"]}
    for number, (test, _) in enumerate(OPERATORS):
        forms[f"o{number}"] = {"event": "e", "where": {"value": test}}
        if isinstance(test, dict):
            negated = {f"not_{name}": operand for name, operand in test.items()}
            forms[f"n{number}"] = {"event": "e", "where": {"value": negated}}
    data = {f"d{number}": source for number, (source, _) in enumerate(CASES)}
    data |= {
        "link": {"path": "link"},
        "value": {"path": "value", "scope": "event", "description": "A value."},
        "items": {"path": "items", "type": "items"},
    }
    send = {
        "ga4": {"event": "add_to_cart", "once": "page", "priority": 3, "paused": True},
        "tiktok": {"event": "AddToCart", "consent": "not_required"},
    }
    event = {
        "title": "Added",
        "on": {"event": "add"},
        "except": ["t5"],
        "event_id": {"from": "link", "prefix": "{{"},
        "params": {"items": "items", "value": "value"},
        "send": send,
    }
    return spec(
        container={"gtm": "GTM-A1", "folder": "Acme"},
        site={"navigation": "spa", "currency": "EUR"},
        platforms={
            "ga4": {**GA4, "page_view": "manual"},
            "tiktok": {**TIKTOK, "page_view": "manual", "identify": {"email": "link"}},
        },
        data=data,
        pages={"product": {"path": "/p/*", "description": "x"}},
        triggers=forms,
        events={"add": event},
        gtm={
            "tags": {
                "raw": {
                    "type": "html",
                    "parameters": {"html": "x"},
                    "on": {"event": "é\\"},
                    "once": "page",
                }
            }
        },
    )
