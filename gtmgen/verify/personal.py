"""Recorded values as reports may show them: without personal data."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from gtmgen.spec.model import Spec

HIDDEN: Final = "***"


def personal_paths(spec: Spec) -> frozenset[str]:
    """The paths of messages that the spec marks as personal data."""
    return frozenset(
        str(one.argument) for one in spec.data.values() if one.pii and one.source == "path"
    )


def without_personal(
    body: Mapping[str, Any], paths: Collection[str], base: str = ""
) -> dict[str, Any]:
    """A message whose personal data are stars."""
    shown: dict[str, Any] = {}
    for key, value in body.items():
        path = f"{base}{key}"
        if path in paths:
            shown[key] = HIDDEN if value not in (None, "") else value
        elif isinstance(value, dict):
            shown[key] = without_personal(value, paths, f"{path}.")
        else:
            shown[key] = value
    return shown
