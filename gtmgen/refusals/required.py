"""Parameters without which the API does not save an entity, per kind and type.

Source: what users of the live API wrote down in 2026. A type that is not listed may need some,
too; nobody has said which.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gtmgen.container.entities import Tag, TemplateRef, Variable
from gtmgen.container.values import Parameter
from gtmgen.diagnostics import Path, Problem

REQUIRED: Mapping[type, Mapping[str, tuple[str, ...]]] = {
    Tag: {
        "html": ("html",),
        "img": ("url",),
        "googtag": ("tagId",),
        "gaawe": ("eventName",),
        "gaawc": ("measurementId",),
        "awct": ("conversionId", "conversionLabel"),
        "sp": ("conversionId",),
        "flc": ("advertiserId", "groupTag", "activityTag", "ordinalType"),
        "fls": ("advertiserId", "groupTag", "activityTag", "revenue", "orderId"),
    },
    Variable: {
        "v": ("name",),
        "c": ("value",),
        "jsm": ("javascript",),
        "j": ("name",),
        "k": ("name",),
    },
}
_MEASUREMENT = ("measurementIdOverride", "measurementId")


def missing_parameters(entity: Tag | Variable, path: Path) -> Iterator[Problem]:
    """What the entity's type needs and its parameters lack, or have empty."""
    if isinstance(entity.type, TemplateRef):
        return
    raw = _list_raw_keys(entity)
    filled = {item.key: item for item in entity.parameter if item.value}
    noun = type(entity).__name__.lower()
    for key in REQUIRED[type(entity)].get(entity.type, ()):
        if key not in filled and key not in raw:
            at, lacks = _where(entity.parameter, key, path)
            yield Problem(
                "required-parameter",
                at,
                f"the {noun} `{entity.name}` {lacks}: GTM refuses a `{entity.type}` without it",
                f"give it under `parameters`: `{key}: ...`",
            )
    if isinstance(entity, Tag) and entity.type == "gaawe" and not raw:
        yield from _check_measurement(entity, filled, path)


def _list_raw_keys(entity: Tag | Variable) -> set[str]:
    """The filled parameters among ``more``, where an import puts those that it cannot say."""
    listed = dict(entity.extra).get("parameter")
    return {
        str(item.get("key"))
        for item in (listed if isinstance(listed, list) else ())
        if isinstance(item, dict) and any(item.get(name) for name in ("value", "list", "map"))
    }


def _where(parameters: tuple[Parameter, ...], key: str, path: Path) -> tuple[Path, str]:
    """The place of an empty parameter, or of the parameters that lack it; and what to say."""
    if any(item.key == key for item in parameters):
        return (*path, "parameters", key), f"has an empty `{key}`"
    return (*path, "parameters"), f"has no `{key}`"


def _check_measurement(
    tag: Tag, filled: Mapping[str | None, Parameter], path: Path
) -> Iterator[Problem]:
    """A GA4 event says where it goes in exactly one of two ways."""
    override, reference = (filled.get(key) for key in _MEASUREMENT)
    is_tag = reference is not None and reference.type == "TAG_REFERENCE"
    hint = "give `measurementIdOverride: G-...`, or `measurementId: {$tag: NAME}` of a Google tag"
    if override is None and reference is None:
        at, _ = _where(tag.parameter, "measurementIdOverride", path)
        message = f"the tag `{tag.name}` does not say which measurement ID its event goes to"
        yield Problem("required-parameter", at, message, hint)
    elif override is not None and is_tag:  # GTM itself writes the text `none` beside an override
        at = (*path, "parameters", "measurementId")
        message = f"the tag `{tag.name}` has two settings for the measurement ID of its event"
        hint = "leave one out, `measurementId` or `measurementIdOverride`"
        yield Problem("required-parameter", at, message, hint)
    elif override is None and not is_tag:
        at = (*path, "parameters", "measurementId")
        message = f"the `measurementId` of the tag `{tag.name}` is text, not a Google tag"
        yield Problem("required-parameter", at, message, hint)
