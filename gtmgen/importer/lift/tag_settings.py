"""What GTM says of any tag beside its parameters, in the words of the spec."""

from __future__ import annotations

from gtmgen.container.entities import Tag

ONCE = {"ONCE_PER_EVENT": None, "ONCE_PER_LOAD": "page", "UNLIMITED": "unlimited"}
"""How often a tag fires, in the words of the spec; GTM's default has none."""


def list_lost_settings(tag: Tag) -> list[str]:
    """The tag's own settings that the pack's tag would not have, such as a setup tag."""
    lost = [key for key, value in tag.extra if value and key != "monitoringMetadata"]
    return [*lost, *(["priority"] if tag.priority is not None else [])]
