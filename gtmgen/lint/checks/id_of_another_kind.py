"""An account's ID that stands where another kind of ID belongs."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache, partial
from typing import NamedTuple

from gtmgen.container.entities import EntityType, Tag
from gtmgen.lint.commands import commands_in, written
from gtmgen.lint.constants import constant_of
from gtmgen.lint.html import text_of
from gtmgen.lint.recognise import galleries_of, platforms
from gtmgen.lint.view import ContainerView, Finding, WithParameters, tell_of_alike

Command = tuple[str, str]
"""A function of the page's code, and the first of its arguments: ``gtag('config', ...)``."""

_UA, _ADS, _FLOODLIGHT, _GOOGLE_TAG, _GTM, _META = (
    "the ID of a property of Universal Analytics",
    "an ID of Google Ads",
    "an ID of Floodlight",
    "the ID of a Google tag",
    "the ID of a GTM container",
    "the ID of a pixel of Meta",
)
_OTHER_SHAPES: Mapping[str, re.Pattern[str]] = {
    _UA: re.compile(r"UA-[0-9]{4,10}-[0-9]{1,4}"),
    _ADS: re.compile(r"AW-[0-9]{8,12}"),
    _FLOODLIGHT: re.compile(r"DC-[0-9]{5,12}"),
    _GOOGLE_TAG: re.compile(r"GT-[A-Z0-9]{5,12}"),
    _GTM: re.compile(r"GTM-[A-Z0-9]{4,9}"),
    _META: re.compile(r"[1-9][0-9]{13,16}"),
}
_OF_GOOGLE_TAG = frozenset((_ADS, _FLOODLIGHT, _GOOGLE_TAG))
# What may stand in fields of tags, by their type or the gallery's template, beside what packs know.
_OTHER_FIELDS: Mapping[str, Mapping[str, frozenset[str]]] = {
    "googtag": {"tagId": _OF_GOOGLE_TAG},
    "gaawe": {"measurementIdOverride": frozenset((_GOOGLE_TAG,))},
    "ua": {"trackingId": frozenset((_UA,))},
    # Digits alone, which may be as many as Meta's; GTM's API refuses `AW-` there by itself.
    "awct": {"conversionId": frozenset((_ADS, _META))},
    "facebook/GoogleTagManager-WebTemplate-For-FacebookPixel": {"pixelId": frozenset((_META,))},
}
_COMMANDS: Mapping[Command, frozenset[str]] = {
    ("gtag", "config"): _OF_GOOGLE_TAG | {_UA},
    ("fbq", "init"): frozenset((_META,)),
}


class _Places(NamedTuple):
    """The shapes of IDs by what they are called, and which of them stand where."""

    shapes: Mapping[str, re.Pattern[str]]
    fields: Mapping[str, Mapping[str, frozenset[str]]]
    commands: Mapping[Command, frozenset[str]]


@lru_cache(maxsize=1)
def _list_places() -> _Places:
    """What the packs know of their accounts, and what is known of others."""
    shapes: dict[str, re.Pattern[str]] = {}
    fields: dict[str, dict[str, frozenset[str]]] = defaultdict(lambda: defaultdict(frozenset))
    commands: dict[Command, frozenset[str]] = defaultdict(frozenset)
    for platform in platforms():
        own = platform.account_id
        shapes[own.name] = re.compile(own.shape)
        described = {name: one.get("accounts", ()) for name, one in platform.templates.items()}
        for type_, keys in (*own.fields.items(), *described.items()):
            for key in keys:
                fields[type_][key] |= {own.name}
        for function, command in own.commands:
            commands[function, command] |= {own.name}
    for type_, others in _OTHER_FIELDS.items():
        for key, allowed in others.items():
            fields[type_][key] |= allowed
    for call, allowed in _COMMANDS.items():
        commands[call] |= allowed
    return _Places({**shapes, **_OTHER_SHAPES}, fields, commands)


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
    places = _list_places()
    type_ = galleries.get(entity.type) or str(entity.type)
    for key, allowed in places.fields.get(type_, {}).items():
        yield from _judge(view, text_of(entity, key), allowed)
    if entity.type == "html":
        html = text_of(entity, "html")
        for (function, command), allowed in places.commands.items():
            for arguments in commands_in(html, function, command):
                yield from _judge(view, written(next(iter(arguments), None)), allowed)


def _judge(view: ContainerView, text: str, allowed: frozenset[str]) -> Iterator[str]:
    if not text:
        return
    value, shapes = constant_of(view, text), _list_places().shapes
    for id_ in map(str.strip, value.split(",")):
        kinds = [kind for kind, shape in shapes.items() if shape.fullmatch(id_)]
        if kinds and allowed.isdisjoint(kinds):
            wanted = min(allowed, key=list(shapes).index)
            through = f", which `{text[2:-2]}` holds," if value != text else ""
            yield f"`{id_}`{through} is {kinds[0]}, and {wanted} belongs there: nothing arrives."
