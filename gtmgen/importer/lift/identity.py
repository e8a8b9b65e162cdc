"""What a container's tags tell a platform of the visitor, as a setting of the account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gtmgen.container.entities import Kind, Tag
from gtmgen.container.values import REFERENCE
from gtmgen.importer.lift.model import LiftedContainer
from gtmgen.lint.uses import EVENT, Use
from gtmgen.text import listing

_SETTING = "identify"


def identify_of(source: LiftedContainer, tag: Tag, use: Use) -> Mapping[str, str] | None:
    """The setting that tells the same of the visitor, empty where the tag tells nothing.

    None where there is none. The setting holds for all that the account receives: no tag may tell
    something else today, its values are data keys, and nobody may be told of before the consent is
    given that the tag asks for.
    """
    if not use.identify:
        return {}
    properties = use.platform.pack.settings["properties"].get(_SETTING, {}).get("properties", {})
    keys: dict[str, str] = {}
    for other_tag, other in source.sent.of(use.platform, EVENT):
        for name, text in other.identify.items():
            key = _find_key(source, text) if name in properties else None
            if key is None or keys.setdefault(name, key) != key:
                return None
        if not {*(tag.consent or ())} <= {*(other_tag.consent or ())}:
            return None
    return keys


def list_told_more(source: LiftedContainer, use: Use) -> Iterator[str]:
    """That what a tag tells of the visitor goes with more than it does today."""
    if use.identify and not _is_told_everywhere(source, use):
        names = sorted(use.identify)
        verb = "goes" if len(names) == 1 else "go"
        yield (
            f"{listing(names)} {verb} with all that its {use.platform.account} receives, as soon "
            "as the page knows it; today with what this tag sends, and what follows on the page"
        )


def _is_told_everywhere(source: LiftedContainer, use: Use) -> bool:
    sending = source.sent.of(use.platform, EVENT)
    first = [
        other
        for tag, other in sending
        if other.name == use.platform.page_view and source.sent.fires_on_every_page(tag)
    ]
    # `ttq.identify` holds for all that follows on the page, so that what the page view has told
    # need not be told again.
    if first and all(other.identify == use.identify for other in first):
        return True
    return all(other.identify == use.identify for _, other in sending)


def _find_key(source: LiftedContainer, text: str) -> str | None:
    reference = REFERENCE.fullmatch(text)
    return source.keys.get((Kind.VARIABLE, reference.group(1))) if reference else None
