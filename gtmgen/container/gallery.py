"""Where in the Community Gallery a template comes from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gtmgen.container.entities import AnyEntity, BuiltIn, Template


def reference_of(entity: AnyEntity | BuiltIn | None) -> Mapping[str, Any]:
    """The ``galleryReference`` of a template; nothing for everything else."""
    if not isinstance(entity, Template):
        return {}
    reference = dict(entity.extra).get("galleryReference")
    return reference if isinstance(reference, dict) else {}
