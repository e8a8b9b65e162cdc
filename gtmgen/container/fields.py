"""What GTM calls the fields of its entities, and how it spells enums."""

from __future__ import annotations

import re
from functools import lru_cache

ENUM_FIELDS = frozenset(
    ("tagFiringOption", "consentStatus", "caseConversionType", "convertToNumber")
)
"""Fields that hold an enum. The types of tags, variables and templates are no enum."""

SERVER_FIELDS = frozenset(
    (
        "accountId",
        "containerId",
        "workspaceId",
        "path",
        "fingerprint",
        "tagManagerUrl",
        "tagId",
        "triggerId",
        "variableId",
        "folderId",
        "templateId",
        "clientId",
        "transformationId",
        "zoneId",
        "gtagConfigId",
    )
)
"""What the server gives an entity."""


# -- the spelling of enums -------------------------------------------------------------


def is_enum(field: str) -> bool:
    """Whether text in a field is an enum, at any depth."""
    return field == "type" or field in ENUM_FIELDS


def camel(name: str) -> str:
    """``YOU_TUBE_VIDEO`` -> ``youTubeVideo``; a name that has it already stays."""
    if not name.isupper():
        return name
    head, *words = name.lower().split("_")
    return head + "".join(part.capitalize() for part in words)


_BREAK = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[a-z])(?=[0-9])")


@lru_cache(maxsize=1024)
def upper_snake(name: str) -> str:
    """``youTubeVideo`` -> ``YOU_TUBE_VIDEO``; a name that has it already stays."""
    return name if name.isupper() else _BREAK.sub("_", name).upper()
