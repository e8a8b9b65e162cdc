"""An account's ID that stands where another kind of ID belongs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial

from gtmgen.container.entities import EntityType, Tag
from gtmgen.lint.commands import commands_in, written
from gtmgen.lint.constants import constant_of
from gtmgen.lint.html import text_of
from gtmgen.lint.recognise import galleries_of
from gtmgen.lint.view import ContainerView, Finding, WithParameters, tell_of_alike

_GA4, _UA, _ADS, _FLOODLIGHT, _GOOGLE_TAG, _GTM, _META, _TIKTOK = (
    "GA4's measurement ID",
    "the ID of a property of Universal Analytics",
    "an ID of Google Ads",
    "an ID of Floodlight",
    "the ID of a Google tag",
    "the ID of a GTM container",
    "the ID of a pixel of Meta",
    "the ID of a pixel of TikTok",
)
_SHAPES: Mapping[str, re.Pattern[str]] = {
    _GA4: re.compile(r"G-[A-Z0-9]{6,12}"),
    _UA: re.compile(r"UA-[0-9]{4,10}-[0-9]{1,4}"),
    _ADS: re.compile(r"AW-[0-9]{8,12}"),
    _FLOODLIGHT: re.compile(r"DC-[0-9]{5,12}"),
    _GOOGLE_TAG: re.compile(r"GT-[A-Z0-9]{5,12}"),
    _GTM: re.compile(r"GTM-[A-Z0-9]{4,9}"),
    _META: re.compile(r"[1-9][0-9]{13,16}"),
    _TIKTOK: re.compile(r"C[A-Z0-9]{19}"),
}
_OF_GOOGLE_TAG = frozenset((_GA4, _ADS, _FLOODLIGHT, _GOOGLE_TAG))
# The fields of tags, by type and by the gallery's template: what may stand there.
_FIELDS: Mapping[str, Mapping[str, frozenset[str]]] = {
    "googtag": {"tagId": _OF_GOOGLE_TAG},
    "gaawc": {"measurementId": frozenset((_GA4,))},
    "gaawe": {"measurementIdOverride": frozenset((_GA4, _GOOGLE_TAG))},
    "ua": {"trackingId": frozenset((_UA,))},
    # Digits alone, which may be as many as Meta's; GTM's API refuses `AW-` there by itself.
    "awct": {"conversionId": frozenset((_ADS, _META))},
    "tiktok/gtm-template-pixel": {"pixel_code": frozenset((_TIKTOK,))},
    "stape-io/tiktok-web-tag": {"pixelIds": frozenset((_TIKTOK,))},
    "facebook/GoogleTagManager-WebTemplate-For-FacebookPixel": {"pixelId": frozenset((_META,))},
}
_CALLS: Mapping[tuple[str, str], frozenset[str]] = {
    ("gtag", "config"): _OF_GOOGLE_TAG | {_UA},
    ("fbq", "init"): frozenset((_META,)),
}


def check(view: ContainerView) -> Iterator[Finding]:
    """In fields of tags and in calls in Custom HTML, through constants, too."""
    paused = {tag.name for tag in view.tags() if tag.paused}
    for finding in tell_of_alike(view, partial(_tell, view, galleries_of(view))):
        if finding.name not in paused:
            yield finding


def _tell(
    view: ContainerView, galleries: Mapping[EntityType, str], entity: WithParameters
) -> Iterator[str]:
    if not isinstance(entity, Tag):
        return
    fields = _FIELDS.get(galleries.get(entity.type) or str(entity.type), {})
    for key, allowed in fields.items():
        yield from _judge(view, text_of(entity, key), allowed)
    if entity.type == "html":
        html = text_of(entity, "html")
        for (function, command), allowed in _CALLS.items():
            for arguments in commands_in(html, function, command):
                yield from _judge(view, written(next(iter(arguments), None)), allowed)


def _judge(view: ContainerView, text: str, allowed: frozenset[str]) -> Iterator[str]:
    if not text:
        return
    value = constant_of(view, text)
    for id_ in map(str.strip, value.split(",")):
        kinds = [kind for kind, shape in _SHAPES.items() if shape.fullmatch(id_)]
        if kinds and allowed.isdisjoint(kinds):
            wanted = min(allowed, key=list(_SHAPES).index)
            through = f", which `{text[2:-2]}` holds," if value != text else ""
            yield f"`{id_}`{through} is {kinds[0]}, and {wanted} belongs there: nothing arrives."
