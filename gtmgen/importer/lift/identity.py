"""What a container's tags tell a platform of the visitor, as a setting of the account."""

from __future__ import annotations

from collections.abc import Mapping

from gtmgen.container.entities import Kind
from gtmgen.container.values import REFERENCE
from gtmgen.importer.lift.model import LiftedContainer
from gtmgen.lint.uses import EVENT, Use

_SETTING = "identify"


def identify_of(source: LiftedContainer, use: Use) -> Mapping[str, str] | None:
    """The setting that tells the same of the visitor, empty where the tag tells nothing.

    None where there is none: the setting holds for all that the account receives, so all of it, or
    what is sent first on every page, has to tell the same today; and its values are data keys.
    """
    if not use.identify:
        return {}
    properties = use.platform.pack.settings["properties"].get(_SETTING, {}).get("properties", {})
    keys = {
        name: _find_key(source, text) for name, text in use.identify.items() if name in properties
    }
    known_keys = {name: key for name, key in keys.items() if key is not None}
    if len(known_keys) < len(use.identify) or not _is_told_everywhere(source, use):
        return None
    return known_keys


def _is_told_everywhere(source: LiftedContainer, use: Use) -> bool:
    sending = source.sent.of(use.platform, EVENT)
    first = [
        other
        for tag, other in sending
        if other.name == use.platform.page_view and source.sent.fires_on_every_page(tag)
    ]
    # `ttq.identify` holds for all that follows on the page, so that what the page view has told
    # need not be told again: other tags may then be silent, but not say something else.
    if first and all(other.identify == use.identify for other in first):
        return all(other.identify in ({}, use.identify) for _, other in sending)
    return all(other.identify == use.identify for _, other in sending)


def _find_key(source: LiftedContainer, text: str) -> str | None:
    reference = REFERENCE.fullmatch(text)
    return source.keys.get((Kind.VARIABLE, reference.group(1))) if reference else None
