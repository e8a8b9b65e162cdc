"""Shared by the runtime's tests: the shipped templates, and small templates made on the spot."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from gtmgen.runtime import TemplateFile, load_template, parse_template

TEMPLATES = Path(__file__).parents[2] / "templates"


def _encode(value: Any) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"type": 8, "boolean": value}
    if isinstance(value, list):
        return {"type": 2, "listItem": [_encode(item) for item in value]}
    if isinstance(value, dict):
        keys = [_encode(key) for key in value]
        return {"type": 3, "mapKey": keys, "mapValue": [_encode(item) for item in value.values()]}
    return {"type": 1, "string": value}


def template_text(
    code: str,
    permissions: dict[str, dict[str, Any]] | None = None,
    *,
    kind: str = "MACRO",
    tests: Any = None,
    parameters: Any = (),
) -> str:
    info = {
        "type": kind,
        "id": "cvt_temp_public_id",
        "version": 1,
        "securityGroups": [],
        "displayName": "Probe",
        "description": "",
        "containerContexts": ["WEB"],
    }
    encoded = [
        {
            "instance": {
                "key": {"publicId": name, "versionId": "1"},
                "param": [{"key": key, "value": _encode(value)} for key, value in values.items()],
            },
            "isRequired": True,
        }
        for name, values in (permissions or {}).items()
    ]
    sections = {
        "INFO": json.dumps(info),
        "TEMPLATE_PARAMETERS": json.dumps(list(parameters)),
        "SANDBOXED_JS_FOR_WEB_TEMPLATE": code,
        **({"WEB_PERMISSIONS": json.dumps(encoded)} if encoded else {}),
        "TESTS": tests if isinstance(tests, str) else yaml.safe_dump(tests or {"scenarios": []}),
        "NOTES": "",
    }
    return "\n\n\n".join(f"___{name}___\n\n{body}" for name, body in sections.items())


MakeTemplate = Callable[..., TemplateFile]


@pytest.fixture(scope="session")
def make() -> MakeTemplate:
    """Builds a template from code and plain permissions."""
    return lambda *args, **kwargs: parse_template(template_text(*args, **kwargs))


@pytest.fixture(scope="session")
def pixel() -> TemplateFile:
    return load_template(TEMPLATES / "tiktok/pixel.tpl")


@pytest.fixture(scope="session")
def event_id() -> TemplateFile:
    return load_template(TEMPLATES / "shared/event_data.tpl")


@pytest.fixture(scope="session")
def event_data() -> TemplateFile:
    return load_template(TEMPLATES / "shared/event_data.tpl")


@pytest.fixture(scope="session")
def value() -> TemplateFile:
    return load_template(TEMPLATES / "shared/value.tpl")
